"""The sweep of urgent reports: every event whose chain is not closed is asked, failures logged and passed over."""

import datetime as dt
import logging
from typing import Any

from celery import shared_task
from django.db import IntegrityError
from django.utils import timezone

from briefing.actions import urgent
from briefing.models import UrgentEvent

log = logging.getLogger(__name__)
AT_ONCE = 1000


@shared_task
def remind_owed_reports() -> int:
    """What the scheduler runs every minute or so."""
    return remind(timezone.now())


def remind(at: dt.datetime) -> int:
    """Remind of every report that is nearly due or late as of ``at``; returns how many reminders were new."""
    told = 0
    for event in UrgentEvent.objects.open().order_by("pk")[:AT_ONCE]:
        told += _one(event, at)
    return told


def _one(event: Any, at: dt.datetime) -> int:
    try:
        return len(urgent.remind_owed(event=event, actor=None, at=at))
    except IntegrityError:
        return 0  # another sweep was faster
    except Exception:
        log.exception("reminder of urgent event %s failed", event.pk)
        return 0
