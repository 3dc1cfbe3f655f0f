"""The row is the queue: which deliveries are due, who may send one, what becomes of it. No verbs here.

A dispatcher claims a row by conditional update and holds it for forty seconds, longer than
a send can take (fifteen, ``channels.HARD_SECONDS``). One that dies leaves its rows to the next
sweep. A message is therefore sent at least once; its name outside stays the same, so the
other side can tell a second copy.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from accounts.models import User
from notices import planning
from notices.choices import OPEN, Cause, State
from notices.models import Beat, Delivery, DeliveryQuerySet, Notice
from vault.masking import mask_text

LEASE = dt.timedelta(seconds=40)
TRIES = 8
# How long to wait after the first, second … failure; the eighth is the last.
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 86400))
AT_ONCE = 20  # rows looked at per claim
LETTERS = 200  # notices in one digest
TRIAL = "trial"  # kind of the notice that the button 发一条试试 puts
DISPATCHER, BROKER = "dispatcher", "broker"
CLOCK_SLACK = dt.timedelta(minutes=5)  # two machines are never quite of one mind
PULLED = 500  # rows brought back per sweep; the next one comes within seconds
FURTHEST = dt.timedelta(days=31)  # no message waits longer for its hour: the longest holiday and a day's back-off


class Undelivered(Exception):
    """It did not go out. ``for_good``: trying again would not help."""

    def __init__(self, cause: Cause, text: str = "", *, for_good: bool = False) -> None:
        super().__init__(text)
        self.cause, self.for_good = cause, for_good


def claim(now: dt.datetime, without: Collection[str] = ()) -> list[Delivery]:
    """Take what is due next, for forty seconds: one delivery, or all of one digest; empty when nothing is due.

    Two dispatchers never hold the same row: the one whose update finds it unchanged has it.
    ``without`` names channels to leave alone for now.
    """
    due = Delivery.objects.due(now).filter(attempts__lt=TRIES, notice__withdrawn_at__isnull=True)
    for row in due.exclude(channel__in=without).select_related("notice__recipient")[:AT_ONCE]:
        mine = uuid.uuid4()
        same = Delivery.objects.filter(
            pk=row.pk, state=row.state, attempts=row.attempts, leased_until=row.leased_until, held_by=row.held_by
        )
        if row.digest and _begun(row, now):
            continue
        bundle = (row.bundle or uuid.uuid4()) if row.digest else None
        if same.update(**_held(mine, now), bundle=bundle):
            if row.digest:
                _gather(row, bundle, mine, now)
            held = Delivery.objects.filter(held_by=mine).select_related("notice__recipient")
            return list(held.order_by("notice__created_at", "pk"))
    return []


def _held(mine: uuid.UUID, now: dt.datetime) -> dict[str, Any]:
    return {
        "state": State.SENDING, "attempts": F("attempts") + 1, "leased_until": now + LEASE, "held_by": mine,
    }  # fmt: skip


def _begun(row: Delivery, now: dt.datetime) -> bool:
    """Is another dispatcher just putting this person's digest together? Then what is left is its, or waits for it."""
    return Delivery.objects.filter(
        digest=True, channel=row.channel, notice__recipient=row.notice.recipient_id, state=State.SENDING,
        leased_until__gte=now,
    ).exclude(pk=row.pk).exists()  # fmt: skip


def _gather(row: Delivery, bundle: uuid.UUID | None, mine: uuid.UUID, now: dt.datetime) -> None:
    """The rest of the digest that ``row`` begins: what went with it before, else whatever is due for this person."""
    others = Delivery.objects.due(now).filter(
        digest=True, channel=row.channel, notice__recipient=row.notice.recipient_id, bundle=row.bundle,
        attempts__lt=TRIES, notice__withdrawn_at__isnull=True,
    )  # fmt: skip
    some = list(others.exclude(pk=row.pk).values_list("pk", flat=True)[: LETTERS - 1])
    # Asked once more in the same statement: another dispatcher may have taken one meanwhile.
    free = Q(state=State.WAITING, next_try_at__lte=now) | Q(state=State.SENDING, leased_until__lt=now)
    Delivery.objects.filter(free, pk__in=some).update(**_held(mine, now), bundle=bundle)


