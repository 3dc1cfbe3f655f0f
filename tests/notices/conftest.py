"""Whom the tests of notices tell something."""

import pytest

from tests import factories


@pytest.fixture
def user(db):
    factories.calendar(2026)
    return factories.user("handler", email="handler@example.org")
