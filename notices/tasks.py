"""The delivery sweep: sends what is due, one message at a time, and goes on after a failure."""

import logging
import time
from collections import Counter
from collections.abc import Sequence

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from notices import actions, channels, delivering, kicking
from notices.gateways import Line
from notices.models import Delivery

log = logging.getLogger(__name__)
AT_ONCE = 100  # messages per sweep; the next sweep comes within seconds
BUDGET_SECONDS = 40  # no send begins later than this: with its fifteen seconds it ends before the worker is cut off
SORE = 3  # failures in a row after which a channel rests until the next sweep, so that it does not hold up the others
SENT, FAILED, DEAD, LEFT = "sent", "failed", "dead", "left"


@shared_task
def deliver() -> int:
    """Send what is due, at most ``AT_ONCE`` messages; returns how many went out."""
    began, now = time.monotonic(), timezone.now()
    if back := delivering.set_back(now):
        actions.tell_of_clock(back=back, at=now)
    delivering.beat(delivering.DISPATCHER, now)
    delivering.pull_back(now)
    done = Counter({DEAD: delivering.tidy(now)})
    known, held = channels.lines(), list[Delivery]()
    sore: Counter[str] = Counter()
    for _turn in range(AT_ONCE):
        if time.monotonic() - began >= BUDGET_SECONDS:
            break
        resting = [code for code, failures in sore.items() if failures >= SORE]
        held = delivering.claim(timezone.now(), without=resting)
        if not held:
            break
        result = deliver_one(held, known)
        done[result] += 1
        sore[held[0].channel] = sore[held[0].channel] + 1 if result in (FAILED, DEAD) else 0
    if done[DEAD]:
        actions.tell_of_dead(at=timezone.now())
    if held:  # stopped by its measure, not by an empty queue: the next one need not wait for the sweep
        kicking.kick()
    return done[SENT]


def deliver_one(held: Sequence[Delivery], known: dict[str, Line]) -> str:
    """Send one message and write down what became of it."""
    try:
        wanted = delivering.still_wanted(held, timezone.now())
        if not wanted:
            return LEFT
        held = wanted
        with translation.override(settings.LANGUAGE_CODE):
            channels.send(held, known)
    except channels.NotWanted as unwanted:
        delivering.give_no_more(held, unwanted.cause)
        return LEFT
    except Exception as error:
        log.warning("delivery %s by %s failed, try %s: %s", held[0].uid, held[0].channel, held[0].attempts, _why(error))
        return DEAD if delivering.put_off(held, error, timezone.now()) else FAILED
    delivering.confirm(held, timezone.now())
    return SENT


def _why(error: Exception) -> str:
    return error.cause.value if isinstance(error, delivering.Undelivered) else type(error).__name__
