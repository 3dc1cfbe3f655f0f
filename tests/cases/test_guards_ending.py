"""The conditions of delivery, review and recheck, merging and the end."""

import datetime as dt

import pytest

from cases import guards as g
from cases.choices import FINISHED
from cases.choices import State as S
from cases.models import Case, Clock, Delivery, Report
from documents.choices import PAPER_KINDS
from documents.models import Paper
from tests import factories
from tests.cases.asked import again, clock, on, why
from tests.factories import AT, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def test_delivered_between_closing_and_today():
    """Closed on 2 March, asked on the fifth."""
    case = factories.case(upto="closed")
    asked = {
        day: why(g.delivered_after_closing, case, at=on("2026-03-05"), delivered_on=dt.date(2026, 3, day)) == ""
        for day in (1, 2, 3, 5, 6)
    }
    assert asked == {1: False, 2: True, 3: True, 5: True, 6: False}
    assert why(g.delivered_after_closing, case) == ""
    case.closed_at = None
    assert why(g.delivered_after_closing, case, at=on("2026-03-05"), delivered_on=dt.date(2026, 3, 1)) == ""


def test_something_to_deliver():
    case = factories.case()
    assert "没有待送达" in why(g.something_to_deliver, case)
    case = factories.case(upto="closed", people=case.people)
    assert why(g.something_to_deliver, case) == ""
    papers, served = Paper.objects.about(case), [code for code, kind in PAPER_KINDS.items() if kind.served]
    opinion = papers.get(kind="opinion")
    papers.filter(kind__in=served).exclude(pk=opinion.pk).update(voided_at=AT)
    assert papers.exclude(kind__in=served).exists()  # letters between offices: nobody serves them
    assert why(g.something_to_deliver, case) == ""
    Delivery.objects.create(
        case=case, paper=opinion, way="direct", delivered_on=AT.date(), recorded_by=case.people["clerk"], recorded_at=AT
    )
    assert "没有待送达" in why(g.something_to_deliver, case)
    papers.filter(kind__in=served).exclude(pk=opinion.pk).update(voided_at=None)
    assert why(g.something_to_deliver, case) == ""


def test_the_window_is_over_the_day_after_its_last():
    """Delivered on Monday 2 March: Wednesday 1 April is the thirtieth day."""
    case = factories.case(upto="closed")
    assert "尚未开始" in why(g.window_over, case)
    case = factories.case(upto="served", people=case.people)
    assert "2026-04-01" in why(g.window_over, case, at=on("2026-04-01", 23))
    assert why(g.window_over, case, at=on("2026-04-02", 0)) == ""
    Clock.objects.filter(pk=clock(case, "request_review").pk).update(kind="request_recheck")
    assert why(g.window_over, case, at=on("2026-04-02", 0)) == ""


@pytest.mark.parametrize(
    ("state", "review", "recheck", "ordered"),
    [
        (S.REVIEW_SERVED, "redo", "", True),
        (S.REVIEW_SERVED, "upheld", "", False),
        (S.REVIEW_SERVED, "", "redo", False),
        (S.CONCLUDED, "upheld", "redo", True),
        (S.CONCLUDED, "redo", "upheld", False),
        (S.REVIEWED, "redo", "", False),  # not delivered yet
        (S.LAPSED, "redo", "", False),
    ],
)
def test_who_is_ordered_to_handle_it_anew(state, review, recheck, ordered):
    case = factories.case()
    case.state, case.review_outcome, case.recheck_outcome = state, review, recheck
    assert (why(g.must_be_redone, case) == "") is ordered
    assert (why(g.nothing_to_redo, case) == "") is not ordered


WINDOW = [
    ({}, ""),
    ({"requested_on": "2026-03-01"}, "2026-03-02"),  # before the delivery
    ({"requested_on": "2026-03-02"}, ""),
    ({"requested_on": "2026-04-01"}, ""),  # day thirty
    ({"requested_on": "2026-04-02"}, "2026-04-01"),  # day thirty-one
    ({"requested_on": "2026-04-02", "late_reason": ""}, "2026-04-01"),
    ({"requested_on": "2026-04-02", "late_reason": "住院"}, ""),
    ({"requested_on": "2026-03-01", "late_reason": "住院"}, "2026-03-02"),
]


