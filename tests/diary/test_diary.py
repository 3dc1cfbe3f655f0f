"""Month and week: what stands on which day for whom, the office calendar on them, leaders' reception days."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Unit, User
from audit.verifying import findings
from cases.actions import convening, hearing
from cases.deadlines import Calendar
from cases.models import Case, Holiday
from diary import actions, gathering, months, policy
from diary.models import LeaderDay
from followup.actions import visiting as following
from notices.models import Notice
from tests import factories
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 12, 31))


@pytest.fixture(autouse=True)
def plain_weeks(db, time_machine):
    factories.calendar(2026)
    time_machine.move_to(factories.AT)


@pytest.fixture
def people():
    roles = ("clerk", "supervisor", "leader", "handler", "archivist", "sysadmin")
    return {role: factories.user(role, username=role) for role in roles}


def fresh(case):
    return Case.objects.get(pk=case.pk)


def of(user, **how):
    return [(one.day.isoformat(), one.label, one.number) for one in gathering.entries(user, *MARCH, **how)]


def planned(actor, **changes):
    said = {
        "leader": None, "leader_name": "张明华", "post": "副市长", "day": dt.date(2026, 3, 10), "starts": dt.time(9),
        "ends": dt.time(11), "place": "一楼接访室", "notice": "接待来访群众。",
    }  # fmt: skip
    return actions.plan_day(actor=actor, at=factories.AT, **said | changes)


def get(client, user, name, *args, query=""):
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def post(client, user, name, *args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


def test_a_planner_of_no_unit_is_refused_in_a_sentence(client, people):
    User.objects.filter(pk=people["leader"].pk).update(unit=None)
    answers = [
        get(client, people["leader"], "diary:new_leader_day"),
        post(client, people["leader"], "diary:new_leader_day"),
    ]
    assert [(one.status_code, one.url) for one in answers] == [(302, reverse("diary:leaders"))] * 2
    assert "您的账号没有所属单位" in get(client, people["leader"], "diary:leaders").text
    with pytest.raises(Refusal, match="没有所属单位"):
        planned(User.objects.get(pk=people["leader"].pk))


def test_each_kind_stands_on_its_day(people):
    case = factories.case(upto="handling", people=people)
    convening.convene(
        case=fresh(case), actor=people["supervisor"], at=factories.AT, planned_at=factories.later(days=3),
        place="会议室", topic="维修", units=[factories.housing()],
    )  # fmt: skip
    hearing.call_hearing(
        case=fresh(case), actor=people["handler"], at=factories.AT, planned_at=factories.later(days=8), place="会议室",
        host="赵某", attending="信访人", subject="渗水",
    )  # fmt: skip
    number = case.number
    assert of(people["supervisor"]) == [
        ("2026-03-05", "调度会", number), ("2026-03-10", "听证", number), ("2026-05-01", "办理到期", number),
    ]  # fmt: skip
    assert of(people["handler"]) == of(people["supervisor"])
    assert of(people["supervisor"], kinds=frozenset({"meeting"})) == of(people["supervisor"])[:2]
    assert of(people["supervisor"], mine=True) == []
    assert of(people["clerk"], mine=True) == of(people["clerk"])
    assert of(people["sysadmin"]) == []


def test_the_last_day_of_a_return_visit_stands_there_for_who_makes_it(people):
    case = factories.case(upto="served", people=people)
    day = factories.AT.date() + dt.timedelta(days=policy.rules().return_visit_days)
    assert (day.isoformat(), "回访截止", case.number) in of(people["clerk"])
    assert of(people["leader"]) == []
    following.record_return_visit(
        case=fresh(case), actor=people["clerk"], at=factories.AT, way="phone", reached="yes", satisfaction="satisfied",
        properly_handled=True,
    )  # fmt: skip
    assert of(people["clerk"]) == []


def test_who_a_matter_is_about_finds_no_day_of_it(client, people):
    accused = "示范市人力资源和社会保障局"
    spy = factories.user("supervisor", factories.labour())
    case = factories.case(people=people, purpose="accusation", accused=accused)
    assert [number for _day, _label, number in of(people["supervisor"])] == [case.number]
    assert of(spy) == []
    assert case.number not in get(client, spy, "diary:month", query="?month=2026-03").text
    assert case.number in get(client, people["supervisor"], "diary:month", query="?month=2026-03").text


def test_the_month_carries_holidays_make_up_days_and_the_rest(client, people):
    Holiday.objects.create(day=dt.date(2026, 3, 9), kind="off", name="植树节")
    Holiday.objects.create(day=dt.date(2026, 3, 14), kind="work", name="调休")
    first, last = months.month_span(dt.date(2026, 3, 18))
    cells = months.cells(first, last, [], Calendar.load(), dt.date(2026, 3, 2), month=3)
    assert (first, last, len(cells)) == (dt.date(2026, 2, 23), dt.date(2026, 4, 5), 42)
    by_day = {cell.day.isoformat(): cell for cell in cells}
    looked = {day: (c.holiday, c.off, c.work, c.reception, c.inside) for day, c in by_day.items()}
    assert looked["2026-03-09"] == (True, "植树节", "", False, True)
    assert looked["2026-03-14"] == (False, "", "调休", True, True)
    assert looked["2026-03-15"] == (False, "周日", "", False, True)
    assert looked["2026-02-24"] == (False, "", "", True, False)
    page = get(client, people["clerk"], "diary:month", query="?month=2026-03").text
    assert ("休 植树节" in page, ">班<" in page, "2026 年 3 月" in page) == (True, True, True)


def test_a_full_day_shows_some_and_the_week_all(client, people):
    for _n in range(6):
        factories.case(people=people)
    page = get(client, people["supervisor"], "diary:month", query="?month=2026-03").text
    assert "还有 3 项" in page
    week = get(client, people["supervisor"], "diary:week", query="?day=2026-03-17").text
    assert week.count("转送交办到期") == 6


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=x", "?month=0001-01", "?month=9999-12", "?kind=x&mine=1"])
def test_an_address_that_names_no_month_shows_this_one(client, people, query):
    assert "2026 年 3 月" in get(client, people["clerk"], "diary:month", query=query).text
    assert get(client, people["clerk"], "diary:week", query=query.replace("month", "day")).status_code == 200


def test_the_chosen_kinds_stay_on_the_way_to_another_month(client, people):
    page = get(client, people["clerk"], "diary:month", query="?month=2026-03&kind=meeting&mine=1")
    assert page.context["after"] == "?month=2026-04&kind=meeting&mine=1"
    assert page.context["before"] == "?month=2026-02&kind=meeting&mine=1"
    assert [chip["label"] for chip in page.context["chips"] if chip["current"]] == ["会议、听证", "我经办的"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_month_asks_as_often_for_many_as_for_one(client, people, rows):
    for _n in range(rows):
        factories.case(people=people)
    client.force_login(people["supervisor"])
    client.get(reverse("diary:month"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("diary:month")).status_code == 200
    assert len(asked) == 15


# ---- leaders' reception days ----


def test_a_leaders_day_from_the_plan_to_the_notice_at_the_door(client, people):
    data = {
        "leader_name": "高远", "post": "局长", "leader": people["leader"].pk, "day": "2026-03-11", "starts": "09:00",
        "ends": "11:30", "place": "一楼接访室", "notice": "接待来访群众。",
    }  # fmt: skip
    boss = people["supervisor"]
    assert post(client, people["clerk"], "diary:new_leader_day", **data).status_code == 403
    wrong = post(client, boss, "diary:new_leader_day", **data | {"ends": "08:00"})
    assert (wrong.status_code, "结束时间应当晚于开始时间" in wrong.text, "一楼接访室" in wrong.text) == (
        422,
        True,
        True,
    )
    assert post(client, boss, "diary:new_leader_day", **data).status_code == 302
    row = LeaderDay.objects.get()
    assert get(client, people["clerk"], "diary:leader_day", row.pk).status_code == 404  # not published yet
    assert "高远" not in get(client, people["clerk"], "diary:leader_notice").text
    assert not Notice.objects.filter(kind="leader_day").exists()
    post(client, boss, "diary:publish_leader_day", row.pk, version=1)
    assert "高远" in get(client, people["clerk"], "diary:leader_notice").text
    assert get(client, people["clerk"], "diary:leader_day", row.pk).status_code == 200
    assert [one.recipient.username for one in Notice.objects.filter(kind="leader_day")] == ["leader"]
    late = post(client, boss, "diary:leader_day", row.pk, **data | {"place": "二楼", "version": 1})
    assert (late.status_code, "二楼" in late.text) == (409, True)
    assert post(client, boss, "diary:leader_day", row.pk, **data | {"place": "二楼", "version": 2}).status_code == 302
    post(client, boss, "diary:cancel_leader_day", row.pk, version=3, reason="")
    row.refresh_from_db()
    assert (row.place, row.cancelled_at) == ("二楼", None)
    post(client, boss, "diary:cancel_leader_day", row.pk, version=3, reason="出差")
    assert "高远" not in get(client, people["clerk"], "diary:leader_notice").text
    assert ("2026-03-11", "领导接访日", "") not in of(people["clerk"])
    assert list(findings()) == []


def test_no_leader_receives_twice_at_one_time_and_none_in_the_past(people):
    boss = people["supervisor"]
    row = planned(boss)
    for wrong in (
        {},
        {"day": dt.date(2026, 3, 1)},
        {"day": dt.date(2028, 3, 1)},
        {"place": " ", "day": dt.date(2026, 3, 11)},
    ):
        with pytest.raises(Refusal):
            planned(boss, **wrong)
    with pytest.raises(Refusal):
        planned(people["clerk"], day=dt.date(2026, 3, 12))
    with pytest.raises(Stale):
        actions.publish_day(row=row, version=9, actor=boss, at=factories.AT)
    actions.cancel_day(row=LeaderDay.objects.get(), version=1, reason="出差", actor=boss, at=factories.AT)
    planned(boss)
    with pytest.raises(Refusal, match="已经过去"):
        actions.publish_day(row=LeaderDay.objects.last(), version=1, actor=boss, at=factories.later(days=30))


def test_the_leader_hears_of_a_published_day_that_moves_and_of_one_that_is_anothers(people):
    boss, other = people["supervisor"], factories.user("leader", username="other")
    row = planned(boss, leader=people["leader"])
    said = {name: getattr(row, name) for name in actions.FIELDS}
    actions.change_day(row=row, version=1, actor=boss, at=factories.AT, **said | {"place": "二楼"})
    assert not Notice.objects.exists()  # not published yet
    actions.publish_day(row=row, version=2, actor=boss, at=factories.AT)
    moved = said | {"day": dt.date(2026, 3, 13), "place": "二楼"}
    actions.change_day(row=row, version=3, actor=boss, at=factories.AT, **moved)
    actions.change_day(row=row, version=4, actor=boss, at=factories.AT, **moved | {"notice": "请预约。"})
    actions.change_day(row=row, version=5, actor=boss, at=factories.AT, **moved | {"leader": other})
    told = list(Notice.objects.order_by("pk").values_list("recipient__username", "text"))
    day, time = "2026-03-13", f"{row.starts:%H:%M}–{row.ends:%H:%M}"
    assert told[1:] == [
        ("leader", f"您的接访安排有调整：{day} {time}，请查看。"),
        ("leader", f"您 {day} {time} 的接访已经取消。"),
        ("other", f"您的接访安排有调整：{day} {time}，请查看。"),
    ]


def test_another_bodys_planned_days_are_its_own(client, people):
    other = factories.user("supervisor", factories.labour())
    row = planned(people["supervisor"])
    assert get(client, other, "diary:leader_day", row.pk).status_code == 404
    city = factories.user("leader", Unit.objects.get(code="CITY"))
    assert get(client, city, "diary:leader_day", row.pk).status_code == 200


def test_wrong_rules_do_not_load():
    text = policy.FILE.read_text(encoding="utf-8")
    for old, new in (("[1, 2, 3, 4, 5]", "[0, 8]"), ("per_minute = 12", "per_minute = 0"), ("back_days", "days_back")):
        with pytest.raises(policy.RulesError):
            policy.read(text.replace(old, new))
