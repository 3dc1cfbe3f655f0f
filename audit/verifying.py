"""Walking the chain and comparing every live row with its last seal, while the office goes on working.

The walk reads in short steps and holds nothing still: a verification of minutes must not make the counter
wait. So what it meets may have moved since the chain was read. Whatever looks wrong is therefore looked at
a second time with the head of the chain locked, after the facts that came since: no act can then be half
seen, because every act takes that lock before it ends. What is still wrong is a finding.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from audit.earlier import first_seal
from audit.models import Event, Head
from audit.sealing import GENESIS, row_key, seal, sealed_models
from audit.trail import event_hash
from vault.keyring import Unreadable

STEP = 2000  # events or rows in one query
SUSPECTS = 500  # rows looked at again under one lock


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was left. ``seq`` is the first event concerned, if known."""

    kind: str
    subject: str
    text: str
    seq: int | None = None


@contextmanager
def held_still() -> Iterator[None]:
    """No act ends during this block: the head of the chain is locked. For moments only."""
    with transaction.atomic():
        Head.objects.select_for_update().filter(pk=1).first()
        yield


class Walk:
    """One verification: how far the chain has been read, and the last seal of each row up to there.

    A seal of "" means that the row was taken away by an act that said so.
    """

    def __init__(self) -> None:
        self.seals: dict[str, tuple[str, int]] = {}
        self.last, self.prev = 0, GENESIS
        self.begun = False

    def chain(self) -> Iterator[Finding]:
        """Numbers, links and hashes of the events not read yet."""
        while True:
            events = Event.objects.order_by("seq")
            step = list((events.filter(seq__gt=self.last) if self.begun else events)[:STEP])
            for event in step:
                yield from self._event(event)
                self.last, self.prev, self.begun = event.seq, event.hash, True
                self.seals.update({key: (digest, event.seq) for key, digest in event.seals.items()})
                self.seals.update({key: ("", event.seq) for key in event.data.get("removed", ())})
            if len(step) < STEP:
                return

    def _event(self, event: Event) -> Iterator[Finding]:
        key, seq = f"event:{event.seq}", event.seq
        if seq != self.last + 1:
            facts = {"seq": self.last + 1}
            yield Finding("gap", f"event:{self.last + 1}", _("缺少第 %(seq)s 号审计记录") % facts, self.last + 1)
        if event.prev != self.prev:
            yield Finding("link", key, _("第 %(seq)s 号审计记录与前一条不相接") % {"seq": seq}, seq)
        if event.hash != event_hash(event):
            yield Finding("hash", key, _("第 %(seq)s 号审计记录被改动") % {"seq": seq}, seq)

    def head(self) -> Iterator[Finding]:
        """The rest of the chain, and the head that must name its end."""
        with held_still():
            found = list(self.chain())
            head = Head.objects.filter(pk=1).first()
        yield from found
        last = self.last
        if head and (head.seq != last or head.hash != self.prev):
            facts = {"head": head.seq, "last": last}
            yield Finding("head", "head", _("链头为第 %(head)s 号,最后一条为第 %(last)s 号") % facts, last)
        if head is None and last:
            yield Finding("head", "head", _("链头丢失"), last)

    def rows(self) -> Iterator[Finding]:
        """Every sealed row against its last seal: changed, vanished, or never recorded."""
        suspects = self._suspects()
        while some := list(itertools.islice(suspects, SUSPECTS)):
            with held_still():
                found = [*self.chain(), *itertools.chain.from_iterable(self._again(one) for one in some)]
            yield from found

    def _suspects(self) -> Iterator[str]:
        """Keys of what does not agree at first sight, row by row, then of the sealed rows that were not met."""
        left = {key: digest for key, (digest, _seq) in self.seals.items()}
        for model in sealed_models():
            for row in in_steps(model._default_manager.order_by("pk")):
                digest = left.pop(row_key(row), None)
                if digest is None or digest not in _valid(row):
                    yield row_key(row)
        yield from (key for key, digest in left.items() if digest)

    def _again(self, key: str) -> Iterator[Finding]:
        row = _row(key)
        digest, seq = self.seals.get(key, (None, None))
        facts = {"row": key, "seq": seq}
        if row is None:
            if digest:
                yield Finding("missing", key, _("%(row)s 在第 %(seq)s 号记录之后消失") % facts, seq)
        elif digest is None:
            yield Finding("unrecorded", key, _("%(row)s 没有任何审计记录") % {"row": key}, None)
        elif digest not in _valid(row):
            yield Finding("row", key, _("%(row)s 在第 %(seq)s 号记录之后被改动") % facts, seq)


def _row(key: str) -> models.Model | None:
    label, _colon, pk = key.partition(":")
    model = next((one for one in sealed_models() if one._meta.label_lower == label), None)
    return model._default_manager.filter(pk=pk).first() if model else None


def in_steps(rows: models.QuerySet[models.Model]) -> Iterator[models.Model]:
    """All ``rows``, ordered by key, each step a query of its own: on SQLite an open one keeps everybody from saving."""
    step = list(rows[:STEP])
    while step:
        yield from step
        step = list(rows.filter(pk__gt=step[-1].pk)[:STEP]) if len(step) == STEP else []


def _valid(row: models.Model) -> set[str]:
    """The seals under which the row is as it was left; none when a column does not decrypt."""
    try:
        return {seal(row), first_seal(row)}
    except Unreadable:
        return set()


def findings() -> Iterator[Finding]:
    """Everything that is wrong with the chain and the rows, chain first."""
    walk = Walk()
    yield from walk.chain()
    yield from walk.head()
    yield from walk.rows()


def everything() -> Iterator[Finding]:
    """What the settings name as the whole verification: later apps add files and numbers, which audit cannot know."""
    whole: Callable[[], Iterator[Finding]] = import_string(settings.VERIFY_WITH)
    yield from whole()
