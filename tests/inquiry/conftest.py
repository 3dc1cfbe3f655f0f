"""The people of tests of the petitioner's own page, in plain weeks."""

import pytest
from django.utils import timezone

from tests import factories


@pytest.fixture
def plain_weeks(db):
    year = timezone.localdate().year
    factories.calendar(2026, year - 1, year, year + 1)


@pytest.fixture
def people(db):
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler")}
