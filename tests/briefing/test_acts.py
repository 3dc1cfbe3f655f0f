"""Duties, instructions and digests, through their verbs, and who sees what of an accusation."""

import datetime as dt

import pytest

from audit.verifying import findings
from briefing import duties as rules
from briefing import guards, tasks
from briefing.actions import digests, instructing
from briefing.actions.duties import do_duty
from briefing.models import Digest, DoneDuty, Instruction, UrgentEvent
from cases.actions import deciding
from cases.models import Case
from cases.workflow import STEPS, available, refusal
from notices.models import Notice
from tests import factories
from tests.briefing.acting import AT, accused, fresh, minutes, opened
from vault.errors import Refusal, Stale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]
INSTRUCTION = {
    "text": "请住建局限期查清。",
    "leader_name": "张副市长",
    "given_on": AT.date(),
    "due_on": dt.date(2026, 3, 12),
}
DIGEST = {"title": "某小区渗水", "situation": "三十余人反映渗水。", "suggestion": "请住建局牵头。"}


def instructed(case, **changes):
    fields = INSTRUCTION | {"to_unit": factories.housing()} | changes
    return instructing.instruct(case=fresh(case), actor=case.people["leader"], at=AT, **fields)


# ---- duties ----


def test_duties_are_the_table_times_the_codes_minus_what_was_done(people):
    case = factories.case(people=people)
    deciding.classify(case=case, actor=people["clerk"], at=AT, category="C03", also="C08,C09")
    case = fresh(case)
    keys = ["C08.help", "C08.report", "C08.record", "C09.tell", "C09.digest"]
    assert [one.duty.key for one in rules.still_open(case)] == keys
    assert [one.due for one in rules.still_open(case)][:2] == [minutes(10), minutes(60)]
    row = do_duty(case=case, actor=people["clerk"], at=AT, duty="C08.help", note="已呼叫 120。", done_on=AT.date())
    assert [one.duty.key for one in rules.still_open(case)] == keys[1:]
    deciding.classify(case=fresh(case), actor=people["clerk"], at=AT, category="C03", also="C10")
    case = fresh(case)
    assert [one.duty.key for one in rules.still_open(case)] == ["C10.lead", "C10.tell"]
    assert list(DoneDuty.objects.all()) == [row]
    assert [(one, [each.duty.key for each in left]) for one, left in rules.everything_open(Case.objects.all())] == [
        (case, ["C10.lead", "C10.tell"])
    ]
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"duty": "C06.lead"}, "没有这一项"),
        ({"duty": "C10.nothing"}, "没有这一项"),
        ({"note": " "}, "怎样落实"),
        ({"done_on": AT.date() + dt.timedelta(days=1)}, "落实日期"),
        ({"done_on": AT.date() - dt.timedelta(days=1)}, "落实日期"),
    ],
)
def test_a_bad_duty_is_refused(people, changes, words):
    case = factories.case(people=people)
    Case.objects.filter(pk=case.pk).update(also="C10")
    fields = {"duty": "C10.lead", "note": "已协商。", "done_on": AT.date()} | changes
    with pytest.raises(Refusal, match=words):
        do_duty(case=fresh(case), actor=people["supervisor"], at=AT, **fields)


def test_a_duty_is_done_once_by_the_right_role(people):
    case = factories.case(people=people)
    Case.objects.filter(pk=case.pk).update(also="C10")
    fields = {"case": fresh(case), "at": AT, "duty": "C10.lead", "note": "已协商。", "done_on": AT.date()}
    with pytest.raises(Refusal, match="角色"):
        do_duty(actor=people["handler"], **fields)
    do_duty(actor=people["clerk"], **fields)
    with pytest.raises(Refusal, match="已经登记"):
        do_duty(actor=people["supervisor"], **fields)


