"""The pages of briefing: who gets which, what they show, what a form does."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from audit.verifying import findings
from briefing.models import Digest, DoneDuty, Instruction, UrgentEvent, UrgentReport
from cases.models import Case
from documents.rendering import pdf_of
from notices.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}


@pytest.fixture
def case(people):
    return factories.case(upto="handling", at=timezone.now() - dt.timedelta(days=1), people=people)


def minute(**ago):
    return (timezone.localtime(timezone.now()) - dt.timedelta(**ago)).strftime("%Y-%m-%dT%H:%M")


def get(client, user, name, *args, query=""):
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def post(client, user, name, *args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


def open_event(client, case, **changes):
    data = {
        "act": "open", "kind": "group", "known_at": minute(minutes=50), "persons": 30, "place": "市政府东门",
        "cause": "外墙渗水。", "demand": "要求维修。",
    }  # fmt: skip
    return post(client, case.people["clerk"], "briefing:urgent", case.number, **data | changes)


def write_report(client, case, version):
    return post(
        client, case.people["clerk"], "briefing:urgent", case.number, act="report", version=version, persons=30,
        contact="李明", situation="聚集。", measures="接谈。",
        recipients=["government", "department", "joint", "upper", "national"],
    )  # fmt: skip


def instruct(client, case, **changes):
    today = timezone.localdate()
    data = {
        "leader_name": "张副市长", "given_on": today, "due_on": today + dt.timedelta(days=10), "text": "请查清。",
        "to_unit": factories.housing().pk,
    }  # fmt: skip
    return post(client, case.people["leader"], "briefing:instruct", case.number, **data | changes)


def write_digest(client, case, **changes):
    data = {"title": "渗水", "situation": "多人反映。", "suggestion": "请牵头。"} | changes
    return post(client, case.people["supervisor"], "briefing:digest", case.number, **data)


def test_an_event_from_the_button_to_the_final_report(client, case):
    page = get(client, case.people["clerk"], "briefing:urgent", case.number)
    assert (page.status_code, case.demand in page.text) == (200, True)
    assert open_event(client, case).url == reverse("briefing:urgent", args=[case.number])
    event = UrgentEvent.objects.get()
    page = get(client, case.people["clerk"], "briefing:urgent", case.number).text
    assert "首报" in page
    assert 'name="version" value="1"' in page
    assert "报告时限（本单位规定）" in page
    call = {"phoned_to": "市委值班室", "phoned_at": minute(minutes=40)}
    assert post(client, case.people["clerk"], "briefing:call", case.number, event.pk, **call).status_code == 302
    assert write_report(client, case, 1).status_code == 302
    assert write_report(client, case, 1).status_code == 409
    end = {"ended_at": minute(minutes=1), "end_note": "已散。"}
    assert post(client, case.people["clerk"], "briefing:end", case.number, event.pk, **end).status_code == 302
    assert write_report(client, case, 2).status_code == 302
    assert list(UrgentReport.objects.values_list("sequence", "kind")) == [(1, "first"), (2, "final")]
    assert pdf_of(UrgentReport.objects.first().paper).startswith(b"%PDF")
    assert list(findings()) == []


def test_typed_words_stay_when_somebody_was_faster(client, case):
    open_event(client, case)
    answer = open_event(client, case, place="另一处地方")
    assert answer.status_code in (409, 422)
    assert "另一处地方" in answer.text


def test_the_panel_shows_hints_duties_and_instructions(client, case):
    Case.objects.filter(pk=case.pk).update(visitors=31, also="C09")
    instruct(client, case)
    panel = get(client, case.people["supervisor"], "briefing:panel", case.number).text
    for words in ("来访 31 人，应当报告。", "编写舆情摘报", "张副市长", "请查清。", "撤销批示"):
        assert words in panel
    unit = get(client, case.people["handler"], "briefing:panel", case.number).text
    assert ["请查清。" in unit, "反馈落实情况" in unit, "编写舆情摘报" in unit, "应当报告" in unit] == [
        True,
        True,
        False,
        False,
    ]
    assert (
        reverse("briefing:panel", args=[case.number])
        in get(client, case.people["clerk"], "cases:detail", case.number, query="?tab=course").text
    )


def test_duties_through_their_page(client, case):
    Case.objects.filter(pk=case.pk).update(also="C10")
    data = {"duty": "C10.lead", "done_on": timezone.localdate(), "note": "已协商。"}
    assert post(client, case.people["clerk"], "briefing:duty", case.number, **data).status_code == 302
    assert post(client, case.people["clerk"], "briefing:duty", case.number, **data).status_code == 422
    assert DoneDuty.objects.count() == 1
    assert get(client, case.people["handler"], "briefing:duty", case.number).status_code == 403
    listed = get(client, case.people["clerk"], "briefing:index", query="?tab=duties").text
    assert ["告知信访人由哪个单位主办" in listed, "协商确定主办" in listed] == [True, False]


def test_an_instruction_on_both_sides(client, case):
    assert instruct(client, case).status_code == 302
    row = Instruction.objects.get()
    for role in ("leader", "supervisor", "handler"):
        assert "请查清。" in get(client, case.people[role], "briefing:index", query="?tab=instructions").text
    assert get(client, case.people["clerk"], "briefing:answer", row.pk).status_code == 403
    assert post(client, case.people["handler"], "briefing:answer", row.pk, answer="").status_code == 422
    assert post(client, case.people["handler"], "briefing:answer", row.pk, answer="已查清。").status_code == 302
    assert get(client, case.people["handler"], "briefing:answer", row.pk).status_code == 409
    assert get(client, case.people["leader"], "briefing:withdraw", row.pk).status_code == 409
    assert "已查清。" in get(client, case.people["leader"], "briefing:panel", case.number).text


def test_an_overdue_instruction_shows_late(client, case):
    instruct(client, case)
    Instruction.objects.update(due_on=timezone.localdate() - dt.timedelta(days=3))
    assert "超期 3 天" in get(client, case.people["leader"], "briefing:index", query="?tab=instructions").text


def test_a_leader_who_writes_their_own_words_is_named(client, case):
    instruct(client, case, leader_name=str(case.people["leader"]))
    assert Instruction.objects.get().leader == case.people["leader"]


def test_a_digest_is_written_changed_issued_and_printed(client, case):
    other = factories.case(at=timezone.now(), people=case.people)
    supervisor = case.people["supervisor"]
    assert write_digest(client, case, others=other.number).status_code == 302
    row = Digest.objects.get()
    assert list(row.cases.order_by("pk")) == [case, other]
    edit = {"version": 1, "title": "渗水二", "situation": "多人反映。", "suggestion": "请牵头。"}
    assert post(client, supervisor, "briefing:edit_digest", row.pk, **edit).status_code == 302
    assert post(client, supervisor, "briefing:edit_digest", row.pk, **edit).status_code == 409
    assert get(client, supervisor, "briefing:digest_paper", row.pk).status_code == 404
    post(client, supervisor, "briefing:issue_digest", row.pk, version=2)
    row.refresh_from_db()
    assert (row.title, row.paper.number.endswith("1号")) == ("渗水二", True)
    assert get(client, case.people["leader"], "briefing:digest_paper", row.pk).content.startswith(b"%PDF")
    assert get(client, supervisor, "briefing:edit_digest", row.pk).status_code == 409
    late = post(client, supervisor, "briefing:edit_digest", row.pk, **edit | {"situation": "刚写好的话。"})
    assert (late.status_code, "刚写好的话。" in late.text, "制发摘报" in late.text) == (409, True, False)
    assert list(findings()) == []


def test_an_unknown_matter_cannot_be_found_through_a_digest(client, case):
    hidden = factories.case(at=timezone.now(), people=case.people)
    Case.objects.filter(pk=hidden.pk).update(accused_user=case.people["supervisor"])
    texts = [write_digest(client, case, others=number) for number in (hidden.number, "XF2026-999999")]
    assert [answer.status_code for answer in texts] == [422, 422]
    assert [f"没有这些编号的事项：{number}" in answer.text for number, answer in
            zip((hidden.number, "XF2026-999999"), texts, strict=True)] == [True, True]  # fmt: skip


def test_the_accused_gets_404_everywhere_and_sees_nothing(client, case):
    open_event(client, case)
    write_report(client, case, 1)
    instruct(client, case)
    write_digest(client, case)
    row, digest, event = Instruction.objects.get(), Digest.objects.get(), UrgentEvent.objects.get()
    unit, officer = case.people["handler"], case.people["supervisor"]
    Case.objects.filter(pk=case.pk).update(accused_unit=factories.housing(), accused_user=officer, protected=True)
    client.cookies.clear()  # the messages of those who acted
    for user in (unit, officer):
        page = get(client, user, "briefing:index")
        assert (page.status_code, case.number in page.text) == (200, False)
        for tab in ("reports", "instructions", "duties", "digests"):
            assert case.number not in get(client, user, "briefing:index", query=f"?tab={tab}").text
        assert get(client, user, "briefing:panel", case.number).status_code == 404
        assert get(client, user, "briefing:answer", row.pk).status_code == 404
    for name, args in {
        "urgent": [case.number], "call": [case.number, event.pk], "end": [case.number, event.pk],
        "duty": [case.number], "instruct": [case.number], "withdraw": [row.pk], "digest": [case.number],
        "edit_digest": [digest.pk], "digest_paper": [digest.pk],
    }.items():  # fmt: skip
        assert get(client, officer, f"briefing:{name}", *args).status_code == 404, name
    assert post(client, officer, "briefing:issue_digest", digest.pk, version=1).status_code == 404


def test_wrong_roles_get_403(client, case):
    write_digest(client, case)
    forbidden = {"urgent": "handler", "duty": "handler", "instruct": "clerk", "digest": "clerk"}
    for name, role in forbidden.items():
        assert get(client, case.people[role], f"briefing:{name}", case.number).status_code == 403, name
    assert get(client, case.people["clerk"], "briefing:edit_digest", Digest.objects.get().pk).status_code == 403
    for role in ("archivist", "sysadmin", "auditor"):
        assert get(client, factories.user(role), "briefing:index").status_code == 403


def test_each_role_has_its_lists(client, case):
    tabs = {
        role: [tab["label"] for tab in get(client, case.people[role], "briefing:index").context["tabs"]]
        for role in ("clerk", "supervisor", "handler", "leader")
    }
    assert tabs == {
        "clerk": ["应作的报告", "另外要做的事"],
        "supervisor": ["应作的报告", "待落实的批示", "领导包案", "另外要做的事", "摘报"],
        "handler": ["待落实的批示"],
        "leader": ["应作的报告", "待落实的批示", "领导包案", "摘报"],
    }


def test_the_sweep_by_hand(client, case, capsys):
    open_event(client, case)
    for _time in range(5):
        call_command("sweep", "briefing")
    assert capsys.readouterr().out.split("\n")[:5] == ["briefing: 2"] + ["briefing: 0"] * 4
    assert Notice.objects.filter(kind="owed_report").count() == 4
    assert list(findings()) == []
