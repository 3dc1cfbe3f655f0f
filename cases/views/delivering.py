"""送达: recording the delivery of a paper, and the register of what was delivered and what was not."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.actions import serving
from cases.filters import DeliveryFilter
from cases.forms import DeliverForm
from cases.models import Case, Delivery
from cases.shielding import shown_name
from cases.views.finding import matter, needs
from cases.workflow import who_was_faster
from documents.choices import PAPER_KINDS
from documents.models import Paper
from vault.errors import Refusal, Stale

PER_PAGE = 25
STARTS_A_PERIOD = tuple(kind for kind, (_step, period) in serving.EFFECTS.items() if period)


def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """Record how a paper reached the petitioner; 409 when somebody else was faster."""
    needs(request, "cases.serve")
    case, now = matter(request, number), timezone.now()
    form = DeliverForm(request.POST or None, case=case, actor=request.user, today=timezone.localdate(now))
    status = attempt(case, form, request.user, now) if request.method == "POST" else 200
    if status == 302:
        messages.success(request, _("%(number)s 已登记送达。") % {"number": number})
        return redirect(case)
    context = {"case": case, "form": form, "petitioner": shown_name(case, request.user)}
    return render(request, "cases/deliver.html", context, status=status)


def attempt(case: Case, form: DeliverForm, actor: User, now: dt.datetime) -> int:
    """302 when recorded, else 422 or 409 with the reason on the form."""
    if not form.is_valid():
        return 422
    if form.cleaned_data["version"] not in (None, case.version):
        form.add_error(None, who_was_faster(case))
        return 409
    try:
        serving.serve(case=case, actor=actor, at=now, **form.for_verb())
    except Refusal as no:
        form.add_error(None, str(no))
        return 409 if isinstance(no, Stale) else 422
    return 302


def register(request: HttpRequest) -> HttpResponse:
    """The register: papers that wait (first those whose period cannot start), or deliveries that were made."""
    needs(request, "cases.serve")
    tab = request.GET.get("tab", "stuck")
    today, visible = timezone.localdate(), Case.objects.visible_to(request.user)
    found = DeliveryFilter(request.GET, rows(tab, visible), today=today)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": tab, "tabs": tabs(tab, visible), "filter": found, "page_obj": page,
        "lines": lines(page, visible, today) if tab != "done" else [],
    }  # fmt: skip
    return render(request, "cases/deliveries.html", context)


def waiting(visible: QuerySet[Case]) -> QuerySet[Paper]:
    """Papers owed to petitioners of these matters without a delivery on record."""
    served = [code for code, kind in PAPER_KINDS.items() if kind.served]
    mine = visible.filter(pk=OuterRef("subject_id"))
    return (
        Paper.objects.filter(subject_type=Case._meta.label_lower, kind__in=served, voided_at__isnull=True)
        .filter(Exists(mine), deliveries__isnull=True)
        .order_by("issued_at", "pk")
    )


def rows(tab: str, visible: QuerySet[Case]) -> QuerySet[Any]:
    if tab == "done":
        made = Delivery.objects.filter(case__in=visible).select_related("case", "paper", "recorded_by")
        return made.order_by("-delivered_on", "-pk")
    papers = waiting(visible)
    return papers.filter(kind__in=STARTS_A_PERIOD) if tab == "stuck" else papers.exclude(kind__in=STARTS_A_PERIOD)


def tabs(tab: str, visible: QuerySet[Case]) -> list[dict[str, Any]]:
    """The three views with the counts of those that ask for work."""
    papers = waiting(visible)
    stuck = papers.filter(kind__in=STARTS_A_PERIOD).count()
    entries = [
        ("stuck", _("期限无法起算"), stuck),
        ("owed", _("其他待送达"), papers.count() - stuck),
        ("done", _("已送达"), None),
    ]  # fmt: skip
    return [{"url": f"?tab={code}", "label": label, "count": n, "current": tab == code} for code, label, n in entries]


def lines(page: Any, visible: QuerySet[Case], today: dt.date) -> list[dict[str, Any]]:
    """Each waiting paper with its matter and the calendar days since it was issued."""
    papers = list(page)
    cases = visible.select_related("petitioner").in_bulk([paper.subject_id for paper in papers])
    return [
        {"paper": paper, "case": cases[paper.subject_id], "days": (today - timezone.localdate(paper.issued_at)).days}
        for paper in papers
    ]
