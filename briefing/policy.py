"""Loads what the office can read and change: hours of reports (rules/urgent.toml), duties (rules/duties.toml)."""

import functools
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from briefing.choices import Recipient
from cases.policy import categories
from documents.choices import PAPER_KINDS

FOLDER = Path(__file__).resolve().parent / "rules"


class RulesError(Exception):
    """A rules file is incomplete; the text names the block and the field."""


@dataclass(frozen=True)
class Urgent:
    """Periods in minutes (``final_hours`` in hours), the recipients article 25 names, and when to hint."""

    phone_minutes: int
    first_minutes: int
    follow_minutes: int
    final_hours: int
    remind_minutes: int
    basis: str
    everybody: tuple[str, ...]
    office: tuple[str, ...]
    warn_from: int
    report_from: int
    report_up_from: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Duty:
    """One thing that categories 6 to 10 add. ``minutes`` 0 and not ``same_day``: no hour is set."""

    key: str
    code: str
    text: str
    who: str
    minutes: int
    same_day: bool
    paper: str
    basis: str


@functools.cache
def urgent() -> Urgent:
    return read_urgent((FOLDER / "urgent.toml").read_text(encoding="utf-8"))


@functools.cache
def duties() -> dict[str, Duty]:
    """All duties by key (``C06.report``), in the order of the file."""
    return read_duties((FOLDER / "duties.toml").read_text(encoding="utf-8"))


def read_urgent(text: str) -> Urgent:
    """The rules of urgent reports. Raises ``RulesError`` for anything missing, negative or unknown."""
    blocks = tomllib.loads(text)
    try:
        hours, people, hints = blocks["hours"], blocks["recipients"], blocks["hints"]
        rules = Urgent(
            **hours, everybody=tuple(people["everybody"]), office=tuple(people["office"]), codes=tuple(hints["codes"]),
            **{name: hints[name] for name in ("warn_from", "report_from", "report_up_from")},
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise RulesError(f"urgent.toml: {error}") from error
    unknown = {*rules.everybody, *rules.office} - set(Recipient.values) | set(rules.codes) - set(categories())
    numbers = [getattr(rules, field.name) for field in fields(Urgent) if field.type is int]
    if unknown or any(number < 0 for number in numbers):
        raise RulesError(f"urgent.toml: unknown or negative: {sorted(unknown)}")
    return rules


def read_duties(text: str) -> dict[str, Duty]:
    """The duties by key. Raises ``RulesError`` for an unknown category or paper, or a missing field."""
    found: dict[str, Duty] = {}
    for code, block in tomllib.loads(text).items():
        for name, values in block.items():
            found[f"{code}.{name}"] = _duty(code, name, values)
    return found


def _duty(code: str, name: str, values: dict[str, Any]) -> Duty:
    try:
        duty = Duty(key=f"{code}.{name}", code=code, **values)
    except TypeError as error:
        raise RulesError(f"duties.toml [{code}.{name}]: {error}") from error
    category = categories().get(code)
    if category is None or not category.adds_duties or (duty.paper and duty.paper not in PAPER_KINDS):
        raise RulesError(f"duties.toml [{code}.{name}]: only categories 6 to 10, only known papers")
    return duty
