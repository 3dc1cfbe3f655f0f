"""What the tests of briefing do to a matter before they look."""

import datetime as dt

from briefing.actions import urgent
from cases.models import Case
from tests import factories

AT = factories.AT
EVENT = {
    "kind": "siege",
    "known_at": AT,
    "place": "市政府东门",
    "persons": 32,
    "cause": "外墙渗水。",
    "demand": "要求维修。",
}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def minutes(n):
    return AT + dt.timedelta(minutes=n)


def opened(case, **changes):
    return urgent.open_event(case=fresh(case), actor=case.people["clerk"], at=AT, **EVENT | changes)


def accused(case, **fields):
    Case.objects.filter(pk=case.pk).update(**fields)
