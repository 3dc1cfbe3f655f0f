"""The time ledger: every day of a matter has one holder; lateness is read from it."""

import datetime as dt
import random
from itertools import pairwise
from types import SimpleNamespace

import pytest

from audit.verifying import findings
from cases import ledger
from cases.actions import answering, deciding, handling, sending
from cases.choices import Holder as H
from cases.choices import State as S
from cases.models import Case, Holding
from tests import factories
from tests.cases.asked import again, on
from tests.cases.plainclock import run_of
from tests.factories import AT, housing, labour

pytestmark = pytest.mark.django_db
day = dt.date.fromisoformat


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def told(case: Case, today: str) -> list[tuple]:
    return [
        (one.holder.value, one.unit.code if one.unit else "", str(one.since), str(one.until or ""), one.days)
        for one in ledger.stretches(case, day(today))
    ]


def test_each_state_has_its_holder():
    found: dict[object, set[str]] = {}
    for state in S:
        found.setdefault(ledger.holder_of(state), set()).add(state.value)
    assert found == {
        None: {"filed"},
        H.UNIT: {"referred", "assigned", "handling", "signing", "settled"},
        H.OFFICE: {
            "registered", "classified", "proposed", "informed", "accepted", "objected", "checking", "closed",
        },
        H.REVIEWER: {"reviewing", "reviewed", "rechecking", "rechecked"},
        H.PAUSE: {"merged"},
        H.PETITIONER: {
            "served", "lapsed", "review_served", "concluded", "answered", "guided", "handed_over", "ended",
            "declined", "no_longer", "withdrawn",
        },
    }  # fmt: skip


def test_a_matter_through_the_verbs():
    """Accepted on the fourth, assigned on the fifth, handed back on the sixth, sent elsewhere on the ninth."""
    case = factories.case()
    people = case.people
    supervisor, handler = people["supervisor"], people["handler"]
    deciding.accept(case=case, actor=supervisor, at=on("2026-03-04"))
    sending.assign(case=again(case), actor=supervisor, at=on("2026-03-05"), unit=housing())
    answering.hand_back(
        case=again(case), actor=handler, at=on("2026-03-06"), note="此事由人社部门主管，不属于本单位职责"
    )
    sending.assign(case=again(case), actor=supervisor, at=on("2026-03-09"), unit=labour())
    worker = factories.user("handler", unit=labour())
    answering.take_up(case=again(case), actor=worker, at=on("2026-03-11"))
    handling.report(case=again(case), actor=worker, at=on("2026-03-20"), **factories.REPORT)
    assert told(case, "2026-03-25") == [
        ("office", "XFJ", "2026-03-02", "2026-03-05", 3),
        ("unit", "ZJJ", "2026-03-05", "2026-03-06", 1),
        ("office", "XFJ", "2026-03-06", "2026-03-09", 3),
        ("unit", "RSJ", "2026-03-09", "2026-03-20", 11),
        ("office", "XFJ", "2026-03-20", "", 5),
    ]
    assert list(findings()) == []


@pytest.mark.parametrize("seed", range(12))
def test_random_hands_leave_no_gap_and_add_up(seed):
    dice = random.Random(seed)
    case = factories.case()
    start = today = case.registered_on
    for _ in range(25):
        today += dt.timedelta(days=dice.choice((0, 0, 1, 2, 5, 30)))
        holder = dice.choice([*H])
        unit = {H.UNIT: dice.choice((housing(), labour())), H.OFFICE: case.office}.get(holder)
        ledger.hand_to(case, holder, unit, "x", today)
    whole = ledger.stretches(case, today)
    assert run_of(whole) == []
    assert (whole[0].since, whole[-1].until) == (start, None)
    assert sum(one.days for one in whole) == (today - start).days
    pairs = [(one.holder, one.unit) for one in whole]
    assert all(before != after for before, after in pairwise(pairs))


def test_the_same_holder_keeps_the_stretch():
    case = factories.case()
    before = told(case, "2026-03-10")
    rows = ledger.hand_to(case, H.OFFICE, case.office, "x", day("2026-03-05"))
    assert [row.pk for row in rows] == [case.holdings.get().pk]
    assert told(case, "2026-03-10") == before
    closed, opened = ledger.hand_to(case, H.UNIT, housing(), "assign", day("2026-03-05"))
    assert (str(closed.until), str(opened.since), opened.step) == ("2026-03-05", "2026-03-05", "assign")
    assert [row.unit for row in ledger.hand_to(case, H.UNIT, labour(), "x", day("2026-03-06"))] == [housing(), labour()]


def test_a_day_before_the_stretch_ends_it_where_it_began():
    case = factories.case()
    ledger.hand_to(case, H.UNIT, housing(), "x", day("2026-03-01"))
    assert told(case, "2026-03-01") == [
        ("office", "XFJ", "2026-03-02", "2026-03-02", 0), ("unit", "ZJJ", "2026-03-02", "", 0),
    ]  # fmt: skip


