"""Starting, stopping and moving the clocks of a matter, inside a verb.

Every function returns the clock rows it wrote, for the trail, and keeps the matter's
``due_on`` (the nearest strict due day of a running clock) in step.
"""

import datetime as dt

from django.utils import timezone

from cases.choices import ClockKind
from cases.deadlines import Calendar, Due, due
from cases.models import Case, Clock

# Periods that somebody owes. The petitioner's own periods and a unit's right to object make nobody late by passing.
OURS = (ClockKind.TRANSFER, ClockKind.NOTIFY, ClockKind.HANDLE, ClockKind.ASSIGNED)


def local_day(at: dt.datetime) -> dt.date:
    """The calendar day in the office's time zone."""
    return timezone.localtime(at).date()


def start(case: Case, kind: str, day: dt.date, calendar: Calendar) -> Clock:
    """Start the clock ``kind`` on ``day`` (not counted); a running one of that kind is left alone."""
    running = case.clocks.filter(kind=kind, stopped_on__isnull=True).first()
    if running:
        return running
    return _create(case, kind, due(kind, day, calendar))


def start_until(case: Case, day: dt.date, last: dt.date, basis: str, calendar: Calendar) -> Clock:
    """Start a clock whose last day the office itself set (交办期限)."""
    found = Due(
        "assigned", day, (last - day).days, "calendar", last, calendar.next_working_day(last), basis,
        provisional=last.year not in calendar.confirmed,
    )  # fmt: skip
    return _create(case, ClockKind.ASSIGNED, found)


def past(case: Case, kind: str, day: dt.date, stopped_on: dt.date, reason: str, calendar: Calendar) -> Clock:
    """A clock that started and stopped in the past, as an old register tells; it never makes anything due."""
    clock = _built(case, due(kind, day, calendar), kind)
    clock.stopped_on, clock.stop_reason = stopped_on, reason
    clock.save(force_insert=True)
    return clock


def stop(case: Case, kinds: tuple[str, ...], day: dt.date, reason: str) -> list[Clock]:
    """Stop the running clocks of these kinds; stopping one that does not run is no error."""
    stopped = list(case.clocks.filter(kind__in=kinds, stopped_on__isnull=True))
    for clock in stopped:
        clock.stopped_on = max(day, clock.started_on)
        clock.stop_reason = reason
        clock.save()
    refresh_due(case)
    return stopped


def prolong(clock: Clock, days: int, calendar: Calendar) -> Clock:
    """Move a running clock by ``days`` calendar days from its old last day; its version rises."""
    last = clock.strict_due + dt.timedelta(days=days)
    clock.strict_due, clock.legal_due = last, calendar.next_working_day(last)
    clock.provisional = last.year not in calendar.confirmed
    clock.version += 1
    clock.steps = clock.steps | {"extended_by": days, "skipped": calendar.rolled_over(last)}
    clock.save()
    refresh_due(clock.case)
    return clock


def refresh_due(case: Case) -> None:
    """Set the matter's nearest due day from its running clocks; called by whoever changes one."""
    running = case.clocks.filter(stopped_on__isnull=True, kind__in=OURS)
    nearest = running.order_by("strict_due", "pk").first()
    case.due_on, case.due_kind = (nearest.strict_due, nearest.kind) if nearest else (None, "")
    Case.objects.filter(pk=case.pk).update(due_on=case.due_on, due_kind=case.due_kind)


def _create(case: Case, kind: str, found: Due) -> Clock:
    clock = _built(case, found, kind)
    clock.save(force_insert=True)
    refresh_due(case)
    return clock


def _built(case: Case, found: Due, kind: str) -> Clock:
    return Clock(
        case=case,
        kind=kind,
        started_on=found.start,
        length=found.length,
        unit=found.unit,
        strict_due=found.strict_due,
        legal_due=found.legal_due,
        basis=found.basis,
        steps=found.steps(),
        provisional=found.provisional,
    )
