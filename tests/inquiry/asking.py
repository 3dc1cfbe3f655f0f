"""Matters with a code, and the strangers who ask about them."""

import re

from django.test import Client
from django.utils import timezone

from cases.models import QueryCode
from tests import factories

URL = "/inquiry/"
IDS = ("11010519491231002X", "110101199003070011")


def now():
    return timezone.now()


def made(people, upto="classified", at=None, **changes):
    changes.setdefault("person", {"phone": "13812345678", "id_type": "111", "id_number": IDS[0]})
    return factories.case(upto=upto, people=people, at=at or now(), **changes)


def code_of(case):
    return QueryCode.objects.get(case=case).code


def asked(code, digits, **headers):
    """As a stranger's browser would: no session, no token, checks on."""
    client = Client(enforce_csrf_checks=True, **headers)
    answer = client.post(URL, {"code": code, "digits": digits})
    assert client.cookies == {}
    return answer


def body(answer):
    return re.sub(rb'nonce="[^"]*"', b"", answer.content)
