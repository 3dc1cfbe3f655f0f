"""Whom the tests of deputies are about, and the weeks they live in."""

import pytest
from django.utils import timezone

from tests import factories


@pytest.fixture
def plain_weeks(db):
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)


@pytest.fixture
def people():
    return {
        name: factories.user(name.split("_")[0] if name != "unit_head" else name, username=name)
        for name in ("clerk", "supervisor", "leader", "handler", "supervisor_2", "sysadmin")
    }
