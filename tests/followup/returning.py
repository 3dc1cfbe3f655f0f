"""Answered matters, and return visits to their petitioners."""

import pytest
from django.test import Client

from cases.models import Case
from followup.actions import visiting
from tests import factories
from vault.errors import Refusal


def served(people, **changes):
    return factories.case(upto="served", people=people, **changes)


def fresh(case):
    made = Case.objects.get(pk=case.pk)
    made.people = case.people
    return made


def visit(case, actor, days=5, **changes):
    said = {"way": "phone", "reached": "yes", "satisfaction": "satisfied", "properly_handled": True} | changes
    if said["reached"] != "yes":
        said |= {"satisfaction": "", "properly_handled": None}
    return visiting.record_return_visit(case=fresh(case), actor=actor, at=factories.later(days), **said)


def badly(case, actor, days=5):
    return visit(case, actor, days, satisfaction="not", properly_handled=False, remaining="外墙仍在渗水。")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def refusal_of(act, *args, **kwargs):
    with pytest.raises(Refusal) as no:
        act(*args, **kwargs)
    return str(no.value)