@pytest.mark.parametrize("category", ["C01", "C02", "C03", "C04", "C05"])
def test_categories_6_to_10_leave_the_route_unchanged(people, category):
    case = factories.case(people=people)
    Case.objects.filter(pk=case.pk).update(category=category)

    def steps(*without):
        return {
            role: [name for name, _step in available(fresh(case), user, AT) if name not in without]
            for role, user in people.items()
        }

    before, shorter = steps(), steps("accept_simple")
    for also in ("C06", "C07", "C08", "C09", "C06,C07,C08,C09"):
        Case.objects.filter(pk=case.pk).update(also=also)
        assert steps() == before
    # Several responsible bodies keep their route; only the simple procedure is not for them (its article 5).
    Case.objects.filter(pk=case.pk).update(also="C10")
    assert steps() == shorter


# ---- instructions ----


def test_an_instruction_runs_its_own_clock_until_the_answer(case):
    row = instructed(case)
    clock = case.clocks.get(kind="instruction")
    assert (clock.thread, clock.strict_due, clock.stopped_on) == (f"instruction:{row.pk}", dt.date(2026, 3, 12), None)
    now = fresh(case)
    assert (now.due_on, now.due_kind, now.state) == (dt.date(2026, 3, 12), "instruction", "handling")
    assert list(Case.objects.overdue(dt.date(2026, 3, 13))) == [now]
    told = Notice.objects.filter(kind="instruction").values_list("recipient__username", "text")
    text = f"{case.number} 有领导批示，请于 2026-03-12 前反馈落实情况。"
    assert set(told) == {("handler", text)}
    instructing.answer_instruction(instruction=row, actor=case.people["handler"], at=AT, answer="已查清。")
    clock.refresh_from_db()
    assert (clock.stopped_on, clock.stop_reason) == (AT.date(), "answer_instruction")
    assert fresh(case).due_kind != "instruction"
    with pytest.raises(Refusal, match="已经反馈"):
        instructing.answer_instruction(instruction=row, actor=case.people["handler"], at=AT, answer="再答。")
    assert list(findings()) == []


def test_two_instructions_stop_one_by_one(case):
    one, two = instructed(case), instructed(case, due_on=dt.date(2026, 3, 20))
    instructing.withdraw_instruction(instruction=one, actor=case.people["supervisor"], at=AT, reason="登记有误。")
    running = case.clocks.filter(kind="instruction", stopped_on__isnull=True)
    assert [clock.thread for clock in running] == [two.thread]
    assert list(Instruction.objects.open()) == [two]
    with pytest.raises(Refusal, match="撤销"):
        instructing.answer_instruction(instruction=fresh(one), actor=case.people["handler"], at=AT, answer="迟了。")
    assert list(findings()) == []


def test_an_answer_that_comes_too_late_is_stale(case):
    row = instructed(case)
    stale = fresh(row)
    instructing.withdraw_instruction(instruction=row, actor=case.people["leader"], at=AT, reason="重复。")
    with pytest.raises(Stale):
        instructing.answer_instruction(instruction=stale, actor=case.people["handler"], at=AT, answer="已查清。")


def test_who_may_instruct_and_answer(case):
    people = case.people
    for role in ("clerk", "handler", "reviewer", "unit_head"):
        assert "角色" in refusal(case, "instruct", people[role], AT)
    row = instructed(case)
    elsewhere = factories.user("handler", unit=factories.labour())
    assert guards.no_answer(row, elsewhere) == "此批示不是交给您或者您单位的。"
    assert "角色" in guards.no_answer(row, people["leader"])
    assert guards.no_answer(row, people["handler"]) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " "}, "批示内容"),
        ({"given_on": dt.date(2026, 3, 3)}, "批示日期"),
        ({"due_on": dt.date(2026, 3, 1)}, "落实期限"),
        ({"to_unit": None}, "二者选一"),
    ],
)
def test_a_bad_instruction_is_refused(case, changes, words):
    with pytest.raises(Refusal, match=words):
        instructed(case, **changes)


def test_the_accused_and_strangers_get_no_instruction(case):
    with pytest.raises(Refusal, match="没有此事项"):
        instructed(case, to_unit=factories.labour())
    accused(case, accused_unit=factories.housing(), protected=True)
    with pytest.raises(Refusal, match="第三十条"):
        instructed(case)
    with pytest.raises(Refusal, match="第三十条"):
        instructed(case, to_unit=None, to_user=case.people["handler"])
    assert guards.targets(fresh(case)) == [factories.office()]
    assert case.people["handler"] not in guards.officers(fresh(case))


