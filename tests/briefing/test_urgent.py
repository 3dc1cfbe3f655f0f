"""Urgent and major matters: opened, reported in time to everybody, ended; whoever owes a report is reminded."""

import pytest

from audit.verifying import findings
from briefing import tasks
from briefing.actions import urgent
from briefing.models import UrgentEvent, UrgentReminder, UrgentReport
from cases.models import Case
from cases.shielding import papers_of
from documents.models import Paper
from notices.models import Notice
from tests.briefing.acting import AT, EVENT, accused, fresh, minutes, opened
from vault.errors import Refusal, Stale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]
EVERYBODY = ["government", "department", "joint", "upper", "national"]
REPORT = {
    "persons": 32,
    "situation": "聚集在东门。",
    "measures": "值班领导到场。",
    "contact": "李明 0571-1",
    "recipients": EVERYBODY,
}


def reported(event, sequence, at, actor, **changes):
    return urgent.report(event=event, sequence=sequence, actor=actor, at=at, **REPORT | changes)


def test_the_whole_chain_of_reports(case):
    clerk = case.people["clerk"]
    event = opened(case)
    urgent.record_call(event=event, actor=clerk, at=minutes(10), phoned_to="市委值班室", phoned_at=minutes(5))
    first = reported(event, 1, minutes(40), clerk)
    follow = reported(event, 2, minutes(150), clerk, persons=20)
    urgent.end_event(event=event, actor=clerk, at=minutes(200), ended_at=minutes(190), end_note="代表进入接待室。")
    final = reported(event, 3, minutes(300), clerk)
    assert [(one.sequence, one.kind, one.persons) for one in UrgentReport.objects.all()] == [
        (1, "first", 32), (2, "follow", 20), (3, "final", 32),
    ]  # fmt: skip
    assert [one.paper.serial for one in (first, follow, final)] == [1, 2, 3]
    assert not UrgentEvent.objects.open().exists()
    assert Case.objects.get(pk=case.pk).state == "handling"
    with pytest.raises(Refusal, match="已了结"):
        reported(event, 4, minutes(400), clerk)
    assert list(findings()) == []


def test_the_paper_says_what_article_25_wants(case):
    clerk = case.people["clerk"]
    report = reported(opened(case, phoned_to="市委值班室", phoned_at=AT), 1, minutes(40), clerk, next_steps="接谈。")
    body = [one["text"] for one in report.paper.context["body"]]
    assert (
        report.paper.context["to"]
        == "本级党委和政府、有关主管部门、本级信访工作联席会议办公室、上一级信访部门、国家信访局"
    )
    assert body == [
        f"2026年3月2日10时10分，现将“{case.title}”（编号{case.number}）的重大、紧急情况报告如下（首报，第1次）：",
        "一、时间、地点、人数",
        "2026年3月2日9时30分获知，市政府东门，32人，性质为：围堵冲击、堵塞道路或者大门。",
        "二、起因和诉求",
        "起因：外墙渗水。",
        "诉求：要求维修。",
        "三、现场情况和行为",
        "聚集在东门。",
        "四、已采取的措施",
        "值班领导到场。",
        "已于2026年3月2日9时30分电话报告市委值班室。",
        "五、拟采取的措施",
        "接谈。",
        "依据：《信访工作条例》第二十五条。联系人：李明 0571-1。",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "nothing"}, "性质"),
        ({"persons": 0}, "至少 1 人"),
        ({"known_at": minutes(1)}, "获知时间"),
        ({"place": " "}, "必填"),
        ({"phoned_to": "市委"}, "什么时间"),
        ({"phoned_to": "市委", "phoned_at": minutes(-1)}, "获知之后"),
    ],
)
def test_a_bad_event_is_refused(case, changes, words):
    with pytest.raises(Refusal, match=words):
        opened(case, **changes)
    assert not UrgentEvent.objects.exists()


def test_one_event_at_a_time_and_the_right_role(case):
    with pytest.raises(Refusal, match="角色"):
        urgent.open_event(case=case, actor=case.people["handler"], at=AT, **EVENT)
    opened(case)
    with pytest.raises(Refusal, match="尚未终报"):
        opened(case)


def test_all_recipients_of_article_25_are_told(case):
    with pytest.raises(Refusal, match="上一级信访部门、国家信访局"):
        reported(opened(case), 1, AT, case.people["clerk"], recipients=["government", "department", "joint"])


def test_two_writers_of_one_report(case):
    event = opened(case)
    reported(event, 1, minutes(10), case.people["clerk"])
    with pytest.raises(Stale):
        reported(event, 1, minutes(11), case.people["supervisor"])
    assert UrgentReport.objects.count() == 1
    assert Paper.objects.filter(kind="urgent_report").count() == 1


def test_an_event_ends_only_after_a_report(case):
    event, clerk = opened(case), case.people["clerk"]
    with pytest.raises(Refusal, match="首报"):
        urgent.end_event(event=event, actor=clerk, at=minutes(5), ended_at=minutes(5), end_note="散了")
    reported(event, 1, minutes(10), clerk)
    with pytest.raises(Refusal, match="处置结束时间"):
        urgent.end_event(event=event, actor=clerk, at=minutes(20), ended_at=minutes(21), end_note="散了")


def test_an_accuser_is_not_named_in_the_report(case):
    accused(case, protected=True)
    name = case.petitioner.name
    with pytest.raises(Refusal, match="第三十条"):
        opened(case, cause=f"{name}反映渗水。")
    paper = reported(opened(case), 1, minutes(10), case.people["clerk"]).paper
    assert name not in str(paper.context)
    assert paper.context["petitioner"] == "信访人（身份保密）"
    assert not papers_of(fresh(case), case.people["handler"]).filter(pk=paper.pk).exists()


def test_five_sweeps_remind_once_of_each_owed_report(case):
    event = opened(case)
    assert [tasks.remind(minutes(m)) for m in (5, 25, 26, 26, 40, 55, 70)] == [0, 1, 0, 0, 0, 1, 0]
    assert list(UrgentReminder.objects.values_list("kind", "sequence")) == [("phone", 0), ("first", 1)]
    told = Notice.objects.filter(kind="owed_report").order_by("pk")
    assert {(one.recipient.username, one.text) for one in told} == {
        (who, f"{case.number} 重大紧急情况：{what}")
        for who in ("supervisor", "leader")
        for what in ("电话报告还剩 5 分钟。", "书面首报还剩 5 分钟。")
    }
    reported(event, 1, minutes(80), case.people["clerk"])
    assert [tasks.remind(minutes(m)) for m in (100, 195, 300)] == [0, 1, 0]
    assert list(findings()) == []
