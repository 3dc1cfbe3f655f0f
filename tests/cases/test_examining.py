"""审查回告: the demand point by point, reasons of the list, how often sent back, escalation, whose days."""

import pytest
from django.test import Client

from accounts.models import Unit
from audit.models import Event
from audit.verifying import findings
from cases import examining, ledger, policy
from cases.actions import answering, deciding, handling, sending
from cases.choices import Holder
from cases.models import Case
from notices.models import Notice
from tests import factories
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
REPORT = factories.REPORT


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2026)


def people(*roles):
    return {role: factories.user(role, username=role) for role in roles or ("clerk", "supervisor", "handler", "leader")}


def checking(**changes):
    changes["people"] = changes.get("people") or people()
    return factories.case(upto="checking", **changes)


def fresh(case):
    made = Case.objects.get(pk=case.pk)
    made.people = case.people
    return made


def back(case, days=1, **how):
    how = {"note": "请补充", "reasons": ["facts"]} | how
    return handling.send_back(case=fresh(case), actor=case.people["supervisor"], at=factories.later(days), **how)


def again(case, days=2):
    handling.report(case=fresh(case), actor=case.people["handler"], at=factories.later(days), **REPORT)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


# ---- the demand, point by point ----


@pytest.mark.parametrize(
    ("demand", "points"),
    [
        ("要求维修外墙并赔偿损失。", ["要求维修外墙并赔偿损失。"]),
        ("要求维修外墙；赔偿损失 3.5 万元。", ["要求维修外墙；", "赔偿损失 3.5 万元。"]),
        ("请求：1.维修外墙 2.赔偿损失", ["请求：", "1.维修外墙", "2.赔偿损失"]),
        ("一、补发工资；二、补缴社保。", ["一、补发工资；", "二、补缴社保。"]),
        ("（一）补发工资（二）补缴社保", ["（一）补发工资（二）补缴社保"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("", []),
    ],
)
def test_the_points_of_a_demand(demand, points):
    assert examining.points(demand) == points


def test_a_very_long_demand_keeps_every_word():
    demand = "".join(f"第{n}项请求。" for n in range(100))
    assert (len(examining.points(demand)), "".join(examining.points(demand))) == (examining.MOST, demand)


# ---- sending back ----


def test_reasons_and_open_demands_stand_in_the_verdict():
    case = checking(demand="要求维修外墙。赔偿损失。")
    assert back(case, reasons=["unanswered", "evidence"], missing=[2, 9], note="附鉴定意见。") == 1
    report = case.reports.get()
    assert (report.approved, report.reason_codes, report.verdict) == (
        False, ["unanswered", "evidence"],
        "退回理由：未逐项答复、未附证据。\n没有答复的请求：2. 赔偿损失。\n附鉴定意见。",
    )  # fmt: skip
    assert Event.objects.get(verb="send_back").note == report.verdict
    assert not Event.objects.filter(verb="escalate").exists()
    assert list(findings()) == []


def test_a_reason_outside_the_list_and_no_words_are_refused():
    case = checking()
    with pytest.raises(Refusal, match="退回理由表"):
        back(case, reasons=["laziness"])
    with pytest.raises(Refusal, match="需要补充的内容"):
        back(case, note=" ")
    assert fresh(case).state == "checking"


def test_the_second_time_leader_and_superior_are_told_and_nobody_else():
    roles = people()
    city = Unit.objects.get(code="CITY")
    mayor = factories.user("leader", unit=city, username="mayor")
    factories.user("leader", unit=factories.labour(), username="other_bureau")  # below the same superior
    case = checking(people=roles)
    assert back(case, 1) == 1
    again(case, 2)
    assert Notice.objects.filter(kind="escalate").count() == 0
    assert back(case, 3) == 2
    told = {(row.recipient.username, row.tone) for row in Notice.objects.filter(kind="escalate")}
    assert told == {("leader", "late"), ("mayor", "late")}
    text = f"{case.number}：示范市住房和城乡建设局 的办结报告第 2 次被退回，请关注，建议督办。"
    assert set(Notice.objects.filter(kind="escalate").values_list("text", flat=True)) == {text}
    fact = Event.objects.get(verb="escalate")
    assert (fact.matter, fact.data["times"], fact.title) == (case.number, 2, "多次退回，报请关注")
    assert mayor.pk
    again(case, 4)
    assert back(case, 5) == 3
    assert Event.objects.filter(verb="escalate").count() == 2
    assert list(findings()) == []


def test_a_report_of_the_office_itself_sent_back_is_told_to_its_handler():
    bureau = factories.housing()
    roles = {role: factories.user(role, bureau) for role in ("clerk", "supervisor", "handler")}
    case = factories.case("accepted", people=roles)
    at = factories.later(0)
    sending.handle_here(case=case, actor=roles["supervisor"], at=at, handler=roles["handler"])
    again(case, 1)
    assert back(case, 2) == 1
    told = Notice.objects.filter(kind="sent_back").values_list("recipient", "text")
    assert list(told) == [(roles["handler"].pk, f"{case.number} 的办结报告被退回，请补充办理。")]


def test_a_report_of_the_office_itself_that_waits_for_its_signature_is_told_to_who_signs():
    bureau = factories.housing()
    roles = {role: factories.user(role, bureau) for role in ("clerk", "supervisor", "handler", "unit_head")}
    case = factories.case("accepted", people=roles)
    at = factories.later(0)
    sending.handle_here(case=case, actor=roles["supervisor"], at=at, handler=roles["handler"])
    handling.submit(case=factories._again(case), actor=roles["handler"], at=at, **factories.REPORT)
    told = Notice.objects.filter(kind="submitted").values_list("recipient", "text")
    assert list(told) == [(roles["unit_head"].pk, f"{case.number} 的办结报告待签发。")]


def test_another_unit_begins_at_nought():
    case = checking()
    back(case, 1)
    assert examining.times_sent_back(case) == 1
    again(case, 2)
    handling.close(case=fresh(case), actor=case.people["supervisor"], at=factories.later(3))
    factories.delivered(fresh(case), at=factories.later(3))
    deciding.reopen(case=fresh(case), actor=case.people["supervisor"], at=factories.later(4), note="遗漏一项请求")
    assert examining.times_sent_back(case) == 0


def test_the_accused_are_not_told_of_the_escalation():
    roles = people()
    city = Unit.objects.get(code="CITY")
    accused = factories.user("leader", unit=city, username="accused")
    case = checking(people=roles, accused="示范市人民政府")
    assert case.accused_unit == city
    back(case, 1)
    again(case, 2)
    back(case, 3)
    assert {row.recipient.username for row in Notice.objects.filter(kind="escalate")} == {"leader"}
    assert client_of(accused).get(f"/cases/{case.number}/send_back/").status_code == 404


def test_of_two_reviewers_one_wins():
    case = checking()
    stale = fresh(case)
    back(case, 1)
    with pytest.raises(Stale):
        handling.close(case=stale, actor=case.people["supervisor"], at=factories.later(1))
    assert [report.approved for report in case.reports.all()] == [False]


# ---- whose days they were ----


def test_the_days_of_all_holders_are_the_days_that_passed():
    case = factories.case(upto="accepted", people=people())
    sending.assign(case=fresh(case), actor=case.people["supervisor"], at=factories.later(4), unit=factories.housing())
    handling_of = case.people["handler"]
    answering.take_up(case=fresh(case), actor=handling_of, at=factories.later(6))
    handling.report(case=fresh(case), actor=handling_of, at=factories.later(66), **REPORT)
    today = factories.day("2026-05-12")  # 71 days on
    stretches = ledger.stretches(fresh(case), today)
    totals = examining.totals(stretches)
    assert totals == {
        (Holder.OFFICE, factories.office()): 4 + 5, (Holder.UNIT, factories.housing()): 62,
    }  # fmt: skip
    assert sum(totals.values()) == (today - case.registered_on).days
    handling.close(case=fresh(case), actor=case.people["supervisor"], at=factories.later(71))
    report = case.reports.get()
    assert report.days == (
        "登记以来 71 日：登记机构（示范市信访局） 9 日，承办单位（住建局） 62 日。"
        "办理超期，承办单位（住建局） 6 日；办理超期，登记机构（示范市信访局） 5 日。"
    )
    page = client_of(case.people["supervisor"]).get(f"/cases/{case.number}/")
    assert report.days in page.content.decode()


def test_in_time_is_said_too():
    case = checking()
    handling.close(case=fresh(case), actor=case.people["supervisor"], at=factories.later(3))
    assert case.reports.get().days.endswith("没有超期。")


# ---- the screen ----


def test_one_screen_shows_demand_report_days_and_both_verdicts():
    case = checking(demand="要求维修外墙。赔偿损失。")
    client = client_of(case.people["supervisor"])
    for name in ("close", "send_back"):
        answer = client.get(f"/cases/{case.number}/{name}/")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert answer.templates[0].name == "cases/examine.html"
        for word in (
            "<li>1. 要求维修外墙。</li>",
            "<li>2. 赔偿损失。</li>",
            REPORT["findings"],
            "时间台账",
            "未退回过",
            "2. 赔偿损失。",
        ):
            assert word in text, word
        assert f'action="/cases/{case.number}/close/"' in text
        assert f'action="/cases/{case.number}/send_back/"' in text
        assert [one.text for one in policy.verdicts().values() if one.text not in text] == []
        assert text.count('id="id_note"') == 1


def test_what_was_typed_stays_and_the_reason_is_asked_for():
    case = checking()
    client = client_of(case.people["supervisor"])
    answer = client.post(f"/cases/{case.number}/send_back/", {"note": "缺少现场照片", "version": case.version})
    assert (answer.status_code, "缺少现场照片" in answer.content.decode()) == (422, True)
    answer = client.post(
        f"/cases/{case.number}/send_back/",
        {"note": "缺少现场照片", "reasons": ["evidence"], "missing": ["1"], "version": case.version},
    )
    assert (answer.status_code, fresh(case).state) == (302, "handling")
    assert case.reports.get().reasons == "evidence"


def test_supervision_is_suggested_after_the_second_time():
    case = checking()
    supervisor = client_of(case.people["supervisor"])
    back(case, 1)
    again(case, 2)
    assert "再次退回，将告知领导" in supervisor.get(f"/cases/{case.number}/close/").content.decode()
    back(case, 3)
    text = supervisor.get(f"/cases/{case.number}/").content.decode()
    assert "办结报告已退回 2 次" in text
    assert f"/followup/{case.number}/supervise/" in text
    assert "办结报告已退回" not in client_of(case.people["handler"]).get(f"/cases/{case.number}/").content.decode()


def test_a_unit_cannot_open_the_screen():
    case = checking()
    assert client_of(case.people["handler"]).get(f"/cases/{case.number}/close/").status_code == 403