def test_the_end_and_a_new_beginning():
    case = factories.case()
    ended = ledger.hand_to(case, None, None, "file", day("2026-03-05"))
    assert [str(row.until) for row in ended] == ["2026-03-05"]
    assert told(case, "2026-03-09") == [("office", "XFJ", "2026-03-02", "2026-03-05", 3)]
    ledger.hand_to(case, H.UNIT, housing(), "reopen", day("2026-03-08"), before=S.SERVED)
    assert told(case, "2026-03-09")[1:] == [
        ("petitioner", "", "2026-03-05", "2026-03-08", 3), ("unit", "ZJJ", "2026-03-08", "", 1),
    ]  # fmt: skip


def test_a_ledger_begins_on_the_day_of_registration():
    case = factories.case()
    Holding.objects.filter(case=case).delete()
    case.state, case.handling_unit = S.HANDLING, housing()
    made = ledger.begin(case)
    assert (made.holder, made.unit, str(made.since), made.step) == ("office", case.office, "2026-03-02", "open")
    Holding.objects.filter(case=case).delete()
    assert (ledger.begin(case, S.HANDLING).unit) == housing()
    Holding.objects.filter(case=case).delete()
    assert ledger.begin(case, S.FILED).holder == "office"
    Holding.objects.filter(case=case).delete()
    rows = ledger.hand_to(case, H.PETITIONER, None, "x", day("2026-03-05"))
    assert [row.holder for row in rows] == ["unit", "petitioner"]  # by the state it is in


def test_a_hearing_takes_its_days_out():
    case = again(factories.case(upto="handling"))
    ledger.to_hearing(case, day("2026-03-10"), "call_hearing")
    assert ledger.to_hearing(case, day("2026-03-11"), "call_hearing") == []
    assert ledger.pass_on(case, case.state, "urge", AT) == []  # a side process in between
    ledger.from_hearing(case, day("2026-03-12"), "end_hearing")
    assert ledger.from_hearing(case, day("2026-03-13"), "end_hearing") == []
    assert told(case, "2026-03-20")[-3:] == [
        ("unit", "ZJJ", "2026-03-02", "2026-03-09", 7), ("hearing", "", "2026-03-09", "2026-03-12", 3),
        ("unit", "ZJJ", "2026-03-12", "", 8),
    ]  # fmt: skip


def test_a_move_during_a_hearing_ends_the_hearings_days():
    case = again(factories.case(upto="handling"))
    ledger.to_hearing(case, day("2026-03-10"), "call_hearing")
    case.state = S.CHECKING
    rows = ledger.pass_on(case, S.HANDLING, "report", on("2026-03-15"))
    assert [(row.holder, row.step) for row in rows] == [("hearing", "call_hearing"), ("office", "report")]


def stretch(holder: H, since: str, until: str | None) -> ledger.Stretch:
    return ledger.Stretch(holder, None, day(since), day(until) if until else None, 0)


LEDGER = [
    stretch(H.OFFICE, "2026-03-02", "2026-03-05"), stretch(H.UNIT, "2026-03-05", "2026-03-10"),
    stretch(H.OFFICE, "2026-03-10", "2026-03-12"), stretch(H.UNIT, "2026-03-12", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("due", "stopped", "today", "office", "unit"),
    [
        ("2026-03-04", None, "2026-03-04", 0, 0),
        ("2026-03-04", None, "2026-03-05", 1, 0),
        ("2026-03-04", None, "2026-03-11", 2, 5),
        ("2026-03-04", "2026-03-11", "2026-04-11", 2, 5),
        ("2026-03-10", None, "2026-03-20", 2, 8),
        ("2026-03-12", None, "2026-03-13", 0, 1),
        ("2026-03-20", "2026-03-20", "2026-03-30", 0, 0),
        ("2026-03-20", "2026-03-21", "2026-03-30", 0, 1),
    ],
)
def test_lateness_by_who_held_the_days_after_the_due_day(due, stopped, today, office, unit):
    clock = SimpleNamespace(paused_on=None, legal_due=day(due), stopped_on=day(stopped) if stopped else None)
    wanted = {(H.OFFICE, None): office, (H.UNIT, None): unit}
    assert ledger.lateness(clock, LEDGER, day(today)) == {who: days for who, days in wanted.items() if days}


def test_the_same_state_keeps_the_stretch_and_says_which():
    case = again(factories.case(upto="handling"))
    assert ledger.pass_on(case, case.state, "urge", on("2026-03-09")) == [case.holdings.get(until__isnull=True)]


def test_two_holders_without_a_unit_are_two():
    case = factories.case()
    ledger.hand_to(case, H.PETITIONER, None, "serve", day("2026-03-04"))
    ledger.hand_to(case, H.REVIEWER, None, "request_review", day("2026-03-09"))
    ledger.hand_to(case, None, None, "file", day("2026-03-10"))
    assert [one[0] for one in told(case, "2026-03-12")] == ["office", "petitioner", "reviewer"]
    assert str(ledger.begin(case).since) == "2026-03-10"  # where the last one left off


def test_no_day_is_late_while_the_period_stands_still():
    """Due on the 10th, standing still from the 15th on: the 11th to the 14th are late, whatever day it is now."""
    clock = SimpleNamespace(legal_due=day("2026-03-10"), stopped_on=None, paused_on=day("2026-03-15"))
    assert sum(ledger.lateness(clock, LEDGER, day("2026-03-20")).values()) == 4
    clock.paused_on = day("2026-03-09")
    assert ledger.lateness(clock, LEDGER, day("2026-03-20")) == {}
