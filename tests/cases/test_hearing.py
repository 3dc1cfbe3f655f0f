"""听证: the period stands still from its first day to its last where the rule says so, and only there."""

import dataclasses
import datetime as dt

import pytest
from django.test import Client

from audit.verifying import findings
from cases import clocks, ledger, policy
from cases.actions import hearing as hearings
from cases.choices import ClockKind, Holder
from cases.deadlines import Calendar
from cases.lamps import clock_lamp
from cases.models import Case, Hearing
from cases.workflow import refusal
from documents.models import Paper
from tests import factories
from tests.factories import AT, SHANGHAI, day, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def rechecking(state: str = "rechecking", kind: str = ClockKind.RECHECK) -> Case:
    """A matter in recheck since AT's day; the way there belongs to another app and has its own tests."""
    case = factories.case(upto="handling")
    clocks.stop(case, clocks.HANDLING, day("2026-03-02"), "close")
    Case.objects.filter(pk=case.pk).update(state=state)
    people, case = case.people, Case.objects.get(pk=case.pk)
    case.people = people | {"reviewer": factories.user("reviewer")}
    ledger.hand_to(case, Holder.REVIEWER, None, "request_recheck", day("2026-03-02"))
    clocks.start(case, kind, day("2026-03-02"), Calendar.load())
    return case


def call(case: Case, actor, at=AT, days: int = 0, **changes) -> Hearing:
    said = {
        "planned_at": later(days, at=at), "place": "二楼会议室", "host": "李主持", "members": "甲、乙",
        "attending": "王建国、市住建局", "subject": "外墙维修责任",
    } | changes  # fmt: skip
    return hearings.call_hearing(case=Case.objects.get(pk=case.pk), actor=actor, at=at, **said)


def end(case: Case, actor, at, ended_on: str) -> Hearing:
    return hearings.end_hearing(
        case=Case.objects.get(pk=case.pk),
        actor=actor,
        at=at,
        ended_on=day(ended_on),
        record="双方陈述。",
        opinion="应予维修。",
    )


def clock_of(case: Case, kind: str = ClockKind.RECHECK):
    return case.clocks.get(kind=kind)


def due_on(case: Case) -> dt.date | None:
    return Case.objects.get(pk=case.pk).due_on


@pytest.mark.parametrize(("ended_on", "k"), [("2026-03-10", 1), ("2026-03-11", 2), ("2026-03-20", 11)])
def test_hearing_of_k_days_moves_the_recheck_by_k(ended_on, k):
    case = rechecking()
    reviewer = case.people["reviewer"]
    assert clock_of(case).strict_due == day("2026-04-01")
    call(case, reviewer, later(8))
    assert due_on(case) is None
    end(case, reviewer, later(20), ended_on)
    assert (clock_of(case).strict_due, due_on(case)) == (day("2026-04-01") + dt.timedelta(days=k),) * 2
    assert clock_of(case).pauses == [{"from": "2026-03-10", "to": ended_on, "reason": "听证"}]
    assert clocks.days_paused(clock_of(case)) == k


def test_ledger_gives_the_days_of_the_hearing_to_the_hearing():
    case = rechecking()
    reviewer = case.people["reviewer"]
    call(case, reviewer, later(2), days=6)  # called on the 4th for the 10th
    assert [one.holder for one in ledger.stretches(case, day("2026-03-05"))][-1] == Holder.REVIEWER
    end(case, reviewer, later(12), "2026-03-12")
    told = [(one.holder, one.days) for one in ledger.stretches(case, day("2026-03-15"))][-3:]
    assert told == [(Holder.REVIEWER, 7), (Holder.HEARING, 3), (Holder.REVIEWER, 3)]


def test_hearing_that_begins_today_holds_the_days_at_once_and_keeps_them():
    case = rechecking()
    call(case, case.people["reviewer"], later(8))
    fresh = Case.objects.get(pk=case.pk)
    assert ledger.pass_on(fresh, fresh.state, "attach", later(9)) == []
    assert [one.holder for one in ledger.stretches(case, day("2026-03-12"))][-1] == Holder.HEARING


