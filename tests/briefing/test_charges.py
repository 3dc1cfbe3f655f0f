"""领导包案, and what presses on the pages of leaders and units."""

import datetime as dt

import pytest
import time_machine

from audit.models import Event
from audit.verifying import findings
from briefing import listing
from briefing.actions import charging, instructing
from briefing.models import Charge, ChargeNote
from cases.models import Case
from followup import tasks
from notices.models import Notice
from tests import factories
from tests.racing import race
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
AT = factories.AT
DUE = factories.day("2026-03-12")


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def people():
    roles = ("clerk", "supervisor", "handler", "leader")
    return {role: factories.user(role, username=role) for role in roles}


@pytest.fixture
def case(people):
    return factories.case(upto="handling", people=people)


def take(case, people, **changes):
    said = {
        "leader": people["leader"],
        "leader_name": "leader",
        "since": AT.date(),
        "due_on": DUE,
        "task": "限期化解。",
    }
    return charging.take_charge(case=case, actor=people["supervisor"], at=AT, **said | changes)


def noon(text):
    return dt.datetime.fromisoformat(f"{text}T12:00:00+08:00")


def refusal_of(act, *args, **fields):
    with pytest.raises(Refusal) as refusal:
        act(*args, **fields)
    return str(refusal.value)


def told(kind):
    return {(one.recipient.username, one.text) for one in Notice.objects.filter(kind=kind)}


def test_a_charge_runs_to_its_result(people, case):
    row = take(case, people)
    text = f"{case.number} 已由领导包案，办结期限 2026-03-12，请在事项页查看包案要求。"
    assert told("charge") == {("leader", text), ("handler", text)}
    charging.note_progress(charge=row, actor=people["leader"], at=factories.later(3), text="召集两个单位协调。")
    charging.end_charge(
        charge=row,
        actor=people["leader"],
        at=factories.later(9),
        result="已签协议。",
        ended_on=factories.day("2026-03-11"),
    )
    row.refresh_from_db()
    assert (row.result, row.ended_by, row.is_open, ChargeNote.objects.get().made_by) == (
        "已签协议。", people["leader"], False, people["leader"],
    )  # fmt: skip
    verbs = Event.objects.filter(matter=case.number).order_by("seq").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["take_charge", "charge_progress", "end_charge"]
    assert listing.charge_lamp(row, DUE).text == "按期结束"
    assert Case.objects.get(pk=case.pk).state == "handling"
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"leader_name": " "}, "请填写包案领导。"),
        ({"since": factories.day("2026-03-03")}, "包案日期不能晚于今日。"),
        ({"due_on": factories.day("2026-03-01")}, "办结期限应当在今日之后、一年以内。"),
    ],
)
def test_what_is_wrong_is_refused(people, case, changes, sentence):
    assert refusal_of(take, case, people, **changes) == sentence
    assert not Charge.objects.exists()


def test_one_leader_at_a_time_and_only_who_may(people, case):
    take(case, people)
    assert refusal_of(take, case, people) == "此事项已由 leader 包案。"
    row = Charge.objects.get()
    assert refusal_of(charging.note_progress, charge=row, actor=people["handler"], at=AT, text="x") == (
        "您的角色不能办理“领导包案”。"
    )
    refused = refusal_of(charging.end_charge, charge=row, actor=people["leader"], at=AT, result=" ", ended_on=AT.date())
    assert refused == "请填写包案结果。"
    stale = Charge.objects.get()
    charging.end_charge(charge=row, actor=people["leader"], at=AT, result="化解。", ended_on=AT.date())
    with pytest.raises(Stale):
        charging.end_charge(charge=stale, actor=people["leader"], at=AT, result="化解。", ended_on=AT.date())


def test_whoever_it_is_about_has_no_charge_of_it(client, people):
    spy = factories.user("leader", username="spy")
    case = factories.case(upto="handling", people=people)
    Case.objects.filter(pk=case.pk).update(accused_user=spy, accused="spy", protected=True)
    case = Case.objects.get(pk=case.pk)
    assert "第三十条" in refusal_of(take, case, people, leader=spy, leader_name="spy")
    elsewhere = factories.user("leader", factories.labour(), username="elsewhere")
    assert refusal_of(take, case, people, leader=elsewhere) == "“elsewhere”看不到此事项，不能包案。"
    row = take(case, people)
    client.force_login(spy)
    assert client.get(f"/briefing/charges/{row.pk}/end/").status_code == 404
    assert "2026-03-12" not in client.get("/briefing/?tab=charges").content.decode()
    for day in ("2026-03-12", "2026-03-13", "2026-03-30"):
        tasks.remind(noon(day))
    assert not Notice.objects.filter(recipient=spy).exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_leader(people, case):
    told = race(*[lambda: take(Case.objects.get(pk=case.pk), people)] * 2)
    assert (told[0], "包案" in told[1], Charge.objects.count()) == ("", True, 1), told
    assert list(findings()) == []


