"""Reference data: complete, right on every day of nine years, and the same after a second run."""

import datetime as dt
from io import StringIO

import chinese_calendar
import pytest
from django.core.management import call_command

from archive.models import RetentionRule
from audit.models import Event
from audit.verifying import findings
from cases.deadlines import Calendar, due
from cases.models import CalendarYear, Holiday
from reception.models import ContentCategory

pytestmark = pytest.mark.django_db


def seed() -> str:
    out = StringIO()
    call_command("seed", stdout=out)
    return out.getvalue()


def test_second_run_creates_nothing_and_leaves_no_trace():
    seed()
    counts = (ContentCategory, Holiday, CalendarYear, RetentionRule, Event)
    before = [model.objects.count() for model in counts]
    said = seed()
    assert [model.objects.count() for model in counts] == before
    assert "新增内容分类 0 项、节假日年度 0 个（0 天）、保管期限规则 0 条" in said
    assert list(findings()) == []


def test_every_day_of_nine_years_agrees_with_a_second_source():
    seed()
    calendar = Calendar.load()
    day, wrong = dt.date(2018, 1, 1), []
    while day <= dt.date(2026, 12, 31):
        if bool(calendar.day_off(day)) != chinese_calendar.is_holiday(day):
            wrong.append(day)
        day += dt.timedelta(days=1)
    assert wrong == []


def test_years_published_so_far_are_confirmed_and_the_next_is_provisional():
    seed()
    assert dict(CalendarYear.objects.values_list("year", "confirmed")) == {
        **dict.fromkeys(range(2018, 2027), True),
        2027: False,
    }
    assert due("transfer", dt.date(2026, 12, 1), Calendar.load()).provisional is False
    assert due("transfer", dt.date(2026, 12, 28), Calendar.load()).provisional is True


def test_five_working_days_over_spring_festival():
    seed()
    assert due("object", dt.date(2024, 2, 8), Calendar.load()).strict_due == dt.date(2024, 2, 21)


def test_what_the_office_changed_stays():
    seed()
    ContentCategory.objects.filter(code="0101").update(name="安全生产（本地）")
    Holiday.objects.filter(day=dt.date(2026, 10, 1)).update(name="国庆（本地）")
    seed()
    assert ContentCategory.objects.get(code="0101").name == "安全生产（本地）"
    assert Holiday.objects.get(day=dt.date(2026, 10, 1)).name == "国庆（本地）"


def test_a_year_published_since_replaces_the_guess():
    CalendarYear.objects.create(year=2026, confirmed=False, source="")
    Holiday.objects.create(day=dt.date(2026, 7, 1), kind="off", name="误推")
    seed()
    assert CalendarYear.objects.get(year=2026).confirmed is True
    assert not Holiday.objects.filter(day=dt.date(2026, 7, 1)).exists()


def test_content_categories_have_three_levels_with_own_codes():
    seed()
    levels = {
        level: ContentCategory.objects.filter(level=level).values_list("code", flat=True).count() for level in (1, 2, 3)
    }
    assert levels == {1: 15, 2: 118, 3: 517}
    leaf = ContentCategory.objects.select_related("parent__parent").get(path_name="城乡建设/住房保障与房地产/物业服务")
    assert leaf.code.startswith(leaf.parent.code)
    assert leaf.parent.code.startswith(leaf.parent.parent.code)
    assert {len(leaf.code), len(leaf.parent.code), len(leaf.parent.parent.code)} == {6, 4, 2}