def test_pause_ahead_is_no_pause_yet():
    case = rechecking()
    call(case, case.people["reviewer"], days=20)  # on 22 March, before the last day
    clock = clock_of(case)
    assert [clocks.is_paused(clock, day(one)) for one in ("2026-03-21", "2026-03-22")] == [False, True]
    assert [clock_lamp(clock, day(one)).text for one in ("2026-03-21", "2026-03-22")] == ["剩 11 天", "暂停计算"]
    assert due_on(case) is None  # it cannot run out on its last day any more
    assert case.clocks.filter(clocks.MAKES_DUE, kind=ClockKind.RECHECK).count() == 0


def test_period_that_ends_before_the_hearing_stays_due():
    case = rechecking()
    call(case, case.people["reviewer"], days=31)
    assert due_on(case) == day("2026-04-01")
    assert case.clocks.filter(clocks.MAKES_DUE, kind=ClockKind.RECHECK).count() == 1


def test_cancelled_hearing_excludes_nothing_and_another_can_be_called():
    case = rechecking()
    reviewer = case.people["reviewer"]
    call(case, reviewer, later(8))
    hearings.cancel_hearing(case=Case.objects.get(pk=case.pk), actor=reviewer, at=later(10), note="双方要求另行商谈")
    clock = clock_of(case)
    assert (clock.strict_due, clock.pauses, clock.paused_on, due_on(case)) == (
        day("2026-04-01"), [], None, day("2026-04-01"),
    )  # fmt: skip
    assert [(one.holder, one.days) for one in ledger.stretches(case, day("2026-03-15"))][-2:] == [
        (Holder.HEARING, 0), (Holder.REVIEWER, 6),
    ]  # fmt: skip
    call(case, reviewer, later(11))
    assert Hearing.objects.filter(case=case).count() == 2


def test_handling_hearing_moves_nothing():
    case = factories.case(upto="handling")
    before = clock_of(case, ClockKind.HANDLE).strict_due
    call(case, case.people["handler"])
    assert due_on(case) == before
    end(case, case.people["handler"], later(3), "2026-03-04")
    assert (clock_of(case, ClockKind.HANDLE).strict_due, clock_of(case, ClockKind.HANDLE).pauses) == (before, [])
    assert Holder.HEARING not in [one.holder for one in ledger.stretches(case, day("2026-03-10"))]
    assert list(findings()) == []


def test_handling_hearing_moves_the_last_day_where_the_office_says_so(monkeypatch):
    rules = policy.deadlines()
    own = rules | {"handle": dataclasses.replace(rules["handle"], hearing_pauses=True)}
    monkeypatch.setattr(policy, "deadlines", lambda: own)
    case = factories.case(upto="handling")
    before = clock_of(case, ClockKind.HANDLE).strict_due
    call(case, case.people["handler"])
    end(case, case.people["handler"], later(3), "2026-03-04")
    assert clock_of(case, ClockKind.HANDLE).strict_due == before + dt.timedelta(days=2)
    assert [(one.holder, one.days) for one in ledger.stretches(case, day("2026-03-10"))][-2:] == [
        (Holder.HEARING, 2), (Holder.UNIT, 6),
    ]  # fmt: skip
    assert list(findings()) == []


def test_only_recheck_excludes_hearing_days_by_law():
    assert [code for code, rule in policy.deadlines().items() if rule.hearing_pauses] == ["recheck"]


def test_papers_say_who_when_where_and_recusal():
    case = factories.case(upto="handling")
    made = call(case, case.people["handler"], in_public=False)
    end(case, case.people["handler"], later(1), "2026-03-02")
    papers = {one.kind: one for one in Paper.objects.about(case).filter(kind__startswith="hearing")}
    words = {kind: "\n".join(block["text"] for block in one.context["body"]) for kind, one in papers.items()}
    for said in ("2026年3月2日9时30分", "二楼会议室", "李主持", "甲、乙", "回避", "不公开举行", "第三十一条第六项"):
        assert said in words["hearing_notice"]
    assert "不计入" not in words["hearing_notice"]
    assert "应予维修。" in words["hearing_record"]
    assert "双方陈述。" in words["hearing_record"]
    assert (made.notice, papers["hearing_notice"].spec.served) == (papers["hearing_notice"], True)
    assert list(findings()) == []


