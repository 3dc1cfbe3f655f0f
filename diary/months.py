"""A month as weeks of days and a week as seven days, with the office calendar and the entries of each. Reads only."""

import calendar as weeks
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from cases.deadlines import ONE_DAY, Calendar
from diary.gathering import Entry
from diary.policy import rules

SHOWN = 4  # entries of a day in the month; the week shows all
FIRST, LAST = dt.date(2000, 1, 3), dt.date(2099, 12, 27)


@dataclass
class Cell:
    """One day. ``off`` names the holiday or weekend, ``work`` the make-up day; ``reception``: visitors are received."""

    day: dt.date
    inside: bool
    today: bool
    off: str
    holiday: bool
    work: str
    reception: bool
    found: list[Entry] = field(default_factory=list)
    shown: list[tuple[Entry, str]] = field(default_factory=list)

    @property
    def more(self) -> int:
        return len(self.found) - len(self.shown)


def month_span(day: dt.date) -> tuple[dt.date, dt.date]:
    """Monday of the first week to Sunday of the last week of the month."""
    first = day.replace(day=1)
    last = day.replace(day=weeks.monthrange(day.year, day.month)[1])
    return monday(first), monday(last) + 6 * ONE_DAY


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def cells(
    first: dt.date, last: dt.date, found: Iterable[Entry], office: Calendar, today: dt.date, *, month: int = 0,
    most: int = 0,
) -> list[Cell]:  # fmt: skip
    """The days from ``first`` to ``last``, each with its entries; at most ``most`` are shown (0: all)."""
    by_day: dict[dt.date, list[Entry]] = defaultdict(list)
    for one in found:
        by_day[one.day].append(one)
    made = []
    for n in range((last - first).days + 1):
        cell = _cell(first + n * ONE_DAY, office, today, month)
        cell.found = by_day[cell.day]
        cut = cell.found if not most or len(cell.found) <= most else cell.found[: most - 1]
        cell.shown = [(one, one.tone(today)) for one in cut]
        made.append(cell)
    return made


def _cell(day: dt.date, office: Calendar, today: dt.date, month: int) -> Cell:
    off, work = office.day_off(day), office.work.get(day, "")
    return Cell(
        day=day, inside=not month or day.month == month, today=day == today, off=off, holiday=day in office.off,
        work=work, reception=not off and (bool(work) or day.isoweekday() in rules().weekdays),
    )  # fmt: skip


def in_weeks(days: list[Cell]) -> list[list[Cell]]:
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def months_from(day: dt.date, step: int) -> dt.date:
    """The first day of the month ``step`` months away."""
    count = day.year * 12 + day.month - 1 + step
    return dt.date(count // 12, count % 12 + 1, 1)
