"""Edges of periods: month ends, leap days, quarters, running periods."""

import pytest

from reports.periods import Period, months_earlier, presets, twelve_months
from tests.factories import day


def period(first, last, as_of="2026-12-31"):
    return Period(day(first), day(last), day(as_of))


@pytest.mark.parametrize(
    ("first", "last", "before", "year_before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        ("2024-02-01", "2024-02-29", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ("2025-02-01", "2025-02-28", ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        ("2026-01-01", "2026-01-31", ("2025-12-01", "2025-12-31"), ("2025-01-01", "2025-01-31")),
        ("2026-11-01", "2026-11-22", ("2026-10-01", "2026-10-22"), ("2025-11-01", "2025-11-22")),
        ("2026-03-01", "2026-03-30", ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-30")),
        ("2026-10-01", "2026-11-22", ("2026-07-01", "2026-08-22"), ("2025-10-01", "2025-11-22")),
        ("2026-01-01", "2026-11-22", ("2025-01-01", "2025-11-22"), ("2025-01-01", "2025-11-22")),
        ("2026-02-01", "2026-05-31", ("2025-10-01", "2026-01-31"), ("2025-02-01", "2025-05-31")),
        ("2026-03-10", "2026-03-12", ("2026-03-07", "2026-03-09"), ("2025-03-10", "2025-03-12")),
        ("2024-02-29", "2024-02-29", ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
    ],
)
def test_periods_to_compare_with(first, last, before, year_before):
    asked = period(first, last)
    assert [(str(one.first), str(one.last)) for one in (asked.before(), asked.year_before())] == [before, year_before]


def test_compared_period_is_judged_after_as_many_days():
    assert period("2026-03-01", "2026-03-31", "2026-04-10").before() == period("2026-02-01", "2026-02-28", "2026-03-10")


def test_presets_of_a_day_in_february():
    assert [(one.code, str(one.first), str(one.last)) for one in presets(day("2024-02-29"))] == [
        ("month", "2024-02-01", "2024-02-29"),
        ("last_month", "2024-01-01", "2024-01-31"),
        ("quarter", "2024-01-01", "2024-02-29"),
        ("year", "2024-01-01", "2024-02-29"),
        ("last_year", "2023-01-01", "2023-12-31"),
    ]


def test_twelve_months_end_with_the_period():
    months = twelve_months(period("2026-01-01", "2026-01-15"))
    assert [f"{month:%Y-%m}" for month in months] == [*[f"2025-{n:02}" for n in range(2, 13)], "2026-01"]
    assert months_earlier(day("2024-03-31"), 1) == day("2024-02-29")
