"""Pages of reception: the desk, one visit, one person. Registering itself is a page of cases."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import User
from approvals.asking import no_deciding
from approvals.models import Request
from audit.models import Event
from reception import actions, merging, readback
from reception import desk as at_desk
from reception.actions import form_of
from reception.choices import PetitionerKind
from reception.forms.merging import MOST, MergeForm, UndoForm, VerdictForm
from reception.forms.readback import ReadBackForm, forms_of
from reception.forms.reveal import RevealForm
from reception.forms.roster import roster as read_roster
from reception.forms.workstation import WorkstationForm
from reception.models import Companion, ContentCategory, Petitioner, ReadBack, Visit, Workstation
from reception.readers import CHOSEN, workstation_of
from vault.errors import Refusal

PAGE = 25
ALONG = 10  # people who came along, on the page of a person


def desk(request: HttpRequest) -> HttpResponse:
    """接待台: the queue, today's figures, my latest registrations, visits nobody has said anything about yet."""
    request.user.must("reception.view")
    now = timezone.now()
    slip = request.GET.get("slip", "")
    context = at_desk.page(request.user, now) | {"queue": at_desk.queue(request.user, now)}
    context["slip"] = slip if slip.isascii() and slip.isdigit() and len(slip) < 19 else ""
    return render(request, "reception/desk.html", context)


def queue(request: HttpRequest) -> HttpResponse:
    """The queue beside the desk, asked for again every few seconds."""
    request.user.must("reception.view")
    may = request.user.can("reception.register")
    context = {"queue": at_desk.queue(request.user, timezone.now()), "may_register": may}
    return render(request, "reception/_queue.html", context)


def head(request: HttpRequest) -> HttpResponse:
    """The queue in one line, for the head of the registration page."""
    request.user.must("reception.register")
    return render(request, "reception/_queue_head.html")


def visit(request: HttpRequest, number: str) -> HttpResponse:
    """One registration, numbers masked; right after saving the large number and what comes next."""
    return render(request, "reception/visit.html", _visit_page(request, _visit(request, number)))


@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The same page with the full numbers, once, for a reason that is recorded."""
    request.user.must("reception.reveal")
    visit, form = _visit(request, number), RevealForm(request.POST)
    shown = _revealed(request, form, visit.petitioner, visit)
    context = _visit_page(request, visit) | {"form": form, "revealed": shown}
    return render(request, "reception/visit.html", context, status=200 if shown else 422)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """信访人: masked identity, visits by year; their matters come as a panel of cases."""
    return render(request, "reception/person.html", _person_page(request, _person(request, pk)))


@require_POST
def reveal_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's page with the full numbers, once, for a reason that is recorded."""
    request.user.must("reception.reveal")
    petitioner, form = _person(request, pk), RevealForm(request.POST)
    shown = _revealed(request, form, petitioner, None)
    context = _person_page(request, petitioner) | {"form": form, "revealed": shown}
    return render(request, "reception/person.html", context, status=200 if shown else 422)


@require_POST
@sensitive_post_parameters("picture", "strokes")
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """复述确认: signed on paper or on the pad, declined, or not confirmed for a reason. Shown again when refused."""
    request.user.must("reception.register")
    visit = _visit(request, number)
    ways = forms_of(0, "", request.POST, request.FILES)
    form = ways.get(request.POST.get("way", ""))
    if form is not None and form.is_valid() and _confirmed(request, visit, form):
        messages.success(request, _("复述确认已记录。"))
        return redirect(f"{visit.get_absolute_url()}#readback")
    context = _visit_page(request, visit)
    context |= {"ways": context["ways"] | ({form.way: form} if form else {}), "wrong_way": True}
    return render(request, "reception/visit.html", context, status=422)


@require_POST
@sensitive_post_parameters()
def roster(request: HttpRequest) -> HttpResponse:
    """What is wrong with a roster, row by row, while it is being filled in. Nothing is kept."""
    request.user.must("reception.register")
    return render(request, "reception/_roster_said.html", {"roster": read_roster(request.POST, timezone.localdate())})