def still_wanted(held: Sequence[Delivery], now: dt.datetime) -> list[Delivery]:
    """Of what is held, what shall still go out: whoever knows the ground of a notice is asked, and may take it back."""
    ask: Callable[[list[str], dt.datetime], None] = import_string(settings.ASK_BEFORE_SENDING)
    ask([row.notice.key for row in held], now)
    back = Notice.objects.filter(pk__in=[row.notice_id for row in held], withdrawn_at__isnull=False)
    gone = set(back.values_list("pk", flat=True))
    _mine([row for row in held if row.notice_id in gone]).update(
        state=State.WITHDRAWN, leased_until=None, held_by=None, cause="", last_error=""
    )
    return [row for row in held if row.notice_id not in gone]


def confirm(held: Sequence[Delivery], now: dt.datetime) -> int:
    """It went out; returns how many rows this dispatcher still held."""
    return _mine(held).update(
        state=State.SENT, sent_at=now, leased_until=None, held_by=None, cause="", last_error=""
    )  # fmt: skip


def put_off(held: Sequence[Delivery], error: Exception, now: dt.datetime) -> bool:
    """It did not: try again later, or give up, visibly. Returns whether anything was given up.

    Given up is what would not get better by trying, and everything after the eighth time.
    What may not go out at any hour waits for one it may go out at.
    """
    cause = error.cause if isinstance(error, Undelivered) else Cause.OTHER
    for_good = isinstance(error, Undelivered) and error.for_good
    said: dict[str, Any] = {"leased_until": None, "held_by": None, "cause": cause, "last_error": _masked(error)}
    given_up = 0
    if held[0].notice.kind == TRIAL:  # tried once, for somebody who is waiting to see
        _mine(held).update(state=State.NONE, **said)
        return False
    for row in held:
        if for_good or row.attempts >= TRIES:
            given_up += _mine([row]).update(state=State.DEAD, dead_at=now, **said)
        else:
            wait = BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
            later = planning.next_try(row.notice.kind, row.notice.tone, now + wait)
            _mine([row]).update(state=State.WAITING, next_try_at=later, **said)
    return bool(given_up)


def give_no_more(held: Sequence[Delivery], cause: Cause) -> None:
    """Not to be sent after all: the channel was turned off, or the person has no address any more."""
    _mine(held).update(state=State.NONE, leased_until=None, held_by=None, cause=cause)


def give_up_all() -> int:
    """Whatever waits will not be sent, in a copy whose ways out are closed; returns how many rows that were."""
    return Delivery.objects.filter(state__in=OPEN).update(
        state=State.NONE, leased_until=None, held_by=None, cause=Cause.OFF
    )


def _mine(held: Sequence[Delivery]) -> DeliveryQuerySet:
    """The rows as long as this dispatcher still holds them: a later claim has put its own name there."""
    names = {row.held_by for row in held}
    return Delivery.objects.filter(pk__in=[row.pk for row in held], state=State.SENDING, held_by__in=names)


def _masked(error: Exception) -> str:
    return mask_text(f"{type(error).__name__}: {error}" if not isinstance(error, Undelivered) else str(error))[:300]


def tidy(now: dt.datetime) -> int:
    """Close what nobody will send: last tries that were cut off, and notices taken back. Returns how many died."""
    left = Delivery.objects.filter(state=State.SENDING, leased_until__lt=now)
    gone = left.filter(attempts__gte=TRIES).update(
        state=State.DEAD, dead_at=now, leased_until=None, held_by=None, cause=Cause.INTERRUPTED
    )  # fmt: skip
    free = Q(state=State.WAITING) | Q(state=State.SENDING, leased_until__lt=now)
    taken_back = Delivery.objects.filter(free, notice__withdrawn_at__isnull=False)
    taken_back.update(state=State.WITHDRAWN, leased_until=None, held_by=None)
    return gone


