"""The people and the matter of tests that have none of their own, in plain weeks."""

import pytest

from tests import factories


@pytest.fixture
def plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def people():
    roles = ("clerk", "supervisor", "handler", "leader", "reviewer", "unit_head")
    return {role: factories.user(role, username=role) for role in roles}


@pytest.fixture
def case(people):
    return factories.case(upto="handling", people=people)
