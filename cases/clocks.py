"""Starting, stopping, pausing and moving the clocks of a matter, inside a verb.

A clock's due days are computed from its inputs (start, length, extension, pauses) and
the holiday table whenever one of these changes, never counted down. Every function
returns the clock rows it wrote, for the trail, and keeps the matter's ``due_on`` (the
nearest strict due day of a running clock) in step.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Q
from django.utils import timezone

from cases.choices import SET_BY_HAND, ClockKind
from cases.deadlines import ONE_DAY, Calendar, Due, Pause, count, due
from cases.models import Case, Clock

# Periods that somebody owes. The petitioner's own periods and a unit's right to object make nobody late by passing.
OURS = (
    ClockKind.TRANSFER, ClockKind.NOTIFY, ClockKind.JUDGE_OBJECTION, ClockKind.HANDLE, ClockKind.SIMPLE_ACCEPT,
    ClockKind.SIMPLE_HANDLE, ClockKind.ASSIGNED, ClockKind.ASSIST, ClockKind.SUPERIOR, ClockKind.INSTRUCTION,
    ClockKind.REVIEW, ClockKind.RECHECK,
)  # fmt: skip
# A pause that comes before the last day puts that day off; one that comes after it changes nothing.
MAKES_DUE = Q(paused_on__isnull=True) | Q(strict_due__lt=F("paused_on"))
# What ends when a matter is answered: the duties before and during handling.
HANDLING = (ClockKind.HANDLE, ClockKind.SIMPLE_HANDLE, ClockKind.ASSIGNED, ClockKind.ASSIST)
BEFORE_DECISION = (ClockKind.TRANSFER, ClockKind.NOTIFY, ClockKind.SIMPLE_ACCEPT)


def local_day(at: dt.datetime) -> dt.date:
    """The calendar day in the office's time zone."""
    return timezone.localtime(at).date()


def start(case: Case, kind: str, day: dt.date, calendar: Calendar, *, length: int | None = None) -> Clock:
    """Start the clock ``kind`` on ``day`` (not counted); a running one of that kind is left alone."""
    running = case.clocks.filter(kind=kind, stopped_on__isnull=True).first()
    if running:
        return running
    return _create(case, kind, due(kind, day, calendar, length=length))


def start_until(
    case: Case, kind: str, day: dt.date, last: dt.date, basis: str, calendar: Calendar, thread: str = ""
) -> Clock:
    """Start a clock whose last day somebody set in a letter (交办期限、批示落实期限…)."""
    assert kind in SET_BY_HAND, kind  # noqa: S101 - a slip of the program, not of a user
    return _create(case, kind, count(kind, day, (last - day).days, "calendar", basis, calendar), thread)


def past(case: Case, kind: str, day: dt.date, stopped_on: dt.date, reason: str, calendar: Calendar) -> Clock:
    """A clock that started and stopped in the past, as an old register tells; it never makes anything due."""
    clock = _built(case, due(kind, day, calendar), kind)
    clock.stopped_on, clock.stop_reason = stopped_on, reason
    clock.save(force_insert=True)
    return clock


def stop(case: Case, kinds: Iterable[str], day: dt.date, reason: str, thread: str | None = None) -> list[Clock]:
    """Stop the running clocks of these kinds; stopping one that does not run is no error."""
    running = case.clocks.filter(kind__in=list(kinds), stopped_on__isnull=True)
    stopped = list(running if thread is None else running.filter(thread=thread))
    for clock in stopped:
        clock.stopped_on = max(day, clock.started_on)
        clock.stop_reason = reason
        clock.save()
    refresh_due(case)
    return stopped


def revive(case: Case, reason: str, calendar: Calendar) -> list[Clock]:
    """Let the clocks stopped for ``reason`` run on from their own start, as if never stopped.

    For a merger undone or an agreement not kept: the time between belongs to the period.
    """
    newest: dict[tuple[str, str], Clock] = {}
    for clock in case.clocks.filter(stop_reason=reason, stopped_on__isnull=False).order_by("pk"):
        newest[clock.kind, clock.thread] = clock  # an earlier one belongs to a round that is over
    revived = list(newest.values())
    for clock in revived:
        clock.stopped_on, clock.stop_reason = None, ""
        recompute(clock, calendar)
    refresh_due(case)
    return revived


