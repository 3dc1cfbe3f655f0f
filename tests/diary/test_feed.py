"""The feed: what it holds, for whom, how long, and that its token stands in no log."""

import datetime as dt
import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts import actions as accounts
from audit.models import Event
from audit.verifying import findings
from diary import actions
from diary.models import Feed
from diary.policy import rules
from tests import factories
from vault.errors import Refusal
from vault.lines import PlainLine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db, time_machine, settings):
    factories.calendar(2026)
    time_machine.move_to(factories.AT, tick=False)
    settings.SITE_URL = "https://xf.example.org"
    cache.clear()


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "sysadmin")}


def token_of(user, at=factories.AT):
    return actions.make_feed(actor=user, at=at)[1]


def fetch(token, **headers):
    """As a calendar program: no cookie, nobody signed in."""
    return Client().get(reverse("diary:feed", args=[token]), headers=headers)


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_program_reads_number_kind_stage_and_link_and_no_more(people):
    case = factories.case(upto="handling", people=people, person={"name": "欧阳守义", "phone": "13912345678"})
    answer = fetch(token_of(people["handler"]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = events(answer)
    assert {name: str(event.get(name)) for name in ("SUMMARY", "DESCRIPTION", "URL", "UID", "TRANSP", "CLASS")} == {
        "SUMMARY": f"{case.number} 办理到期", "DESCRIPTION": "环节：办理中",
        "URL": f"https://xf.example.org/cases/{case.number}/",
        "UID": f"clock-{case.clocks.get(kind='handle').pk}@xf.example.org", "TRANSP": "TRANSPARENT", "CLASS": "PRIVATE",
    }  # fmt: skip
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (dt.date(2026, 5, 1), dt.date(2026, 5, 2))
    text = answer.content.decode()
    for secret in ("欧阳", "1391234", case.title, case.demand, case.petitioner.address):
        assert secret not in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert Calendar.from_ical(text)["VERSION"] == "2.0"


def test_the_same_rows_give_the_same_bytes_and_a_program_that_has_them_is_told_so(people):
    factories.case(people=people)
    token = token_of(people["clerk"])
    first = fetch(token)
    assert fetch(token).content == first.content
    same = fetch(token, if_none_match=first["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    for answer in (first, same):
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["Surrogate-Control"] == "no-store"
    factories.case(people=people)
    assert fetch(token, if_none_match=first["ETag"]).status_code == 200
    assert Client().post(reverse("diary:feed", args=[token])).status_code == 405


def test_it_follows_what_its_owner_may_see(people):
    spy = factories.user("supervisor", factories.labour())
    token, own = token_of(spy), token_of(people["supervisor"])
    factories.case(people=people, purpose="accusation", accused="示范市人力资源和社会保障局")
    assert (len(events(fetch(token))), len(events(fetch(own)))) == (0, 1)
    accounts.revoke(user=people["supervisor"], role="supervisor", actor=None, at=factories.AT)
    assert events(fetch(own)) == []


def test_only_a_digest_is_kept_and_the_address_is_shown_once(client, people):
    client.force_login(people["clerk"])
    page = client.post(reverse("diary:subscribe"))
    address = page.context["address"]
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert (address in page.text, page["Cache-Control"]) == (True, "no-store")
    assert address not in client.get(reverse("diary:subscribe")).text
    feed = Feed.objects.get()
    assert (token in str(feed.__dict__), len(token)) == (False, 43)
    assert not [event for event in Event.objects.all() if token in str(event.__dict__)]
    assert "还没有程序来读过" in client.get(reverse("diary:subscribe")).text
    assert fetch(token).status_code == 200
    assert "2026-03-02 09:30" in client.get(reverse("diary:subscribe")).text
    assert list(findings()) == []


def test_a_new_address_and_a_revoked_one(client, people):
    clerk = people["clerk"]
    first = token_of(clerk)
    second = token_of(clerk)
    assert (fetch(first).status_code, fetch(second).status_code) == (404, 200)
    client.force_login(clerk)
    assert client.post(reverse("diary:revoke")).status_code == 302
    assert fetch(second).status_code == 404
    with pytest.raises(Refusal):
        actions.revoke_feed(actor=clerk, at=factories.AT)
    with pytest.raises(Refusal):
        token_of(people["sysadmin"])
    for wrong in ("x", "A" * 43, "a" * 500):
        assert fetch(wrong).status_code == 404


def test_a_stopped_account_never_gets_its_address_back(people):
    token = token_of(people["clerk"])
    boss = people["sysadmin"]
    accounts.deactivate(user=people["clerk"], actor=boss, at=factories.later(hours=1))
    assert fetch(token).status_code == 404
    accounts.activate(user=people["clerk"], actor=boss, at=factories.later(hours=2))
    assert fetch(token).status_code == 404
    people["clerk"].refresh_from_db()
    assert fetch(token_of(people["clerk"], at=factories.later(hours=3))).status_code == 200


def test_who_asks_too_often_is_told_to_wait(people, time_machine):
    token = token_of(people["clerk"])
    codes = [fetch(token).status_code for _n in range(rules().per_minute + 1)]
    assert codes == [200] * rules().per_minute + [429]
    assert fetch(token)["Retry-After"] == "60"
    time_machine.move_to(factories.AT + dt.timedelta(minutes=1))
    assert fetch(token).status_code == 200


def test_a_token_in_an_address_stands_in_no_log(people, caplog, capfd):
    token = token_of(people["clerk"])
    actions.revoke_feed(actor=people["clerk"], at=factories.AT)
    with caplog.at_level(logging.INFO):
        fetch(token)
    line = PlainLine("%(message)s")
    answered, asked = [line.format(record) for record in caplog.records]
    assert asked == "Not Found: /diary/feed/***.ics"
    assert "diary:feed 404" in answered
    assert token not in capfd.readouterr().err
    long = logging.LogRecord("x", 20, "x", 1, "GET /static/%s.css", ("0123456789abcdef" * 4,), None)
    assert "***" not in line.format(long)
