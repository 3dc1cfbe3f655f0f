"""The arithmetic of periods, and explain_deadline on the command line."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from cases import policy
from cases.choices import DayKind
from cases.deadlines import Calendar, replay
from cases.models import CalendarYear, Holiday
from tests import factories

pytestmark = pytest.mark.django_db


def explained(rule: str, start: str) -> dict:
    out = io.StringIO()
    call_command("explain_deadline", rule, start, "--json", stdout=out)
    return json.loads(out.getvalue())


def spring_festival_2024() -> None:
    """As announced: ten to seventeen February off, the Sundays 4 and 18 February worked."""
    CalendarYear.objects.create(year=2024, confirmed=True)
    for number in range(10, 18):
        Holiday.objects.create(day=f"2024-02-{number}", kind=DayKind.OFF, name="春节")
    for text in ("2024-02-04", "2024-02-18"):
        Holiday.objects.create(day=text, kind=DayKind.WORK, name="春节调休")


def test_five_working_days_across_the_spring_festival():
    spring_festival_2024()
    assert explained("object", "2024-02-08") == {
        "rule": "object",
        "start": "2024-02-08",
        "length": 5,
        "unit": "working",
        "strict_due": "2024-02-21",
        "legal_due": "2024-02-21",
        "basis": "《信访工作条例》第二十三条第三款",
        "skipped": [{"date": f"2024-02-{number}", "reason": "春节"} for number in range(10, 18)],
        "provisional": False,
    }


def test_sixty_calendar_days_into_an_unconfirmed_year():
    factories.calendar(2026)
    assert explained("handle", "2026-11-22") == {
        "rule": "handle",
        "start": "2026-11-22",
        "length": 60,
        "unit": "calendar",
        "strict_due": "2027-01-21",
        "legal_due": "2027-01-21",
        "basis": "《信访工作条例》第三十四条",
        "skipped": [],
        "provisional": True,
    }


@pytest.mark.parametrize(
    ("rule", "start", "strict", "legal"),
    [
        ("transfer", "2026-03-02", "2026-03-17", "2026-03-17"),
        ("transfer", "2026-03-06", "2026-03-21", "2026-03-23"),  # a Saturday: the Monday after
        ("notify", "2024-02-14", "2024-02-29", "2024-02-29"),  # leap day
        ("handle", "2026-11-01", "2026-12-31", "2026-12-31"),
        ("simple_accept", "2026-03-05", "2026-03-10", "2026-03-10"),  # Thursday + 3 working days
        ("simple_handle", "2026-03-02", "2026-03-16", "2026-03-16"),
        ("request_review", "2026-01-31", "2026-03-02", "2026-03-02"),
        ("recheck", "2026-12-15", "2027-01-14", "2027-01-14"),
    ],
)
def test_vectors_on_plain_weeks(rule, start, strict, legal):
    factories.calendar(2024, 2026, 2027)
    found = explained(rule, start)
    assert (found["strict_due"], found["legal_due"]) == (strict, legal)


def test_every_rule_of_the_contract_is_known():
    contract = {
        "transfer", "notify", "object", "handle", "extend", "request_review", "review", "request_recheck", "recheck",
        "simple_accept", "simple_handle",
    }  # fmt: skip
    assert contract <= set(policy.deadlines())


def test_sentences_without_json():
    factories.calendar(2026)
    out = io.StringIO()
    call_command("explain_deadline", "transfer", "2026-03-06", stdout=out)
    assert out.getvalue().splitlines() == [
        "登记后转送、交办或者答复：15 个自然日，自 2026-03-06 起算（当日不计入）。",
        "最后一日 2026-03-21，顺延后 2026-03-23。依据：《信访工作条例》第二十二条。",
        "  不计入或顺延：2026-03-21 周六",
        "  不计入或顺延：2026-03-22 周日",
    ]


@pytest.mark.parametrize(
    ("rule", "start", "sentence"),
    [
        ("soon", "2026-03-02", "没有“soon”这一期限"),
        ("handle", "2026-02-30", "“2026-02-30”不是日期"),
        ("handle", "明天", "“明天”不是日期"),
        ("handle", "9999-12-31", "日期超出可以计算的范围"),
    ],
)
def test_bad_input_is_one_sentence(rule, start, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("explain_deadline", rule, start)


def test_only_confirmed_years_are_certain():
    CalendarYear.objects.create(year=2025, confirmed=True)
    CalendarYear.objects.create(year=2026, confirmed=False)
    assert Calendar.load() == Calendar({}, {}, frozenset({2025}))


def test_steps_stored_before_extensions_were_known_are_replayed():
    old = {"start": "2026-03-02", "length": 3, "unit": "calendar", "skipped": []}
    assert replay(old) == (factories.day("2026-03-05"), factories.day("2026-03-05"))
