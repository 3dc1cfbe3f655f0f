"""The table of steps against a table written by hand: every role in every state for every step."""

from dataclasses import replace

import pytest

import accounts.roles
from cases.choices import State
from cases.guards import SAYS
from cases.models import Case
from cases.workflow import STEPS, available, refusal
from tests import factories

pytestmark = pytest.mark.django_db

OFFICE = {"clerk", "supervisor"}
HEADS = {"leader", "unit_head"}
OFFICERS = {"clerk", "supervisor", "handler", "unit_head", "leader", "reviewer"}
UNDECIDED = {"classified", "informed"}
SENT = {"referred", "assigned"}
IN_HAND = {"accepted", *SENT, "handling", "signing", "checking"}
WITH_UNIT = {*SENT, "objected", "handling", "settled", "signing", "checking"}
ENDED_EARLY = {"answered", "guided", "handed_over", "ended", "declined", "no_longer", "withdrawn"}
CHAIN = {"closed", "served", "lapsed", "reviewing", "reviewed", "review_served", "rechecking", "rechecked", "concluded"}
OPEN = {"registered", *UNDECIDED, "proposed", "accepted", *WITH_UNIT, *CHAIN, *ENDED_EARLY}
UNDER_WAY = OPEN - ENDED_EARLY - {"served", "lapsed", "review_served", "concluded"}
# Written by hand from the statute and the offices' division of work, not from the table it is held against.
EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "classify": (OFFICE, {"registered", "classified"}),
    "inform": ({"supervisor"}, {"classified"}),
    "answer": (OFFICE, UNDECIDED),
    "accept": ({"supervisor"}, UNDECIDED),
    "accept_simple": ({"supervisor"}, UNDECIDED),
    "to_ordinary": (HEADS, IN_HAND),
    "propose_decline": (OFFICE, UNDECIDED),
    "decline": ({"leader"}, {"proposed"}),
    "no_longer": ({"leader"}, {"proposed"}),
    "return_proposal": ({"leader"}, {"proposed"}),
    "guide": (OFFICE, {*UNDECIDED, "accepted", "objected"}),
    "refer": ({"supervisor"}, {*UNDECIDED, "accepted", "objected"}),
    "assign": ({"supervisor"}, {"accepted", "objected"}),
    "handle_here": ({"supervisor"}, {"accepted"}),
    "record_receipt": (OFFICE, {"referred"}),
    "take_up": ({"handler"}, SENT),
    "hand_back": ({"handler"}, SENT),
    "insist": ({"supervisor"}, {"objected"}),
    "stays": ({"supervisor"}, {"objected"}),
    "coordinate": ({"leader"}, {"objected"}),
    "assist": ({"handler"}, {*SENT, "handling"}),
    "request_extension": ({"supervisor", "handler"}, IN_HAND),
    "extend": (HEADS, IN_HAND),
    "investigate": ({"handler"}, {"handling"}),
    "call_hearing": ({"supervisor", "handler", "reviewer"}, {"handling", "reviewing", "rechecking"}),
    "end_hearing": ({"supervisor", "handler", "reviewer"}, {"handling", "reviewing", "rechecking"}),
    "cancel_hearing": ({"supervisor", "handler", "reviewer"}, {"handling", "reviewing", "rechecking"}),
    "settle": ({"handler"}, {"handling"}),
    "performed": ({"handler"}, {"settled"}),
    "not_performed": ({"handler"}, {"settled"}),
    "submit": ({"handler"}, {"handling"}),
    "sign": ({"unit_head"}, {"signing"}),
    "return_draft": ({"unit_head"}, {"signing"}),
    "report": ({"handler"}, {"handling"}),
    "close": ({"supervisor"}, {"checking"}),
    "send_back": ({"supervisor"}, {"checking"}),
    "serve": (OFFICE, {"closed"}),
    "deliver": (OFFICE, OPEN),
    "report_up": ({"supervisor"}, {"closed", "served", "lapsed", "concluded", "ended", "review_served"}),
    "lapse": ({"supervisor"}, {"served", "review_served"}),
    "request_review": (OFFICE | {"reviewer"}, {"served", "lapsed"}),
    "decide_review": ({"reviewer"}, {"reviewing"}),
    "serve_review": (OFFICE, {"reviewed"}),
    "redo": ({"supervisor"}, {"review_served", "concluded"}),
    "request_recheck": (OFFICE | {"reviewer"}, {"review_served", "lapsed"}),
    "decide_recheck": ({"reviewer"}, {"rechecking"}),
    "serve_recheck": (OFFICE, {"rechecked"}),
    "conclude": ({"leader"}, {"lapsed"}),
    "withdraw": (OFFICE, {*UNDECIDED, "accepted", *SENT, "handling", "checking", "reviewing", "rechecking"}),
    "merge": ({"supervisor"}, {*UNDECIDED, "accepted", *SENT, "handling"}),
    "unmerge": ({"supervisor"}, {"merged"}),
    "declare_interest": (OFFICERS, UNDER_WAY),
    "convene": ({"supervisor"}, {"accepted", *WITH_UNIT}),
    "note_superior": ({"supervisor"}, UNDER_WAY),
    "urge": ({"supervisor"}, WITH_UNIT),
    "supervise": ({"supervisor", "leader"}, {*WITH_UNIT, "closed", "served"}),
    "return_visit": (OFFICE, {"served", "lapsed", "answered", "guided", "ended", "declined", "no_longer"}),
    "rework": ({"supervisor"}, {"served", "lapsed"}),
    "report_urgent": (OFFICE | {"leader"}, OPEN),
    "instruct": ({"supervisor", "leader"}, OPEN),
    "digest": ({"supervisor"}, OPEN),
    "import_history": (OFFICE, {"registered"}),
    "reopen": ({"supervisor"}, {*ENDED_EARLY, "served", "lapsed"}),
    "file": ({"archivist"}, {*ENDED_EARLY, "served", "lapsed", "concluded", "merged", "referred"}),
}
ONLY_B = {"inform", "handle_here"}
ROLES = (
    "clerk", "supervisor", "handler", "unit_head", "reviewer", "leader", "archivist", "sysadmin", "secadmin", "auditor",
)  # fmt: skip


