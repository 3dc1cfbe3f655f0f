"""The desk, the registration's head, the screen, the kiosk and the devices, as a browser without script sees them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.verifying import findings
from hall import actions
from hall.models import Device, Ticket, Window
from reception.models import Visit
from tests import factories
from tests.hall.hall import again, clerk, windows

pytestmark = pytest.mark.django_db
NEW = "/reception/visits/new/"


@pytest.fixture
def user():
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    return clerk(username="clerk")


@pytest.fixture
def desk(client, user):
    windows()
    client.force_login(user)
    return client


def take(reason: str = "") -> Ticket:
    return actions.take(office=factories.office(), actor=None, at=timezone.now(), reason=reason)


def typed(**changes: str) -> dict[str, str]:
    said = {
        "key": "abcdefgh-1", "kind": "person", "name": "王建国", "phone": "13800000000", "visitors": "1",
        "demand": "要求责成有关单位限期维修外墙渗水。", "category": "C03", "purpose": "appeal", "confirmed": "on",
        "visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "channel": "visit", "join": "",
        "people-TOTAL_FORMS": "0", "people-INITIAL_FORMS": "0", "address": "幸福里 3 号楼",
    }  # fmt: skip
    return said | changes


def test_an_office_that_calls_no_numbers_is_not_bothered(client, user):
    client.force_login(user)
    page = client.get("/reception/").content.decode()
    assert "呼叫" not in page
    assert "取号" not in page
    assert "queue-head" not in client.get(NEW).content.decode()
    assert client.get("/reception/head/").content.strip() == b""


def test_the_desk_with_nobody_waiting_says_so(desk):
    page = desk.get("/reception/").content.decode()
    assert page.count("暂无等候，可直接登记（F2）。") == 2
    answer = desk.post("/hall/next/", follow=True)
    assert "暂无等候，可直接登记（F2）。" in str(next(iter(answer.context["messages"])))


def test_call_next_opens_the_registration_with_the_ticket(desk, user):
    ticket = take("age")
    answer = desk.post("/hall/next/", follow=True)
    assert answer.redirect_chain == [(NEW, 302)]
    page = answer.content.decode()
    assert "第 优先 1 号" in page
    assert f'name="ticket" value="{ticket.pk}" form="register"' in page
    assert "今日已接待 0 批 0 人次" in page
    assert (again(ticket).state, again(ticket).clerk, again(ticket).window) == ("called", user, "1 号窗口")


def test_a_saved_visit_bears_its_ticket_which_is_done(desk):
    ticket = take()
    desk.post("/hall/next/")
    answers = [desk.post(NEW, typed(ticket=str(ticket.pk))) for _n in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    visit = Visit.objects.get()
    fresh = again(ticket)
    assert (visit.ticket, fresh.state) == (ticket, "done")
    assert fresh.served_at == fresh.ended_at == visit.registered_at
    assert list(findings()) == []


@pytest.mark.parametrize("named", ["", "none", "0", "other", "x" * 50])
def test_a_visit_without_ticket_or_with_a_wrong_one_is_saved_as_before(desk, named):
    mine, other = take(), take()
    desk.post("/hall/next/")
    key = {"none": "999999", "other": str(other.pk)}.get(named, named)
    assert desk.post(NEW, typed(ticket=key)).status_code == 302
    assert Visit.objects.get().ticket is None
    assert (again(mine).state, again(other).state) == ("called", "waiting")


def test_a_ticket_skipped_meanwhile_does_not_stop_the_visit(desk, user):
    ticket = take()
    desk.post("/hall/next/")
    actions.skip(ticket=again(ticket), actor=user, at=timezone.now())
    assert desk.post(NEW, typed(ticket=str(ticket.pk))).status_code == 302
    assert Visit.objects.get().ticket is None


def test_a_wrong_form_keeps_the_ticket(desk):
    ticket = take()
    desk.post("/hall/next/")
    answer = desk.post(NEW, typed(ticket=str(ticket.pk), demand=""))
    assert answer.status_code == 422
    assert f'name="ticket" value="{ticket.pk}"' in answer.content.decode()
    assert again(ticket).state == "called"


def test_turns_by_button_and_by_htmx(desk):
    ticket = take()
    desk.post("/hall/next/")
    assert desk.post(f"/hall/tickets/{ticket.pk}/recall/").url == "/reception/"
    answer = desk.post(f"/hall/tickets/{ticket.pk}/serve/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Trigger-After-Swap"]) == (200, "queue")
    refused = desk.post(f"/hall/tickets/{ticket.pk}/skip/", headers={"HX-Request": "true"}).content.decode()
    assert "1 号现在是“接待中”，不能办理“过号”。" in refused
    assert desk.post(f"/hall/tickets/{ticket.pk}/close_day/").status_code == 404
    assert desk.get(f"/hall/tickets/{ticket.pk}/recall/").status_code == 405
    away = desk.post(f"/hall/tickets/{ticket.pk}/finish/", {"next": "//elsewhere.example/"})
    assert (away.url, again(ticket).state) == ("/reception/", "done")


def test_another_offices_tickets_do_not_exist(client):
    ticket = take()
    client.force_login(factories.user("clerk", factories.labour(), window="1 号窗口"))
    for url in (f"/hall/tickets/{ticket.pk}/call/", f"/hall/tickets/{ticket.pk}/leave/"):
        assert client.post(url).status_code == 404
    assert client.get(f"/hall/tickets/{ticket.pk}/slip/").status_code == 404
    assert again(ticket).state == "waiting"


def test_the_desk_asks_the_database_the_same_for_one_and_for_three(desk):
    counts = []
    take(), take("age")
    desk.get("/reception/queue/")  # the session notes once that somebody is there
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get("/reception/queue/")
        counts.append(len(queries))
        for reason in ("", "", "age", "age"):
            take(reason)
    assert counts == [QUEUE, QUEUE]


QUEUE = 15


def test_take_at_the_counter_prints_the_slip(desk):
    assert desk.post("/hall/take/", {"reason": ""}).url == "/reception/"
    answer = desk.post("/hall/take/", {"reason": "age", "print": "1"})
    ticket = Ticket.objects.get(kind="priority")
    assert answer.url == f"/reception/?slip={ticket.pk}"
    assert f'src="/hall/tickets/{ticket.pk}/slip/"' in desk.get(answer.url).content.decode()
    assert "data-print-frame" not in desk.get("/reception/?slip=1'").content.decode()
    slip = desk.get(f"/hall/tickets/{ticket.pk}/slip/")
    assert (slip.headers["Content-Type"], slip.content[:5]) == ("application/pdf", b"%PDF-")
    desk.post("/hall/take/", {"reason": "vip"})
    assert Ticket.objects.count() == 2


def test_the_screen_shows_number_and_window_and_nothing_else(desk, user):
    ticket = take()
    desk.post("/hall/next/")
    desk.post(NEW, typed(ticket=str(ticket.pk)))
    take()
    page = desk.get("/hall/screen/state/").content.decode()
    assert "1 号窗口" in page
    assert "请 1 号，到 1 号窗口。" in page
    assert "等候 <b>1</b> 人" in page
    whole = desk.get("/hall/screen/").content.decode()
    for secret in ("王建国", user.display_name, Visit.objects.get().number, "幸福里"):
        assert secret not in page + whole


def test_what_is_spoken_is_chinese_in_either_language(desk, settings):
    take("age")
    desk.post("/hall/next/")
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "请 优先 1 号，到 1 号窗口。" in desk.get("/hall/screen/state/").content.decode()


def device(kind: str) -> tuple[Device, str]:
    return actions.add_device(
        office=factories.office(), kind=kind, name="大厅", actor=factories.user("sysadmin"), at=timezone.now()
    )


def test_a_screen_at_its_own_address_until_it_is_revoked(client):
    row, token = device("screen")
    for path in ("", "state/"):
        assert client.get(f"/hall/screen/{token}/{path}").status_code == 200
        assert client.get(f"/hall/screen/{token[:-1]}/{path}").status_code == 404
    assert client.get(f"/hall/kiosk/{token}/").status_code == 404  # for what it was made
    assert client.cookies == {}
    actions.revoke_device(device=row, actor=row.made_by, at=timezone.now())
    assert client.get(f"/hall/screen/{token}/state/").status_code == 404


def test_a_kiosk_at_its_own_address_takes_without_a_session():
    _row, token = device("kiosk")
    strict = Client(enforce_csrf_checks=True)
    home = f"/hall/kiosk/{token}/"
    assert "取普通号" in strict.get(home).content.decode()
    answer = strict.post(home, {"reason": "pregnant"})
    ticket = Ticket.objects.get()
    assert (ticket.number, ticket.source, answer.url) == ("优先 1", "kiosk", f"{home}?taken={ticket.pk}")
    page = strict.get(answer.url).content.decode()
    assert "前面没有人等候" in page
    assert strict.get(f"{home}slip/{ticket.pk}/").content[:5] == b"%PDF-"
    assert strict.get(f"{home}slip/{ticket.pk + 1}/").status_code == 404
    assert strict.get(f"{home}?taken=abc").status_code == 200
    assert strict.get(f"{home}?taken=²").status_code == 200
    assert strict.post(home, {"reason": "vip"}).status_code == 409
    assert strict.cookies == {}


def test_a_kiosk_that_is_signed_in_wants_the_csrf_token(user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert strict.post("/hall/kiosk/", {"reason": ""}).status_code == 403
    assert Ticket.objects.count() == 0


def test_the_system_administrator_sets_up_and_revokes_devices(client):
    client.force_login(factories.user("sysadmin"))
    assert client.post("/hall/devices/", {"kind": "screen", "name": ""}).status_code == 422
    made = client.post("/hall/devices/", {"kind": "screen", "name": "东墙"}).content.decode()
    row = Device.objects.get()
    assert "http://testserver/hall/screen/" in made
    assert "/hall/screen/" not in client.get("/hall/devices/").content.decode()  # shown once
    token = client.post("/hall/devices/", {"kind": "feed", "name": "叫号机"}).context["secret"]
    assert Device.objects.get(kind="feed").digest == actions.digest(token)
    assert client.post(f"/hall/devices/{row.pk}/revoke/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_windows_are_rows_of_the_reference_site(client):
    client.force_login(factories.user("sysadmin"))
    said = {"office": factories.office().pk, "name": "5 号窗口", "position": 5, "is_active": "on"}
    assert client.post("/admin/hall/window/add/", said).status_code == 302
    assert Window.objects.get().name == "5 号窗口"
    assert list(findings()) == []
