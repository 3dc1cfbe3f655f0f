"""Who is next, where somebody joins the queue again, and the day's figures of a hall."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Unit, User
from hall.choices import AT_WINDOW, Kind, State
from hall.models import Ticket, TicketCounter, TicketQuerySet, Window, hall_of
from hall.policy import rules


def today(office: Unit, at: dt.datetime) -> TicketQuerySet:
    """The tickets of an office on the office's own day of ``at``."""
    return Ticket.objects.of_day(office, timezone.localdate(at))


def next_serial(office: Unit, day: dt.date, kind: str) -> int:
    """Take the next number of a kind on a day; it is given back when the transaction fails."""
    counter = TicketCounter.objects.filter(office=office, day=day, kind=kind)
    if not counter.update(value=F("value") + 1):
        TicketCounter.objects.get_or_create(office=office, day=day, kind=kind)
        counter.update(value=F("value") + 1)
    return counter.values_list("value", flat=True).get()


def count_on_from(office: Unit, day: dt.date, kind: str, serial: int) -> None:
    """A machine gave this number: our own count goes on after it."""
    TicketCounter.objects.get_or_create(office=office, day=day, kind=kind)
    TicketCounter.objects.filter(office=office, day=day, kind=kind, value__lt=serial).update(value=serial)


def next_ticket(office: Unit, window: str, at: dt.datetime) -> Ticket | None:
    """Whom this window calls next: those sent to it first, then by the rule of priority (rules/hall.toml).

    Where both kinds wait, one of every ``priority_every`` calls is a priority number, that
    one first. A ticket sent to another window is left to it.
    """
    tickets = today(office, at)
    waiting = tickets.waiting()
    sent = waiting.filter(for_window=window).in_order().first()
    if sent is not None:
        return sent
    free = waiting.filter(for_window="")
    priority = free.filter(kind=Kind.PRIORITY).in_order().first()
    ordinary = free.filter(kind=Kind.ORDINARY).in_order().first()
    if priority is None or ordinary is None:
        return priority or ordinary
    called = tickets.filter(first_called_at__isnull=False).order_by("-first_called_at", "-pk")
    recent = called.values_list("kind", flat=True)[: rules().priority_every - 1]
    return ordinary if Kind.PRIORITY in list(recent) else priority


def rejoining_at(ticket: Ticket, at: dt.datetime) -> dt.datetime:
    """The time under which a skipped ticket stands behind ``back_after`` waiting ones of its kind."""
    after = rules().back_after
    ahead = Ticket.objects.of_day(ticket.office, ticket.day).waiting().filter(kind=ticket.kind, for_window="")
    times = list(ahead.in_order().values_list("queued_at", flat=True)[: max(after, 1)])
    if not times:
        return at
    step = dt.timedelta(microseconds=1)
    return times[-1] + step if after else times[0] - step


def current(user: User, at: dt.datetime) -> Ticket | None:
    """The ticket called to this user's window and not yet finished."""
    office = hall_of(user)
    if office is None or not user.window:
        return None
    return today(office, at).filter(window=user.window, state__in=AT_WINDOW).first()


def in_use(office: Unit | None, at: dt.datetime) -> bool:
    """Does this office call numbers: has it windows in the list, or tickets today?"""
    if office is None:
        return False
    return Window.objects.filter(office=office, is_active=True).exists() or today(office, at).exists()


def windows(office: Unit) -> list[str]:
    """The names of the windows in use, in the office's order."""
    return list(Window.objects.filter(office=office, is_active=True).values_list("name", flat=True)[:60])


def waits(office: Unit, at: dt.datetime) -> list[float]:
    """How many minutes each ticket of the day waited for its first call, the shortest first."""
    called = today(office, at).filter(first_called_at__isnull=False).values_list("taken_at", "first_called_at")
    return sorted((first - taken).total_seconds() / 60 for taken, first in called if first is not None)


def quantile(ordered: list[float], share: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed; None without values."""
    if not ordered:
        return None
    rank = max(1, -int(-share * len(ordered) // 1))
    return ordered[rank - 1]


def figures(office: Unit, at: dt.datetime) -> dict[str, Any]:
    """Waiting now, received today, and how long people waited: median and nine tenths, in whole minutes."""
    states = list(today(office, at).values_list("state", flat=True))
    minutes = waits(office, at)
    return {
        "waiting": states.count(State.WAITING),
        "skipped": states.count(State.SKIPPED),
        "done": states.count(State.DONE),
        "taken": len(states),
        "median": _whole(quantile(minutes, 0.5)),
        "most": _whole(quantile(minutes, 0.9)),
    }


def _whole(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes)


def waited(ticket: Ticket, at: dt.datetime) -> int:
    """Whole minutes since the ticket was taken."""
    return max(0, int((at - ticket.taken_at).total_seconds() // 60))


def board(office: Unit, at: dt.datetime) -> dict[str, Any]:
    """What the big screen shows: the last calls, number and window only, and how many wait."""
    tickets = today(office, at)
    calls = list(tickets.lately_called().exclude(window="")[: rules().latest])
    return {"calls": calls, "latest": calls[0] if calls else None, "waiting": tickets.waiting().count()}
