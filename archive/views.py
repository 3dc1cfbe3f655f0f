"""Pages of the archive: what is ready, what is filed, filing one matter, one dossier."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from approvals.asking import no_deciding, pending
from approvals.models import Request
from archive import actions
from archive.actions import file_case, hand_out_volume, print_dossier
from archive.contents import contents_of
from archive.filters import DossierFilter, ReadyFilter
from archive.forms import AgainForm, FilingForm, PaperForm, ReasonForm, VerdictForm
from archive.models import Dossier
from archive.naming import dossier_title
from archive.readiness import checklist, checklists, missing
from archive.retention import propose
from cases.choices import ARCHIVABLE
from cases.models import Case
from cases.workflow import refusal
from vault.errors import Refusal

PER_PAGE = 25


def index(request: HttpRequest) -> HttpResponse:
    """Matters ready to be filed, each with what is missing; ``?tab=filed`` the dossiers by year and household."""
    request.user.must("archive.view")
    filed = request.GET.get("tab") == "filed"
    ready, dossiers = _ready(request.user), Dossier.objects.visible_to(request.user)
    if filed:
        found = DossierFilter(request.GET, dossiers.for_list())
    else:
        found = ReadyFilter(
            request.GET, ready.select_related("petitioner", "handling_unit").order_by("closed_at", "pk")
        )
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "filed": filed, "tabs": _tabs(filed, ready, dossiers)}
    if not filed:
        context["rows"] = _rows(page.object_list)
    return render(request, "archive/index.html", context)


def file(request: HttpRequest, number: str) -> HttpResponse:
    """The checklist of one matter and the form that files it."""
    request.user.must("archive.file")
    case, now = get_object_or_404(Case.objects.visible_to(request.user), number=number), timezone.now()
    context = _filing(case, request.user, now)
    form = context["form"] = FilingForm(request.POST or None, **context.pop("asked"))
    if request.method == "POST" and form.is_valid():
        try:
            dossier = file_case(case=case, actor=request.user, at=now, **form.cleaned_data)
            messages.success(request, _("已归档，档号 %(code)s。") % {"code": dossier.printed_code})
            return redirect(dossier)
        except Refusal as no:
            form.add_error(None, str(no))
    return render(request, "archive/file.html", context, status=422 if form.errors else 200)


def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: cover data, catalogue, and the other files of its household."""
    request.user.must("archive.view")
    visible = Dossier.objects.visible_to(request.user).select_related("case", "household__petitioner", "filed_by")
    found = get_object_or_404(visible, code=code)
    family = found.household.petitioner.family_ids
    others = visible.filter(household__petitioner__in=family).exclude(pk=found.pk).order_by("-year", "-serial")
    context = _apart(found, request.user) | {
        "dossier": found,
        "items": found.lines,
        "others": others,
        "may_print": request.user.can("archive.print") and not found.is_apart,
        "crumbs": [{"url": f"{reverse('archive:index')}?tab=filed", "label": _("归档")}, {"label": found.printed_code}],
    }
    return render(request, "archive/dossier.html", context)


