"""The holiday table: an administrator asks for a change, a second person makes it true."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from audit import trail
from cases import dayplan
from cases.choices import DayKind
from cases.dayplan import Plan
from cases.deadlines import Calendar
from cases.models import CalendarYear
from notices import outbox
from vault.errors import Refusal

FIRST, LAST = 2000, 2100


@trail.verb
def ask_calendar(*, plan: Plan, reason: str, actor: User, at: dt.datetime) -> Request:
    """Ask for a change of a year's table; nothing changes until another person approves.

    Raises ``Refusal`` for a year out of range, a day of another year, a make-up day on a
    day worked anyway, a confirmed year without a source or without any day off, or a
    change that changes nothing.
    """
    if not actor.can("cases.manage_reference"):
        raise Refusal(_("您的角色不能维护节假日安排。"))
    row = CalendarYear.objects.filter(year=plan.year).first()
    _check(plan, row)
    request = asking.ask(
        "calendar", subject=row or CalendarYear(year=plan.year), actor=actor, at=at, reason=reason, **plan.payload()
    )  # fmt: skip
    trail.record(
        actor=actor, verb="ask_calendar", title=_("申请调整节假日安排"), subject=request, at=at, note=reason,
        year=plan.year, days=len(plan.days),
    )  # fmt: skip
    outbox.put(
        recipients=[one for one in User.objects.with_permission(request.spec.permission) if one.pk != actor.pk],
        kind="ask", text=_("%(year)s 年节假日安排的调整待您审批。") % {"year": plan.year}, at=at,
        url=request.get_absolute_url(), key=f"ask:{request.pk}",
    )  # fmt: skip
    return request


def _check(plan: Plan, row: CalendarYear | None) -> None:
    if not FIRST <= plan.year <= LAST:
        raise Refusal(_("年度应当在 %(first)s 至 %(last)s 之间。"), first=FIRST, last=LAST)
    before = dayplan.days_of(plan.year)
    for day, value in plan.days.items():
        _check_day(plan.year, day, value)
    if plan.confirm and not plan.source.strip():
        raise Refusal(_("标为已核对的，请写明通知文号。"))
    off = [day for day, (kind, _name) in plan.after(before).items() if kind == DayKind.OFF]
    if (plan.confirm or plan.days) and not off:
        raise Refusal(_("%(year)s 年没有任何放假日，这样的安排不能录入，请核对清单。"), year=plan.year)
    if not plan.changes(before, row):
        raise Refusal(_("与现有安排相同，没有需要审批的改动。"))


def _check_day(year: int, day: dt.date, value: dayplan.Day | None) -> None:
    if day.year != year:
        raise Refusal(_("%(day)s 不在 %(year)s 年。"), day=day.isoformat(), year=year)
    if value and value[0] == DayKind.WORK and day.weekday() < 5:
        raise Refusal(_("%(day)s 不是周末，本来就上班，不必登记调休。"), day=day.isoformat())
    if value and not value[1].strip():
        raise Refusal(_("%(day)s 没有写名称。"), day=day.isoformat())


@trail.verb
def approve_calendar(*, request: Request, actor: User, at: dt.datetime, verdict: str = "") -> int:
    """Make the change true and recompute every running period; returns how many clocks changed.

    The preview is computed anew with the table as it stands now. Raises ``Refusal`` for the
    asker or the wrong role, ``Stale`` when somebody else was first.
    """
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    plan = Plan.from_payload(request.payload)
    row = dayplan.write(plan)
    trail.record(
        actor=actor, verb="calendar", title=_("批准节假日安排"), subject=row, at=at, note=verdict, rows=[request],
        year=plan.year, days=len(plan.days), confirmed=plan.confirm, source=row.source,
    )  # fmt: skip
    changed = dayplan.recompute(Calendar.load(), actor=actor, at=at)
    _tell_asker(request, at)
    return len(changed)


@trail.verb
def deny_calendar(*, request: Request, actor: User, at: dt.datetime, verdict: str) -> None:
    """The second person does not agree; the table stays as it is."""
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    trail.record(
        actor=actor, verb="deny_calendar", title=_("不同意节假日安排"), subject=request, at=at, note=verdict,
        year=request.subject_id,
    )  # fmt: skip
    _tell_asker(request, at)


def _tell_asker(request: Request, at: dt.datetime) -> None:
    said = {
        "granted": _("%(year)s 年节假日安排已获批准。"),
        "denied": _("%(year)s 年节假日安排未获批准，请看审批意见。"),
    }
    kind = "granted" if request.granted else "denied"
    outbox.put(
        recipients=[request.asked_by] if request.asked_by.is_active else [], kind=kind, at=at,
        text=said[kind] % {"year": request.subject_id}, url=request.get_absolute_url(), key=f"decided:{request.pk}",
    )  # fmt: skip
