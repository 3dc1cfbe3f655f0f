"""调解、和解: handling rests while an agreement waits; a broken one brings the old last day back."""

import datetime as dt

import pytest
from django.test import Client

from audit.verifying import findings
from cases.actions import settling, superior
from cases.choices import ClockKind
from cases.models import Case, Settlement
from cases.workflow import refusal
from documents.models import Paper
from notices.models import Notice
from tests import factories
from tests.factories import AT, SHANGHAI, day, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db

TERMS = {
    "kind": "mediation", "parties": "王建国、幸福里物业公司", "facts": "外墙渗水。", "terms": "物业公司于期限内维修。",
    "agreed_on": day("2026-03-10"), "perform_by": day("2026-04-10"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def settled(**changes) -> Case:
    case = factories.case(upto="handling")
    settling.settle(case=again(case), actor=case.people["handler"], at=later(8), **TERMS | changes)
    fresh = again(case)
    fresh.people = case.people
    return fresh


def running(case: Case) -> dict[str, dt.date]:
    return dict(case.clocks.filter(stopped_on__isnull=True).values_list("kind", "strict_due"))


def test_settle_stops_handling_and_starts_performing():
    case = settled()
    assert (case.state, running(case), case.due_on) == ("settled", {ClockKind.PERFORM: day("2026-04-10")}, None)
    made = Settlement.objects.get()
    assert (made.paper.kind, made.paper.title, made.paper.spec.served) == ("settlement", "调解协议书", True)
    words = "\n".join(block["text"] for block in made.paper.context["body"])
    for said in ("王建国、幸福里物业公司", "外墙渗水。", "物业公司于期限内维修。", "2026年4月10日", "第三十三条"):
        assert said in words
    assert list(findings()) == []


def test_performed_ends_the_matter():
    case = settled()
    settling.performed(case=again(case), actor=case.people["handler"], at=later(30), note="已修好")
    case = again(case)
    made = Settlement.objects.get()
    assert (case.state, case.closed_at, case.answered_on, case.answer_days) == (
        "ended", later(30), day("2026-04-01"), 30,
    )  # fmt: skip
    assert (running(case), made.performed, made.outcome_note) == ({}, True, "已修好")
    assert case.assignments.filter(ended_at__isnull=True).count() == 0
    assert list(findings()) == []


@pytest.mark.parametrize("days", [9, 20, 90])
def test_not_performed_brings_the_original_days_back(days):
    case = factories.case(upto="handling")
    before = running(case)
    settling.settle(case=again(case), actor=case.people["handler"], at=later(8), **TERMS)
    settling.not_performed(case=again(case), actor=case.people["handler"], at=later(days), note="拒不维修")
    fresh = again(case)
    assert (fresh.state, running(fresh), fresh.due_on) == ("handling", before, before[ClockKind.HANDLE])
    assert Settlement.objects.get().performed is False
    told = Notice.objects.filter(kind="not_performed").values_list("recipient__username", flat=True)
    assert set(told) == {case.people["supervisor"].username, case.people["handler"].username}
    assert list(findings()) == []


def test_a_second_agreement_after_a_broken_one():
    case = settled()
    handler = case.people["handler"]
    settling.not_performed(case=again(case), actor=handler, at=later(20), note="拒不维修")
    settling.settle(
        case=again(case),
        actor=handler,
        at=later(21),
        **TERMS | {"kind": "conciliation", "perform_by": day("2026-05-10")},
    )
    settling.performed(case=again(case), actor=handler, at=later(22))
    assert list(Settlement.objects.order_by("pk").values_list("performed", flat=True)) == [False, True]
    assert [one.title for one in Paper.objects.about(case).filter(kind="settlement").order_by("pk")] == [
        "调解协议书", "和解协议书",
    ]  # fmt: skip
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "x"}, "请选择调解或者和解。"),
        ({"agreed_on": day("2026-03-11")}, "签订日期应当在登记之日和今日之间。"),
        ({"perform_by": day("2026-03-09")}, "履行期限不应早于签订日期。"),
        ({"perform_by": day("2126-03-09")}, "履行期限太远，请核对年份。"),
    ],
)
def test_what_cannot_be(changes, sentence):
    with pytest.raises(Refusal) as caught:
        settled(**changes)
    assert (str(caught.value), Settlement.objects.count(), list(findings())) == (sentence, 0, [])


