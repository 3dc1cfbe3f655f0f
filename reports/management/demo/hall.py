"""The waiting hall of the demo office this morning: numbers taken, called, skipped, some still waiting."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from accounts.actions import keep_reference
from hall import actions
from hall.choices import Source
from hall.models import Ticket, Window
from reports.management.demo.office import Office

WINDOWS = ("1 号窗口", "2 号窗口", "3 号窗口")
# One letter is one moment: o p take an ordinary or a priority number, 1 2 call to a window and receive,
# s the person called to the second window does not come.
MORNING = "oo1op2o1o2oo1pos2o1o2o1poo2o1op"
REASONS = ("age", "disabled", "infant")
HOURS = dt.timedelta(minutes=110)


def play(office: Office, now: dt.datetime) -> None:
    """Windows, and the tickets of the last two hours; the second window has somebody, the first may call."""
    unit = office.units["XFJ"]
    for position, name in enumerate(WINDOWS, start=1):
        window = Window(office=unit, name=name, position=position)
        keep_reference(row=window, changed=["name"], actor=office.users["sysadmin"], at=now)
    reasons = iter(REASONS * len(MORNING))
    for what, at in zip(MORNING, _moments(now), strict=True):
        if what in "op":
            reason = next(reasons) if what == "p" else ""
            actions.take(office=unit, actor=None, at=at, reason=reason, source=Source.KIOSK)
        else:
            _receive(office, what, at)
    _last(office, now)


def _moments(now: dt.datetime) -> Iterator[dt.datetime]:
    """As many moments as there are letters, evenly over the last two hours, all of them today."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    start = max(now - HOURS, midnight)
    step = (now - start) / (len(MORNING) + 1)
    return (start + step * n for n in range(1, len(MORNING) + 1))


def _receive(office: Office, what: str, at: dt.datetime) -> None:
    clerk = office.users["clerk" if what == "1" else "clerk2"]
    ticket = actions.call_next(actor=clerk, at=at)
    if ticket is None:
        return
    if what == "s":
        actions.skip(ticket=ticket, actor=clerk, at=at)
        return
    actions.serve(ticket=ticket, actor=clerk, at=at)
    actions.finish(ticket=ticket, actor=clerk, at=at)


def _last(office: Office, now: dt.datetime) -> None:
    """Somebody sits at the second window as the page is opened."""
    ticket: Ticket | None = actions.call_next(actor=office.users["clerk2"], at=now)
    if ticket is not None:
        actions.serve(ticket=ticket, actor=office.users["clerk2"], at=now)