def test_the_accused_person_gets_no_instruction(case):
    accused(case, accused_user=case.people["handler"], protected=True)
    with pytest.raises(Refusal, match="第三十条"):
        instructed(case, to_unit=None, to_user=case.people["handler"])
    instructed(case)
    assert not Notice.objects.filter(kind="instruction", recipient=case.people["handler"]).exists()


# ---- digests ----


def test_a_digest_is_changed_until_issued_and_frozen_after(case):
    supervisor = case.people["supervisor"]
    other = factories.case(people=case.people)
    row = digests.write_digest(cases=[fresh(case), other], actor=supervisor, at=AT, **DIGEST)
    digests.edit_digest(digest=row, version=1, actor=supervisor, at=AT, **DIGEST | {"analysis": "有扩大可能。"})
    with pytest.raises(Stale):
        digests.edit_digest(digest=row, version=1, actor=supervisor, at=AT, **DIGEST)
    with pytest.raises(Stale):
        digests.issue_digest(digest=row, version=1, actor=supervisor, at=AT)
    digests.issue_digest(digest=row, version=2, actor=supervisor, at=AT)
    assert [one["text"] for one in row.paper.context["body"]] == [
        "【标题】", "某小区渗水",
        "【来源】",
        f"{case.number}，2026年3月2日，{case.petitioner.name}，{case.title}。",
        f"{other.number}，2026年3月2日，{other.petitioner.name}，{other.title}。",
        "【主要情况】", "三十余人反映渗水。", "【研判】", "有扩大可能。",
        "【建议】", "请住建局牵头。", "【批示】", "（请在此处批示）",
        "内部材料，注意保管。",
    ]  # fmt: skip
    with pytest.raises(Refusal, match="不能再改"):
        digests.edit_digest(digest=row, version=2, actor=supervisor, at=AT, **DIGEST)
    said = instructed(case, digest=row)
    assert list(row.instructions.all()) == [said]
    assert list(findings()) == []


def test_a_digest_about_an_accusation_names_nobody(case):
    accused(case, protected=True)
    name, supervisor = case.petitioner.name, case.people["supervisor"]
    with pytest.raises(Refusal, match="第三十条"):
        digests.write_digest(cases=[fresh(case)], actor=supervisor, at=AT, **DIGEST | {"situation": f"{name}反映。"})
    row = digests.write_digest(cases=[fresh(case)], actor=supervisor, at=AT, **DIGEST)
    digests.issue_digest(digest=row, version=1, actor=supervisor, at=AT)
    assert name not in str(row.paper.context)
    assert case.title not in str(row.paper.context)


def test_who_sees_what_of_an_accusation(case):
    """The accused unit's people, and an accused officer of the office itself, see none of it."""
    people = case.people
    opened(case)
    row = instructed(case)
    other = factories.case(people=people)
    digest = digests.write_digest(cases=[other, fresh(case)], actor=people["supervisor"], at=AT, **DIGEST)

    def seen(user):
        models = (UrgentEvent, Instruction, Digest)
        return [list(model.objects.visible_to(user).values_list("pk", flat=True)) for model in models]

    event = UrgentEvent.objects.get()
    assert seen(people["supervisor"]) == [[event.pk], [row.pk], [digest.pk]]
    assert seen(people["handler"]) == [[], [row.pk], []]
    assert seen(factories.user("handler", unit=factories.labour())) == [[], [], []]
    accused(case, accused_unit=factories.housing(), accused_user=people["supervisor"], protected=True)
    assert seen(people["handler"]) == [[], [], []]
    assert seen(people["supervisor"]) == [[], [], []]
    assert seen(people["leader"]) == [[event.pk], [row.pk], [digest.pk]]
    Notice.objects.all().delete()
    tasks.remind(minutes(60))
    assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"leader"}


def test_the_three_steps_stand_in_the_table():
    assert {name: (STEPS[name].permission, STEPS[name].page) for name in ("report_urgent", "instruct", "digest")} == {
        "report_urgent": ("briefing.report", "briefing:urgent"),
        "instruct": ("briefing.instruct", "briefing:instruct"),
        "digest": ("briefing.digest", "briefing:digest"),
    }