def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The whole dossier as one PDF; every print is on record."""
    request.user.must("archive.print")
    found = get_object_or_404(Dossier.objects.visible_to(request.user), code=code)
    try:
        data = print_dossier(dossier=found, actor=request.user, at=timezone.now())
    except Refusal as no:
        messages.error(request, str(no))
        return redirect(found)
    return _pdf(data, f"{found.code}.pdf")


def volume_pdf(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """An earlier version as it was bound; every print is on record."""
    request.user.must("archive.print")
    found = get_object_or_404(Dossier.objects.visible_to(request.user), code=code)
    volume = get_object_or_404(found.volumes, version=version)
    try:
        data = hand_out_volume(volume=volume, actor=request.user, at=timezone.now())
    except Refusal as no:
        messages.error(request, str(no))
        return redirect(found)
    return _pdf(data, f"{found.code}-v{version}.pdf")


@require_POST
def ask_take_apart(request: HttpRequest, code: str) -> HttpResponse:
    """Ask that a bound dossier be taken apart; a refusal is shown on its page."""
    request.user.must("archive.take_apart")
    found, form = _bound(request, code), ReasonForm(request.POST)
    if form.is_valid():
        try:
            asked = actions.ask_take_apart(dossier=found, actor=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已提出拆卷，等待另一人审批。"))
            return redirect(asked)
        except Refusal as no:
            form.add_error(None, str(no))
    return render(request, "archive/take_apart.html", {"dossier": found, "form": form}, status=422)


def taking_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """One request to take a dossier apart: the second person agrees or not."""
    asked, found = _asked(request, pk)
    form, reason = VerdictForm(request.POST or None), no_deciding(asked, request.user)
    if request.method == "POST" and not reason and form.is_valid():
        reason = _decided(request, asked, form.cleaned_data["verdict"])
        if not reason:
            messages.success(request, _("已审批。"))
            return redirect(found.case)
    context = {"asked": asked, "dossier": found, "form": form, "reason": reason, "items": found.lines}
    context["may_decide"] = not no_deciding(asked, request.user)
    return render(
        request, "archive/taking_apart.html", context, status=409 if request.method == "POST" and reason else 200
    )


def again(request: HttpRequest, code: str) -> HttpResponse:
    """Bind a dossier that was taken apart: what goes in, and what was corrected."""
    request.user.must("archive.file")
    found = _bound(request, code)
    form = AgainForm(request.POST or None, entries=contents_of(found.case))
    if request.method == "POST" and form.is_valid():
        try:
            actions.bind_again(dossier=found, actor=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已重新装订为第 %(n)s 版。") % {"n": found.version})
            return redirect(found)
        except Refusal as no:
            form.add_error(None, str(no))
    context = {"dossier": found, "form": form, "paper": PaperForm()}
    return render(request, "archive/again.html", context, status=422 if form.errors else 200)


@require_POST
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Put a missing paper to a dossier that is taken apart."""
    request.user.must("archive.file")
    found, form = _bound(request, code), PaperForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            upload = form.cleaned_data["upload"]
            actions.add_paper(dossier=found, upload=upload, actor=request.user, at=timezone.now())
            return redirect("archive:again", code=code)
        except Refusal as no:
            form.add_error("upload", str(no))
    context = {"dossier": found, "form": AgainForm(entries=contents_of(found.case)), "paper": form}
    return render(request, "archive/again.html", context, status=422)


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The archive's part of a matter's page."""
    request.user.must("cases.view")
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    user = request.user
    context = {
        "case": case,
        "dossier": Dossier.objects.filter(case=case).select_related("household", "filed_by").first(),
        "may_open": user.can("archive.view"),
        "may_file": not refusal(case, "file", user, timezone.now()),
        "archivable": case.state in ARCHIVABLE,
    }
    return render(request, "archive/_panel.html", context)


def _bound(request: HttpRequest, code: str) -> Dossier:
    joined = Dossier.objects.visible_to(request.user).select_related("case__office", "household__petitioner")
    return get_object_or_404(joined, code=code)


def _asked(request: HttpRequest, pk: int) -> tuple[Request, Dossier]:
    """The request and its dossier, for who asks or decides and may know of the matter."""
    if not (request.user.can("archive.take_apart") or request.user.can("archive.take_apart_decide")):
        raise PermissionDenied
    asked = get_object_or_404(
        Request.objects.select_related("asked_by", "unit", "decided_by"), pk=pk, kind="take_apart"
    )
    known = Dossier.objects.filter(case__in=Case.objects.visible_to(request.user))
    return asked, get_object_or_404(known.select_related("case", "household__petitioner"), pk=asked.subject_id)


def _decided(request: HttpRequest, asked: Request, verdict: str) -> str:
    """Grant or deny; "" or the sentence why that cannot be."""
    act = actions.take_apart if "grant" in request.POST else actions.deny_take_apart
    try:
        act(request=asked, actor=request.user, at=timezone.now(), verdict=verdict)
    except Refusal as no:
        return str(no)
    return ""


def _apart(dossier: Dossier, user: User) -> dict[str, Any]:
    """What the page of a dossier says of its versions."""
    may_ask = user.can("archive.take_apart") and bool(dossier.file)
    return {
        "volumes": dossier.volumes.select_related("request__asked_by", "request__decided_by"),
        "open_request": pending("take_apart", dossier) if may_ask else None,
        "may_ask": may_ask,
        "may_bind": dossier.is_apart and user.can("archive.file"),
        "reason_form": ReasonForm(),
    }


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _ready(user: User) -> QuerySet[Case]:
    return Case.objects.visible_to(user).filter(state__in=ARCHIVABLE)


def _rows(cases: QuerySet[Case]) -> list[dict[str, Any]]:
    checks = checklists(cases, timezone.localdate())
    return [{"case": case, "missing": missing(checks[case.pk])} for case in cases]


def _tabs(filed: bool, ready: QuerySet[Case], dossiers: QuerySet[Dossier]) -> list[dict[str, Any]]:
    home = reverse("archive:index")
    return [
        {"url": home, "label": _("待归档"), "count": ready.count(), "current": not filed},
        {"url": f"{home}?tab=filed", "label": _("已归档"), "count": dossiers.count(), "current": filed},
    ]


def _filing(case: Case, user: User, now: Any) -> dict[str, Any]:
    """What the filing page shows; ``asked`` goes into the form."""
    checks = checklist(case, timezone.localdate(now))
    proposal = propose(case)
    owes_visit = any(check.code == "return_visit" for check in missing(checks))
    return {
        "case": case,
        "checks": checks,
        "proposal": proposal,
        "entries": contents_of(case),
        "title": dossier_title(case),
        "blocked": [check for check in missing(checks) if check.code != "return_visit"],
        "no": refusal(case, "file", user, now),
        "asked": {"proposal": proposal, "owes_visit": owes_visit},
        "crumbs": [{"url": reverse("archive:index"), "label": _("归档")}, {"label": case.number}],
    }
