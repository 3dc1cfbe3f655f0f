"""Loads what the office can read and change about deputies (rules/deputies.toml)."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent / "rules" / "deputies.toml"


class RulesError(Exception):
    """The rules file is incomplete; the text names the field."""


@dataclass(frozen=True)
class Rules:
    """Calendar days: how long one may appoint for oneself, and a leader for anybody."""

    own_days: int
    longest_days: int
    basis: str


@functools.cache
def rules() -> Rules:
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """The rules. Raises ``RulesError`` for anything missing or out of order."""
    try:
        found = Rules(**tomllib.loads(text))
    except TypeError as error:
        raise RulesError(f"deputies.toml: {error}") from error
    if not 1 <= found.own_days <= found.longest_days:
        raise RulesError("deputies.toml: 1 <= own_days <= longest_days")
    return found
