"""Card readers: which addresses a page may ask, whose window counts, who sets it, what a visit keeps of it."""

import pytest
from django.urls import reverse

from accounts.models import Unit
from audit.models import Event
from audit.verifying import findings
from reception import identity
from reception.actions import set_workstation
from reception.models import Visit, Workstation
from reception.readers import sample_cards, workstation_of, wrong_address
from tests import factories
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
NEW = "/reception/visits/new/"
ID = "11010519491231002X"
LEAST = {"name": "王建国", "demand": "要求维修外墙渗水。", "category": "C03", "confirmed": "on"}


@pytest.mark.parametrize(
    ("adapter", "address", "fine"),
    [
        ("ws", "ws://localhost:1919", True),
        ("ws", "wss://127.0.0.1:9002/reader", True),
        ("http", "http://127.0.0.1:38088/card=idcard", True),
        ("http", "https://localhost:19196/readcard&e=1?a=b", True),
        ("wedge", "", True),
        ("manual", "", True),
        ("simulated", "", True),
        ("wedge", "ws://localhost:1919", False),
        ("ws", "", False),
        ("ws", "http://localhost:1919", False),
        ("http", "ws://localhost:1919", False),
        ("http", "http://localhost/card", False),
        ("http", "http://10.0.0.8:38088/", False),
        ("http", "http://127.0.0.1.evil.example:80/", False),
        ("http", "http://127.0.0.1:80@evil.example:80/", False),
        ("http", "http://localhost:38088; script-src *", False),
        ("http", "http://localhost:38088/a b", False),
        ("http", "http://localhost:38088/\nx", False),
        ("http", "javascript:alert(1)", False),
        ("ws", "ws://localhost:１９１９", False),
    ],
)
def test_only_services_on_the_computer_itself(adapter, address, fine):
    assert bool(wrong_address(adapter, address)) is not fine


def station(window="1 号窗口", **fields):
    return Workstation.objects.create(office=factories.user("clerk").unit, window=window, **fields)


def policy(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: rest for name, _space, rest in parts}


def test_the_registration_page_alone_may_ask_that_address(client):
    clerk = factories.user("clerk", window="1 号窗口")
    client.force_login(clerk)
    assert policy(client.get(NEW))["connect-src"] == "'self'"
    station(adapter="http", address="http://127.0.0.1:38088/card=idcard")
    assert policy(client.get(NEW))["connect-src"] == "'self' http://127.0.0.1:38088"
    assert policy(client.post(NEW, {}))["connect-src"] == "'self' http://127.0.0.1:38088"
    assert policy(client.get("/reception/"))["connect-src"] == "'self'"
    others = factories.user("clerk", username="two", window="2 号窗口")
    client.force_login(others)
    assert policy(client.get(NEW))["connect-src"] == "'self'"


def test_a_window_is_chosen_for_the_session_and_nothing_is_kept_in_the_browser(client):
    clerk = factories.user("clerk", window="1 号窗口")
    client.force_login(clerk)
    one, two = station(), station("2 号窗口", adapter="ws", address="ws://localhost:1919")
    assert workstation_of(clerk, None) == one
    page = reverse("reception:reader")
    assert client.post(page, {"window": two.pk}).url == page
    assert "ws://localhost:1919" in policy(client.get(NEW))["connect-src"]
    assert set(client.cookies) - {"messages"} == {"sessionid"}
    elsewhere = Workstation.objects.create(office=factories.housing(), window="1 号窗口")
    for wrong in (str(elsewhere.pk), "", "x", "99999999"):
        assert client.post(page, {"window": wrong}).status_code == 404
    assert workstation_of(clerk, elsewhere.pk) == one


def test_the_system_administrator_sets_it_and_the_trail_keeps_it(client):
    admin = factories.user("sysadmin")
    client.force_login(admin)
    office = factories.user("clerk").unit
    new = reverse("reception:new_workstation")
    said = {"office": office.pk, "window": "1 号窗口", "adapter": "ws", "address": "ws://localhost:1919"}
    assert client.post(new, said | {"address": "ws://10.0.0.1:1919"}).status_code == 422
    assert client.post(new, said).url == reverse("reception:workstations")
    twice = client.post(new, said)
    assert (twice.status_code, "这个窗口已经设置过" in twice.content.decode()) == (422, True)
    made = Workstation.objects.get()
    client.post(reverse("reception:workstation", args=[made.pk]), said | {"adapter": "manual", "address": ""})
    made.refresh_from_db()
    assert (made.adapter, Event.objects.filter(verb="set_workstation").count()) == ("manual", 2)
    assert list(findings()) == []


def test_the_verb_checks_for_itself():
    office = factories.user("clerk").unit
    one = Workstation(office=office, window="1", adapter="http", address="http://evil.example:80/")
    for role, words in (("clerk", "不能设置窗口设备"), ("sysadmin", "只能填写本机")):
        with pytest.raises(Refusal, match=words):
            set_workstation(workstation=one, actor=factories.user(role), at=factories.AT)
    assert Workstation.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "kept"),
    [("reader", "reader"), ("wedge", "wedge"), ("manual", "manual"), (None, "manual"), ("<script>", "manual")],
)
def test_a_visit_keeps_who_read_the_number(client, said, kept):
    client.force_login(factories.user("clerk"))
    factories.calendar(2025, 2026, 2027)
    client.post(NEW, LEAST | {"id_number": ID} | ({"id_source": said} if said else {}))
    assert Visit.objects.get().id_source == kept
    assert list(findings()) == []


def test_a_number_from_a_reader_is_checked_like_any_other(client):
    client.force_login(factories.user("clerk"))
    answer = client.post(NEW, LEAST | {"id_number": "110105194912310021", "id_source": "reader"})
    assert (answer.status_code, "最后一位应为 X" in answer.content.decode()) == (422, True)
    without = client.post(NEW, LEAST | {"id_source": "reader"})
    assert (without.status_code, Visit.objects.get().id_source) == (302, "manual")


def test_the_sample_cards_are_in_order():
    today = factories.AT.date()
    read = [identity.read(card["idno"], today=today) for _words, card in sample_cards()]
    assert [one.type for one in read] == ["111", "111", "553", "111"]


def test_no_simulated_reader_where_demonstrations_are_not_allowed(client, settings):
    client.force_login(factories.user("clerk"))
    assert "js/reader/simulated.js" in client.get(NEW).content.decode()
    settings.DEMO_ALLOWED = False
    page = client.get(NEW).content.decode()
    assert ("simulated" in page, "data-card" in page) == (False, False)
    client.force_login(factories.user("sysadmin"))
    assert "simulated" not in client.get(reverse("reception:new_workstation")).content.decode()


def test_list_of_windows_takes_the_same_queries_for_one_and_for_three(client, django_assert_num_queries):
    client.force_login(factories.user("sysadmin"))
    office = Unit.objects.first()
    client.get(reverse("reception:workstations"))  # the first page of a session also writes it
    for n in range(3):
        Workstation.objects.create(office=office, window=f"{n} 号窗口")
        if n in (0, 2):
            with django_assert_num_queries(7):
                client.get(reverse("reception:workstations"))
