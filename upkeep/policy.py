"""Loads what the running office is held to (rules/upkeep.toml)."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from upkeep.choices import Sweep

FILE = Path(__file__).resolve().parent / "rules" / "upkeep.toml"


class LimitsError(Exception):
    """The file is incomplete; the text names the table and the key."""


@dataclass(frozen=True)
class Pace:
    """How often a sweep comes, and after how long without one it is late; seconds."""

    every: int
    late_after: int


@dataclass(frozen=True)
class Limits:
    """Seconds, and megabytes for the disk."""

    oldest_unsent: int
    dispatcher: int
    least_mb: int
    sweeps: dict[str, Pace]


@functools.cache
def limits() -> Limits:
    """The limits of this installation."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Limits:
    """Limits from the text of the file. Raises ``LimitsError`` for anything missing, unknown or not above zero."""
    found = tomllib.loads(text)
    paces = {
        name: Pace(_whole(values, "every", name), _whole(values, "late_after", name))
        for name, values in found.get("sweeps", {}).items()
    }
    if set(paces) != set(Sweep.values):
        raise LimitsError(f"[sweeps] must hold exactly {sorted(Sweep.values)}")
    if hasty := [name for name, pace in paces.items() if pace.late_after <= pace.every]:
        raise LimitsError(f"[sweeps] {hasty}: late_after must be more than every")
    outbox, disk = found.get("outbox", {}), found.get("disk", {})
    return Limits(
        _whole(outbox, "oldest_unsent", "outbox"), _whole(outbox, "dispatcher", "outbox"),
        _whole(disk, "least_mb", "disk"), paces,
    )  # fmt: skip


def _whole(table: dict[str, object], key: str, name: str) -> int:
    value = table.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise LimitsError(f"[{name}] {key}: a whole number above zero is needed")
    return value
