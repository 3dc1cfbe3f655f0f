"""Loads what the office can read and change (rules/diary.toml): reception days, return visits, the feed."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent / "rules" / "diary.toml"


class RulesError(Exception):
    """The rules file is incomplete; the text names the block and the field."""


@dataclass(frozen=True)
class Rules:
    """All days are calendar days; ``weekdays`` are 1 (Monday) to 7."""

    weekdays: frozenset[int]
    hours: str
    reception_basis: str
    return_visit_days: int
    return_visit_basis: str
    back_days: int
    ahead_days: int
    per_minute: int


@functools.cache
def rules() -> Rules:
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """The rules. Raises ``RulesError`` for anything missing, negative, or no day of the week."""
    blocks = tomllib.loads(text)
    try:
        reception, visit, feed = blocks["reception"], blocks["return_visit"], blocks["feed"]
        found = Rules(
            weekdays=frozenset(reception["weekdays"]), hours=str(reception["hours"]),
            reception_basis=str(reception["basis"]), return_visit_days=int(visit["days"]),
            return_visit_basis=str(visit["basis"]),
            **{name: int(feed[name]) for name in ("back_days", "ahead_days", "per_minute")},
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(f"diary.toml: {error}") from error
    numbers = (found.return_visit_days, found.back_days, found.ahead_days, found.per_minute)
    if min(numbers) < 1 or not found.weekdays <= set(range(1, 8)):
        raise RulesError("diary.toml: numbers from 1, weekdays 1 to 7")
    return found
