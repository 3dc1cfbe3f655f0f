"""The pages of matters, through the test client."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("upto", ["classified", "accepted", "assigned", "handling", "checking", "closed", "served"])
@pytest.mark.parametrize("role", ["clerk", "supervisor", "handler"])
def test_every_page_opens_in_every_state(upto, role):
    factories.calendar(2026)
    case = factories.case(upto=upto)
    client = signed_in(case.people[role])
    seen = role != "handler" or upto not in ("classified", "accepted")
    assert client.get("/cases/").status_code == 200
    assert client.get("/cases/todo/").status_code == 200
    assert client.get("/cases/rules/").status_code == 200
    assert client.get(f"/cases/{case.number}/").status_code == (200 if seen else 404)
