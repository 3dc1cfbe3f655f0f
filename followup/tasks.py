"""The reminder sweep: what is due is asked of the rows, one verb per row, failures logged and passed over.

Running twice, late, or two at once changes nothing: each reminder is a row that can
exist once.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import IntegrityError
from django.utils import timezone

from cases.clocks import local_day
from followup import actions, ladder
from followup.models import Supervision, Urging
from notices import delivering

log = logging.getLogger(__name__)
BATCH = 200
AT_ONCE = 5000  # rows per kind and sweep; the next sweep goes on from there


@shared_task
def remind_due_clocks() -> dict[str, int]:
    """What the scheduler runs every five minutes."""
    return remind(timezone.now())


def remind(at: dt.datetime) -> dict[str, int]:
    """All three kinds of reminders as of ``at``; returns how many of each were new."""
    today = local_day(at)
    told = {
        "clocks": _each(ladder.owing(today), lambda clock: actions.remind(clock=clock, actor=None, at=at)),
        "promises": _each(
            Urging.objects.broken_promises(today).order_by("pk"),
            lambda urging: actions.remind_promise(urging=urging, actor=None, at=at),
        ),
        "feedback": _each(
            Supervision.objects.unanswered(today).filter(reminded_at__isnull=True).order_by("pk"),
            lambda order: actions.remind_feedback(supervision=order, actor=None, at=at),
        ),
    }
    beat("remind", at)
    return told


def beat(name: str, at: dt.datetime) -> None:
    """Note that the sweep ran to its end."""
    delivering.beat(name, at)


def _each(rows: Any, act: Callable[[Any], object]) -> int:
    """Act on every row, in batches by primary key; returns how many acts had something to do."""
    done = seen = last = 0
    while seen < AT_ONCE:
        batch = list(rows.filter(pk__gt=last)[:BATCH])
        for row in batch:
            done += _one(row, act)
        if len(batch) < BATCH:
            break
        last, seen = batch[-1].pk, seen + len(batch)
    return done


def _one(row: Any, act: Callable[[Any], object]) -> bool:
    try:
        return bool(act(row))
    except IntegrityError:
        return False  # another sweep was faster with this very row
    except Exception:
        log.exception("reminder of %s %s failed", row._meta.label_lower, row.pk)
        return False