@require_POST
def readback_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The 复述确认单 as PDF: with lines to sign on, or as it was confirmed."""
    request.user.must("reception.register")
    paper = actions.sheet_of(visit=_visit(request, number), actor=request.user, at=timezone.now())
    return redirect("cases:paper", pk=paper.pk)


@require_POST
def readback_scan(request: HttpRequest, number: str) -> HttpResponse:
    """The scan of a signed sheet, to save; ``version`` in the post says of which."""
    request.user.must("reception.reveal")
    version = request.POST.get("version", "")
    of = ReadBack.objects.select_related("scan", "visit").filter(visit=_visit(request, number), scan__isnull=False)
    one = get_object_or_404(of, version=int(version) if version.isdecimal() and len(version) < 5 else 0)
    try:
        data = actions.take_scan(one=one, actor=request.user, at=timezone.now())
    except Refusal as no:
        return HttpResponse(str(no), status=503, content_type="text/plain; charset=utf-8")
    return _to_save(data, one.scan.title, one.scan.content_type)


def _to_save(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name.replace("/", "_"))
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _confirmed(request: HttpRequest, visit: Visit, form: ReadBackForm) -> bool:
    """Confirm; False with the reason in the form when that cannot be."""
    try:
        actions.confirm(visit=visit, actor=request.user, at=timezone.now(), **form.said())
    except Refusal as no:
        form.add_error(None, str(no))
        return False
    return True


def contents(request: HttpRequest) -> HttpResponse:
    """The content categories as options of the list behind the field; asked for once, when the field is entered."""
    request.user.must("reception.register")
    names = ContentCategory.objects.filter(is_active=True, children__isnull=True)
    return render(request, "reception/_contents.html", {"names": names.values_list("path_name", flat=True)})


def printing(request: HttpRequest, number: str) -> HttpResponse:
    """Fragment: what the trail says of the visit's form. ``?before=`` is the number of prints before this try."""
    visit = _visit(request, number)
    before = request.GET.get("before", "")
    context = {"visit": visit} | _prints(visit)
    failed = before.isdecimal() and len(context["prints"]) <= int(before[:6])
    return render(request, "reception/_printing.html", context | {"failed": failed, "tried": bool(before)})


def _prints(visit: Visit) -> dict[str, Any]:
    """Every time the form of a visit was printed, the first of them and the reprints."""
    paper = form_of(visit)
    verbs = ("print", "reprint")
    events = Event.objects.about(paper).filter(verb__in=verbs).order_by("pk") if paper else Event.objects.none()
    return {"paper": paper, "prints": list(events.only("verb", "at"))}


def reader(request: HttpRequest) -> HttpResponse:
    """Which reader this session's window has, the choice of another, and what to do when it does not answer."""
    request.user.must("reception.register")
    windows = Workstation.objects.visible_to(request.user).filter(office=request.user.unit)
    if request.method == "POST":
        said = request.POST.get("window", "")[:18]
        chosen = get_object_or_404(windows, pk=said if said.isascii() and said.isdecimal() else 0)
        request.session[CHOSEN] = chosen.pk
        messages.success(request, _("本次登录在“%(window)s”使用读卡器。") % {"window": chosen.window})
        return redirect("reception:reader")
    station = workstation_of(request.user, request.session.get(CHOSEN))
    return render(request, "reception/reader.html", {"windows": windows, "station": station})


def workstations(request: HttpRequest) -> HttpResponse:
    """Every window with its reader."""
    request.user.must("reception.workstations")
    rows = Workstation.objects.visible_to(request.user).select_related("office")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reception/workstations.html", {"page_obj": page})


def new_workstation(request: HttpRequest) -> HttpResponse:
    """A further window."""
    request.user.must("reception.workstations")
    return _workstation_form(request, Workstation())


