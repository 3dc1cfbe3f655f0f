"""复查、复核 from the served opinion to the end, by verbs: days, papers, bodies, people, the order to handle anew."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Unit
from audit.verifying import findings
from cases.actions import ending, handling, hearing
from cases.choices import ClockKind
from cases.choices import State as S
from cases.models import Case
from cases.workflow import refusal
from documents.models import Paper
from documents.rendering import pdf_of
from notices.models import Notice
from review import actions, chain
from review.choices import Level
from review.models import Review
from tests import factories
from tests.factories import AT, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
DELIVERED = AT.date()  # 2 March 2026: every step up to SERVED happens at AT


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def served(db):
    return factories.case(upto="served")


def clock(case, kind):
    return case.clocks.filter(kind=kind).order_by("-pk").first()


def ask(case, at, **changes):
    return factories.asked(case, at, **changes)


def test_the_whole_chain_is_walked_to_the_end_with_its_papers(served):
    review = ask(served, later(10))
    assert (review.level, review.round, review.body.code, review.respondent.code) == (Level.REVIEW, 1, "CITY", "ZJJ")
    case = factories.decided(served, later(20))
    assert (case.state, case.review_outcome) == (S.REVIEWED, "upheld")
    case = factories.handed_over(case, later(22))
    window = clock(case, ClockKind.REQUEST_RECHECK)
    assert (case.state, window.started_on) == (S.REVIEW_SERVED, DELIVERED + dt.timedelta(days=22))
    recheck = ask(served, later(30))
    assert (recheck.level, recheck.round, recheck.body.code) == (Level.RECHECK, 1, "PROV")
    assert recheck.challenged.kind == "review_opinion"
    case = factories.handed_over(factories.decided(served, later(50)), later(55))
    assert (case.state, case.recheck_outcome, case.due_on) == (S.CONCLUDED, "upheld", None)
    made = Paper.objects.about(case).filter(kind__startswith="re", kind__contains="check") | Paper.objects.about(
        case
    ).filter(kind__startswith="review")
    assert [(paper.kind, paper.spec.served) for paper in made.order_by("pk")] == [
        ("review_receipt", True),
        ("review_opinion", True),
        ("recheck_receipt", True),
        ("recheck_opinion", True),
    ]
    stopped = {one.kind: one.stop_reason for one in case.clocks.filter(kind__in=("review", "recheck"))}
    assert stopped == {"review": "decide_review", "recheck": "decide_recheck"}
    assert not refusal(case, "file", factories.user("archivist"), later(60))
    assert list(findings()) == []


def test_the_papers_say_what_the_law_asks_for(served):
    review = ask(served, later(10))
    receipt = review.receipt.context
    assert (receipt["office"], receipt["respondent"], receipt["requested_on"], receipt["due"]) == (
        "示范市人民政府", "示范市住房和城乡建设局", "2026年3月12日", "2026年4月13日",
    )  # fmt: skip
    opinion = Paper.objects.about(factories.decided(served, later(20), "changed")).get(kind="review_opinion")
    kept = ("request", "facts_and_reasons", "original", "findings", "outcome", "opinion", "legal_basis", "redo")
    assert {key: opinion.context[key] for key in kept} == {
        "request": "撤销原意见", "facts_and_reasons": "与事实不符", "original": "责成物业公司于 30 日内维修。",
        "findings": "经查，原认定属实。", "outcome": "变更", "opinion": "原处理意见适当。",
        "legal_basis": "《物业管理条例》第三十五条", "redo": False,
    }  # fmt: skip
    assert pdf_of(review.receipt).startswith(b"%PDF")
    assert pdf_of(opinion).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("days", "late_reason", "said"),
    [
        (30, "", None),
        (31, "", "请求期限已于 2026-04-01 届满，有正当理由的请写明理由。"),
        (31, "住院至今", None),
        (-1, "", "请求日期不应早于送达之日 2026-03-02。"),
    ],
)
def test_thirty_days_from_delivery_one_more_needs_a_reason(served, days, late_reason, said):
    on = DELIVERED + dt.timedelta(days=days)
    if said is None:
        review = ask(served, later(40), requested_on=on, late_reason=late_reason)
        assert (review.requested_on, review.late_reason) == (on, late_reason)
        assert clock(served, ClockKind.REVIEW).started_on == on
        return
    with pytest.raises(Refusal) as no:
        ask(served, later(40), requested_on=on, late_reason=late_reason)
    assert str(no.value) == said
    assert Review.objects.count() == 0
    assert list(findings()) == []


def test_the_window_runs_from_delivery_not_from_issue():
    closed = factories.case(upto="closed")
    with pytest.raises(Refusal) as no:
        ask(closed, later(1))
    assert "当前环节为“办结待送达”" in str(no.value)
    factories._serve(closed, closed.people, later(12))
    window = clock(closed, ClockKind.REQUEST_REVIEW)
    assert (window.started_on, window.strict_due) == (dt.date(2026, 3, 14), dt.date(2026, 4, 13))


def test_a_day_that_has_not_come_and_empty_words_are_refused(served):
    for changes, said in (
        ({"requested_on": DELIVERED + dt.timedelta(days=11)}, "请求日期不应晚于今日。"),
        ({"request": " "}, "请填写请求：要求怎样改变原意见。"),
        ({"facts_and_reasons": ""}, "请填写事实和理由。"),
    ):
        with pytest.raises(Refusal) as no:
            ask(served, later(10), **changes)
        assert str(no.value) == said


def test_the_body_is_the_one_above_and_never_accused_nor_the_unit_itself(served):
    city = Unit.objects.get(code="CITY")
    assert chain.default_body(served, Level.REVIEW) == city
    codes = set(chain.bodies(served, Level.REVIEW).values_list("code", flat=True))
    assert codes == {"CITY", "XFJ"}
    factories.labour()
    with pytest.raises(Refusal, match="写明由“示范市人力资源和社会保障局”审查的理由"):
        ask(served, later(5), body=factories.labour(), body_reason="")
    with pytest.raises(Refusal, match="不能审查此事项"):
        ask(served, later(5), body=factories.housing())
    Case.objects.filter(pk=served.pk).update(accused_unit=city)
    fresh = Case.objects.get(pk=served.pk)
    assert chain.default_body(fresh, Level.REVIEW) is None
    assert city not in chain.bodies(fresh, Level.REVIEW)


def test_whoever_handled_it_or_reviewed_it_does_not_decide(served):
    from accounts import actions as people

    ask(served, later(5))
    people.grant(user=served.people["supervisor"], role="reviewer", actor=None, at=later(5))
    fresh = factories._again(served)
    said = {"outcome": "upheld", **factories.OPINION}
    with pytest.raises(Refusal, match="您办理过此事项"):
        actions.decide(
            review=chain.current(fresh), case=fresh, actor=type(served.people["supervisor"]).objects.get(
                pk=served.people["supervisor"].pk
            ), at=later(6), **said,
        )  # fmt: skip
    with pytest.raises(Refusal, match="您的角色不能办理"):
        actions.decide(review=chain.current(fresh), case=fresh, actor=served.people["clerk"], at=later(6), **said)
    factories.handed_over(factories.decided(served, later(6)), later(7))
    ask(served, later(8))
    fresh = factories._again(served)
    with pytest.raises(Refusal, match="您作出过此事项的复查意见"):
        actions.decide(review=chain.current(fresh), case=fresh, actor=served.people["reviewer"], at=later(9), **said)
    assert list(findings()) == []


def test_an_opinion_has_four_contents_and_days_only_to_handle_anew(served):
    ask(served, later(5))
    fresh = factories._again(served)
    review, actor = chain.current(fresh), factories.reviewer(served)
    good = {"outcome": "redo", **factories.OPINION}
    for changes, said in (
        ({"outcome": "maybe"}, "请选择审查意见。"),
        ({"findings": ""}, "请填写“查明的事实”。"),
        ({"opinion": " "}, "请填写“意见和理由”。"),
        ({"legal_basis": ""}, "请填写“法律法规依据”。"),
        ({"outcome": "upheld", "redo_days": 20}, "只有责令重新办理的，才写重新办理期限。"),
        ({"redo_days": 61}, "重新办理期限应当在 1 日和 60 日之间。"),
    ):
        with pytest.raises(Refusal) as no:
            actions.decide(review=review, case=fresh, actor=actor, at=later(6), **good | changes)
        assert str(no.value) == said


def test_an_ordered_redo_starts_afresh_and_opens_a_new_round(served):
    case = factories.reviewed(served, later(5), "redo", redo_days=20)
    assert refusal(case, "lapse", None, later(80)) == "复查、复核意见责令重新办理，请先重新办理。"
    with pytest.raises(Refusal, match="请先重新办理"):
        ask(served, later(6))
    letter = actions.redo(review=chain.ordered(case), case=case, actor=served.people["supervisor"], at=later(7))
    case = factories._again(served)
    assert (case.state, case.review_outcome, case.outcome, case.answered_on, case.delivered_on) == (
        S.HANDLING, "", "", None, None,
    )  # fmt: skip
    assert clock(case, ClockKind.HANDLE).strict_due == DELIVERED + dt.timedelta(days=27) == case.handle_due
    assert clock(case, ClockKind.REQUEST_RECHECK).stop_reason == "redo"
    assert "不得以同一事实和理由作出与原意见相同的意见" in letter.context["note"]
    assert "不得以同一事实和理由" in str(Paper.objects.about(case).get(kind="review_opinion").context)
    told = Notice.objects.filter(kind="redo").values_list("recipient__username", flat=True)
    assert list(told) == [served.people["handler"].username]
    with pytest.raises(Refusal):
        actions.redo(review=case.reviews.get(), case=case, actor=served.people["supervisor"], at=later(8))
    handling.report(case=case, actor=served.people["handler"], at=later(9), **factories.REPORT)
    handling.close(case=factories._again(served), actor=served.people["supervisor"], at=later(10), note="同意")
    paper = Paper.objects.about(case).filter(kind="opinion").last()
    from cases.actions import serving

    serving.serve(
        case=factories._again(served), actor=served.people["clerk"], at=later(11), paper=paper, way="direct",
        delivered_on=later(11).date(), receiver="本人",
    )  # fmt: skip
    again = ask(served, later(12))
    assert (again.level, again.round, again.challenged) == (Level.REVIEW, 2, paper)
    assert list(findings()) == []


def test_a_recheck_that_orders_a_redo_does_not_end_the_matter(served):
    factories.reviewed(served, later(5))
    case = factories.reviewed(served, later(6), "redo")
    assert case.state == S.CONCLUDED
    assert "请先重新办理" in refusal(case, "file", factories.user("archivist"), later(7))
    actions.redo(review=chain.ordered(case), case=case, actor=served.people["supervisor"], at=later(7))
    case = factories._again(served)
    assert (case.state, case.recheck_outcome, case.handle_due) == (
        S.HANDLING, "", DELIVERED + dt.timedelta(days=67),
    )  # fmt: skip
    assert list(findings()) == []


def test_days_of_a_hearing_are_added_to_the_recheck(served):
    factories.reviewed(served, later(5))
    ask(served, later(10))
    before = clock(served, ClockKind.RECHECK).strict_due

    reviewer = factories.reviewer(served, again=True)
    called = {"planned_at": later(15), "place": "一楼", "host": "甲", "attending": "双方", "subject": "是否渗水"}
    hearing.call_hearing(case=factories._again(served), actor=reviewer, at=later(15), **called)
    with pytest.raises(Refusal, match="听证尚未结束"):
        factories.decided(served, later(16))
    hearing.end_hearing(
        case=factories._again(served), actor=reviewer, at=later(18), ended_on=DELIVERED + dt.timedelta(days=18),
        record="双方陈述", opinion="确有渗水",
    )  # fmt: skip
    assert clock(served, ClockKind.RECHECK).strict_due == before + dt.timedelta(days=4)
    paper = Paper.objects.about(factories.decided(served, later(20))).get(kind="recheck_opinion")
    assert paper.context["hearing"] == "2026年3月17日至2026年3月20日"
    assert list(findings()) == []


def test_a_lapsed_matter_is_still_reviewed_for_a_proper_reason(served):
    ending.lapse(case=served, actor=None, at=later(31))
    with pytest.raises(Refusal, match="届满"):
        ask(served, later(40))
    ask(served, later(40), late_reason="住院至今")
    assert factories._again(served).state == S.REVIEWING
    assert list(findings()) == []


def test_two_at_once_one_request(served):
    stale = factories._again(served)
    ask(served, later(5))
    with pytest.raises(Refusal, match="先行办理"):
        actions.request(
            case=stale, actor=served.people["clerk"], at=later(5), requested_on=DELIVERED, request="a",
            facts_and_reasons="b", body=Unit.objects.get(code="CITY"),
        )  # fmt: skip
    assert Review.objects.count() == 1


def test_the_accused_unit_is_not_told_and_sees_nothing(served):
    Case.objects.filter(pk=served.pk).update(accused_unit=factories.housing(), protected=True)
    Notice.objects.all().delete()
    ask(served, later(5))
    told = set(Notice.objects.filter(kind="review_asked").values_list("recipient__username", flat=True))
    assert served.people["handler"].username not in told
    assert list(Review.objects.visible_to(served.people["handler"])) == []
    assert Review.objects.visible_to(served.people["supervisor"]).count() == 1


def test_a_protected_petitioner_stays_out_of_what_the_unit_reads(served, client):
    Case.objects.filter(pk=served.pk).update(protected=True)
    case = factories.reviewed(served, later(5), "redo", opinion="应当采信王某的陈述")
    letter = actions.redo(review=chain.ordered(case), case=case, actor=served.people["supervisor"], at=later(7))
    assert "王某" not in str(letter.context)
    client.force_login(served.people["handler"])
    panel = client.get(f"/review/{served.number}/panel/").content.decode()
    assert "责令重新办理" in panel
    assert not any(word in panel for word in ("王某", "撤销原意见", "cases/paper"))
    for kind in ("review_receipt", "review_opinion"):
        paper = Paper.objects.about(case).get(kind=kind)
        assert client.get(reverse("cases:paper", args=[paper.pk])).status_code == 404


def test_a_hint_of_an_interest_is_answered_before_the_opinion(served):
    """The reviewer bears the petitioner's name: they say why that means nothing, or withdraw (article 28)."""
    ask(served, later(10))
    officer = factories.reviewer(served)
    officer.display_name = served.petitioner.name
    officer.save()
    with pytest.raises(Refusal, match="与信访人同名。请说明为何没有直接利害关系"):
        factories.decided(served, later(20))
    case = factories.decided(served, later(20), no_interest="同名，并非本人。")
    assert [(one.kind, one.reason) for one in case.interests.all()] == [("explained", "同名，并非本人。")]
    assert list(findings()) == []
