"""Urging, supervision, feedback and return visits: what they write, whom they tell, what they refuse."""

import datetime as dt

import pytest

from accounts.models import User
from audit.models import Event
from audit.verifying import findings
from cases.actions import deciding
from cases.models import Case
from documents.models import Paper
from followup import actions
from followup.actions import visiting
from followup.models import ReturnVisit, Supervision, Urging
from notices.models import Notice
from tests import factories
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
AT = factories.later(days=3)


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}


def told(kind):
    """Who was told, and in which words."""
    return {(notice.recipient.username, notice.text) for notice in Notice.objects.filter(kind=kind)}


def refusal_of(act, **fields):
    with pytest.raises(Refusal) as refusal:
        act(**fields)
    return str(refusal.value)


def order(case, people, at=AT, **changes):
    fields = {"ground": "evasion", "requirement": "说明推诿的原因，限期办理。", "due_on": factories.day("2026-03-20")}
    return actions.supervise(case=case, actor=people["supervisor"], at=at, **fields | changes)


# ---- urging ----


def test_a_letter_is_issued_numbered_sealed_and_announced(people):
    case = factories.case(upto="handling", people=people)
    urging = actions.urge(
        case=case, actor=people["supervisor"], at=AT, way="letter", content="请说明办理进度。",
        promised_on=factories.day("2026-03-12"),
    )  # fmt: skip
    assert (urging.unit, urging.paper.number, urging.paper.addressee) == (
        people["handler"].unit, "示信催〔2026〕1号", "示范市住房和城乡建设局",
    )  # fmt: skip
    facts = ("unit", "sent_number", "sent_on", "period", "due", "days_late", "content", "reply_by", "petitioner")
    assert {name: urging.paper.context[name] for name in facts} == {
        "unit": "示范市住房和城乡建设局", "sent_number": "示信交〔2026〕1号", "sent_on": "2026年3月2日",
        "period": "办理", "due": "2026年5月1日", "days_late": 0, "content": "请说明办理进度。",
        "reply_by": "2026年3月12日",
        "petitioner": case.petitioner.name,
    }  # fmt: skip
    assert told("urge") == {("handler", f"{case.number} 被催办（发催办函），请抓紧办理。")}
    event = Event.objects.get(verb="urge")
    assert (event.title, event.matter, event.note, set(event.seals)) == (
        "催办：发催办函", case.number, "请说明办理进度。",
        {f"followup.urging:{urging.pk}", f"documents.paper:{urging.paper.pk}"},
    )  # fmt: skip
    assert Case.objects.get(pk=case.pk).state == "handling"
    assert list(findings()) == []


@pytest.mark.parametrize("way", ["visit", "phone", "meeting"])
def test_the_other_ways_say_who_was_spoken_to_and_need_no_paper(people, way):
    case = factories.case(upto="assigned", people=people)
    urging = actions.urge(
        case=case, actor=people["supervisor"], at=AT, way=way, content="询问进度", spoke_to="局办公室",
        promise="本周办结",
    )  # fmt: skip
    assert (urging.paper, urging.spoke_to, urging.promise) == (None, "局办公室", "本周办结")
    assert not Paper.objects.filter(kind="urge_letter").exists()
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("role", "upto", "changes", "sentence"),
    [
        ("clerk", "handling", {}, "您的角色不能催办。"),
        ("supervisor", "classified", {}, "当前环节为“已归类”，没有承办单位需要催办。"),
        ("supervisor", "served", {}, "当前环节为“已送达”，没有承办单位需要催办。"),
        ("supervisor", "handling", {"content": "  "}, "请填写催办内容。"),
        ("supervisor", "handling", {"way": "pigeon"}, "请选择催办方式。"),
        ("supervisor", "handling", {"spoke_to": ""}, "请填写联系人：派人、打电话、召开会议的，写明与谁联系。"),
        ("supervisor", "handling", {"promised_on": AT.date()}, "承诺日期应当在今日之后、一年以内。"),
        ("supervisor", "handling", {"promised_on": dt.date(9999, 12, 31)}, "承诺日期应当在今日之后、一年以内。"),
    ],
)
def test_urging_is_refused_with_the_reason_and_nothing_stays(people, role, upto, changes, sentence):
    case = factories.case(upto=upto, people=people)
    fields = {"way": "phone", "content": "询问进度", "spoke_to": "局办公室"} | changes
    before = Event.objects.count(), Notice.objects.count()
    assert refusal_of(actions.urge, case=case, actor=people[role], at=AT, **fields) == sentence
    assert (Event.objects.count(), Notice.objects.count(), Urging.objects.count()) == (*before, 0)


