"""Loads the rules an office can read and change: deadlines, categories, grounds, statutory routes.

The national files lie in ``rules/``; an overlay named by ``POLICY_OVERLAY`` replaces
blocks of the same name. Each block carries its legal ``basis``.
"""

import functools
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

FOLDER = Path(__file__).resolve().parent / "rules"
OVERLAYS = FOLDER / "overlays"
T = TypeVar("T")


class PolicyError(Exception):
    """A policy file is incomplete; the text names file, block and field."""


@dataclass(frozen=True)
class DeadlineRule:
    """``length`` days of ``unit`` (calendar or working), from the day ``starts`` names, which is not counted.

    ``hearing_pauses``: the days of a hearing are not counted (article 36 says so for recheck alone).
    """

    code: str
    name: str
    length: int
    unit: str
    starts: str
    basis: str
    hearing_pauses: bool


@dataclass(frozen=True)
class Category:
    """One of the ten categories; ``digit`` is its key on the keyboard."""

    code: str
    digit: str
    name: str
    meaning: str
    route: str
    taken_by: str
    accept: str
    tell: list[str]
    papers: list[str]
    alarm: str
    basis: str

    @property
    def label(self) -> str:
        return f"{int(self.code[1:])} {self.name}"

    @property
    def short(self) -> str:
        """The name without the words that all ten begin and end with, for a narrow control."""
        bare = self.name.removesuffix("的")
        return bare if bare.startswith("涉及不") else bare.removeprefix("涉及到").removeprefix("涉及")

    @property
    def adds_duties(self) -> bool:
        """Categories 6 to 10 add duties and leave the route to 1 to 5."""
        return self.route == "content"


@dataclass(frozen=True)
class Ground:
    """A ground of the closed list for refusing to accept (decline) or for no longer accepting (no_longer)."""

    code: str
    type: str
    text: str
    basis: str
    tell: str
    active: bool


@dataclass(frozen=True)
class VerdictReason:
    """A reason for sending a report back; ``ask`` says what the unit is to add."""

    code: str
    text: str
    ask: str
    basis: str
    active: bool


@dataclass(frozen=True)
class StatutoryRoute:
    """A procedure outside petitioning, with the time limit to remind the visitor of."""

    code: str
    name: str
    matter: str
    body: str
    limit: str
    basis: str
    checked: bool


def _blocks(kind: type[T], file: str, name: str = "") -> dict[str, T]:
    blocks = tomllib.loads((FOLDER / file).read_text(encoding="utf-8"))
    name = name or settings.POLICY_OVERLAY
    overlay = OVERLAYS / name / file
    if name and overlay.exists():
        blocks |= tomllib.loads(overlay.read_text(encoding="utf-8"))
    return {code: _one(kind, file, code, values) for code, values in blocks.items()}


def _one(kind: type[T], file: str, code: str, values: dict[str, Any]) -> T:
    known = {entry.name for entry in fields(kind)} - {"code"}  # type: ignore[arg-type]
    if known != set(values):
        wrong = ", ".join(sorted(known ^ set(values)))
        raise PolicyError(f"{file} [{code}]: missing or unknown: {wrong}")
    return kind(**{"code": code, **values})


@functools.cache
def deadlines() -> dict[str, DeadlineRule]:
    return _blocks(DeadlineRule, "deadlines.toml")


def overlays() -> list[str]:
    """Names of the local rules that the program brings as examples."""
    return sorted(one.parent.name for one in OVERLAYS.glob("*/deadlines.toml"))


def deadlines_with(overlay: str) -> dict[str, DeadlineRule]:
    """The periods as they would be with these local rules. Raises ``FileNotFoundError`` for an unknown name."""
    if overlay not in overlays():
        raise FileNotFoundError(overlay)
    return _blocks(DeadlineRule, "deadlines.toml", overlay)


def local_periods() -> frozenset[str]:
    """Codes of the periods that the local rules in force (``POLICY_OVERLAY``) bring or replace."""
    file = OVERLAYS / settings.POLICY_OVERLAY / "deadlines.toml"
    in_force = settings.POLICY_OVERLAY and file.exists()
    return frozenset(tomllib.loads(file.read_text(encoding="utf-8"))) if in_force else frozenset()


@functools.cache
def categories() -> dict[str, Category]:
    return _blocks(Category, "categories.toml")


@functools.cache
def grounds() -> dict[str, Ground]:
    return _blocks(Ground, "grounds.toml")


@functools.cache
def routes() -> dict[str, StatutoryRoute]:
    return _blocks(StatutoryRoute, "routes.toml")


@functools.cache
def verdicts() -> dict[str, VerdictReason]:
    return _blocks(VerdictReason, "verdicts.toml")


def category_label(code: str) -> str:
    """``3 涉及到具体信访事项的``; an unknown code is shown as it is."""
    known = categories().get(code)
    return known.label if known else code
