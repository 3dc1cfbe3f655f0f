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


def test_what_is_no_code_is_counted_as_it_stands_and_shuts_nobody_else_out():
    slips_of_the_hand = ["ABCDEFGHJK" + sign for sign in "ABCDEFG"]  # eleven signs, each from another household
    said = [asked(one, "0000", REMOTE_ADDR=f"10.0.0.{n}").status_code for n, one in enumerate(slips_of_the_hand)]
    assert said == [422] * 7
    again = [asked("ABCDEFGHJKA", "0000", REMOTE_ADDR=f"10.0.1.{n}").status_code for n in range(5)]
    assert again == [422, 422, 422, 422, 429]


def test_behind_a_proxy_each_petitioner_has_an_address_of_their_own(people, settings):
    settings.TRUSTED_PROXIES = 1
    case = made(people)
    for n in range(30):
        assert asked(coding.ALPHABET[n] * 12, "0000", HTTP_X_FORWARDED_FOR="203.0.113.5").status_code == 422
    assert asked(code_of(case), "5678", HTTP_X_FORWARDED_FOR="9.9.9.9, 203.0.113.5").status_code == 429
    assert asked(code_of(case), "5678", HTTP_X_FORWARDED_FOR="203.0.113.6").status_code == 200