def test_a_letter_about_an_accusation_names_nobody(people):
    discipline = factories.labour()
    people["handler"] = factories.user("handler", unit=discipline, username="other")
    case = factories.case(upto="handling", people=people, accused="示范市住房和城乡建设局")
    urging = actions.urge(case=case, actor=people["supervisor"], at=AT, way="letter", content="请说明办理进度。")
    assert case.protected
    assert case.petitioner.name not in str(urging.paper.context)
    assert case.title not in str(urging.paper.context)


# ---- supervision ----


def test_a_supervision_runs_from_order_to_close(people):
    case = factories.case(upto="handling", people=people)
    made = order(case, people)
    assert (made.unit.code, made.paper.number, made.paper.context["ground"]) == (
        "ZJJ", "示信督〔2026〕1号", "推诿、敷衍、拖延、弄虚作假",
    )  # fmt: skip
    assert told("supervise") == {("handler", f"{case.number} 被督办，请于 2026-03-20 前书面反馈。")}
    actions.give_feedback(supervision=made, actor=people["handler"], at=factories.later(9), feedback="已约谈物业公司。")
    assert told("feedback") == {("supervisor", f"{case.number}：示范市住房和城乡建设局 反馈了督办，请核对销号。")}
    actions.close_supervision(supervision=made, actor=people["supervisor"], at=factories.later(10), note="属实")
    assert told("close_supervision") == {("handler", f"{case.number} 的督办已销号。")}
    row = Supervision.objects.get()
    assert (row.feedback, row.feedback_by, row.feedback_at, row.close_note, row.closed_at) == (
        "已约谈物业公司。", people["handler"], factories.later(9), "属实", factories.later(10),
    )  # fmt: skip
    assert list(Event.objects.filter(matter=case.number).order_by("seq").values_list("verb", flat=True))[-3:] == [
        "supervise", "feedback", "close_supervision",
    ]  # fmt: skip
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("role", "upto", "changes", "sentence"),
    [
        ("clerk", "handling", {}, "您的角色不能督办。"),
        ("supervisor", "accepted", {}, "当前环节为“已受理”，没有可以督办的单位。"),
        ("supervisor", "handling", {"ground": "boredom"}, "请从第四十条的情形中选择一项。"),
        ("supervisor", "handling", {"ground": "late"}, "此事项的期限没有超过，不能以超期为由督办。"),
        ("supervisor", "handling", {"requirement": " "}, "请写明督办要求。"),
        ("supervisor", "handling", {"due_on": AT.date()}, "反馈期限应当在今日之后、一年以内。"),
    ],
)
def test_supervision_is_refused_with_the_reason(people, role, upto, changes, sentence):
    case = factories.case(upto=upto, people=people)
    assert refusal_of(order, case=case, people={"supervisor": people[role]}, **changes) == sentence
    assert not Supervision.objects.exists()


def test_lateness_is_a_ground_once_the_period_has_run_out(people):
    case = factories.case(upto="handling", people=people)
    made = order(case, people, at=factories.later(70), ground="late", due_on=factories.day("2026-06-01"))
    assert made.ground == "late"


def test_feedback_comes_from_the_supervised_unit_once(people):
    case = factories.case(upto="handling", people=people)
    made = order(case, people)
    stranger = factories.user("handler", unit=factories.labour())
    give = actions.give_feedback
    assert refusal_of(give, supervision=made, actor=stranger, at=AT, feedback="x") == "此督办不是发给您单位的。"
    assert refusal_of(give, supervision=made, actor=people["clerk"], at=AT, feedback="x") == "您的角色不能反馈督办。"
    assert refusal_of(give, supervision=made, actor=people["handler"], at=AT, feedback=" ") == "请填写反馈内容。"
    stale = Supervision.objects.get()
    give(supervision=made, actor=people["handler"], at=AT, feedback="已办理")
    assert refusal_of(give, supervision=made, actor=people["handler"], at=AT, feedback="再报") == "此督办已经反馈。"
    with pytest.raises(Stale):
        give(supervision=stale, actor=people["handler"], at=AT, feedback="同时")
    assert Supervision.objects.get().feedback == "已办理"


def test_closing_needs_a_note_and_happens_once(people):
    made = order(factories.case(upto="handling", people=people), people)
    stale = Supervision.objects.get()
    close = actions.close_supervision
    actor = people["supervisor"]
    assert refusal_of(close, supervision=made, actor=actor, at=AT, note="") == (
        "请写明核对的结果；没有反馈的，写明销号的理由。"
    )
    close(supervision=made, actor=actor, at=AT, note="已核对")
    assert refusal_of(close, supervision=made, actor=actor, at=AT, note="又一次") == "此督办已经销号。"
    with pytest.raises(Stale):
        close(supervision=stale, actor=actor, at=AT, note="同时")


