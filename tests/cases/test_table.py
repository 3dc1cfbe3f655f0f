"""The table of steps against a table written by hand: every role in every state for every step."""

import pytest

from cases.choices import State
from cases.guards import SAYS
from cases.models import Case
from cases.workflow import STEPS, available, refusal
from tests import factories

pytestmark = pytest.mark.django_db

OFFICE = {"clerk", "supervisor"}
ENDED = {"answered", "served", "guided", "declined"}
EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "classify": (OFFICE, {"registered", "classified"}),
    "answer": (OFFICE, {"classified"}),
    "accept": ({"supervisor"}, {"classified"}),
    "decline": ({"supervisor"}, {"classified"}),
    "guide": (OFFICE, {"classified", "accepted"}),
    "refer": ({"supervisor"}, {"classified", "accepted", "objected"}),
    "assign": ({"supervisor"}, {"accepted", "objected"}),
    "take_up": ({"handler"}, {"referred", "assigned"}),
    "hand_back": ({"handler"}, {"referred", "assigned"}),
    "insist": ({"supervisor"}, {"objected"}),
    "extend": ({"supervisor", "leader"}, {"accepted", "assigned", "referred", "handling"}),
    "report": ({"handler"}, {"handling"}),
    "send_back": ({"supervisor"}, {"checking"}),
    "close": ({"supervisor"}, {"checking"}),
    "serve": (OFFICE, {"closed"}),
    "reopen": ({"supervisor"}, ENDED),
    "file": ({"archivist"}, ENDED | {"referred"}),
    "import_history": ({"supervisor"}, set()),  # only matters that come from an old register
}
ROLES = ("clerk", "supervisor", "handler", "leader", "archivist", "sysadmin", "secadmin", "auditor")


@pytest.fixture
def case() -> Case:
    """Everything a guard looks at is in order: own unit, running clocks, a category that may be accepted."""
    factories.calendar(2026)
    return factories.case(upto="assigned")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_state_and_step_is_as_written_here(role, case):
    actor = case.people.get(role) or factories.user(role)
    allowed = set()
    for state in State:
        case.state = state
        allowed |= {(name, state.value) for name in STEPS if not refusal(case, name, actor, factories.AT)}
    assert allowed == {(name, state) for name, (roles, states) in EXPECTED.items() if role in roles for state in states}


def test_the_hand_written_table_names_every_step():
    assert set(EXPECTED) == set(STEPS)


def test_every_condition_says_in_words_what_it_asks():
    used = {guard for step in STEPS.values() for guard in step.guards}
    assert used == set(SAYS)
    assert all(str(text).strip() for text in SAYS.values())


def test_available_gives_the_steps_in_the_order_of_the_table(case):
    assert [name for name, _step in available(case, case.people["handler"], factories.AT)] == ["take_up", "hand_back"]
    assert [name for name, _step in available(case, case.people["supervisor"], factories.AT)] == ["extend"]
    assert available(case, case.people["clerk"], factories.AT) == []
