"""The end of the day: what was left open yesterday has left; old messages of machines go."""

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from hall import actions
from hall.choices import OPEN
from hall.models import Ticket

log = logging.getLogger(__name__)
AT_ONCE = 2000  # rows a sweep; the next one goes on from there


@shared_task
def close_yesterday() -> int:
    """What the scheduler runs every quarter of an hour."""
    return close_days(timezone.now())


def close_days(at: dt.datetime) -> int:
    """Close every ticket of an earlier day that is still open; returns how many. Running twice changes nothing."""
    due = Ticket.objects.filter(day__lt=timezone.localdate(at), state__in=OPEN).select_related("office")
    closed = 0
    for ticket in due.order_by("pk")[:AT_ONCE]:
        try:
            closed += actions.close_day(ticket=ticket, actor=None, at=at)
        except Exception:
            log.exception("ticket %s could not be closed", ticket.pk)
    actions.forget_messages(actor=None, at=at)
    return closed
