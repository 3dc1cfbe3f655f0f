"""Pages of reception: the desk, one visit, one person. Registering itself is a page of cases."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from approvals.asking import no_deciding
from approvals.models import Request
from reception import actions, merging
from reception.choices import Channel, PetitionerKind
from reception.forms.merging import MOST, MergeForm, UndoForm, VerdictForm
from reception.forms.reveal import RevealForm
from reception.models import Companion, ContentCategory, Petitioner, Visit
from vault.errors import Refusal

LATEST = 8
PAGE = 25
ALONG = 10  # people who came along, on the page of a person


def desk(request: HttpRequest) -> HttpResponse:
    """接待台: today's figures, my latest registrations, visits nobody has said anything about yet."""
    request.user.must("reception.view")
    today = timezone.localdate()
    visits = Visit.objects.visible_to(request.user).select_related("petitioner", "clerk", "case_link__case")
    context = figures(request.user, today) | {
        "today": today,
        "mine": visits.filter(clerk=request.user).order_by("-registered_at", "-pk")[:LATEST],
        "undecided": visits.filter(case_link__isnull=True).order_by("registered_at")[:LATEST],
        "may_register": request.user.can("reception.register"),
    }
    return render(request, "reception/desk.html", context)


def figures(user: User, day: dt.date) -> dict[str, Any]:
    """批次、人次 and group visits of a day, those of the user, and how many visits are undecided."""
    visits = Visit.objects.visible_to(user)
    came = visits.on_day(day).filter(channel=Channel.VISIT)
    return {
        "day": came.aggregate(visits=Count("pk"), persons=Sum("visitors", default=0)),
        "groups": came.filter(is_group=True).count(),
        "own": came.filter(clerk=user).count(),
        "open": visits.filter(case_link__isnull=True).count(),
    }


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


def contents(request: HttpRequest) -> HttpResponse:
    """The content categories as options of the list behind the field; asked for once, when the field is entered."""
    request.user.must("reception.register")
    names = ContentCategory.objects.filter(is_active=True, children__isnull=True)
    return render(request, "reception/_contents.html", {"names": names.values_list("path_name", flat=True)})


def _visit(request: HttpRequest, number: str) -> Visit:
    request.user.must("reception.view")
    joined = ("petitioner", "clerk", "office", "content_category", "case_link__case__handling_unit")
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related(*joined), number=number)


def _person(request: HttpRequest, pk: int) -> Petitioner:
    request.user.must("reception.view")
    return get_object_or_404(Petitioner.objects.visible_to(request.user), pk=pk)


def _visit_page(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    link = getattr(visit, "case_link", None)
    return {
        "visit": visit,
        "link": link,
        "companions": visit.companions.all(),
        "print_now": "print" in request.GET and request.user.can("reception.register"),
        "fresh": visit.clerk == request.user and timezone.now() - visit.registered_at < dt.timedelta(minutes=10),
        "may_reveal": request.user.can("reception.reveal"),
        "may_register": request.user.can("reception.register"),
        "today": timezone.localdate(),
        "form": RevealForm(),
    }


def _person_page(request: HttpRequest, petitioner: Petitioner) -> dict[str, Any]:
    family = list(Petitioner.objects.family_of(petitioner).order_by("pk"))
    visits = Visit.objects.visible_to(request.user).filter(petitioner__in=family)
    visits = visits.select_related("clerk", "case_link__case")
    return {
        "person": petitioner,
        "main": petitioner.main,
        "came_along": _came_along(visits, family),
        "merged": [one for one in family if one != petitioner and one != petitioner.main],
        "may_merge": request.user.can("reception.merge") and petitioner.kind != PetitionerKind.ANONYMOUS,
        "undo": UndoForm(),
        "page_obj": Paginator(visits.order_by("-visited_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "may_reveal": request.user.can("reception.reveal"),
        "form": RevealForm(),
    }


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
