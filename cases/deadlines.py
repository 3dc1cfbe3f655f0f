"""When is it due? Pure functions of rule, start day and calendar; nothing here is counted down.

The start day is not counted (Civil Code article 201). ``strict_due`` is the last day as
counted; ``legal_due`` rolls forward when that day is a day off (article 203). Periods in
working days end on a working day, so both are the same. Warn on ``strict_due``, print
``legal_due``.
"""

import datetime as dt
from dataclasses import dataclass, field

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

    def steps(self) -> dict[str, object]:
        """The explanation as plain JSON, kept with the clock."""
        return {
            "rule": self.rule,
            "start": self.start.isoformat(),
            "length": self.length,
            "unit": self.unit,
            "skipped": self.skipped,
        }


def due(rule: str, start: dt.date, calendar: Calendar, *, length: int | None = None) -> Due:
    """Apply a rule of rules/deadlines.toml to a start day. ``length`` overrides the rule's days.

    Raises ``Refusal`` when the day lies outside what a calendar can hold.
    """
    entry = policy.deadlines()[rule]
    days = entry.length if length is None else length
    try:
        if entry.unit == "working":
            strict, skipped = _working(start, days, calendar)
        else:
            strict, skipped = start + dt.timedelta(days=days), []
        legal = calendar.next_working_day(strict)
    except OverflowError as error:
        raise Refusal(_("日期超出可以计算的范围。")) from error
    skipped += calendar.rolled_over(strict)
    needs_table = {strict.year, legal.year} | ({start.year} if entry.unit == "working" else set())
    return Due(
        rule, start, days, entry.unit, strict, legal, entry.basis, skipped, not needs_table <= calendar.confirmed
    )


def _working(start: dt.date, days: int, calendar: Calendar) -> tuple[dt.date, list[dict[str, str]]]:
    """Count ``days`` working days after ``start``, noting every day that was passed over."""
    day, left, skipped = start, days, []
    while left:
        day += ONE_DAY
        reason = calendar.day_off(day)
        if reason:
            skipped.append({"date": day.isoformat(), "reason": reason})
        else:
            left -= 1
    return day, skipped
