"""One letter about all late matters of a unit: one paper, one urging a matter, each with its own outcome."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from audit.models import Event
from audit.verifying import findings
from cases import clocks
from cases.actions import handling, sending
from cases.deadlines import Calendar
from cases.models import Case
from documents.models import Paper
from documents.rendering import pdf_of
from followup import actions
from followup.models import Urging, UrgingLetter
from notices.models import Notice
from tests import factories
from tests.followup.test_pages import ago, signed_in, today
from tests.racing import race
from vault.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}


def late(people, n=1, **changes):
    return [factories.case(upto="handling", at=ago(80), people=people, **changes) for _one in range(n)]


def words(cases, **changes):
    data = {"pick": [case.number for case in cases], "content": "请抓紧办结。", "reply_by": "", "key": uuid.uuid4().hex}
    return data | changes


def test_one_press_makes_one_letter_and_an_urging_a_matter(client, people):
    cases = late(people, 3)
    calm = factories.case(upto="handling", at=ago(1), people=people)
    signed_in(client, people["supervisor"])
    desk = client.get("/followup/")
    assert "/followup/units/ZJJ/letter/" in desk.content.decode()
    page = client.get("/followup/units/ZJJ/letter/")
    assert {row["case"] for row in page.context["rows"]} == set(cases)
    answer = client.post("/followup/units/ZJJ/letter/", words(cases[:2], reply_by=(today()).isoformat()))
    assert (answer.status_code, UrgingLetter.objects.count()) == (422, 0)
    assert answer.context["ticked"] == {case.number for case in cases[:2]}
    answer = client.post("/followup/units/ZJJ/letter/", words(cases))
    letter = UrgingLetter.objects.get()
    assert (answer.status_code, set(answer.context["done"]), answer.context["failed"]) == (200, set(cases), [])
    number = f"示信催〔{today().year}〕1号"
    assert letter.paper.number == number
    assert {(one.case, one.paper, one.letter, one.paper_number) for one in Urging.objects.all()} == {
        (case, None, letter, number) for case in cases
    }
    assert Notice.objects.filter(kind="urge").count() == 3
    assert Event.objects.filter(verb="urge").count() == 3
    body = "".join(block["text"] for block in letter.paper.context["body"])
    assert all(case.number in body for case in cases)
    assert calm.number not in body
    assert "下列3件信访事项" in body
    assert cases[0].petitioner.name not in body
    assert pdf_of(letter.paper)[:5] == b"%PDF-"
    assert client.get(f"/followup/letters/{letter.pk}/paper/").status_code == 200
    assert number in client.get(f"/followup/{cases[0].number}/panel/").content.decode()
    assert list(findings()) == []


def test_what_cannot_be_urged_any_more_is_left_out_and_said(client, people):
    cases = late(people, 3)
    handling.report(case=cases[0], actor=people["handler"], at=timezone.now(), **factories.REPORT)
    handling.close(case=Case.objects.get(pk=cases[0].pk), actor=people["supervisor"], at=timezone.now())
    Case.objects.filter(pk=cases[1].pk).update(handling_unit=factories.labour())
    signed_in(client, people["supervisor"])
    answer = client.post("/followup/units/ZJJ/letter/", words(cases, pick=[*(one.number for one in cases), "XF9"]))
    assert answer.context["done"] == [Case.objects.get(pk=cases[2].pk)]
    assert {case.number: reason for case, reason in answer.context["failed"]} == {
        cases[0].number: "当前环节为“办结待送达”，没有承办单位需要催办。",
        cases[1].number: "此事项现在不由“示范市住房和城乡建设局”承办。",
    }
    assert answer.context["unknown"] == ["XF9"]
    refused = client.post("/followup/units/ZJJ/letter/", words(cases[:2]))
    assert refused.status_code == 422
    assert "所选事项现在都不能催办" in refused.content.decode()
    assert Paper.objects.filter(kind="urge_letter").count() == 1


def test_the_same_press_twice_makes_one_letter(client, people):
    cases, once = late(people), uuid.uuid4().hex
    signed_in(client, people["supervisor"])
    assert client.post("/followup/units/ZJJ/letter/", words(cases, key=once)).status_code == 200
    again = client.post("/followup/units/ZJJ/letter/", words(cases, key=once))
    assert (again.status_code, UrgingLetter.objects.count(), Urging.objects.count()) == (409, 1, 1)
    assert "没有重复制发" in again.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_letter(people):
    cases = late(people, 2)

    def press():
        actions.urge_unit(
            unit=factories.housing(), cases=cases, actor=people["supervisor"], at=timezone.now(), content="催",
            key="f" * 32,
        )  # fmt: skip

    told = race(press, press)
    assert (told[0], "没有重复制发" in told[1]) == ("", True), told
    assert (UrgingLetter.objects.count(), Urging.objects.count()) == (1, 2)
    assert list(findings()) == []


def test_an_accusation_in_the_list_is_not_named_and_the_accused_never_reads_it(client, people):
    people["handler"] = factories.user("handler", unit=factories.labour(), username="other")
    [secret] = late(people, accused="示范市住房和城乡建设局")
    [plain] = late(people, demand="要求发放安置补贴。")
    letter = actions.urge_unit(
        unit=factories.labour(), cases=[secret, plain], actor=people["supervisor"], at=timezone.now(), content="催办。",
        key="a" * 32,
    )  # fmt: skip
    said = str(letter.paper.context)
    assert secret.title not in said
    assert "检举控告事项（身份保密）" in said
    assert "不得将材料及有关情况透露" in said
    path = f"/followup/letters/{letter.pk}/paper/"
    for who, status in (("supervisor", 200), ("handler", 200), ("accused", 404), ("outside", 404)):
        user = people.get(who) or factories.user("handler" if who == "accused" else "unit_head", factories.housing())
        assert (who, signed_in(client, user).get(path).status_code) == (who, status)


def test_only_the_office_urges_a_unit(client, people):
    late(people)
    for role in ("clerk", "handler", "leader"):
        assert signed_in(client, people[role]).get("/followup/units/ZJJ/letter/").status_code == 403
    assert signed_in(client, people["supervisor"]).get("/followup/units/NOBODY/letter/").status_code == 404
    with pytest.raises(Refusal):
        actions.urge_unit(
            unit=factories.housing(), cases=Case.objects.all(), actor=people["leader"], at=timezone.now(), content="催",
            key="b" * 32,
        )  # fmt: skip


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_a_unit_takes_the_same_queries(client, people, django_assert_num_queries, many):
    for case in late(people, many):
        actions.urge(case=case, actor=people["supervisor"], at=ago(1), way="letter", content="请抓紧办理。")
    signed_in(client, people["supervisor"]).get("/followup/units/ZJJ/letter/")
    with django_assert_num_queries(10):
        assert len(client.get("/followup/units/ZJJ/letter/").context["rows"]) == many


def test_a_period_that_is_called_a_period_is_not_called_so_twice(people):
    case = factories.case(upto="accepted", at=ago(80), people=people)
    due = timezone.localdate(ago(70))
    sending.assign(case=case, actor=people["supervisor"], at=ago(75), unit=factories.housing(), due_on=due)
    urging = actions.urge(
        case=Case.objects.get(pk=case.pk), actor=people["supervisor"], at=timezone.now(), way="letter", content="请办。"
    )
    said = "".join(block["text"] for block in urging.paper.context["body"])
    assert "该事项的交办期限为" in said
    assert "期限期限" not in said


def lying_elsewhere(people):
    """Late, but not by this unit: its report is being looked at; who assists is late; its review is late."""
    people["unit_head"] = factories.user("unit_head", factories.housing())
    examined, assisted, reviewed = late(people, 3)
    handling.submit(case=examined, actor=people["handler"], at=ago(70), **factories.REPORT)
    handling.sign(case=Case.objects.get(pk=examined.pk), actor=people["unit_head"], at=ago(70), note="同意")
    calm = Case.objects.get(pk=assisted.pk)
    calm.clocks.filter(kind="handle").update(strict_due=today() + dt.timedelta(days=9))
    clocks.start_until(
        calm, "assist", today() - dt.timedelta(days=20), today() - dt.timedelta(days=5), "交办函", Calendar.load()
    )
    other = Case.objects.get(pk=reviewed.pk)
    other.clocks.filter(stopped_on__isnull=True).update(kind="review")
    Case.objects.filter(pk=other.pk).update(state="reviewing")
    for one in (examined, calm, other):
        clocks.refresh_due(Case.objects.get(pk=one.pk))
    return examined, calm, other


EXAMINED = "报告或者异议正由登记机构审查，现在不是该单位超期。"
NOT_ITS_OWN = "超期的不是该单位自己的期限，不列入催办函。"


def test_only_what_the_unit_itself_owes_is_ticked_counted_and_written_into_the_letter(client, people):
    [mine] = late(people)
    examined, assisted, reviewed = lying_elsewhere(people)
    signed_in(client, people["supervisor"])
    assert client.get("/followup/").context["by_unit"] == [
        {"code": "", "name": "不在承办单位", "n": 3}, {"code": "ZJJ", "name": "住建局", "n": 1},
    ]  # fmt: skip
    page = client.get("/followup/units/ZJJ/letter/")
    assert {row["case"].number: row["reason"] for row in page.context["rows"]} == {
        mine.number: "", examined.number: EXAMINED, assisted.number: NOT_ITS_OWN,
        reviewed.number: "当前环节为“复查中”，没有承办单位需要催办。",
    }  # fmt: skip
    assert page.content.decode().count(" checked") == 1
    answer = client.post("/followup/units/ZJJ/letter/", words([mine, examined, assisted, reviewed]))
    assert answer.context["done"] == [mine]
    assert {case.number: reason for case, reason in answer.context["failed"]} == {
        examined.number: EXAMINED, assisted.number: NOT_ITS_OWN,
        reviewed.number: "当前环节为“复查中”，没有承办单位需要催办。",
    }  # fmt: skip
    assert list(UrgingLetter.objects.get().urgings.values_list("case", flat=True)) == [mine.pk]