def test_the_leader_is_reminded_and_it_stops_with_the_end(people, case):
    row = take(case, people)
    for day in ("2026-03-05", "2026-03-09", "2026-03-12", "2026-03-13", "2026-03-22"):
        for _again in range(2):
            tasks.remind(noon(day))
    late = f"{case.number} 的领导包案期限已于 2026-03-12 到期，超期 {{}} 天。"
    said = told("charge")
    assert {who for who, text in said if text == late.format(1)} == {"leader", "supervisor"}
    assert {who for who, text in said if text == late.format(10)} == {"leader", "supervisor"}
    charging.end_charge(
        charge=row, actor=people["leader"], at=noon("2026-03-23"), result="化解。", ended_on=factories.day("2026-03-23")
    )
    assert tasks.remind(noon("2026-04-23"))["charges"] == 0


# ---- what presses ----


def instruct(case, people):
    return instructing.instruct(
        case=case, actor=people["supervisor"], at=AT, text="请限期查清。", leader_name="张副市长", given_on=AT.date(),
        due_on=DUE, to_unit=factories.housing(), leader=people["leader"],
    )  # fmt: skip


def test_an_unanswered_instruction_is_on_both_pages_on_its_day_and_both_are_reminded(client, people, case):
    row = instruct(case, people)
    with time_machine.travel(noon("2026-03-08"), tick=False):
        client.force_login(people["leader"])
        assert client.get("/briefing/pressing/").context["instructions"] == []
    with time_machine.travel(noon("2026-03-12"), tick=False):
        tasks.remind(noon("2026-03-12"))
        for who in ("leader", "handler"):
            client.force_login(people[who])
            shown = client.get("/briefing/pressing/")
            assert [(one["row"], one["lamp"].text) for one in shown.context["instructions"]] == [(row, "今日到期")]
            start = {"leader": "/reports/", "handler": "/cases/todo/"}[who]
            said = {"leader": row.text, "handler": 'hx-get="/briefing/pressing/"'}[who]
            assert said in client.get(start).content.decode()
    words = f"{case.number} 的批示落实期限今日到期。"
    assert {one for one in told("remind") if one[1] == words} == {("handler", words), ("supervisor", words)}
    tasks.remind(noon("2026-03-22"))
    assert "leader" in {who for who, text in told("remind") if text.endswith("超期 10 天。")}
    instructing.answer_instruction(instruction=row, actor=people["handler"], at=noon("2026-03-22"), answer="已查清。")
    with time_machine.travel(noon("2026-03-22"), tick=False):
        client.force_login(people["leader"])
        assert client.get("/briefing/pressing/").context["instructions"] == []


def test_pages_from_taking_charge_to_the_count_by_leader(client, people, case):
    client.force_login(people["supervisor"])
    with time_machine.travel(noon("2026-03-03"), tick=False):
        path = f"/briefing/charge/{case.number}/"
        assert client.get(path).status_code == 200
        typed = {
            "leader": people["leader"].pk,
            "leader_name": "",
            "since": "2026-03-03",
            "due_on": "2026-03-12",
            "task": "",
        }
        assert client.post(path, typed | {"due_on": "2025-01-01"}).status_code == 422
        assert client.post(path, typed).status_code == 302
        row = Charge.objects.get()
        assert client.get(path).status_code == 409
        assert client.post(f"/briefing/charges/{row.pk}/progress/", {"text": "已约谈。"}).status_code == 302
        panel = client.get(f"/briefing/panel/{case.number}/").content.decode()
        assert "已约谈。" in panel
        page = client.get("/briefing/?tab=charges")
        assert [one["row"] for one in page.context["rows"]] == [row]
        ended = {"ended_on": "2026-03-03", "result": "化解。"}
        assert client.post(f"/briefing/charges/{row.pk}/end/", ended).status_code == 302
        page = client.get("/briefing/?tab=charges")
    assert list(page.context["by_leader"]) == [
        {"leader_name": "leader", "taken": 1, "running": 0, "late": 0, "in_time": 1, "over": 0}
    ]
    client.force_login(people["handler"])
    assert "化解。" in client.get(f"/briefing/panel/{case.number}/").content.decode()
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("many", [1, 3])
def test_lists_take_the_same_queries(client, people, django_assert_num_queries, many):
    for _one in range(many):
        case = factories.case(upto="handling", people=people)
        take(case, people)
        instruct(case, people)
    with time_machine.travel(noon("2026-03-12"), tick=False):
        client.force_login(people["leader"])
        client.get("/briefing/?tab=charges")
        with django_assert_num_queries(16):
            assert len(client.get("/briefing/?tab=charges").context["rows"]) == many
        with django_assert_num_queries(9):
            assert len(client.get("/briefing/pressing/").context["instructions"]) == many