def pull_back(now: dt.datetime) -> int:
    """What a clock that ran ahead left in the future comes back to its next hour; returns how many messages.

    Put while the clock stood a year ahead, a message would wait a year after it was set right,
    and one that was being sent then would be held as long by a dispatcher that is gone.
    """
    held = Delivery.objects.filter(state=State.SENDING, leased_until__gt=now + LEASE + CLOCK_SLACK)
    freed = held.update(leased_until=now)
    far = Delivery.objects.filter(state=State.WAITING, next_try_at__gt=now + FURTHEST).order_by("pk")
    for row in far.select_related("notice")[:PULLED]:
        moment = planning.next_try(row.notice.kind, row.notice.tone, now)
        same = Delivery.objects.filter(pk=row.pk, state=State.WAITING, next_try_at=row.next_try_at)
        freed += same.update(not_before=moment, next_try_at=moment)
    return freed


def send_again(user: User, notice_pk: int, now: dt.datetime) -> int:
    """Put the dead deliveries of one of this user's notices back into the queue with a fresh count."""
    return revive(Delivery.objects.filter(notice__in=Notice.objects.visible_to(user).filter(pk=notice_pk)), now)


def revive(rows: DeliveryQuerySet, now: dt.datetime) -> int:
    """Dead ones among ``rows`` wait again for an hour at which they may go out; returns how many."""
    hours: dict[tuple[str, str], list[int]] = {}
    again = rows.dead().filter(notice__withdrawn_at__isnull=True)
    for kind, tone, pk in again.order_by("pk").values_list("notice__kind", "notice__tone", "pk"):
        hours.setdefault((kind, tone), []).append(pk)
    return sum(
        Delivery.objects.filter(pk__in=keys, state=State.DEAD).update(
            state=State.WAITING, attempts=0, next_try_at=planning.next_try(kind, tone, now), dead_at=None, cause="",
            last_error="",
        )
        for (kind, tone), keys in hours.items()
    )  # fmt: skip


def mark_read(user: User, now: dt.datetime, pk: int | None = None) -> int:
    """Mark one or all of the user's notices as read; what was read stays read at its first time."""
    unread = Notice.objects.visible_to(user).unread()
    return (unread.filter(pk=pk) if pk else unread).update(read_at=now)


def set_back(now: dt.datetime) -> dt.timedelta | None:
    """By how much the clock was set back since the last dispatcher ran; None when it was not, or by minutes only.

    A jump ahead cannot be told from a night in which the machine was off.
    """
    last = Beat.objects.filter(name=DISPATCHER, ran_at__gt=now + CLOCK_SLACK).values_list("ran_at", flat=True).first()
    return last - now if last else None


def beat(name: str, now: dt.datetime | Now, *, add: int = 0) -> None:
    """A sign of life, or one more of what is counted under this name."""
    if not Beat.objects.filter(name=name).update(ran_at=now, count=F("count") + add):
        Beat.objects.update_or_create(
            name=name, defaults={"ran_at": now}, create_defaults={"ran_at": now, "count": add}
        )


def health(now: dt.datetime) -> dict[str, Any]:
    """The figures of /healthz and of the banner.

    ``oldest_unsent_seconds``: since when the delivery that is due the longest is due (what waits
    for its hour does not count). ``waiting``: not sent yet, due or not. ``dispatcher_beat``: when a
    dispatcher last ran. ``broker_errors``: wake-ups that the broker did not take, ever.
    """
    open_ones = Q(state__in=OPEN)
    figures = Delivery.objects.filter(state__in=(*OPEN, State.DEAD)).aggregate(
        oldest=Min("next_try_at", filter=open_ones & Q(next_try_at__lte=now)),
        waiting=Count("pk", filter=open_ones),
        dead=Count("pk", filter=Q(state=State.DEAD)),
    )
    beats = {row.name: row for row in Beat.objects.filter(name__in=(DISPATCHER, BROKER))}
    oldest = figures["oldest"]
    return {
        "oldest_unsent_seconds": int((now - oldest).total_seconds()) if oldest else 0,
        "dead_notices": figures["dead"],
        "waiting": figures["waiting"],
        "dispatcher_beat": beats[DISPATCHER].ran_at if DISPATCHER in beats else None,
        "broker_errors": beats[BROKER].count if BROKER in beats else 0,
    }
