"""Three matters whose totals can be added in the head, and the edges of days."""

import datetime as dt

import pytest

from audit.verifying import findings
from briefing.actions import charging, instructing
from cases.actions import deciding
from cases.models import Case
from followup import actions as following
from followup.models import ReturnVisit
from reports import listing
from reports.bases import Scope
from reports.counting import Cell, break_down, count
from reports.figures import FIGURES, Pair
from reports.periods import Period
from tests import factories
from tests.factories import SHANGHAI, day

pytestmark = pytest.mark.django_db


def numbers(pairs):
    return {code: (pair.numerator, pair.denominator) for code, pair in pairs.items()}


def figures(first="2026-03-01", last="2026-03-31", as_of="2026-06-30", codes=tuple(FIGURES)):
    return numbers(count(Scope.everything(), Period(day(first), day(last), day(as_of)), codes))


def at(text, hour=9):
    return dt.datetime.combine(day(text), dt.time(hour, 30), SHANGHAI)


@pytest.fixture
def three():
    """A group of seven closed and served on one day, a letter answered after 20 days, and one nobody decided."""
    factories.calendar(2026)
    people = {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}
    group = factories.case("served", people=people, visitors=7, involved=9, region="和平街道")
    letter = factories.case(people=people, channel="letter", category="C04")
    deciding.answer(case=letter, actor=people["clerk"], at=at("2026-03-22"), answer="已经答复。")
    left = factories.case(people=people)
    factories.visit(people["clerk"], at("2026-03-09"), petitioner=left.petitioner)
    return group, letter, left


def test_empty_office_counts_nothing():
    pairs = count(Scope.everything(), Period(day("2026-03-01"), day("2026-03-31"), day("2026-06-30")))
    assert set(numbers(pairs).values()) == {(0, None), (0, 0)}
    assert {pair.text for pair in pairs.values()} == {"0", "—"}


def test_three_matters_add_up_in_the_head(three):
    assert figures() == {
        "matters": (3, None), "batches": (3, None), "persons": (9, None), "decided_in_time": (1, 3),
        "closed_in_time": (0, 0), "answered_15": (1, 3), "answered_60": (2, 3), "mean_days": (20, 2),
        "satisfaction": (0, 0), "participation": (0, 0), "repeat_share": (0, 3), "group_share": (1, 3),
        "group_persons_share": (7, 9), "overdue": (1, None),
        "suggestions": (0, None), "suggestions_adopted": (0, 0), "suggestions_partly": (0, 0),
        "suggestions_not": (0, 0), "suggestions_unanswered": (0, 0), "instructions": (0, None),
        "instructions_in_time": (0, 0),
        "charges": (0, None), "charges_in_time": (0, 0),
    }  # fmt: skip
    assert figures("2026-05-01", "2026-05-01", codes=["closed_in_time"]) == {"closed_in_time": (1, 1)}
    assert list(findings()) == []


def test_repeated_visit_counts_as_batch_and_not_as_matter(three):
    from cases.actions import intake
    from reception.models import Visit

    group, _letter, left = three
    intake.decide_intake(
        visit=Visit.objects.get(case_link__isnull=True), actor=group.people["clerk"], at=at("2026-03-09"), join=left
    )
    assert figures(codes=["matters", "batches", "repeat_share"]) == {
        "matters": (3, None), "batches": (3, None), "repeat_share": (1, 3),
    }  # fmt: skip


def test_breakdown_by_category_keeps_the_order_of_the_ten(three):
    period = Period(day("2026-03-01"), day("2026-03-31"), day("2026-06-30"))
    total = count(Scope.everything(), period)
    found = break_down(Scope.everything(), period, "category", ["matters", "persons"], total=total)
    assert [(line.key, line.pairs["matters"].numerator, line.pairs["persons"].numerator) for line in found.lines] == [
        ("C01", 0, 0), ("C02", 0, 0), ("C03", 2, 9), ("C04", 1, 0), ("C05", 0, 0),
        ("C06", 0, 0), ("C07", 0, 0), ("C08", 0, 0), ("C09", 0, 0), ("C10", 0, 0),
    ]  # fmt: skip
    assert found.rest is None


@pytest.mark.parametrize(
    ("moment", "counted"),
    [
        ("2026-02-28T23:59:59", 0),
        ("2026-03-01T00:00:00", 1),
        ("2026-03-31T23:59:59", 1),
        ("2026-04-01T00:00:00", 0),
    ],
)
def test_day_begins_at_midnight_where_the_office_is(moment, counted):
    factories.calendar(2026)
    factories.visit(at=dt.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI))
    assert figures(codes=["matters", "batches"]) == {"matters": (counted, None), "batches": (counted, None)}


