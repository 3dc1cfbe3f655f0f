"""The holiday table an office starts with: State Council years as published, the next one provisional."""

import datetime as dt
from collections.abc import Iterable

import holidays
from django.utils.translation import gettext as _

from cases.choices import DayKind
from cases.models import CalendarYear, Holiday
from vault.errors import Refusal

CONFIRMED = range(2018, 2027)
PROVISIONAL = (2027,)
SOURCE = "国务院办公厅历年节假日安排通知(随程序提供)"
GUESSED = "按节日推算,调休尚未公布"


def missing() -> list[int]:
    """Years to write: those the table does not have, and the program's own guesses that are published since.

    A year the office confirmed, or changed with another source, is the office's own.
    """
    held = {year: (confirmed, source) for year, confirmed, source in _held()}
    years = [year for year in CONFIRMED if year not in held or _is_guess(*held[year])]
    return years + [year for year in PROVISIONAL if year not in held]


def _held() -> Iterable[tuple[int, bool, str]]:
    return CalendarYear.objects.values_list("year", "confirmed", "source")


def _is_guess(confirmed: bool, source: str) -> bool:
    return not confirmed and source in (GUESSED, "")


def write() -> tuple[int, int]:
    """Write the missing years; returns how many years and how many days.

    Raises ``Refusal`` when the source of the table knows no day of a year: an empty year
    would make every holiday a working day.
    """
    years = missing()
    found = {year: days_of(year) for year in years}
    for year, days in found.items():
        if not days:
            raise Refusal(_("%(year)s 年没有任何放假安排，不能装入。"), year=year)
        Holiday.objects.filter(day__year=year).delete()
        CalendarYear.objects.update_or_create(
            year=year,
            defaults={"confirmed": year in CONFIRMED, "source": SOURCE if year in CONFIRMED else GUESSED},
        )
    made = Holiday.objects.bulk_create([day for days in found.values() for day in days])
    return len(years), len(made)


def days_of(year: int) -> list[Holiday]:
    """Every day of a year that differs from the plain week: holidays, exchanged days off, make-up working days."""
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    off = [Holiday(day=day, kind=DayKind.OFF, name=name[:40]) for day, name in sorted(table.items())]
    made_up: set[dt.date] = {day for day in table.weekend_workdays if day.year == year}
    return off + [Holiday(day=day, kind=DayKind.WORK, name="调休上班") for day in sorted(made_up)]
