"""The petitioner's own page where it is easily got wrong: shared counts, passes that live on, numbers with signs."""

import pytest
from django.utils import timezone

from cases import coding
from tests import factories
from tests.inquiry.test_public import asked, code_of, made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks(db):
    year = timezone.localdate().year
    factories.calendar(2026, year - 1, year, year + 1)


@pytest.fixture
def people(db):
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler")}


def test_behind_a_proxy_each_petitioner_has_an_address_of_their_own(people, settings):
    settings.TRUSTED_PROXIES = 1
    case = made(people)
    for n in range(30):
        assert asked(coding.ALPHABET[n] * 12, "0000", HTTP_X_FORWARDED_FOR="203.0.113.5").status_code == 422
    assert asked(code_of(case), "5678", HTTP_X_FORWARDED_FOR="9.9.9.9, 203.0.113.5").status_code == 429
    assert asked(code_of(case), "5678", HTTP_X_FORWARDED_FOR="203.0.113.6").status_code == 200