def test_one_hearing_at_a_time_and_nothing_decided_meanwhile():
    case = factories.case(upto="handling")
    handler = case.people["handler"]
    call(case, handler)
    fresh = Case.objects.get(pk=case.pk)
    waiting = "听证尚未结束，请先登记听证结果。"
    assert {name: refusal(fresh, name, handler, AT) for name in ("call_hearing", "settle", "report")} == dict.fromkeys(
        ("call_hearing", "settle", "report"), waiting
    )
    review = rechecking()
    call(review, review.people["reviewer"])
    fresh = Case.objects.get(pk=review.pk)
    assert refusal(fresh, "decide_recheck", review.people["reviewer"], AT) == waiting


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": -1}, "听证应当在今日或者以后举行。"),
        ({"days": 3, "begins_on": day("2026-03-09")}, "听证开始的日期不应晚于举行听证的日期 2026-03-05。"),
        ({"days": 400}, "听证时间距今超过 180 日，请核对年份。"),
    ],
)
def test_days_that_cannot_be(changes, sentence):
    case = factories.case(upto="handling")
    with pytest.raises(Refusal) as caught:
        call(case, case.people["handler"], **changes)
    assert (str(caught.value), Hearing.objects.count(), list(findings())) == (sentence, 0, [])


def test_ending_needs_words_and_a_possible_day():
    case = factories.case(upto="handling")
    call(case, case.people["handler"], days=2)
    with pytest.raises(Refusal, match="听证结束日期应当在听证开始之日和今日之间。"):
        end(case, case.people["handler"], later(2), "2026-03-03")
    with pytest.raises(Refusal, match="请填写听证笔录和听证意见。"):
        hearings.end_hearing(
            case=Case.objects.get(pk=case.pk), actor=case.people["handler"], at=later(3), ended_on=day("2026-03-04"),
            record="x", opinion=" ",
        )  # fmt: skip
    with pytest.raises(Refusal, match="请写明取消听证的理由。"):
        hearings.cancel_hearing(case=Case.objects.get(pk=case.pk), actor=case.people["handler"], at=later(3), note="")


def test_who_may_hear():
    case, review = factories.case(upto="handling"), rechecking("reviewing", ClockKind.REVIEW)
    other = factories.user("handler", factories.labour())
    reviewer = review.people["reviewer"]
    assert [refusal(case, "call_hearing", one, AT) for one in (other, reviewer, case.people["clerk"])] == [
        "此事项不在您的单位。", "此事项不在您的单位。", "您的角色不能办理“通知听证”。",
    ]  # fmt: skip
    assert [refusal(review, "call_hearing", one, AT) for one in (review.people["handler"], reviewer)] == [
        "复查、复核中的听证由复查复核员组织。", "",
    ]  # fmt: skip


def test_accused_unit_is_not_asked_to_the_hearing_of_an_accusation():
    case = factories.case(upto="handling", category="C03", purpose="accusation", accused="市人社局")
    Case.objects.filter(pk=case.pk).update(accused_unit=factories.labour(), protected=True)
    with pytest.raises(Refusal, match="不得通知被反映的单位"):
        call(case, case.people["handler"], attending="示范市人力资源和社会保障局")


def test_pages(client: Client):
    case = factories.case(upto="handling")
    client.force_login(case.people["handler"])
    today = dt.datetime.now(SHANGHAI)
    page = client.get(f"/cases/{case.number}/call_hearing/")
    assert page.status_code == 200
    data = {
        "planned_at": f"{today:%Y-%m-%d}T23:50", "place": "二楼", "host": "李", "attending": "王", "subject": "责任",
        "in_public": "1",
    }  # fmt: skip
    assert client.post(f"/cases/{case.number}/call_hearing/", data | {"host": ""}).status_code == 422
    assert client.post(f"/cases/{case.number}/call_hearing/", data).status_code == 302
    made = Hearing.objects.get()
    assert (made.in_public, made.begins_on, made.place) == (True, today.date(), "二楼")
    assert "尚未结束" in client.get(f"/cases/{case.number}/?tab=course").content.decode()
    assert client.get(f"/cases/{case.number}/end_hearing/").status_code == 200
    assert client.post(f"/cases/{case.number}/cancel_hearing/", {"note": "改期"}).status_code == 302
    assert list(findings()) == []
