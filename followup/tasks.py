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
from followup import actions, owing, planning
from followup.models import Urging
from notices import delivering

log = logging.getLogger(__name__)
AT_ONCE = 5000  # acts per rule and sweep; the next sweep goes on from there
NAMES = {"remind": "clocks", "feedback": "feedback", "adoption": "suggestions", "charge": "charges"}


@shared_task
def remind_due_clocks() -> dict[str, int]:
    """What the scheduler runs every five minutes."""
    return remind(timezone.now())


def remind(at: dt.datetime) -> dict[str, int]:
    """Everything the plan wants as of ``at`` that is not recorded yet; returns how many things owed had news.

    What no longer holds is withdrawn first: a period that stopped or got a new day, a recipient who has
    handed the matter on.
    """
    told = {"withdrawn": planning.withdraw_ended(at)}
    for rule, name in NAMES.items():
        told[name] = _of_rule(rule, at)
    told["promises"] = _promises(at)
    told["deputies"] = actions.tell_deputies(at=at)
    beat("remind", at)
    return told


def _of_rule(rule: str, at: dt.datetime) -> int:
    today, directory, done = local_day(at), planning.Directory(), 0
    for batch in owing.batches(rule, today):
        planning.withdraw_stale(batch, at, directory)
        for source in planning.with_news(batch, today, directory):
            done += _one(source.row, lambda row: actions.remind(rule=rule, pk=row.pk, actor=None, at=at))
        if done >= AT_ONCE:
            break
    return done


def _promises(at: dt.datetime) -> int:
    broken = Urging.objects.broken_promises(local_day(at)).order_by("pk")[:AT_ONCE]
    return sum(_one(one, lambda row: actions.remind_promise(urging=row, actor=None, at=at)) for one in broken)


def beat(name: str, at: dt.datetime) -> None:
    """Note that the sweep ran to its end."""
    delivering.beat(name, at)


def _one(row: Any, act: Callable[[Any], object]) -> bool:
    try:
        return bool(act(row))
    except (IntegrityError, planning.NothingNew):
        return False  # another sweep was faster with this very row
    except Exception:
        log.exception("reminder of %s %s failed", row._meta.label_lower, row.pk)
        return False
