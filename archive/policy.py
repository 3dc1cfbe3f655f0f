"""Loads the retention rules an office starts with; the office's own changes live in the table."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from archive.choices import Retention

FILE = Path(__file__).resolve().parent / "rules" / "retention.toml"


@dataclass(frozen=True)
class Rule:
    """``code`` names the condition in archive/retention.py; the first rule that applies is proposed."""

    code: str
    name: str
    retention: str
    basis: str


@functools.cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order of the file. Raises ``ValueError`` for an unknown period."""
    blocks = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = tuple(Rule(code, **values) for code, values in blocks.items())
    for rule in found:
        Retention(rule.retention)
    return found
