"""Loads the reminder ladder that an office can read and change (rules/ladder.toml)."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from cases.choices import ClockKind
from followup.choices import Stage

FILE = Path(__file__).resolve().parent / "rules" / "ladder.toml"
PEOPLE = frozenset({"handler", "supervisor", "leader"})
TONES = frozenset({"info", "warn", "late"})


class LadderError(Exception):
    """The ladder is incomplete; the text names the rung and the field."""


@dataclass(frozen=True)
class Rung:
    """One stage: reached ``from_day`` calendar days after the due day (before it when negative)."""

    stage: str
    from_day: int
    clocks: frozenset[str]
    tell: tuple[str, ...]
    tone: str
    basis: str


@functools.cache
def ladder() -> tuple[Rung, ...]:
    """All rungs, the mildest first."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> tuple[Rung, ...]:
    """Rungs from the text of the file. Raises ``LadderError`` for anything unknown, missing or out of order."""
    rungs = sorted((_rung(name, values) for name, values in tomllib.loads(text).items()), key=lambda r: r.from_day)
    if [rung.stage for rung in rungs] != list(Stage.values):
        raise LadderError(f"The ladder must hold {list(Stage.values)} in rising order of from_day.")
    return tuple(rungs)


def _rung(name: str, values: dict[str, object]) -> Rung:
    try:
        rung = Rung(
            name, int(values["from_day"]), frozenset(values["clocks"]), tuple(values["tell"]),  # type: ignore
            str(values["tone"]), str(values["basis"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise LadderError(f"[{name}]: {error}") from error
    unknown = (rung.clocks - set(ClockKind.values)) | (set(rung.tell) - PEOPLE) | ({rung.tone} - TONES)
    if unknown:
        raise LadderError(f"[{name}]: unknown {sorted(unknown)}")
    return rung