@pytest.mark.parametrize("stage", ["review", "recheck"])
def test_day_thirty_is_in_time_and_day_thirty_one_needs_a_reason(stage):
    case = factories.case(upto="served")
    guard, other = (g.review_window, g.recheck_window) if stage == "review" else (g.recheck_window, g.review_window)
    if stage == "recheck":
        Clock.objects.filter(pk=clock(case, "request_review").pk).update(kind="request_recheck")
        case = again(case, review_outcome="upheld")
    for fields, part in WINDOW:
        if "requested_on" in fields:
            fields = fields | {"requested_on": dt.date.fromisoformat(fields["requested_on"])}
        said = why(guard, case, **fields)
        assert said == "" if part == "" else part in said
    assert ("已经复查" if stage == "recheck" else "尚未复查") in why(other, case)


def test_no_window_without_a_delivery():
    case = factories.case(upto="closed")
    assert "送达" in why(g.review_window, case)
    case.review_outcome = "upheld"
    assert "送达" in why(g.recheck_window, case)


def test_the_newest_delivery_counts():
    case = factories.case(upto="served")
    newer = clock(case, "request_review")
    Clock.objects.filter(pk=newer.pk).update(stopped_on=AT.date())
    newer.pk, newer.started_on, newer.legal_due = None, dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    newer.save()
    assert "2026-05-01" in why(g.review_window, case, requested_on=dt.date(2026, 4, 1))


def test_nobody_reviews_their_own_work():
    case = factories.case(upto="served")
    people = case.people
    asked = {role: why(g.not_the_handler, case, people[role]) == "" for role in ("clerk", "handler", "supervisor")}
    assert asked == {"clerk": True, "handler": False, "supervisor": False}  # wrote the report, judged it
    Report.objects.filter(case=case).update(signed_by=people["clerk"])
    assert "不能复查" in why(g.not_the_handler, case, people["clerk"])
    other = factories.user("reviewer")
    assert why(g.not_the_handler, case, other) == ""
    case.handler = other
    assert "不能复查" in why(g.not_the_handler, case, other)


def test_merging():
    case = factories.case()
    people, supervisor = case.people, case.people["supervisor"]
    main = factories.case(people=people)

    def said(to: Case, what: Case = case) -> str:
        return why(g.may_be_merged, again(what) if what.pk else what, supervisor, main=to)

    case.people = people
    assert why(g.may_be_merged, case, supervisor) == ""
    assert said(main) == ""
    assert "自身" in said(case)
    for state in FINISHED:
        main.state = state
        assert main.number in said(main)
    main.state = S.CLASSIFIED
    main.office_id = factories.housing().pk
    assert "同一机构" in said(main)
    main = again(main)
    hidden = again(factories.case(people=people), accused_user=supervisor)
    assert "没有可以并入" in said(hidden)
    third = again(factories.case(people=people), main=case)
    assert third.main == case
    assert "已有事项并入" in said(main)
    assert "分别办理" in said(again(main, accused_unit=factories.labour()), what=factories.case(people=people))


def test_a_merged_matter_goes_with_its_main_one():
    case, main = factories.case(), factories.case()
    for guard in (g.main_not_filed, g.main_filed):
        assert why(guard, case) == ""
    case.state = S.MERGED
    assert why(g.main_filed, case) == ""  # nothing to wait for
    case.main = main
    assert why(g.main_not_filed, case) == ""
    assert main.number in why(g.main_filed, case)
    main.state = S.FILED
    assert "已归档" in why(g.main_not_filed, case)
    assert why(g.main_filed, case) == ""
    main.state, case.state = S.SERVED, S.SERVED
    assert why(g.main_filed, case) == ""


@pytest.mark.parametrize("delivered", [True, False])
def test_reopened_within_ninety_days_of_delivery_or_closing(delivered):
    """Day ninety after 2 March is 31 May; the closing counts where nothing was delivered."""
    case = factories.case()
    case.closed_at = AT if not delivered else on("2026-01-05")
    case.delivered_on = AT.date() if delivered else None
    assert why(g.within_reopening, case, at=on("2026-05-31", 23)) == ""
    assert "90" in why(g.within_reopening, case, at=on("2026-06-01", 0))
    case.closed_at = case.delivered_on = None
    assert why(g.within_reopening, case, at=later(400)) == ""


def test_only_imported_rows_are_closed_by_importing():
    case = factories.case()
    assert "历史台账" in why(g.from_old_register, case)
    case.source = "import"
    assert why(g.from_old_register, case) == ""
