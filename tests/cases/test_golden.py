"""The golden table of due days, worked out without our code, in three process time zones and on the command line.

``golden/days.csv`` is the State Council's arrangement of 2023 to 2026 frozen from the package
chinesecalendar; ``golden/deadlines.csv`` was computed from it by listing days, and read through
by hand. 2027 and later are not announced: days into them are provisional.
"""

import csv
import datetime as dt
import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import chinese_calendar
import pytest
from django.core.management import call_command

from cases import policy, seeding
from cases.clocks import local_day
from cases.deadlines import ONE_DAY, Calendar, Due, Pause, due, replay
from cases.models import CalendarYear, Holiday

FOLDER = Path(__file__).parent / "golden"
ZONES = ("Asia/Shanghai", "UTC", "America/Los_Angeles")
ANNOUNCED = range(2023, 2027)
day = dt.date.fromisoformat


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read("deadlines.csv")
DAYS = read("days.csv")


def pauses(row: dict[str, str]) -> list[Pause]:
    ends = [one.split("/") for one in row["pauses"].split("+") if one]
    return [Pause(day(first), day(last), "听证") for first, last in ends]


def calendar() -> Calendar:
    kinds = {kind: {day(one["day"]): one["name"] for one in DAYS if one["kind"] == kind} for kind in ("off", "work")}
    return Calendar(kinds["off"], kinds["work"], frozenset(ANNOUNCED))


def found(row: dict[str, str], table: Calendar) -> Due:
    return due(row["rule"], day(row["start"]), table, extended_by=int(row["extended_by"]), pauses=pauses(row))


def wanted(row: dict[str, str]) -> tuple[str, str, str, str, str]:
    return row["why"], row["start"], row["strict"], row["legal"], row["provisional"]


@pytest.fixture(params=ZONES)
def zone(request) -> Iterator[str]:
    """The process itself runs in another time zone than the office."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_the_golden_table_in_three_time_zones(zone):
    table, got = calendar(), []
    for row in ROWS:
        one = found(row, table)
        assert replay(one.steps()) == (one.strict_due, one.legal_due)
        provisional = "yes" if one.provisional else "no"
        got.append((row["why"], str(one.start), str(one.strict_due), str(one.legal_due), provisional))
    assert got == [wanted(row) for row in ROWS]


@pytest.mark.django_db
def test_explain_deadline_says_the_same_in_three_time_zones(zone):
    Holiday.objects.bulk_create([Holiday(**one) for one in DAYS])
    CalendarYear.objects.bulk_create([CalendarYear(year=year, confirmed=True) for year in ANNOUNCED])
    plain = [row for row in ROWS if row["extended_by"] == "0" and not row["pauses"]]
    got = []
    for row in plain:
        out = io.StringIO()
        call_command("explain_deadline", row["rule"], row["start"], "--json", stdout=out)
        said = json.loads(out.getvalue())
        provisional = "yes" if said["provisional"] else "no"
        got.append((row["why"], said["start"], said["strict_due"], said["legal_due"], provisional))
    assert got == [wanted(row) for row in plain]
    assert len(plain) > 100


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-01T15:59:59+00:00", "2026-03-01"),
        ("2026-03-01T16:00:00+00:00", "2026-03-02"),  # midnight in Shanghai
        ("2026-03-01T23:59:59+08:00", "2026-03-01"),
        ("2026-03-02T00:00:00+08:00", "2026-03-02"),
        ("2026-03-01T08:00:00-08:00", "2026-03-02"),
        ("2026-12-31T16:30:00+00:00", "2027-01-01"),
        ("2028-02-28T16:00:00+00:00", "2028-02-29"),
    ],
)
def test_the_day_is_that_of_the_office_near_midnight(zone, moment, expected):
    assert local_day(dt.datetime.fromisoformat(moment)) == day(expected)


def worked(one: dt.date) -> bool:
    """By the independent package; years it does not know are plain weeks."""
    return chinese_calendar.is_workday(one) if one.year in ANNOUNCED else one.weekday() < 5


def test_the_table_itself_agrees_with_the_independent_package():
    """Not our arithmetic: list the days that count, take the n-th, look for the next worked one."""
    for row in ROWS:
        rule, start = policy.deadlines()[row["rule"]], day(row["start"])
        still = {one.first + ONE_DAY * n for one in pauses(row) for n in range((one.last - one.first).days + 1)}
        after = [start + ONE_DAY * n for n in range(1, 300)]
        counted = [one for one in after if one not in still and (rule.unit == "calendar" or worked(one))]
        strict = counted[rule.length + int(row["extended_by"]) - 1]
        legal = next(one for one in after if one >= strict and worked(one))
        assert (row["why"], row["strict"], row["legal"]) == (row["why"], str(strict), str(legal))


def test_the_table_covers_what_it_promises():
    assert len(ROWS) >= 100
    assert {row["rule"] for row in ROWS} == set(policy.deadlines())
    assert len({(row["rule"], row["start"], row["extended_by"], row["pauses"]) for row in ROWS}) == len(ROWS)
    touched = {row["strict"] for row in ROWS} | {row["start"] for row in ROWS}
    off = {one["day"] for one in DAYS if one["kind"] == "off" and one["day"] >= "2025"}
    worked_weekends = {one["day"] for one in DAYS if one["kind"] == "work" and one["day"] >= "2025"}
    assert worked_weekends <= touched
    holidays = {one["name"] + one["day"][:4] for one in DAYS if one["day"] in off}
    assert holidays == {one["name"] + one["day"][:4] for one in DAYS if one["day"] in off & touched} | {"中秋节2025"}


def test_the_seeded_years_are_the_announced_ones():
    """What an office starts with equals the other package's table, 2023 to 2026."""
    seeded = {str(one.day): one.kind for year in ANNOUNCED for one in seeding.days_of(year)}
    first = dt.date(ANNOUNCED[0], 1, 1)
    days = [first + ONE_DAY * n for n in range((dt.date(ANNOUNCED[-1] + 1, 1, 1) - first).days)]
    ours = [one for one in days if seeded.get(str(one), "work" if one.weekday() < 5 else "off") == "work"]
    assert ours == [one for one in days if worked(one)]