def test_who_and_when():
    case = factories.case(upto="handling")
    other = factories.user("handler", factories.labour())
    assert [refusal(case, "settle", one, AT) for one in (other, case.people["supervisor"])] == [
        "此事项不在您的单位。", "您的角色不能办理“达成调解、和解”。",
    ]  # fmt: skip
    assert refusal(case, "performed", case.people["handler"], AT) == "当前环节为“办理中”，不能办理“协议已履行”。"
    broken = settled()
    with pytest.raises(Refusal, match="请写明协议没有履行的情况。"):
        settling.not_performed(case=again(broken), actor=broken.people["handler"], at=later(9), note=" ")


def test_superior_sets_number_and_day():
    case = factories.case(upto="handling")
    clock = superior.note_superior(
        case=again(case), actor=case.people["supervisor"], at=AT, superior="省信访局",
        superior_number="省信交〔2026〕7号", due_on=day("2026-03-20"),
    )  # fmt: skip
    fresh = again(case)
    assert (fresh.superior, fresh.superior_number, clock.strict_due, clock.basis, fresh.due_on, fresh.due_kind) == (
        "省信访局", "省信交〔2026〕7号", day("2026-03-20"), "省信访局交办", day("2026-03-20"), "superior",
    )  # fmt: skip
    superior.note_superior(
        case=again(case), actor=case.people["supervisor"], at=later(1), superior="省信访局", due_on=day("2026-03-30")
    )
    assert running(again(case))[ClockKind.SUPERIOR] == day("2026-03-30")
    assert list(findings()) == []


def test_superior_refusals():
    case = factories.case(upto="handling")
    people = case.people

    def said(actor, **fields) -> str:
        with pytest.raises(Refusal) as caught:
            superior.note_superior(case=again(case), actor=actor, at=AT, **fields)
        return str(caught.value)

    assert said(people["supervisor"], superior="") == "请填写“交办的上级机关”。"
    assert said(people["handler"], superior="省信访局") == "您的角色不能办理“登记上级交办”。"
    assert said(people["supervisor"], superior="省", due_on=day("2026-03-01")) == (
        "上级交办的期限不应早于收到之日，也不应太远；请核对。"
    )
    assert said(people["supervisor"], superior="省", received_on=day("2026-03-03")) == "收到交办的日期不应晚于今日。"
    assert list(findings()) == []


def test_pages(client: Client):
    case = factories.case(upto="handling")
    client.force_login(case.people["handler"])
    today = dt.datetime.now(SHANGHAI).date()
    data = TERMS | {"agreed_on": today.isoformat(), "perform_by": (today + dt.timedelta(days=9)).isoformat()}
    assert client.get(f"/cases/{case.number}/settle/").status_code == 200
    page = client.post(f"/cases/{case.number}/settle/", data | {"perform_by": "2026-01-01"})
    assert (page.status_code, "履行期限不应早于签订日期。" in page.content.decode()) == (422, True)
    assert client.post(f"/cases/{case.number}/settle/", data).status_code == 302
    assert "等待履行" in client.get(f"/cases/{case.number}/?tab=course").content.decode()
    assert client.get(f"/cases/{case.number}/performed/").status_code == 200
    assert client.post(f"/cases/{case.number}/not_performed/", {"note": "反悔"}).status_code == 302
    client.force_login(case.people["supervisor"])
    assert client.get(f"/cases/{case.number}/note_superior/").status_code == 200
    data = {"superior": "省信访局", "received_on": today.isoformat()}
    assert client.post(f"/cases/{case.number}/note_superior/", data).status_code == 302
    assert (again(case).superior, list(findings())) == ("省信访局", [])
