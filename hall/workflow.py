"""The table of a ticket's turns and the only writer of ``Ticket.state``.

Of two windows that call at once exactly one gets a ticket: every turn is a conditional
UPDATE on state and version, as for matters. Turns are no facts of the chain (decision 24).
"""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from hall.choices import OPEN
from hall.choices import State as S
from hall.models import Ticket
from vault.errors import Stale

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Turn:
    """One turn: what it is called, from which states, to which."""

    label: Promise
    sources: tuple[S, ...]
    target: S


TURNS: dict[str, Turn] = {
    "call": Turn(__("呼叫"), (S.WAITING, S.SKIPPED), S.CALLED),
    "recall": Turn(__("重呼"), (S.CALLED,), S.CALLED),
    "serve": Turn(__("开始接待"), (S.CALLED,), S.SERVING),
    "skip": Turn(__("过号"), (S.CALLED,), S.SKIPPED),
    "back": Turn(__("排回"), (S.SKIPPED,), S.WAITING),
    "transfer": Turn(__("转窗口"), (S.CALLED, S.SERVING), S.WAITING),
    "undo": Turn(__("撤销呼叫"), (S.CALLED,), S.WAITING),
    "finish": Turn(__("接待结束"), (S.CALLED, S.SERVING), S.DONE),
    "leave": Turn(__("已离开"), (S.WAITING, S.CALLED, S.SKIPPED), S.LEFT),
    "close": Turn(__("日终"), OPEN, S.LEFT),
}


def unrecorded_verb(act: Callable[P, R]) -> Callable[P, R]:
    """An act of the hall: one durable transaction in Chinese, like ``trail.verb``, but no fact (decision 24)."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic(durable=True):
            return act(*args, **kwargs)

    return run


def allowed(ticket: Ticket, name: str) -> bool:
    """Does the table know this turn from where the ticket is now?"""
    return name in TURNS and ticket.state in TURNS[name].sources


def turn(ticket: Ticket, name: str, *, at: dt.datetime, **fields: Any) -> None:
    """Do a turn by conditional update; ``fields`` are columns set in the same statement.

    Raises ``Stale`` when the ticket is, or has meanwhile come, where the turn does not begin.
    """
    if not allowed(ticket, name) or not _moved(ticket, name, at, fields):
        fresh = Ticket.objects.get(pk=ticket.pk)
        raise Stale(
            _("%(number)s 号现在是“%(state)s”，不能办理“%(turn)s”。"),
            number=fresh.number, state=fresh.get_state_display(), turn=TURNS[name].label,
        )  # fmt: skip
    ticket.refresh_from_db()


def try_turn(ticket: Ticket, name: str, *, at: dt.datetime, **fields: Any) -> bool:
    """Like ``turn``, but says False instead of raising."""
    return allowed(ticket, name) and _moved(ticket, name, at, fields)


def _moved(ticket: Ticket, name: str, at: dt.datetime, fields: dict[str, Any]) -> bool:
    target = TURNS[name].target
    if target in (S.DONE, S.LEFT):
        fields = {"ended_at": at} | fields
    unchanged = Ticket.objects.filter(pk=ticket.pk, state=ticket.state, version=ticket.version)
    return bool(unchanged.update(state=target, version=F("version") + 1, **fields))
