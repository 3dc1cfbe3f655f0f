"""The sweep of windows: what a passed day does by itself, one verb per row, failures logged and passed over.

Running twice, late, or two at once changes nothing: the step is possible once.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cases import guards
from cases.actions import answering, ending
from cases.choices import WINDOWS, ClockKind, ReviewOutcome, SendRole, State
from cases.clocks import local_day
from cases.models import Case
from vault.errors import Stale

log = logging.getLogger(__name__)
BATCH = 200
AT_ONCE = 5000  # rows per kind and sweep; the next sweep goes on from there


@shared_task
def pass_due_windows() -> dict[str, int]:
    """What the scheduler runs every quarter of an hour."""
    return pass_windows(timezone.now())


def pass_windows(at: dt.datetime) -> dict[str, int]:
    """Let lapse what was not asked for in time, let stay what was not judged in time; returns how many of each."""
    today = local_day(at)
    return {
        "lapsed": _each(lapsing(today), lambda case: ending.lapse(case=case, actor=None, at=at)),
        "stayed": _each(unjudged(today), lambda case: answering.stays(case=case, actor=None, at=at)),
    }


def lapsing(today: dt.date) -> QuerySet[Case]:
    """Matters whose petitioner had their thirty days (the legal due day has passed) and asked for nothing."""
    served = Q(state=State.SERVED) | Q(state=State.REVIEW_SERVED) & ~Q(review_outcome=ReviewOutcome.REDO)
    return _passed(today, WINDOWS).filter(served)


def unjudged(today: dt.date) -> QuerySet[Case]:
    """Objections that the sender left without an answer; a third one waits for the coordinator."""
    back = Q(assignments__objected_at__isnull=False, assignments__role=SendRole.LEAD)
    times = Count("assignments", filter=back, distinct=True)
    found = _passed(today, (ClockKind.JUDGE_OBJECTION,)).filter(state=State.OBJECTED)
    return found.annotate(times=times).filter(times__lt=guards.THIRD)


def _passed(today: dt.date, kinds: tuple[ClockKind, ...]) -> QuerySet[Case]:
    return Case.objects.filter(
        clocks__kind__in=kinds, clocks__stopped_on__isnull=True, clocks__legal_due__lt=today
    ).distinct()


def _each(rows: QuerySet[Case], act: Callable[[Case], Any]) -> int:
    """Act on every matter, in batches by primary key; returns how many acts were done."""
    done = seen = last = 0
    while seen < AT_ONCE:
        batch = list(rows.filter(pk__gt=last).order_by("pk")[:BATCH])
        done += sum(_one(case, act) for case in batch)
        if len(batch) < BATCH:
            break
        last, seen = batch[-1].pk, seen + len(batch)
    return done


def _one(case: Case, act: Callable[[Case], Any]) -> bool:
    try:
        act(case)
    except Stale:
        return False  # somebody was faster with this very matter
    except Exception:
        log.exception("the passed window of %s could not be worked off", case.number)
        return False
    return True
