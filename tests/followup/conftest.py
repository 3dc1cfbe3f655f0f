"""The people of tests that have none of their own, in plain weeks."""

import pytest

from tests import factories


@pytest.fixture
def plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def people(db):
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}
