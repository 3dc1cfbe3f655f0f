"""The holiday table: years, one year as twelve months, a change asked for, the second person's page."""

import calendar as weeks
import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.asking import no_deciding
from approvals.models import Request
from cases.actions.calendar import FIRST, LAST, approve_calendar, ask_calendar, deny_calendar
from cases.choices import DayKind
from cases.dayplan import Day, Plan, Shift, days_of, running, shifts, tally
from cases.deadlines import ONE_DAY, Calendar
from cases.forms.calendar import CalendarForm, with_line
from cases.models import CalendarYear, Case, Holiday
from cases.views.requests import VerdictForm
from vault.errors import Refusal, Stale

KEEP, DECIDE = "cases.manage_reference", "cases.calendar_decide"
PER_PAGE = 25


def allowed(request: HttpRequest, *permissions: str) -> None:
    """403 for whoever holds none of these."""
    if not any(request.user.can(one) for one in permissions):
        raise PermissionDenied(_("您的岗位不能打开这一页。"))


def calendar(request: HttpRequest) -> HttpResponse:
    """The years of the table, newest first, with what waits for approval."""
    allowed(request, KEEP, DECIDE)
    days = list(Holiday.objects.values_list("day", "kind"))
    waiting = {one.subject_id: one for one in Request.objects.undecided().filter(kind="calendar")}
    known = {row.year: row for row in CalendarYear.objects.all()}
    years = sorted({*known, *waiting, max(known, default=timezone.localdate().year) + 1}, reverse=True)
    rows = [_year_row(year, known.get(year), days) | {"asked": waiting.get(year)} for year in years]
    return render(request, "cases/calendar.html", {"rows": rows, "may_ask": request.user.can(KEEP)})


def _year_row(year: int, row: CalendarYear | None, days: list[tuple[dt.date, str]]) -> dict[str, Any]:
    kinds = [kind for day, kind in days if day.year == year]
    return {"year": year, "row": row, "off": kinds.count(DayKind.OFF), "work": kinds.count(DayKind.WORK)}


def calendar_year(request: HttpRequest, year: int) -> HttpResponse:
    """Twelve months; for the administrator also the form that previews a change and asks for it."""
    allowed(request, *([KEEP] if request.method == "POST" else [KEEP, DECIDE]))
    if not FIRST <= year <= LAST:
        raise Http404
    row, before = CalendarYear.objects.filter(year=year).first(), days_of(year)
    form, reason = _form(request, year, row, before), ""
    bound = form.is_bound and form.is_valid()
    if bound and "ask" in request.POST:
        asked, reason = _asked(request, form)
        if asked:
            return redirect(asked)
    plan = form.plan() if bound else None
    context = _year_page(request, year, row, before, plan) | {"form": form, "reason": reason}
    wrong = form.is_bound and not bound
    return render(request, "cases/calendar_year.html", context, status=422 if wrong else 409 if reason else 200)


def _form(request: HttpRequest, year: int, row: CalendarYear | None, before: dict[dt.date, Day]) -> CalendarForm:
    confirmed = row is not None and row.confirmed
    initial = {"confirm": confirmed, "source": row.source if row and confirmed else ""}
    data = with_line(request.POST.dict()) if request.method == "POST" else None
    return CalendarForm(data, year=year, before=before, initial=initial)


def _asked(request: HttpRequest, form: CalendarForm) -> tuple[Request | None, str]:
    """Ask; the request, or the sentence why that cannot be."""
    reason, now = form.cleaned_data["reason"], timezone.now()
    try:
        return ask_calendar(plan=form.plan(), reason=reason, actor=request.user, at=now), ""
    except Refusal as no:
        return None, str(no)


