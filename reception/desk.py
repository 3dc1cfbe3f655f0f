"""What the desk and the head of the registration page show of the queue and of the day."""

import datetime as dt
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from hall import queueing
from hall.models import Ticket, hall_of
from hall.policy import rules
from reception.choices import Channel
from reception.models import Visit

LATEST = 5
SHOWN = 30  # tickets of the queue on the desk


def figures(user: User, day: dt.date) -> dict[str, Any]:
    """批次、人次 and group visits of a day, those of the user, and how many visits are undecided."""
    visits = Visit.objects.visible_to(user)
    came = visits.on_day(day).filter(channel=Channel.VISIT)
    return {
        "day": came.aggregate(visits=Count("pk"), persons=Sum("visitors", default=0)),
        "groups": came.filter(is_group=True).count(),
        "own": came.filter(clerk=user).count(),
        "open": visits.filter(case_link__isnull=True).count(),
    }


def page(user: User, at: dt.datetime) -> dict[str, Any]:
    """Everything on the desk but the queue: figures, my latest registrations, visits not yet decided."""
    today = timezone.localdate(at)
    visits = Visit.objects.visible_to(user).select_related("petitioner", "clerk", "case_link__case")
    return figures(user, today) | {
        "today": today,
        "mine": visits.filter(clerk=user).order_by("-registered_at", "-pk")[:LATEST],
        "undecided": visits.filter(case_link__isnull=True).order_by("registered_at")[:LATEST],
        "may_register": user.can("reception.register"),
    }


def head(user: User, at: dt.datetime) -> dict[str, Any] | None:
    """The queue in one line: my ticket, how many wait, today's visits. None where the office calls no numbers."""
    office = hall_of(user)
    if office is None or not user.can("reception.register") or not queueing.in_use(office, at):
        return None
    came = Visit.objects.visible_to(user).on_day(timezone.localdate(at)).filter(channel=Channel.VISIT)
    ticket = queueing.current(user, at)
    return {
        "ticket": ticket,
        "waited": queueing.waited(ticket, at) if ticket else None,
        "waiting": queueing.today(office, at).waiting().count(),
        "day": came.aggregate(visits=Count("pk"), persons=Sum("visitors", default=0)),
        "may_call": bool(user.window),
    }


def queue(user: User, at: dt.datetime) -> dict[str, Any] | None:
    """The queue on the desk: who waits how long, who was skipped, the day's figures. None where none is used."""
    office = hall_of(user)
    if office is None or user.scope != "office" or not queueing.in_use(office, at):
        return None
    tickets = queueing.today(office, at)
    waiting = list(tickets.waiting().in_order()[:SHOWN])
    counted = queueing.figures(office, at)
    return {
        "ticket": queueing.current(user, at),
        "next": queueing.next_ticket(office, user.window, at),
        "rows": [(one, queueing.waited(one, at)) for one in waiting],
        "more": max(0, counted["waiting"] - SHOWN),
        "skipped": list(tickets.filter(state="skipped").in_order()[:SHOWN]),
        "windows": [name for name in queueing.windows(office) if name != user.window],
        "reasons": rules().reasons.items(),
        "back_after": rules().back_after,
        "counted": counted,
    }


def posted_ticket(user: User, key: str, at: dt.datetime) -> Ticket | None:
    """The ticket that a registration form names, when it is the one at the user's window; else none."""
    held = queueing.current(user, at) if key else None
    return held if held is not None and str(held.pk) == key else None
