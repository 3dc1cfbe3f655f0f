"""The code of a matter and the four digits: random, kept in secret, read as people type them."""

import pytest
from django.db import connection

from audit.models import Event
from audit.verifying import findings
from cases import coding
from cases.actions import intake
from cases.models import QueryCode
from inquiry import matching
from tests import factories
from tests.inquiry.asking import IDS, code_of, made, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]


def test_a_code_is_random_printable_and_kept_only_as_digest_and_ciphertext(people):
    codes = {coding.fresh() for _one in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 12 and not set(code) & set("01OI") and set(code) <= set(coding.ALPHABET) for code in codes)
    row = QueryCode.objects.get(case=made(people))
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, code FROM cases_querycode")
        digest, stored = cursor.fetchone()
    assert digest == coding.digest(row.code) != ""
    assert row.code.encode() not in bytes(stored)
    assert row.code not in str(list(Event.objects.values_list("note", "data", "title")))
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("abcd-efgh-jklm", "ABCDEFGHJKLM"), (" ABCD EFGH JKLM ", "ABCDEFGHJKLM"),
        ("ＡＢＣＤ－ｅｆｇｈ—jklm", "ABCDEFGHJKLM"),
        ("ABCDEFGHJKL", ""), ("ABCDEFGHJKLMN", ""), ("ABCDEFGHJKL0", ""), ("ABCDEFGHJKLI", ""),
        ("'; DROP", ""), ("", ""),
        ("\x00" * 12, ""), ("A" * 5000, ""),
    ],
)  # fmt: skip
def test_a_code_as_people_type_it(typed, kept):
    assert coding.plain(typed) == kept
    assert coding.plain(coding.spaced("ABCDEFGHJKLM")) == "ABCDEFGHJKLM"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("002x", "002X"),
        ("５６７８", "5678"),
        (" 5678 ", "5678"),
        ("567", ""),
        ("56789", ""),
        ("５６７", ""),
        ("56 8", ""),
    ],
)
def test_the_four_digits_as_people_type_them(typed, kept):
    assert matching.tail(typed) == kept


def test_a_second_matter_of_the_person_has_a_code_of_its_own_and_a_repeat_visit_none(people):
    first = made(people)
    same = {"person": {"phone": "13812345678", "id_type": "111", "id_number": IDS[0]}}
    visit = factories.visit(people["clerk"], now(), **same)
    assert QueryCode.objects.count() == 1
    second = intake.decide_intake(visit=visit, actor=people["clerk"], at=now(), reason="另一套房屋")
    assert code_of(first) != code_of(second)
    again = factories.visit(people["clerk"], now(), **same)
    intake.decide_intake(visit=again, actor=people["clerk"], at=now(), join=first)
    assert QueryCode.objects.count() == 2
