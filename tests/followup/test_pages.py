"""The supervision desk, the panel, the forms and the health check, as pages."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.verifying import findings
from cases.models import Case
from documents.models import Paper
from documents.rendering import pdf_of
from followup import actions
from followup.actions import visiting
from followup.models import ReturnVisit, Supervision, Urging
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}


def ago(days):
    return timezone.now() - dt.timedelta(days=days)


def today():
    return timezone.localdate()


def signed_in(client, user):
    client.force_login(user)
    return client


def test_the_desk_shows_late_matters_with_their_units(client, people):
    late = factories.case(upto="handling", at=ago(80), people=people)
    near = factories.case(at=ago(12), people=people)
    calm = factories.case(upto="handling", at=ago(1), people=people)
    answer = signed_in(client, people["supervisor"]).get("/followup/")
    assert [row["case"] for row in answer.context["rows"]] == [late, near]
    assert [row["lamp"].text for row in answer.context["rows"]] == ["超期 20 天", "剩 3 天"]
    assert answer.context["by_unit"] == [{"code": "ZJJ", "name": "住建局", "n": 1}]
    assert calm.number not in answer.content.decode()
    filtered = client.get("/followup/?unit=ZJJ&due=overdue")
    assert [row["case"] for row in filtered.context["rows"]] == [late]


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("tab", "queries"), [("late", 20), ("orders", 13), ("visits", 13)])
def test_each_list_takes_the_same_queries_however_long(client, django_assert_num_queries, people, many, tab, queries):
    for _one in range(many):
        case = factories.case(upto="handling", at=ago(80), people=people)
        actions.urge(case=case, actor=people["supervisor"], at=ago(1), way="letter", content="请抓紧办理。")
        _order(case, people)
        factories.case(upto="served", at=ago(20), people=people)
    signed_in(client, people["supervisor"]).get("/followup/")
    with django_assert_num_queries(queries):
        answer = client.get(f"/followup/?tab={tab}")
    assert len(answer.context["rows"]) == many


def _order(case, people, **changes):
    fields = {"ground": "evasion", "requirement": "说明原因。", "due_on": today() + dt.timedelta(days=15)} | changes
    return actions.supervise(case=case, actor=people["supervisor"], at=timezone.now(), **fields)


def test_one_click_issues_a_letter_whose_pdf_names_the_matter(client, people):
    case = factories.case(upto="handling", at=ago(80), people=people)
    answer = signed_in(client, people["supervisor"]).post(f"/followup/{case.number}/letter/", follow=True)
    number = f"示信催〔{today().year}〕1号"
    assert [str(message) for message in answer.context["messages"]] == [f"已制发 催办函 {number}（{case.number}）。"]
    row = answer.context["rows"][0]
    assert (row["times"], row["last"].way, row["last"].paper.number) == (1, "letter", number)
    pdf = pdf_of(Paper.objects.get(kind="urge_letter"))
    assert (pdf[:5], len(pdf) > 5000) == (b"%PDF-", True)
    assert list(findings()) == []


FORMS = {
    "urge": {"way": "phone", "spoke_to": "局办公室", "content": "询问进度", "promise": "本周办结", "promised_on": ""},
    "supervise": {"ground": "evasion", "requirement": "说明原因。"},
    "return-visit": {
        "way": "phone", "reached": "yes", "satisfaction": "not", "properly_handled": "1", "remaining": "仍渗水",
        "explanation": "已说明依据",
    },
}  # fmt: skip


def filled(step):
    more = {"due_on": (today() + dt.timedelta(days=10)).isoformat()} if step == "supervise" else {}
    return FORMS[step] | more


@pytest.mark.parametrize(
    ("step", "upto", "model"),
    [("urge", "handling", Urging), ("supervise", "handling", Supervision), ("return-visit", "served", ReturnVisit)],
)
def test_each_form_writes_its_row_and_leads_back_to_the_matter(client, people, step, upto, model):
    case = factories.case(upto=upto, at=ago(3), people=people)
    signed_in(client, people["supervisor"])
    path = f"/followup/{case.number}/{step}/"
    assert client.get(path).status_code == 200
    assert client.post(path, filled(step))["Location"] == f"/cases/{case.number}/"
    row = model.objects.get()
    expected = {name: value for name, value in filled(step).items() if name not in ("due_on", "promised_on")}
    expected |= {"properly_handled": True} if step == "return-visit" else {}
    assert {name: getattr(row, name) for name in expected} == expected
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("step", "upto", "change", "sentence"),
    [
        ("urge", "handling", {"spoke_to": ""}, "请填写联系人：派人、打电话、召开会议的，写明与谁联系。"),
        ("urge", "handling", {"content": "a\x00b"}, "第 2 个字是看不见的控制符（U+0000），请删去后重新输入。"),
        ("urge", "handling", {"promised_on": "2026-02-30"}, "输入一个有效的日期。"),
        ("supervise", "handling", {"ground": "late"}, "此事项的期限没有超过，不能以超期为由督办。"),
        ("supervise", "handling", {"due_on": "1999-01-01"}, "反馈期限应当在今日之后、一年以内。"),
        ("return-visit", "served", {"satisfaction": ""}, "已联系上的，请填写满意度。"),
        ("return-visit", "served", {"reached": "no"}, "没有联系上或者拒绝回访的，不填满意度。"),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_kept(client, people, step, upto, change, sentence):
    case = factories.case(upto=upto, at=ago(3), people=people)
    signed_in(client, people["supervisor"])
    typed = filled(step) | change
    answer = client.post(f"/followup/{case.number}/{step}/", typed)
    told = [error for errors in answer.context["form"].errors.values() for error in errors]
    assert (answer.status_code, told) == (422, [sentence])
    assert answer.context["form"]["way" if step != "supervise" else "requirement"].value() in typed.values()
    assert [model.objects.count() for model in (Urging, Supervision, ReturnVisit)] == [0, 0, 0]


def test_what_is_not_possible_now_is_409_with_the_reason(client, people):
    case = factories.case(at=ago(3), people=people)
    signed_in(client, people["supervisor"])
    for step in ("urge", "supervise", "return-visit"):
        answer = client.get(f"/followup/{case.number}/{step}/")
        assert answer.status_code == 409
        assert "当前环节为“已归类”" in answer.content.decode()


def test_the_unit_reads_the_order_and_answers_it(client, people):
    case = factories.case(upto="handling", at=ago(3), people=people)
    order = _order(case, people)
    signed_in(client, people["handler"])
    path = f"/followup/{case.number}/supervisions/{order.pk}/feedback/"
    assert path in client.get(f"/followup/{case.number}/panel/").content.decode()
    assert path in client.get("/followup/?tab=orders").content.decode()
    assert client.post(path, {"feedback": "已约谈物业公司。"})["Location"] == f"/cases/{case.number}/"
    assert client.post(path, {"feedback": "再报"}).status_code == 409
    signed_in(client, people["supervisor"])
    close = f"/followup/{case.number}/supervisions/{order.pk}/close/"
    assert "已约谈物业公司。" in client.get(close).content.decode()
    assert client.post(close, {"note": "属实"}).status_code == 302
    assert Supervision.objects.get().closed_at


ROLES = ("clerk", "supervisor", "handler", "leader", "archivist", "sysadmin", "secadmin", "auditor")
MAY = {
    "panel": {"clerk", "supervisor", "handler", "leader"},
    "urge": {"supervisor"},
    "supervise": {"supervisor", "leader"},
    "return-visit": {"clerk", "supervisor"},
}


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_whom_the_role_table_says(client, people, role):
    case = factories.case(upto="handling", at=ago(3), people=people)
    user = people.get(role) or factories.user(role)
    signed_in(client, user)
    visible = Case.objects.visible_to(user).exists()
    for page, roles in MAY.items():
        expected = {409, 200} if role in roles else {403} if visible or not user.can("cases.view") else {404}
        assert client.get(f"/followup/{case.number}/{page}/").status_code in expected, page
    assert client.get("/followup/").status_code == (200 if user.can("cases.view") else 403)


def test_the_accused_unit_finds_nothing_here(client, people):
    people["handler"] = factories.user("handler", unit=factories.labour())
    accused = factories.user("handler")
    case = factories.case(upto="handling", at=ago(80), people=people, accused="示范市住房和城乡建设局")
    order = _order(case, people)
    signed_in(client, accused)
    assert client.get("/followup/").context["rows"] == []
    assert case.number not in client.get("/followup/?tab=orders").content.decode()
    for path in ("panel/", "urge/", "letter/", "supervise/", f"supervisions/{order.pk}/feedback/", "return-visit/"):
        answer = client.post(f"/followup/{case.number}/{path}") if path == "letter/" else client.get(
            f"/followup/{case.number}/{path}"
        )  # fmt: skip
        assert answer.status_code in (403, 404), path
    assert client.get(f"/followup/{case.number}/panel/").status_code == 404


def test_a_unit_does_not_see_who_complains_in_a_protected_matter(client, people):
    people["handler"] = factories.user("handler", unit=factories.labour())
    case = factories.case(upto="handling", at=ago(3), people=people, accused="示范市住房和城乡建设局")
    order = _order(case, people)
    signed_in(client, people["handler"])
    for path in ("panel/", f"supervisions/{order.pk}/feedback/"):
        assert case.petitioner.name not in client.get(f"/followup/{case.number}/{path}").content.decode()


def test_an_unknown_number_or_order_is_not_found(client, people):
    case = factories.case(upto="handling", at=ago(3), people=people)
    other = _order(factories.case(upto="handling", at=ago(3), people=people), people)
    signed_in(client, people["supervisor"])
    assert client.get("/followup/XF2026999999/panel/").status_code == 404
    assert client.get(f"/followup/{case.number}/supervisions/{other.pk}/close/").status_code == 404


def test_return_visits_wait_until_somebody_was_reached(client, people):
    case = factories.case(upto="served", at=ago(20), people=people)
    signed_in(client, people["clerk"])

    def waiting():
        return [
            (row["case"].number, row["case"].attempts) for row in client.get("/followup/?tab=visits").context["rows"]
        ]

    assert waiting() == [(case.number, 0)]
    visit = {"case": case, "actor": people["clerk"], "at": timezone.now(), "way": "phone"}
    visiting.record_return_visit(**visit, reached="no")
    assert waiting() == [(case.number, 1)]
    visiting.record_return_visit(**visit, reached="yes", satisfaction="satisfied")
    assert waiting() == []


def test_who_comes_second_reads_why_and_keeps_the_words(client, people):
    """A colleague gave the feedback, and closed the order, while this one was typing."""
    case = factories.case(upto="handling", at=ago(3), people=people)
    order = actions.supervise(
        case=case, actor=people["supervisor"], at=ago(2), ground="evasion", requirement="说明原因",
        due_on=today() + dt.timedelta(days=5),
    )  # fmt: skip
    actions.give_feedback(supervision=order, actor=people["handler"], at=ago(1), feedback="已办结。")
    second = signed_in(client, factories.user("handler", username="second"))
    path = f"/followup/{case.number}/supervisions/{order.pk}"
    answer = second.post(f"{path}/feedback/", {"feedback": "经查，渗水已经修复，附照片三张。"})
    assert answer.status_code == 409
    for words in ("此督办已经反馈。", "经查，渗水已经修复，附照片三张。"):
        assert words in answer.content.decode()
    assert second.get(f"{path}/feedback/").status_code == 409
    assert Supervision.objects.get().feedback == "已办结。"
