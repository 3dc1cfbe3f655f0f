"""The messages of a calling machine: understood, done once, refused where they are wrong or too many."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from hall import actions
from hall.models import FeedEvent, Ticket
from hall.policy import rules
from tests import factories
from tests.reception.test_races import together

URL = "/hall/feed/"


@pytest.fixture
def token(db) -> str:
    sysadmin = factories.user("sysadmin")
    return actions.add_device(
        office=factories.office(), kind="feed", name="一楼叫号机", actor=sysadmin, at=timezone.now()
    )[1]


def send(token: str, said: object, **headers: str):
    body = said if isinstance(said, str | bytes) else json.dumps(said)
    strict = Client(enforce_csrf_checks=True)
    return strict.post(
        URL, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"} | headers
    )


def message(n: int, what: str = "take", number: int = 12, **more: str) -> dict[str, object]:
    return {"id": f"evt-{n}", "type": what, "number": number, **more}


def test_take_call_and_call_again(token):
    assert send(token, message(1)).json() == {"ok": True, "number": 12, "said": "taken"}
    assert send(token, message(2, "call", window="3 号窗口")).json()["said"] == "called"
    assert send(token, message(3, "call", window="3 号窗口")).json()["said"] == "called again"
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.window, ticket.calls, ticket.source) == ("called", "3 号窗口", 2, "machine")


def test_the_next_call_at_a_window_skips_who_did_not_come(token):
    for n, number in enumerate((1, 2)):
        send(token, message(n, number=number))
    send(token, message(10, "call", 1, window="1 号窗口"))
    send(token, message(11, "call", 2, window="1 号窗口"))
    assert dict(Ticket.objects.values_list("serial", "state")) == {1: "skipped", 2: "called"}


def test_our_own_numbers_go_on_after_the_machines(token):
    send(token, message(1, number=12))
    own = actions.take(office=factories.office(), actor=None, at=timezone.now())
    assert own.serial == 13
    assert send(token, message(2, number=13)).status_code == 409


def test_the_same_message_is_done_once_and_answered_the_same(token):
    first = [send(token, message(1)) for _n in range(3)]
    assert [(one.status_code, one.json()["said"]) for one in first] == [(200, "taken")] * 3
    missing = [send(token, message(2, "call", 99, window="1 号窗口")) for _n in range(2)]
    assert [one.status_code for one in missing] == [404, 404]
    assert (Ticket.objects.count(), FeedEvent.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_eight_deliveries_of_one_message_at_once(token):
    results = together(lambda n: send(token, message(1)).json())
    assert results == [{"ok": True, "number": 12, "said": "taken"}] * 8
    assert (Ticket.objects.count(), FeedEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "said",
    [
        "", '""', '"x"', "null", "[]", "{", b"\xff", {"id": "x"}, message(1) | {"name": "王建国"},
        message(1) | {"id": "x" * 65},
        message(1) | {"id": 5}, message(1, "close"), message(1, number=0), message(1) | {"number": True},
        message(1) | {"number": "12"}, message(1, "call"), message(1) | {"kind": "vip"},
        message(1) | {"reason": "vip"}, message(1, "call", window="窗" * 41), message(1) | {"reason": ["age"]},
        message(1) | {"kind": ["ordinary"]}, message(1) | {"type": {}},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_kept_nowhere(token, said):
    assert send(token, said).status_code == 422
    assert (Ticket.objects.count(), FeedEvent.objects.count()) == (0, 0)


def test_no_token_a_wrong_one_or_one_of_another_device(token, client):
    assert client.post(URL, "{}", content_type="application/json").status_code == 401
    assert send("x" * 43, message(1)).status_code == 401
    sysadmin = factories.user("sysadmin")
    screen = actions.add_device(
        office=factories.office(), kind="screen", name="东墙", actor=sysadmin, at=timezone.now()
    )[1]
    assert send(screen, message(1)).status_code == 401
    assert client.get(URL).status_code == 405
    assert Ticket.objects.count() == 0


def test_a_long_body_is_not_read(token):
    assert send(token, json.dumps(message(1)) + " " * 5000).status_code == 413


def test_too_many_in_a_minute_wait_but_a_repeated_one_is_answered(token):
    most = rules().most_per_minute
    assert {send(token, message(n, number=n + 1)).status_code for n in range(most)} == {200}
    assert send(token, message(most, number=most + 1)).status_code == 429
    assert send(token, message(0, number=1)).status_code == 200
    assert Ticket.objects.count() == most


def test_old_messages_are_forgotten(token):
    send(token, message(1))
    now = timezone.now()
    assert actions.forget_messages(actor=None, at=now) == 0
    late = now + timezone.timedelta(days=rules().kept_days, minutes=1)
    assert actions.forget_messages(actor=None, at=late) == 1
