"""Loads the rules of calling that an office can read and change (rules/hall.toml)."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "rules" / "hall.toml"
WIDTHS = (58, 80)  # millimetres of slip paper
# table, key, least, most
NUMBERS = (
    ("calling", "priority_every", 1, 20),
    ("skipped", "back_after", 0, 50),
    ("kiosk", "most_waiting", 1, 5000),
    ("kiosk", "shows_seconds", 3, 60),
    ("screen", "latest", 1, 12),
    ("screen", "every_seconds", 1, 30),
    ("screen", "times", 1, 5),
    ("screen", "pause_seconds", 0, 30),
    ("feed", "most_per_minute", 1, 6000),
    ("feed", "kept_days", 1, 90),
)


class HallError(Exception):
    """The rules are incomplete; the text names the table and the key."""


@dataclass(frozen=True)
class Rules:
    """How an office calls. ``reasons`` are code → label of what gives a priority number."""

    priority_every: int
    back_after: int
    most_waiting: int
    shows_seconds: int
    latest: int
    every_seconds: int
    times: int
    pause_seconds: int
    most_per_minute: int
    kept_days: int
    width: int
    words: str
    reasons: dict[str, str]


@functools.cache
def rules() -> Rules:
    """The rules of this installation."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """Rules from the text of the file. Raises ``HallError`` for anything missing, doubled or out of range."""
    said = tomllib.loads(text)
    numbers = {key: _number(said, table, key, least, most) for table, key, least, most in NUMBERS}
    slip = said.get("slip", {})
    if slip.get("width") not in WIDTHS:
        raise HallError(f"[slip] width: one of {WIDTHS}")
    return Rules(**numbers, width=slip["width"], words=str(slip.get("words", "")), reasons=_reasons(said))


def _number(said: dict[str, Any], table: str, key: str, least: int, most: int) -> int:
    value = said.get(table, {}).get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise HallError(f"[{table}] {key}: a whole number from {least} to {most}")
    return value


def _reasons(said: dict[str, Any]) -> dict[str, str]:
    rows = said.get("reason", [])
    found = {str(row.get("code", ""))[:20]: str(row.get("label", "")) for row in rows}
    if not found or len(found) != len(rows) or not all(found) or not all(found.values()):
        raise HallError("[[reason]]: at least one, each with a code of its own and a label")
    return found


def reason_label(code: str) -> str:
    """The reason in words; one that the office has taken out since is shown by its code."""
    return rules().reasons.get(code, code)
