"""Loads the reminder ladder that an office can read and change (rules/ladder.toml, and its overlay)."""

import functools
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.conf import settings

from cases.choices import ClockKind
from cases.policy import OVERLAYS

FILE = Path(__file__).resolve().parent / "rules" / "ladder.toml"
ADOPTION_DAYS, FEEDBACK_DAYS = 30, 15  # calendar days offered for a written answer; the letter says its own
PEOPLE = frozenset({"handler", "unit_head", "parent", "supervisor", "leader"})
TONES = frozenset({"info", "warn", "late"})
OTHERS = frozenset({"feedback", "adoption", "charge"})  # what is owed without being a clock
STARTS = frozenset({"due", "urging"})
ADVICE = frozenset({"", "urge_letter", "supervise"})


class LadderError(Exception):
    """The ladder is incomplete; the text names the rung and the field."""


@dataclass(frozen=True)
class Rung:
    """One stage: reached ``from_day`` calendar days after (before, when negative) the due day or the first urging."""

    stage: str
    label: str
    of: frozenset[str]
    counts_from: str
    from_day: int
    tell: tuple[str, ...]
    tone: str
    suggest: str
    basis: str
    active: bool


@functools.cache
def ladder() -> tuple[Rung, ...]:
    """The rungs in force, the mildest first: the office's own, where it has any, in place of those of the house."""
    own = OVERLAYS / settings.POLICY_OVERLAY / "ladder.toml"
    local = own.read_text(encoding="utf-8") if settings.POLICY_OVERLAY and own.exists() else ""
    return read(FILE.read_text(encoding="utf-8"), local)


@functools.cache
def labels() -> dict[str, str]:
    """Every rung's name by its code, also of those out of force: old reminders carry them."""
    return {code: str(block.get("label", code)) for code, block in tomllib.loads(FILE.read_text("utf-8")).items()} | {
        rung.stage: rung.label for rung in ladder()
    }


def read(text: str, local: str = "") -> tuple[Rung, ...]:
    """Rungs from the text of the file; blocks of ``local`` replace those of the same name or come after them.

    Raises ``LadderError`` for anything unknown, missing or out of order.
    """
    blocks = tomllib.loads(text) | tomllib.loads(local)
    rungs = tuple(rung for rung in (_rung(name, values) for name, values in blocks.items()) if rung.active)
    for kind in {kind for rung in rungs for kind in rung.of}:
        days = [rung.from_day for rung in rungs if kind in rung.of and rung.counts_from == "due"]
        if days != sorted(set(days)):
            raise LadderError(f"The rungs of {kind} must stand in rising order of from_day.")
    return rungs


def _rung(name: str, values: dict[str, Any]) -> Rung:
    known = {entry.name for entry in fields(Rung)} - {"stage"}
    if known != set(values):
        raise LadderError(f"[{name}]: missing or unknown: {', '.join(sorted(known ^ set(values)))}")
    try:
        rung = Rung(
            name, str(values["label"]), frozenset(values["of"]), str(values["counts_from"]), int(values["from_day"]),
            tuple(values["tell"]), str(values["tone"]), str(values["suggest"]), str(values["basis"]),
            bool(values["active"]),
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        raise LadderError(f"[{name}]: {error}") from error
    unknown = (rung.of - set(ClockKind.values) - OTHERS) | (set(rung.tell) - PEOPLE) | ({rung.tone} - TONES)
    unknown |= ({rung.counts_from} - STARTS) | ({rung.suggest} - ADVICE)
    if unknown:
        raise LadderError(f"[{name}]: unknown {sorted(unknown)}")
    return rung