@pytest.fixture
def case() -> Case:
    factories.calendar(2026)
    return factories.case(upto="assigned")


@pytest.fixture
def unguarded(monkeypatch):
    """Role and state alone: what the conditions add has tests of its own, one by one."""
    for name, step in STEPS.items():
        monkeypatch.setitem(STEPS, name, replace(step, guards=()))


@pytest.mark.parametrize("kind", ["A", "B"])
@pytest.mark.parametrize("role", ROLES)
def test_every_role_state_and_step_is_as_written_here(role, kind, case, unguarded):
    actor = case.people.get(role) or factories.user(role)
    case.office = factories.office() if kind == "A" else factories.housing()
    allowed = set()
    for state in State:
        case.state = state
        allowed |= {(name, state.value) for name in STEPS if not refusal(case, name, actor, factories.AT)}
    assert allowed == {
        (name, state)
        for name, (roles, states) in EXPECTED.items()
        if role in roles and (kind == "B" or name not in ONLY_B)
        for state in states
    }


def test_the_sweep_does_its_two_steps_and_no_other(case, unguarded):
    done = set()
    for state in State:
        case.state = state
        done |= {name for name in STEPS if not refusal(case, name, None, factories.AT)}
    assert done == {"stays", "lapse"}


def test_the_hand_written_table_names_every_step():
    assert set(EXPECTED) == set(STEPS)
    assert set(ROLES) == set(accounts.roles.ROLES)


def test_every_condition_says_in_words_what_it_asks():
    used = {guard for step in STEPS.values() for guard in step.guards}
    assert used == set(SAYS)
    assert all(str(text).strip() for text in SAYS.values())


def test_available_gives_the_steps_in_the_order_of_the_table(case):
    def steps(role: str) -> list[str]:
        return [name for name, _step in available(Case.objects.get(pk=case.pk), case.people[role], factories.AT)]

    assert steps("handler") == ["take_up", "hand_back", "request_extension", "declare_interest"]
    assert steps("supervisor") == [
        "request_extension", "deliver", "withdraw", "merge", "declare_interest", "convene", "note_superior",
    ]  # fmt: skip
    assert steps("clerk") == ["deliver", "withdraw", "declare_interest"]
