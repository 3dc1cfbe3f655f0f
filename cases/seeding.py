"""The holiday table an office starts with: State Council years as published, the next one provisional."""

import datetime as dt

import holidays

from cases.choices import DayKind
from cases.models import CalendarYear, Holiday

CONFIRMED = range(2018, 2027)
PROVISIONAL = (2027,)
SOURCE = "国务院办公厅历年节假日安排通知(随程序提供)"
GUESSED = "按节日推算,调休尚未公布"


def missing() -> list[int]:
    """Years to write: those the table does not have, and those it holds as provisional though published since."""
    held = dict(CalendarYear.objects.values_list("year", "confirmed"))
    unpublished = [year for year in PROVISIONAL if year not in held]
    return [year for year in CONFIRMED if not held.get(year)] + unpublished


def write() -> tuple[int, int]:
    """Write the missing years; returns how many years and how many days.

    A year that is confirmed in the table is the office's own and stays as it is.
    """
    years = missing()
    for year in years:
        Holiday.objects.filter(day__year=year).delete()
        CalendarYear.objects.update_or_create(
            year=year,
            defaults={"confirmed": year in CONFIRMED, "source": SOURCE if year in CONFIRMED else GUESSED},
        )
    made = Holiday.objects.bulk_create([day for year in years for day in days_of(year)])
    return len(years), len(made)


def days_of(year: int) -> list[Holiday]:
    """Every day of a year that differs from the plain week: holidays, exchanged days off, make-up working days."""
    table = holidays.country_holidays("CN", years=year, language="zh_CN")
    off = [Holiday(day=day, kind=DayKind.OFF, name=name[:40]) for day, name in sorted(table.items())]
    made_up: set[dt.date] = {day for day in table.weekend_workdays if day.year == year}
    return off + [Holiday(day=day, kind=DayKind.WORK, name="调休上班") for day in sorted(made_up)]
