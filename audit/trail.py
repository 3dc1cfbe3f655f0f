"""Writing the trail: ``@verb`` makes an act one transaction, ``record`` says what it did.

Facts are collected while the verb runs and chained at its very end, just before the
commit, so the lock on the head of the chain is held for a moment only and always comes
last in the lock order.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from audit.models import Event, Head
from audit.sealing import canonical, fresh_seals, row_key
from vault import keyring
from vault.masking import mask_text

if TYPE_CHECKING:
    from accounts.models import User

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Fact:
    """One thing that happened, not yet chained."""

    actor: User | None
    verb: str
    title: str
    subject: models.Model
    at: dt.datetime
    matter: str
    note: str
    data: dict[str, Any]
    rows: list[models.Model] = field(default_factory=list)


_facts: contextvars.ContextVar[list[Fact] | None] = contextvars.ContextVar("facts", default=None)


class NotAVerb(RuntimeError):
    """``record`` was called outside a verb, or a verb called another verb."""


def verb(act: Callable[P, R]) -> Callable[P, R]:
    """Make a function an act of the office: one durable transaction with its facts.

    It runs in Chinese whatever language the page has: records, papers and notices stay.
    Raises ``NotAVerb`` when a verb calls a verb or ends without a single fact.
    """

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _facts.get() is not None:
            raise NotAVerb(f"{act.__qualname__} was called from inside another verb")
        token = _facts.set([])
        try:
            with translation.override(settings.LANGUAGE_CODE), transaction.atomic(durable=True):
                result = act(*args, **kwargs)
                _chain(_facts.get() or [])
            return result
        finally:
            _facts.reset(token)

    run.is_verb = True  # type: ignore[attr-defined]
    return run


def record(
    *,
    actor: User | None,
    verb: str,
    title: str,
    subject: models.Model,
    at: dt.datetime,
    matter: str = "",
    note: str = "",
    rows: Iterable[models.Model] = (),
    **data: Any,
) -> None:
    """Say what happened. ``rows`` are all further rows the act wrote; they are sealed with the subject.

    ``data`` carries short facts for the time line; personal numbers in texts are masked.
    """
    facts = _facts.get()
    if facts is None:
        raise NotAVerb("record() belongs inside a verb")
    clean = {key: mask_text(value) if isinstance(value, str) else value for key, value in data.items()}
    facts.append(Fact(actor, verb, str(title), subject, at, matter, mask_text(note), clean, [subject, *rows]))


def also_wrote(*rows: models.Model) -> None:
    """Seal these rows with the fact recorded last: what the act wrote besides its subject."""
    facts = _facts.get()
    if not facts:
        raise NotAVerb("also_wrote() follows a record() inside a verb")
    facts[-1].rows.extend(rows)


def _chain(facts: list[Fact]) -> None:
    """Append the facts to the chain; the head row is locked from here to the commit."""
    if not facts:
        return
    seals = fresh_seals(row for fact in facts for row in fact.rows)
    if not Head.objects.filter(pk=1).update(seq=F("seq") + len(facts)):
        Head.objects.get_or_create(pk=1)
        Head.objects.filter(pk=1).update(seq=F("seq") + len(facts))
    head = Head.objects.get(pk=1)
    first, prev = head.seq - len(facts) + 1, head.hash
    events = []
    for seq, fact in enumerate(facts, start=first):
        event = _event(seq, fact, prev, seals)
        prev = event.hash
        events.append(event)
    Event.objects.bulk_create(events)
    Head.objects.filter(pk=1).update(hash=prev)


def _event(seq: int, fact: Fact, prev: str, seals: dict[str, str]) -> Event:
    actor = fact.actor
    absent = actor.acting_for if actor else None
    keys = {row_key(row) for row in fact.rows}
    event = Event(
        seq=seq,
        at=fact.at,
        actor=actor,
        actor_name=actor.named[:100] if actor else _("系统"),
        actor_unit=actor.unit.name if actor and actor.unit else "",
        actor_roles=",".join(sorted(actor.role_codes)) if actor else "",
        verb=fact.verb,
        title=fact.title[:100],
        subject_type=fact.subject._meta.label_lower,
        subject_id=str(fact.subject.pk),
        matter=fact.matter,
        note=fact.note,
        data=fact.data | {"acting_for": absent.username} if absent else fact.data,
        seals={key: seals[key] for key in sorted(keys) if key in seals},
        prev=prev,
    )
    event.hash = event_hash(event)
    return event


def event_hash(event: Event) -> str:
    """HMAC over every column of an event, the previous hash among them."""
    columns = {f.attname: f.value_from_object(event) for f in event._meta.concrete_fields if f.name != "hash"}
    return keyring.audit_digest(canonical(columns))