def prolong(clock: Clock, days: int, calendar: Calendar) -> Clock:
    """Extend a running clock by ``days`` from its old last day; its version rises."""
    clock.extended_by += days
    recompute(clock, calendar)
    refresh_due(clock.case)
    return clock


def pause(clock: Clock, day: dt.date, reason: str) -> Clock:
    """Stand still from ``day`` on (not counted any more) until ``resume``.

    ``day`` may lie ahead: it is an input like the start day, and what follows from it holds
    whatever day it is read on. A period whose last day comes before ``day`` is not touched
    and stays due; one whose last day is ``day`` or later cannot run out before the pause
    has ended, so it makes nothing due (``MAKES_DUE``). The clock counts as paused once
    ``day`` has come (``is_paused``).
    """
    clock.paused_on = day
    clock.steps = clock.steps | {"pausing": {"from": day.isoformat(), "reason": reason}}
    clock.version += 1
    clock.save()
    refresh_due(clock.case)
    return clock


def is_paused(clock: Clock, today: dt.date) -> bool:
    """Does the running clock stand still on ``today``? Not yet, while its pause lies ahead."""
    return clock.stopped_on is None and clock.paused_on is not None and clock.paused_on <= today


def unpause(clock: Clock, calendar: Calendar) -> Clock:
    """Take back a pause that was not needed (a hearing called off): no day is excluded."""
    clock.paused_on = None
    recompute(clock, calendar)
    refresh_due(clock.case)
    return clock


def resume(clock: Clock, day: dt.date, reason: str, calendar: Calendar) -> Clock:
    """End a pause: the days from its start to ``day``, both among them, are not counted."""
    assert clock.paused_on is not None  # noqa: S101 - asked by the caller
    clock.pauses = [*clock.pauses, Pause(clock.paused_on, max(day, clock.paused_on), reason).as_json()]
    clock.paused_on = None
    recompute(clock, calendar)
    refresh_due(clock.case)
    return clock


def computed(clock: Clock, calendar: Calendar) -> Due:
    """The due days that follow from the clock's inputs with this calendar."""
    pauses = [Pause.from_json(one) for one in clock.pauses]
    return count(
        clock.kind, clock.started_on, clock.length, clock.unit, clock.basis, calendar,
        extended_by=clock.extended_by, pauses=pauses,
    )  # fmt: skip


def recompute(clock: Clock, calendar: Calendar) -> bool:
    """Set the due days anew from the inputs and save; the version rises with a moved day. Returns whether one moved."""
    found = computed(clock, calendar)
    moved = (clock.strict_due, clock.legal_due) != (found.strict_due, found.legal_due)
    clock.strict_due, clock.legal_due = found.strict_due, found.legal_due
    pausing = {key: value for key, value in clock.steps.items() if key == "pausing" and clock.paused_on}
    clock.provisional, clock.steps = found.provisional, found.steps() | pausing
    clock.version += moved
    clock.save()
    return moved


def days_paused(clock: Clock) -> int:
    """Days that were passed over for pauses so far."""
    pauses = [Pause.from_json(one) for one in clock.pauses]
    return len({pause.first + ONE_DAY * n for pause in pauses for n in range((pause.last - pause.first).days + 1)})


def refresh_due(case: Case) -> None:
    """Set the matter's nearest due day from its running clocks; called by whoever changes one."""
    running = case.clocks.filter(MAKES_DUE, stopped_on__isnull=True, kind__in=OURS)
    nearest = running.order_by("strict_due", "pk").first()
    case.due_on, case.due_kind = (nearest.strict_due, nearest.kind) if nearest else (None, "")
    Case.objects.filter(pk=case.pk).update(due_on=case.due_on, due_kind=case.due_kind)


def _create(case: Case, kind: str, found: Due, thread: str = "") -> Clock:
    clock = _built(case, found, kind)
    clock.thread = thread
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