def workstation(request: HttpRequest, pk: int) -> HttpResponse:
    """Another reader, or another address of it, for a window."""
    request.user.must("reception.workstations")
    return _workstation_form(request, get_object_or_404(Workstation, pk=pk))


def _workstation_form(request: HttpRequest, one: Workstation) -> HttpResponse:
    form = WorkstationForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        actions.set_workstation(workstation=form.instance, actor=request.user, at=timezone.now())
        messages.success(request, _("已保存窗口“%(window)s”的读卡器。") % {"window": form.instance.window})
        return redirect("reception:workstations")
    return render(request, "reception/workstation.html", {"form": form}, status=422 if form.errors else 200)


def _visit(request: HttpRequest, number: str) -> Visit:
    request.user.must("reception.view")
    joined = ("petitioner", "clerk", "office", "content_category", "case_link__case__handling_unit")
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related(*joined), number=number)


def _person(request: HttpRequest, pk: int) -> Petitioner:
    request.user.must("reception.view")
    return get_object_or_404(Petitioner.objects.visible_to(request.user), pk=pk)


def _visit_page(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    may_register, now = request.user.can("reception.register"), timezone.now()
    shown = {
        "visit": visit, "link": getattr(visit, "case_link", None), "companions": visit.companions.all(),
        "print_now": "print" in request.GET and may_register, "may_register": may_register,
        "fresh": visit.clerk == request.user and now - visit.registered_at < dt.timedelta(minutes=10),
        "may_reveal": request.user.can("reception.reveal"), "today": timezone.localdate(now), "form": RevealForm(),
    }  # fmt: skip
    return shown | _prints(visit) | _read_back(request.user, visit)


def _read_back(user: User, visit: Visit) -> dict[str, Any]:
    """The words to be confirmed, their versions, and the ways to confirm them."""
    joined = ("made_by", "confirmed_by", "signature", "scan", "paper")
    versions = list(visit.readbacks.select_related(*joined).order_by("-version"))
    last = versions[0] if versions else None
    name = "" if visit.petitioner.kind == PetitionerKind.ANONYMOUS else visit.petitioner.name
    return {
        "words": last or visit, "last": last, "earlier": versions[1:], "stands": readback.stands(visit),
        "owed": readback.asked_of(visit), "ways": forms_of(last.version if last else 0, name),
        "may_confirm": user.can("reception.register") and not (last and last.stands),
    }  # fmt: skip


def _person_page(request: HttpRequest, petitioner: Petitioner) -> dict[str, Any]:
    family, user = list(Petitioner.objects.family_of(petitioner).order_by("pk")), request.user
    visits = Visit.objects.visible_to(user).filter(petitioner__in=family).select_related("clerk", "case_link__case")
    page = Paginator(visits.order_by("-visited_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)  # read once, however often the page looks at it
    return {
        "person": petitioner, "main": petitioner.main, "came_along": _came_along(visits, family), "page_obj": page,
        "merged": [one for one in family if one != petitioner and one != petitioner.main],
        "may_merge": user.can("reception.merge") and petitioner.kind != PetitionerKind.ANONYMOUS,
        "undo": UndoForm(), "may_reveal": user.can("reception.reveal"), "form": RevealForm(),
    }  # fmt: skip


def _came_along(visits: QuerySet[Visit], family: list[Petitioner]) -> QuerySet[Companion]:
    """People of these visits' rosters, the latest first; the person themselves left out."""
    others = Companion.objects.filter(visit__in=visits.order_by().values("pk"))
    own = [one.id_index for one in family if one.id_index]
    return others.exclude(id_index__in=own).select_related("visit").order_by("-visit__visited_at", "position")[:ALONG]


def _revealed(request: HttpRequest, form: RevealForm, petitioner: Petitioner, visit: Visit | None) -> bool:
    """Record the look; False with the reason in the form when there is none to give."""
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    try:
        actions.reveal(petitioner=petitioner, reason=reason, actor=request.user, at=timezone.now(), visit=visit)
    except Refusal as refusal:
        form.add_error("reason", str(refusal))
        return False
    return True


def ask_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that this person and another be one; ``?q=`` looks for others by name or pinyin."""
    request.user.must("reception.merge")
    person, text = _person(request, pk), request.GET.get("q", "").strip()[:60]
    found = merging.candidates(person, request.user, text)
    form = MergeForm(request.POST or None, found=found)
    if request.method == "POST" and form.is_valid() and (asked := _asked(request, form, person)):
        messages.success(request, _("已提出并户，等待另一人审批。"))
        return redirect(asked)
    form.fields["other"].queryset = found[:MOST]  # a choice is checked against all, shown are a few
    context = {"person": person, "form": form, "text": text, "more": found.count() > MOST}
    return render(request, "reception/merging_ask.html", context, status=422 if form.errors else 200)


@require_POST
def ask_unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a merged person stand alone again; a refusal is shown on the person's page."""
    request.user.must("reception.merge")
    person, form = _person(request, pk), UndoForm(request.POST)
    if form.is_valid() and (asked := _asked_back(request, form, person)):
        messages.success(request, _("已提出撤销并户，等待另一人审批。"))
        return redirect(asked)
    return render(request, "reception/person.html", _person_page(request, person) | {"undo": form}, status=422)


def merging_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Both persons side by side, numbers masked; the second person agrees or not. 409 when that cannot be."""
    asked = _merge_request(request, pk)
    form, reason = VerdictForm(request.POST or None), no_deciding(asked, request.user)
    if request.method == "POST" and not reason and form.is_valid():
        reason = _decided(request, asked, form.cleaned_data["verdict"])
        if not reason:
            messages.success(request, _("已审批。"))
            return redirect(merging.pair_of(asked)[0])
    context = _merging_context(request, asked, form, reason)
    return render(
        request, "reception/merging.html", context, status=409 if request.method == "POST" and reason else 200
    )


def _merge_request(request: HttpRequest, pk: int) -> Request:
    """The request, for who may ask or decide and may see persons at all."""
    if not (request.user.can("reception.merge") or request.user.can("reception.merge_decide")):
        raise PermissionDenied
    asked = get_object_or_404(
        Request.objects.select_related("asked_by", "decided_by", "unit"), pk=pk, kind=merging.KIND
    )
    both = [asked.subject_id, asked.facts["main"]]
    if Petitioner.objects.visible_to(request.user).filter(pk__in=both).count() != len(set(both)):
        raise Http404
    return asked


def _asked(request: HttpRequest, form: MergeForm, person: Petitioner) -> Request | None:
    main, other = form.pair(person)
    said = {name: form.cleaned_data[name] for name in ("reason", "documents")}
    try:
        return actions.ask_merge(main=main, other=other, actor=request.user, at=timezone.now(), **said)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _asked_back(request: HttpRequest, form: UndoForm, person: Petitioner) -> Request | None:
    try:
        return actions.ask_unmerge(
            person=person, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _decided(request: HttpRequest, asked: Request, verdict: str) -> str:
    """Grant or deny; "" or the sentence why that cannot be."""
    granting = actions.unmerge if merging.undoes(asked) else actions.merge
    act = granting if "grant" in request.POST else actions.deny_merge
    try:
        act(request=asked, actor=request.user, at=timezone.now(), verdict=verdict)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _merging_context(request: HttpRequest, asked: Request, form: VerdictForm, reason: str) -> dict[str, Any]:
    main, other = merging.pair_of(asked)
    visits = Visit.objects.visible_to(request.user)
    counted = [(one, visits.filter(petitioner=one).count()) for one in (main, other)]
    return {
        "asked": asked, "form": form, "undo": merging.undoes(asked), "main": main, "other": other,
        "persons": [{"person": one, "visits": count, "main": one == main} for one, count in counted],
        "differ": merging.documents_differ(main, other), "reason": reason,
        "may_decide": not no_deciding(asked, request.user),
    }  # fmt: skip