@pytest.mark.parametrize(
    ("came", "first", "last"),
    [("2024-02-29", "2024-02-29", "2024-02-29"), ("2025-12-31", "2025-12-31", "2025-12-31"),
     ("2026-01-01", "2026-01-01", "2026-01-01")],
)  # fmt: skip
def test_leap_day_and_the_turn_of_the_year(came, first, last):
    factories.visit(at=at(came, 0))
    assert figures(first, last, codes=["matters", "batches"]) == {"matters": (1, None), "batches": (1, None)}


@pytest.mark.parametrize(("days", "within"), [(0, 1), (15, 1), (16, 0)])
def test_answered_within_fifteen_calendar_days(days, within):
    factories.calendar(2026)
    case = factories.case()
    deciding.answer(case=case, actor=case.people["clerk"], at=factories.later(days, 14), answer="已经答复。")
    assert figures(codes=["answered_15", "mean_days"]) == {"answered_15": (within, 1), "mean_days": (days, 1)}


@pytest.mark.parametrize(("as_of", "late"), [("2026-03-17", 0), ("2026-03-18", 1)])
def test_due_day_itself_is_not_overdue(as_of, late):
    factories.calendar(2026)
    factories.case()  # registered on 2 March: fifteen days end on the 17th
    assert figures(as_of=as_of, codes=["overdue", "decided_in_time"]) == {
        "overdue": (late, None), "decided_in_time": (0, late),
    }  # fmt: skip


def test_report_of_a_day_stays_the_same_whatever_happens_later():
    factories.calendar(2026)
    people = {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}
    waiting = factories.case("handling", people=people)  # handling ends on 1 May
    answered = factories.case(people=people)
    deciding.answer(case=answered, actor=people["clerk"], at=factories.later(3), answer="已经答复。")
    open_one = factories.case(people=people)
    asked = {"last": "2026-06-30", "as_of": "2026-04-20"}
    before = figures(**asked)
    units = _units(asked["as_of"])
    factories.extended(waiting, at=at("2026-04-25"))
    deciding.reopen(case=Case.objects.get(pk=answered.pk), actor=people["supervisor"], at=at("2026-04-27"), note="漏查")
    deciding.accept(case=open_one, actor=people["supervisor"], at=at("2026-04-28"))
    assert figures(**asked) == before
    assert _units(asked["as_of"]) == units
    assert before["overdue"] == (1, None)
    assert before["answered_15"] == (1, 3)
    assert list(findings()) == []


def _units(as_of):
    period = Period(day("2026-03-01"), day("2026-06-30"), day(as_of))
    total = count(Scope.everything(), period)
    found = break_down(Scope.everything(), period, "unit", ["matters"], total=total, limit=None)
    return {line.label: line.pairs["matters"].numerator for line in found.lines}


def test_satisfaction_takes_the_last_evaluation_of_each_matter(three):
    group, letter, left = three
    clerk = group.people["clerk"]
    for case, on, reached, said in (
        (group, "2026-03-10", "yes", "not"), (group, "2026-03-12", "yes", "fairly"), (group, "2026-03-13", "no", ""),
        (letter, "2026-03-25", "yes", "not"), (left, "2026-03-26", "refused", ""),
        (left, "2026-04-02", "yes", "satisfied"),
    ):  # fmt: skip
        ReturnVisit.objects.create(
            case=case, way="phone", reached=reached, satisfaction=said, visited_at=at(on), visited_by=clerk
        )
    assert figures(codes=["satisfaction", "participation"]) == {"satisfaction": (1, 2), "participation": (2, 3)}


@pytest.mark.parametrize(
    ("top", "whole", "percent", "text"),
    [
        (865, 1408, "61.4%", "61.4%"),
        (1326, 1408, "94.2%", "94.2%"),
        (1, 9, "", "1/9"),
        (1, 10, "10.0%", "10.0%"),
        (0, 0, "", "—"),
        (9999, 10000, "99.9%", "99.9%"),
        (10000, 10000, "100.0%", "100.0%"),
    ],
)
def test_percentages_are_hidden_when_few_and_never_round_up_to_all(top, whole, percent, text):
    pair = Pair(FIGURES["answered_15"], top, whole)
    assert (pair.percent, pair.text, pair.share) == (percent, text, f"{top}/{whole}")


@pytest.mark.parametrize(
    ("code", "now", "then", "said"),
    [
        ("matters", (9, None), (8, None), "+12.5%"),
        ("matters", (8, None), (9, None), "-11.1%"),
        ("matters", (8, None), (8, None), "+0.0%"),
        ("matters", (8, None), (0, None), "—"),
        ("answered_15", (30, 60), (20, 60), "+16.7 个百分点"),
        ("answered_15", (3, 9), (20, 60), "—"),
        ("mean_days", (30, 2), (20, 2), "+5.0 天"),
    ],
)
def test_changes_against_an_earlier_period(code, now, then, said):
    assert Pair(FIGURES[code], *now).change(Pair(FIGURES[code], *then)) == said