def _year_page(
    request: HttpRequest, year: int, row: CalendarYear | None, before: dict[dt.date, Day], plan: Plan | None
) -> dict[str, Any]:
    """The months, with the change where one is typed, and what it would do in numbers."""
    asked = Request.objects.undecided().filter(kind="calendar", subject_id=year).first()
    after = plan.after(before) if plan else before
    return {
        "year": year, "row": row, "asked": asked, "months": months(year, after, set(plan.days) if plan else set()),
        "may_ask": request.user.can(KEEP) and asked is None, "plan": plan, "days": _lines(plan) if plan else [],
        "tally": tally(shifts(running(), plan.on(Calendar.load()))) if plan else None,
    }  # fmt: skip


def months(year: int, days: dict[dt.date, Day], changed: set[dt.date]) -> list[dict[str, Any]]:
    """Twelve months of weeks from Monday; a cell is None outside the month."""
    table = weeks.Calendar()
    return [
        {
            "month": month,
            "weeks": [
                [_cell(day, days.get(day), day in changed) if day.month == month else None for day in week]
                for week in table.monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def _cell(day: dt.date, value: Day | None, changed: bool) -> dict[str, Any]:
    """One day: its look is a shape, a word and a colour; the name stands in the title."""
    look = value[0] if value else "weekend" if day.weekday() >= 5 else "plain"
    word = {"off": _("休"), "work": _("班")}.get(look, "")
    return {"day": day, "look": look, "word": word, "name": value[1] if value else "", "changed": changed}


def _lines(plan: Plan) -> list[dict[str, Any]]:
    """The change in words, days in a row with the same arrangement as one stretch."""
    words, lines = {"off": _("放假"), "work": _("调休上班")}, []
    for day, value in sorted(plan.days.items()):
        line = {"day": day, "kind": words[value[0]] if value else _("恢复平日"), "name": value[1] if value else ""}
        last = lines[-1] if lines else {}
        if last and last["last"] == day - ONE_DAY and (last["kind"], last["name"]) == (line["kind"], line["name"]):
            last["last"] = day
        else:
            lines.append(line | {"last": day})
    return lines


def calendar_request(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change would do, and the second person's word on it; 409 for anybody else's."""
    allowed(request, KEEP, DECIDE)
    asked = get_object_or_404(Request.objects.select_related("asked_by", "unit", "decided_by"), pk=pk, kind="calendar")
    reason, form = no_deciding(asked, request.user), VerdictForm(request.POST or None)
    may_decide = not reason
    if request.method == "POST" and may_decide and form.is_valid():
        reason = _decided(request, asked, form.cleaned_data["verdict"])
        if not reason:
            messages.success(request, _("%(year)s 年节假日安排已审批。") % {"year": asked.subject_id})
            return redirect("cases:calendar_year", asked.subject_id)
    context = _request_page(request, asked) | {"form": form, "may_decide": may_decide, "reason": reason}
    status = 409 if reason and request.method == "POST" else 200
    return render(request, "cases/calendar_request.html", context, status=status)


def _decided(request: HttpRequest, asked: Request, verdict: str) -> str:
    """Grant or deny; "" or the sentence why that cannot be."""
    act = approve_calendar if "grant" in request.POST else deny_calendar
    try:
        act(request=asked, actor=request.user, at=timezone.now(), verdict=verdict)
    except (Refusal, Stale) as no:
        return str(no)
    return ""


def _request_page(request: HttpRequest, asked: Request) -> dict[str, Any]:
    """Numbers for the administrator; matters, and numbers of these alone, for whoever may see matters."""
    plan, sees = Plan.from_payload(asked.payload), request.user.can("cases.view")
    found: list[Shift] = []
    if asked.is_open:
        seen = Case.objects.visible_to(request.user) if sees else None
        found = shifts(running(seen).select_related("case"), plan.on(Calendar.load()))
    page = Paginator(found if sees else [], PER_PAGE).get_page(request.GET.get("page"))
    return {"asked": asked, "plan": plan, "days": _lines(plan), "sees": sees, "tally": tally(found), "page_obj": page}