# ---- return visits ----


def visit(case, actor, **changes):
    fields = {"way": "phone", "reached": "yes", "satisfaction": "fairly", "properly_handled": True} | changes
    return visiting.record_return_visit(case=case, actor=actor, at=factories.later(5), **fields)


def test_a_return_visit_keeps_satisfaction_apart_from_correctness(people):
    case = factories.case(upto="served", people=people)
    made = visit(case, people["clerk"], satisfaction="not", remaining="仍在渗水", explanation="已说明维修安排")
    facts = ("reached", "satisfaction", "properly_handled", "remaining", "explanation", "visited_on", "unit")
    assert {name: made.paper.context[name] for name in facts} == {
        "reached": "已联系上", "satisfaction": "不满意", "properly_handled": "妥当", "remaining": "仍在渗水",
        "explanation": "已说明维修安排", "visited_on": "2026年3月7日", "unit": "示范市住房和城乡建设局",
    }  # fmt: skip
    assert (made.paper.number, Event.objects.get(verb="return_visit").data) == (
        "", {"satisfaction": "不满意", "outcome": "妥善处理但不信服"},
    )  # fmt: skip
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("role", "upto", "changes", "sentence"),
    [
        ("handler", "served", {}, "您的角色不能回访。"),
        ("clerk", "closed", {}, "当前环节为“办结待送达”，答复送达后才能回访。"),
        ("clerk", "served", {"reached": "maybe"}, "请选择联系结果。"),
        ("clerk", "served", {"satisfaction": ""}, "已联系上的，请填写满意度。"),
        ("clerk", "served", {"reached": "no"}, "没有联系上或者拒绝回访的，不填满意度。"),
        (
            "clerk",
            "served",
            {"reached": "refused", "satisfaction": "", "properly_handled": False},
            "没有联系上或者拒绝回访的，不判断处理是否妥当，请选“未判断”。",
        ),
        ("clerk", "served", {"properly_handled": False}, "认定未妥善处理的，请写明仍有的问题。"),
        ("clerk", "served", {"satisfaction": "not"}, "妥善处理但信访人不信服的，请写明解释情况。"),
    ],
)
def test_a_return_visit_is_refused_with_the_reason(people, role, upto, changes, sentence):
    case = factories.case(upto=upto, people=people)
    assert refusal_of(visit, case=case, actor=people[role], **changes) == sentence
    assert not ReturnVisit.objects.exists()


def test_nobody_visits_about_what_they_answered_themselves(people):
    case = factories.case(people=people)
    deciding.answer(case=case, actor=people["clerk"], at=AT, answer="依据物业合同，由物业维修。")
    case = Case.objects.get(pk=case.pk)
    assert refusal_of(visit, case=case, actor=people["clerk"]) == "此事项由您办理，回访应当由其他人员进行。"
    assert visit(case, people["supervisor"]).visited_by == people["supervisor"]


def test_the_author_of_a_report_does_not_visit_even_in_another_role(people):
    case = factories.case(upto="served", people=people)
    User.objects.filter(pk=people["handler"].pk).update(unit=factories.office())
    from accounts.actions import grant

    grant(user=people["handler"], role="clerk", actor=None, at=AT)
    both = User.objects.get(pk=people["handler"].pk)
    assert refusal_of(visit, case=case, actor=both) == "此事项由您办理，回访应当由其他人员进行。"


def test_attempts_that_failed_are_kept_too(people):
    case = factories.case(upto="served", people=people)
    for way, reached in (("phone", "no"), ("home", "no"), ("phone", "refused"), ("phone", "yes")):
        said = {} if reached == "yes" else {"satisfaction": "", "properly_handled": None}
        visit(case, people["clerk"], way=way, reached=reached, **{"satisfaction": "satisfied"} | said)
    assert list(case.return_visits.order_by("pk").values_list("reached", "satisfaction")) == [
        ("no", ""), ("no", ""), ("refused", ""), ("yes", "satisfied"),
    ]  # fmt: skip


def test_a_matter_goes_back_in_one_step_after_a_bad_visit(people):
    case = factories.case(upto="served", people=people)
    visit(case, people["clerk"], satisfaction="not", properly_handled=False, remaining="仍在渗水")
    deciding.reopen(case=case, actor=people["supervisor"], at=factories.later(6), note="回访发现仍在渗水")
    assert Case.objects.get(pk=case.pk).state == "classified"
