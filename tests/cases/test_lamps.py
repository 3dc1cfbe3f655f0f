"""Lamps, and the sentences that explain a due day."""

import datetime as dt

import pytest

from cases import clocks
from cases.actions import deciding
from cases.choices import DayKind
from cases.deadlines import Calendar
from cases.lamps import Lamp, clock_lamp, explain, lamp
from cases.models import Case, Holiday
from tests import factories

TODAY = dt.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("due", "level", "text"),
    [
        ("2026-03-08", "late", "超期 2 天"),
        ("2026-03-09", "late", "超期 1 天"),
        ("2026-03-10", "late", "今日到期"),
        ("2026-03-11", "warn", "剩 1 天"),
        ("2026-03-15", "warn", "剩 5 天"),
        ("2026-03-16", "ok", "剩 6 天"),
        ("2026-03-31", "ok", "剩 21 天"),
    ],
)
def test_lamp_of_a_due_day(due, level, text):
    assert lamp(factories.day(due), TODAY) == Lamp(level, text)


def test_lamp_without_a_day_or_when_all_is_done():
    assert lamp(None, TODAY) == Lamp("idle", "无期限")
    assert lamp(factories.day("2026-01-01"), TODAY, finished=True) == Lamp("idle", "已办结")
    assert lamp(None, TODAY, supervised=True) == Lamp("idle", "无期限", supervised=True)


@pytest.mark.django_db
def test_stopped_clock_says_whether_it_was_kept():
    factories.calendar(2026)
    kept = factories.case(upto="classified")
    deciding.accept(case=kept, actor=kept.people["supervisor"], at=factories.later(15))
    assert clock_lamp(kept.clocks.get(kind="transfer"), TODAY) == Lamp("idle", "按期完成")
    missed = factories.case(upto="classified")
    deciding.accept(case=missed, actor=missed.people["supervisor"], at=factories.later(17))
    assert clock_lamp(missed.clocks.get(kind="transfer"), TODAY) == Lamp("idle", "超期 2 天后完成")
    assert clock_lamp(missed.clocks.get(kind="handle"), dt.date(2026, 5, 18)) == Lamp("late", "今日到期")


@pytest.mark.django_db
def test_a_period_of_the_petitioners_is_nobodys_delay():
    factories.calendar(2026)
    served = factories.case(upto="served")
    window = served.clocks.get(kind="request_review")
    assert clock_lamp(window, window.legal_due) == Lamp("idle", "还有 0 天")
    assert clock_lamp(window, window.legal_due + dt.timedelta(days=1)) == Lamp("idle", "期满未请求")
    lapsed = factories.case(upto="lapsed")
    assert clock_lamp(lapsed.clocks.get(kind="request_review"), TODAY) == Lamp("idle", "期满未请求")
    factories.asked(served)
    assert clock_lamp(served.clocks.get(kind="request_review"), TODAY) == Lamp("idle", "已结束")


@pytest.mark.django_db
def test_explains_calendar_days_rolled_over_a_holiday_and_an_extension():
    factories.calendar(2026)
    Holiday.objects.create(day=factories.day("2026-05-01"), kind=DayKind.OFF, name="劳动节")
    Holiday.objects.create(day=factories.day("2026-05-04"), kind=DayKind.OFF, name="劳动节")
    case = factories.case(upto="accepted")
    assert explain(case.clocks.get(kind="handle")) == [
        "自 2026-03-02 起算，当日不计入（民法典第二百零一条）。",
        "期限 60 个自然日（《信访工作条例》第三十四条）。",
        "最后一日 2026-05-01 不是工作日，法定顺延至 2026-05-05（民法典第二百零三条）："
        "2026-05-01（劳动节）、2026-05-02（周六）、2026-05-03（周日）、2026-05-04（劳动节）。",
    ]
    factories.extended(case, days=10)
    assert explain(Case.objects.get(pk=case.pk).clocks.get(kind="handle")) == [
        "自 2026-03-02 起算，当日不计入（民法典第二百零一条）。",
        "期限 60 个自然日（《信访工作条例》第三十四条）。",
        "经批准延长 10 日，自原期限届满之日起连续计算。",
        "因此最后一日为 2026-05-11。",
    ]


@pytest.mark.django_db
def test_explains_working_days_and_unconfirmed_years():
    case = factories.case(upto="assigned")
    assert explain(case.clocks.get(kind="object")) == [
        "自 2026-03-02 起算，当日不计入（民法典第二百零一条）。",
        "期限 5 个工作日（《信访工作条例》第二十三条第三款）。",
        "其间不计入的非工作日：2026-03-07（周六）、2026-03-08（周日）。",
        "因此最后一日为 2026-03-09。",
        "所需年度的放假安排尚未确认，日期暂定。",
    ]


@pytest.mark.django_db
def test_explains_a_day_the_office_set():
    factories.calendar(2026)
    case = factories.case(upto="accepted")
    calendar = Calendar.load()
    clock = clocks.start_until(
        case, "assigned", factories.day("2026-03-02"), factories.day("2026-04-01"), "交办函指定", calendar
    )  # fmt: skip
    assert explain(clock) == [
        "自 2026-03-02 起算，当日不计入（民法典第二百零一条）。",
        "指定至 2026-04-01（交办函指定）。",
        "因此最后一日为 2026-04-01。",
    ]
