"""Limits on tries: of one code for a while and for the day, of one address, and by many at once."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from audit.models import Event
from cases import coding
from inquiry import throttling
from inquiry.models import Bucket, Tally
from tests.inquiry.asking import URL, asked, body, code_of, made, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]


def test_five_wrong_tries_shut_a_code_for_a_while_and_the_right_digits_too(people, monkeypatch):
    case = made(people)
    for _one in range(5):
        assert asked(code_of(case), "0000").status_code == 422
    answer = asked(code_of(case), "5678")
    assert (answer.status_code, "15 分钟后再查" in answer.content.decode()) == (429, True)
    unknown = "B" * 12
    for _one in range(5):
        assert asked(unknown, "0000").status_code == 422
    shut = asked(unknown, "5678")
    assert (shut.status_code, body(shut)) == (429, body(answer))  # whether it exists is not told here either
    later = now() + dt.timedelta(minutes=16)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert asked(code_of(case), "5678").status_code == 200
    assert (Tally.objects.order_by("day").first().shut, Tally.objects.order_by("day").first().wrong) == (2, 10)


def test_who_looks_often_sees_the_page_and_fills_no_trail(people, monkeypatch):
    case, start = made(people), dt.datetime(2026, 6, 1, 0, 1, tzinfo=dt.UTC)
    for minutes in (0, 1, 13, 15, 16, 28):
        moment = start + dt.timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert asked(code_of(case), "5678").status_code == 200
    looks = Event.objects.filter(verb="inquiry").order_by("seq")
    assert [fact.at for fact in looks] == [start, start + dt.timedelta(minutes=15)]
    assert Tally.objects.get().looks == 6


def test_twenty_wrong_tries_shut_a_code_for_the_day(people, monkeypatch):
    case, start = made(people), dt.datetime(2026, 6, 1, 0, 1, tzinfo=dt.UTC)
    for n in range(20):
        moment = start + dt.timedelta(minutes=16 * (n // 5))
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert asked(code_of(case), "0000").status_code == 422
    moment = start + dt.timedelta(hours=9)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert asked(code_of(case), "5678").status_code == 429


def test_right_answers_are_never_counted_against_anybody(people):
    case = made(people)
    for _one in range(12):
        assert asked(code_of(case), "5678").status_code == 200
    assert set(Bucket.objects.exclude(kind="look").values_list("count", flat=True)) == {0}


def test_one_address_tries_thirty_codes_and_another_address_goes_on(people):
    case = made(people)
    for n in range(30):
        assert asked(coding.ALPHABET[n] * 12, "0000").status_code == 422
    assert asked(code_of(case), "5678").status_code == 429
    assert asked(code_of(case), "5678", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_an_ipv6_household_is_one_address_and_no_address_is_kept():
    at = now()
    keys = {throttling.a_try(address, "x", at).keys["address"] for address in ("2001:db8::1", "2001:db8::ffff")}
    assert len(keys) == 1
    assert throttling.a_try("2001:db8:0:1::1", "x", at).keys["address"] not in keys
    assert throttling.a_try(None, "x", at).keys["address"] == throttling.a_try("nonsense", "x", at).keys["address"]
    throttling.pay(throttling.a_try("10.9.8.7", "CODE", at))
    assert "10.9.8.7" not in str(list(Bucket.objects.values()))
    assert "CODE" not in str(list(Bucket.objects.values()))


def test_counts_are_forgotten_after_two_days():
    throttling.pay(throttling.a_try("10.0.0.1", "X", now() - dt.timedelta(days=4)))
    throttling.pay(throttling.a_try("10.0.0.2", "Y", now()))
    assert Bucket.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_tries_than_the_limit(people):
    """Each thread has a connection of its own, as a process has: the limit is kept by the rows alone."""
    code, together, said = code_of(made(people)), threading.Barrier(8), []

    def go():
        together.wait()
        said.extend(Client().post(URL, {"code": code, "digits": "0000"}).status_code for _one in range(3))
        connections.close_all()

    threads = [threading.Thread(target=go) for _one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (said.count(422), said.count(429)) == (5, 19)
    assert max(Bucket.objects.values_list("count", flat=True)) == 5
    assert (Tally.objects.get().wrong, Tally.objects.get().shut) == (5, 19)
    assert asked(code, "5678").status_code == 429