def test_suggestions_are_counted_by_kind_and_by_what_became_of_them():
    """Five issued in March, one in April; of the five one adopted, one partly, one not, one answered after the day."""
    factories.calendar(2026)
    case = factories.case("handling")
    boss, handler = case.people["supervisor"], case.people["handler"]
    said = {"unit": factories.housing(), "ground": "evasion", "facts": "多件拖延。", "text": "完善制度。"}
    rows = [
        following.suggest(cases=[case], actor=boss, at=at(when), kind=kind, due_on=day("2026-05-01"), **said)
        for kind, when in (
            ("improve", "2026-03-03"), ("improve", "2026-03-04"), ("policy", "2026-03-05"), ("blame", "2026-03-06"),
            ("improve", "2026-03-31"), ("blame", "2026-04-01"),
        )
    ]  # fmt: skip
    answers = (("adopted", "2026-04-02"), ("partly", "2026-04-20"), ("not", "2026-04-20"), ("adopted", "2026-07-02"))
    for row, (adoption, when) in zip(rows, answers, strict=False):
        following.answer_suggestion(
            suggestion=row, actor=handler, at=at(when), adoption=adoption, answer="已整改。",
            reasons="" if adoption == "adopted" else "与上级文件不一致。", answered_on=day(when),
        )  # fmt: skip
    codes = [code for code in FIGURES if code.startswith("suggestions")]
    assert figures(codes=codes) == {
        "suggestions": (5, None), "suggestions_adopted": (1, 5), "suggestions_partly": (1, 5),
        "suggestions_not": (1, 5), "suggestions_unanswered": (2, 5),
    }  # fmt: skip
    scope, march = Scope.everything(), Period(day("2026-03-01"), day("2026-03-31"), day("2026-06-30"))
    found = break_down(scope, march, "suggestion_kind", codes, total=count(scope, march))
    assert {line.key: [pair.numerator for pair in line.pairs.values()] for line in found.lines} == {
        "improve": [3, 1, 1, 0, 1], "policy": [1, 0, 0, 1, 0], "blame": [1, 0, 0, 0, 1],
    }  # fmt: skip
    adoption = break_down(scope, march, "adoption", ["suggestions"], total=count(scope, march))
    assert {line.label: line.pairs["suggestions"].numerator for line in adoption.lines} == {
        "采纳": 1, "部分采纳": 1, "不采纳": 1, "未反馈": 2,
    }  # fmt: skip


def test_instructions_and_charges_are_counted_by_leader_and_by_their_days():
    factories.calendar(2026)
    people = {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}
    cases = [factories.case("handling", people=people) for _one in range(3)]
    boss, handler, leader = people["supervisor"], people["handler"], people["leader"]
    for case, answered in zip(cases, ("2026-03-09", "2026-03-11", ""), strict=True):
        row = instructing.instruct(
            case=case, actor=boss, at=at("2026-03-03"), text="限期办结。", leader_name="张副市长",
            given_on=day("2026-03-03"), due_on=day("2026-03-10"), to_unit=factories.housing(),
        )  # fmt: skip
        if answered:
            instructing.answer_instruction(instruction=row, actor=handler, at=at(answered), answer="已落实。")
        charge = charging.take_charge(
            case=case, actor=leader, at=at("2026-03-03"), leader_name="leader", leader=leader, since=day("2026-03-03"),
            due_on=day("2026-03-10"),
        )  # fmt: skip
        if answered:
            charging.end_charge(charge=charge, actor=leader, at=at(answered), result="化解。", ended_on=day(answered))
    codes = ["instructions", "instructions_in_time", "charges", "charges_in_time"]
    assert figures(codes=codes) == {
        "instructions": (3, None), "instructions_in_time": (1, 3), "charges": (3, None), "charges_in_time": (1, 3),
    }  # fmt: skip
    assert figures(codes=codes, as_of="2026-03-05") == {
        "instructions": (3, None), "instructions_in_time": (0, 3), "charges": (3, None), "charges_in_time": (0, 3),
    }  # fmt: skip
    scope, march = Scope.everything(), Period(day("2026-03-01"), day("2026-03-31"), day("2026-06-30"))
    for code, figure in FIGURES.items():
        if figure.base in ("instructions", "charges"):
            found = break_down(scope, march, "leader", [code], total=count(scope, march), limit=None)
            cell = Cell(figure, dimension=found.dimension, key=found.lines[0].key)
            rows = listing.listed(scope, march, cell)
            table = listing.rows_table(cell, listing.title_of(cell), rows)
            assert len(table.rows) == found.lines[0].pairs[code].numerator
