"""回访抽查: the drawn months, drawing one, and the work list of one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Unit, User
from cases.models import Case
from cases.shielding import shown_name
from followup import actions, evaluating, guards, sampling
from followup.choices import Reached
from followup.models import ReturnVisit, Sampled, SampleRun
from vault.errors import Refusal

PAGE = 20


def samples(request: HttpRequest) -> HttpResponse:
    """The months drawn for the user's office, with how far the work has come."""
    office, now = _office(request), timezone.now()
    known = Q(rows__case__in=Case.objects.visible_to(request.user))
    runs = _runs(office, request.user).annotate(
        drawn=Count("rows", filter=known), left=Count("rows", filter=known & Q(rows__closed_at__isnull=True))
    )
    page = Paginator(runs.select_related("drawn_by", "office").order_by("-month", "-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    may = request.user.can("followup.supervise")
    context = {"page_obj": page, "months": _months(office, now) if may else [], "rule": _rule(sampling.rule())}
    return render(request, "followup/samples.html", context | {"attempts": evaluating.numbers()["attempts"]})


@require_POST
def draw(request: HttpRequest) -> HttpResponse:
    """Draw a month and show its list."""
    office, month = _office(request), _day(request.POST.get("month", ""))
    request.user.must("followup.supervise")
    try:
        run = actions.draw(office=office, month=month, actor=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("followup:samples")
    messages.success(request, _("已抽取 %(month)s 的回访事项。") % {"month": f"{run.month:%Y-%m}"})
    return redirect("followup:sample", pk=run.pk)


def _day(text: str) -> dt.date:
    """The month as posted; one far ahead, which nobody can draw, for anything that is no day."""
    try:
        return parse_date(text[:10]) or dt.date.max
    except ValueError:
        return dt.date.max


def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The work list of one month: whom to visit, how often it was tried, and what came of it."""
    office, user = _office(request), request.user
    run = get_object_or_404(_runs(office, user).select_related("drawn_by", "office"), pk=pk)
    rows, done = _rows(run, user), request.GET.get("show") == "done"
    counts = rows.aggregate(left=Count("pk", filter=Q(closed_at__isnull=True)), drawn=Count("pk"))
    page = Paginator(rows.filter(closed_at__isnull=not done), PAGE).get_page(request.GET.get("page"))
    context = counts | {"run": run, "page_obj": page, "done": done, "rule": _rule(run.rule)}
    context |= {"replayed": sampling.replayed(run), "rows": [_row(row, run, user) for row in page]}
    context |= {"tabs": _tabs(counts, done), "frame": _frame(run, user)}
    return render(request, "followup/sample.html", context)


def _tabs(counts: dict[str, int], done: bool) -> list[dict[str, Any]]:
    return [
        {"url": "?", "label": _("待回访"), "count": counts["left"], "current": not done},
        {"url": "?show=done", "label": _("已了结"), "count": counts["drawn"] - counts["left"], "current": done},
    ]


def _office(request: HttpRequest) -> Unit:
    user = request.user
    user.must("followup.return_visit")
    if user.unit is None or user.scope != "office":
        raise Http404
    return user.unit


def _runs(office: Unit, user: User) -> QuerySet[SampleRun]:
    """The samples of an office in which there is anything that the user may know of."""
    known = Sampled.objects.visible_to(user).filter(run=OuterRef("pk"))
    return SampleRun.objects.filter(Exists(known), office__path__startswith=office.path)


def _months(office: Unit, now: dt.datetime) -> list[dt.date]:
    """The last months that are over and not drawn yet."""
    first, found = timezone.localdate(now).replace(day=1), []
    for _one in range(sampling.MONTHS):
        first = (first - dt.timedelta(days=1)).replace(day=1)
        found.append(first)
    drawn = set(SampleRun.objects.filter(office=office, month__in=found).values_list("month", flat=True))
    return [month for month in found if month not in drawn]


def _rule(blocks: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [blocks[code] | {"code": code} for code in sampling.KINDS if code in blocks]


def _rows(run: SampleRun, user: User) -> QuerySet[Sampled]:
    failed = ReturnVisit.objects.filter(case=OuterRef("case"), reached=Reached.NO, visited_at__gte=run.drawn_at)
    counted = failed.order_by().values("case").annotate(n=Count("pk")).values("n")
    rows = Sampled.objects.visible_to(user).filter(run=run).order_by("position")
    joined = rows.select_related("case__petitioner", "case__handling_unit", "case__office")
    return joined.annotate(failed=Coalesce(Subquery(counted), 0))


def _row(row: Any, run: SampleRun, user: User) -> dict[str, Any]:
    case = row.case
    return {
        "row": row, "case": case, "name": shown_name(case, user), "phone": case.petitioner.masked_phone,
        "why": [sampling.label(run, code) for code in row.reason_codes], "failed": row.failed,
        "open": case.state in guards.TO_VISIT,
    }  # fmt: skip


def _frame(run: SampleRun, user: User) -> int:
    """How many matters it was drawn from, as far as the user may know of them."""
    numbers = [one["number"] for one in run.frame]
    return Case.objects.visible_to(user).filter(number__in=numbers).count()
