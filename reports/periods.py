"""Periods of a report: first and last day, both included, and the day as of which it is judged.

All days are calendar days of the office's time zone.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ONE_DAY = dt.timedelta(days=1)
EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2099, 12, 31)


@dataclass(frozen=True)
class Period:
    """``as_of``: nothing that happened after that day is known to the report."""

    first: dt.date
    last: dt.date
    as_of: dt.date

    @property
    def until(self) -> dt.date:
        """The last day that counts: nothing is known after ``as_of``."""
        return min(self.last, self.as_of)

    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """From the first midnight (included) to the midnight after ``until`` (excluded)."""
        return midnight(self.first), midnight(self.until + ONE_DAY)

    def before(self) -> "Period":
        """The period to compare with (环比): the same stretch one month, quarter or year earlier.

        A stretch that starts with a month moves by whole months, so 1 to 22 November is
        compared with 1 to 22 October; any other moves by its own length.
        """
        months = self._months()
        if months:
            return self._moved(months)
        length = self.last - self.first + ONE_DAY
        return Period(self.first - length, self.last - length, self.as_of - length)

    def year_before(self) -> "Period":
        """The same days of the year before (同比); 29 February becomes the 28th."""
        return self._moved(12)

    def _months(self) -> int:
        """By how many months the comparison moves; 0 when the stretch is no run of months."""
        first, last = self.first, self.last
        touched = (last.year - first.year) * 12 + last.month - first.month + 1
        if first.day != 1:
            return 0
        if touched == 1:
            return 1
        if touched <= 3 and first.month % 3 == 1:
            return 3
        if touched <= 12 and first.month == 1:
            return 12
        return touched if last == month_end(last) else 0

    def _moved(self, months: int) -> "Period":
        """Earlier by months; the report is judged after the same number of days."""
        last = months_earlier(self.last, months)
        if self.last == month_end(self.last):
            last = month_end(last)
        return Period(months_earlier(self.first, months), last, last + (self.as_of - self.last))


@dataclass(frozen=True)
class Preset:
    """One of the usual periods, as it stands today."""

    code: str
    label: Promise
    first: dt.date
    last: dt.date


def presets(today: dt.date) -> list[Preset]:
    """This month, last month, this quarter, this year, last year; running ones end today."""
    month = today.replace(day=1)
    last_month = month - ONE_DAY
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    return [
        Preset("month", _("本月"), month, today),
        Preset("last_month", _("上月"), last_month.replace(day=1), last_month),
        Preset("quarter", _("本季"), quarter, today),
        Preset("year", _("本年"), today.replace(month=1, day=1), today),
        Preset("last_year", _("上年"), dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)),
    ]


def midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day where the office is."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min), timezone.get_default_timezone())


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_earlier(day: dt.date, months: int) -> dt.date:
    """The same day some months earlier, or the last day of that month when it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def twelve_months(period: Period) -> list[dt.date]:
    """The first days of the twelve months that end with the period's last month."""
    return [months_earlier(period.last.replace(day=1), back) for back in range(11, -1, -1)]
