"""Asking a condition of the table directly, for the tests of the conditions."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts.models import Unit, UnitKind
from cases.models import Case, Clock
from tests.factories import AT


def why(guard: Callable[..., str], case: Case, actor: Any = None, at: dt.datetime = AT, **fields: Any) -> str:
    """The sentence of a condition, of a matter read afresh with the columns set in memory kept."""
    return guard(case, actor, at, fields)


def again(case: Case, **columns: Any) -> Case:
    """The matter as another request reads it, after these columns were set behind its back."""
    if columns:
        Case.objects.filter(pk=case.pk).update(**columns)
    fresh = Case.objects.get(pk=case.pk)
    fresh.people = getattr(case, "people", {})
    return fresh


def on(text: str, hour: int = 10) -> dt.datetime:
    """A moment on a day, by the office's clock."""
    return dt.datetime.fromisoformat(f"{text}T{hour:02}:00:00+08:00")


def unit(code: str, kind: str = UnitKind.AGENCY, parent: Unit | None = None, **fields: Any) -> Unit:
    return Unit.objects.create(code=code, name=f"单位{code}", kind=kind, parent=parent, **fields)


def clock(case: Case, kind: str) -> Clock:
    """The newest clock of a kind."""
    return case.clocks.filter(kind=kind).order_by("-pk")[0]
