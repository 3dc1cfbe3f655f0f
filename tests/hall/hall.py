"""A hall with windows for tests; everything through the verbs."""

import datetime as dt
from typing import Any

from accounts.models import User
from hall import actions
from hall.models import Ticket, Window
from tests import factories
from tests.factories import AT


def windows(*names: str) -> None:
    for position, name in enumerate(names or ("1 号窗口", "2 号窗口"), start=1):
        Window.objects.get_or_create(office=factories.office(), name=name, defaults={"position": position})


def clerk(window: str = "1 号窗口", **fields: Any) -> User:
    return factories.user("clerk", window=window, **fields)


def later(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def take(reason: str = "", at: dt.datetime = AT) -> Ticket:
    return actions.take(office=factories.office(), actor=None, at=at, reason=reason)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("office").get(pk=ticket.pk)


def called(user: User, at: dt.datetime = AT) -> str:
    """Call next and finish at once; the number that was called."""
    ticket = actions.call_next(actor=user, at=at)
    if ticket is None:
        return ""
    actions.finish(ticket=ticket, actor=user, at=at)
    return ticket.number
