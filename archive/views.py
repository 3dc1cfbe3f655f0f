"""Pages of the archive: what is ready, what is filed, filing one matter, one dossier."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.models import User
from archive.actions import file_case, print_dossier
from archive.contents import contents_of
from archive.filters import DossierFilter, ReadyFilter
from archive.forms import FilingForm
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
    context = {
        "dossier": found,
        "items": found.items.all(),
        "others": visible.filter(household=found.household).exclude(pk=found.pk).order_by("-year", "-serial"),
        "may_print": request.user.can("archive.print"),
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
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{found.code}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


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
