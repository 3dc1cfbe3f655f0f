"""When is it due? Pure functions of rule, start day and calendar; nothing here is counted down.

The start day is not counted (Civil Code article 201). ``strict_due`` is the last day as
counted; ``legal_due`` rolls forward when that day is a day off (article 203). Periods in
working days end on a working day, so both are the same. Days of a pause (a hearing) are
passed over. Warn on ``strict_due``, print ``legal_due``.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cases import policy
from cases.choices import DayKind
from cases.models import CalendarYear, Holiday
from vault.errors import Refusal

ONE_DAY = dt.timedelta(days=1)
WEEKEND = ("周六", "周日")


@dataclass(frozen=True)
class Calendar:
    """The holiday table as a value: days that differ from the plain week, and the confirmed years."""

    off: dict[dt.date, str]
    work: dict[dt.date, str]
    confirmed: frozenset[int]

    @classmethod
    def load(cls) -> "Calendar":
        """Read the whole table: two queries, a few hundred rows."""
        off: dict[dt.date, str] = {}
        work: dict[dt.date, str] = {}
        for day, kind, name in Holiday.objects.values_list("day", "kind", "name"):
            (off if kind == DayKind.OFF else work)[day] = name
        years = CalendarYear.objects.filter(confirmed=True).values_list("year", flat=True)
        return cls(off, work, frozenset(years))

    def day_off(self, day: dt.date) -> str:
        """Why ``day`` is not worked ("" if it is): the holiday's name or the day of the week."""
        if day in self.off:
            return self.off[day]
        if day.weekday() >= 5 and day not in self.work:
            return WEEKEND[day.weekday() - 5]
        return ""

    def next_working_day(self, day: dt.date) -> dt.date:
        """``day`` itself when worked, else the first working day after it."""
        while self.day_off(day):
            day += ONE_DAY
        return day

    def rolled_over(self, day: dt.date) -> list[dict[str, str]]:
        """The days off from ``day`` to the next working day, each with its reason; none when ``day`` is worked."""
        days = range((self.next_working_day(day) - day).days)
        return [{"date": one.isoformat(), "reason": self.day_off(one)} for one in (day + ONE_DAY * n for n in days)]


def worked_days() -> Callable[[dt.date], bool]:
    """Whether a day is worked, for the apps below that cannot know the holiday table (WORKING_DAYS_BY)."""
    calendar = Calendar.load()
    return lambda day: not calendar.day_off(day)


@dataclass(frozen=True)
class Pause:
    """Days that are not counted, both ends among them."""

    first: dt.date
    last: dt.date
    reason: str

    @classmethod
    def from_json(cls, value: dict[str, str]) -> "Pause":
        return cls(dt.date.fromisoformat(value["from"]), dt.date.fromisoformat(value["to"]), value["reason"])

    def as_json(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "reason": self.reason}


@dataclass(frozen=True)
class Due:
    """The result with everything that explains it."""

    rule: str
    start: dt.date
    length: int
    unit: str
    strict_due: dt.date
    legal_due: dt.date
    basis: str
    skipped: list[dict[str, str]] = field(default_factory=list)
    provisional: bool = False
    extended_by: int = 0
    pauses: tuple[Pause, ...] = ()

    def steps(self) -> dict[str, Any]:
        """The explanation as plain JSON, kept with the clock; ``replay`` gives the same days from it alone."""
        return {
            "rule": self.rule,
            "start": self.start.isoformat(),
            "length": self.length,
            "unit": self.unit,
            "extended_by": self.extended_by,
            "pauses": [pause.as_json() for pause in self.pauses],
            "skipped": self.skipped,
        }


def due(
    rule: str, start: dt.date, calendar: Calendar, *, length: int | None = None, extended_by: int = 0,
    pauses: Sequence[Pause] = (),
) -> Due:  # fmt: skip
    """Apply a rule of rules/deadlines.toml to a start day. ``length`` overrides the rule's days.

    ``extended_by`` days are counted on in the rule's own unit. Raises ``Refusal`` when the
    day lies outside what a calendar can hold.
    """
    entry = policy.deadlines()[rule]
    days = entry.length if length is None else length
    return count(
        rule, start, days, entry.unit, entry.basis, calendar, extended_by=extended_by, pauses=pauses
    )  # fmt: skip


def count(
    rule: str, start: dt.date, length: int, unit: str, basis: str, calendar: Calendar, *, extended_by: int = 0,
    pauses: Sequence[Pause] = (),
) -> Due:  # fmt: skip
    """Count ``length`` (+ ``extended_by``) days of ``unit`` after ``start``, noting every day passed over."""
    paused = tuple(sorted(pauses, key=lambda pause: (pause.first, pause.last)))
    try:
        strict, skipped = _counted(start, length + extended_by, unit, calendar, paused)
        legal = calendar.next_working_day(strict)
    except OverflowError as error:
        raise Refusal(_("日期超出可以计算的范围。")) from error
    first_year = start.year if unit == "working" else strict.year
    needs_table = set(range(first_year, legal.year + 1))
    return Due(
        rule, start, length, unit, strict, legal, basis, skipped + calendar.rolled_over(strict),
        not needs_table <= calendar.confirmed, extended_by, paused,
    )  # fmt: skip


def _counted(
    start: dt.date, days: int, unit: str, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[dt.date, list[dict[str, str]]]:
    day, left, skipped = start, days, []
    while left > 0:
        day += ONE_DAY
        reason = _paused(day, pauses) or (calendar.day_off(day) if unit == "working" else "")
        if reason:
            skipped.append({"date": day.isoformat(), "reason": reason})
        else:
            left -= 1
    return day, skipped


def _paused(day: dt.date, pauses: Sequence[Pause]) -> str:
    return next((pause.reason for pause in pauses if pause.first <= day <= pause.last), "")


def replay(steps: dict[str, Any]) -> tuple[dt.date, dt.date]:
    """Strict and legal due day from the stored explanation alone, without calendar or rules.

    Every day named in ``skipped`` was passed over, no other: this is what "why this date"
    promises the reader.
    """
    passed = {one["date"] for one in steps["skipped"]}
    pauses = [Pause.from_json(one) for one in steps.get("pauses", [])]
    day, left = dt.date.fromisoformat(steps["start"]), steps["length"] + steps.get("extended_by", 0)
    while left > 0:
        day += ONE_DAY
        counted_out = day.isoformat() in passed if steps["unit"] == "working" else bool(_paused(day, pauses))
        left -= not counted_out
    legal = day
    while legal.isoformat() in passed:
        legal += ONE_DAY
    return day, legal
