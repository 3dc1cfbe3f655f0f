"""The card reader at the registration form: what it fills in, what it must not leave behind, and how it fails."""

import datetime as dt
import http.server
import json
import threading
from typing import Any

import pytest
from django.utils import timezone

from reception.models import Workstation
from tests import factories
from tests.browser.counter import NEW, Hands
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ID = "11010519491231002X"
CARD = {
    "type": "", "name": "王建国", "sex": "女", "nation": "汉", "birth": "19491231", "address": "示范市幸福里 3 号",
    "idno": ID, "issuer": "示范市公安局", "valid_from": "20200101", "valid_to": "长期",
}  # fmt: skip


@pytest.fixture
def clerk(db: Any) -> Any:
    factories.calendar(*range(2025, 2030))
    return factories.user("clerk", username="clerk", display_name="李晓敏", window="1 号窗口")


@pytest.fixture
def hands(page: Any, clerk: Any) -> Hands:
    made = Hands(page)
    sign_in(page, "clerk", NEW)
    return made


def swipe(page: Any, **detail: Any) -> None:
    page.evaluate("detail => dispatchEvent(new CustomEvent('card:simulate', {detail}))", detail)


def values(page: Any, *names: str) -> list[str]:
    return [page.input_value(f"#id_{name}") for name in names]


def test_a_burst_while_the_story_is_typed_goes_to_the_number(hands):
    page = hands.page
    page.fill("#id_demand", "要求维修")
    page.focus("#id_demand")
    with page.expect_response("**/cases/history/") as asked:
        hands.swipe(ID)
    assert ID not in asked.value.url
    assert values(page, "id_number", "demand", "id_source") == [ID, "要求维修", "wedge"]
    assert page.url.endswith(NEW)


def test_slow_typing_is_no_reader(hands):
    page = hands.page
    page.focus("#id_demand")
    page.keyboard.type("123456789012345678", delay=60)
    page.keyboard.press("Enter")
    assert values(page, "demand", "id_number") == ["123456789012345678\n", ""]


def test_cards_of_every_kind(hands):
    """A good one, twice within a second, an expired one, a residence card, a rare name, hostile strings."""
    page = hands.page
    said = "#reader-words"
    swipe(page, card=CARD)
    assert values(page, "id_number", "name", "sex", "ethnicity", "birth_date", "address") == [
        ID, "王建国", "2", "汉族", "1949-12-31", "示范市幸福里 3 号",
    ]  # fmt: skip
    assert "已读取证件" in page.inner_text(said)
    page.fill("#id_phone", "13800000620")
    swipe(page, card=CARD)
    assert "重复刷卡" in page.inner_text(said)
    yesterday = (timezone.localdate() - dt.timedelta(days=2)).strftime("%Y.%m.%d")
    swipe(page, card=CARD | {"idno": "110101195506110030", "name": "孙桂兰", "valid_to": yesterday})
    assert "到期" in page.inner_text(said)
    assert values(page, "name", "phone") == ["孙桂兰", "13800000620"]
    permit = {"type": "永居证", "name": "SMITH JOHN", "sex": "1", "idno": "911101198504120029"}
    swipe(page, card=permit)
    assert values(page, "id_type", "name", "sex", "address") == ["553", "SMITH JOHN", "1", ""]
    swipe(page, card=CARD | {"name": "王\ue863"})
    assert "需核对" in page.inner_text(said)
    assert hands.where() == "id_name"
    swipe(page, card=CARD | {"idno": ID, "name": "<img src=x onerror=alert(1)>\u202e\x00张三", "address": "a" * 5000})
    assert values(page, "name")[0] in ("王\ue863", "<img src=x onerror=alert(1)>张三")
    for wrong in ({}, {"idno": "<script>"}, {"idno": {"a": 1}}, "text"):
        swipe(page, card=wrong)
        assert "认不出来" in page.inner_text(said)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_unplugged_while_reading_keeps_what_is_there(hands):
    page = hands.page
    swipe(page, card=CARD)
    page.fill("#id_demand", "要求维修")
    swipe(page, fail="gone")
    assert "读卡中断" in page.inner_text("#reader-words")
    assert values(page, "name", "demand") == ["王建国", "要求维修"]
    assert hands.where() == "id_id_number"


class Service(http.server.BaseHTTPRequestHandler):
    """A reader's service on loopback: a card, nothing for a while, or words that are no card."""

    answer: bytes | None = None
    release = threading.Event()

    def do_GET(self) -> None:
        if self.answer is None:
            self.release.wait(8)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(self.answer or b"")

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def service() -> Any:
    """The service, listening; its address in ``address``."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.address = f"http://127.0.0.1:{server.server_port}/card=idcard"
    yield server
    Service.release.set()
    server.shutdown()
    server.server_close()


def window(clerk: Any, **fields: str) -> None:
    Workstation.objects.update_or_create(office=clerk.unit, window="1 号窗口", defaults=fields)


def test_a_service_on_this_computer(chromium, live_server, clerk, service):
    """Answers, says nothing for three seconds, is not there, and is forbidden by the browser."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    window(clerk, adapter="http", address=service.address)
    sign_in(page, "clerk", NEW)
    said = page.locator("#reader-words")
    maker = {"partyName": "王建国", "gender": "女", "nation": "汉", "bornDay": "19491231", "certNumber": ID}
    Service.answer = json.dumps({"resultFlag": 0, "resultContent": maker}).encode()
    page.keyboard.press("F7")
    page.wait_for_selector("text=已读取证件")
    assert values(page, "id_number", "name", "id_source") == [ID, "王建国", "reader"]
    Service.answer = b"no card"
    page.keyboard.press("F7")
    page.wait_for_selector("text=认不出来")
    Service.answer = None
    page.keyboard.press("F7")
    page.wait_for_selector("text=3 秒没有应答")
    assert values(page, "name") == ["王建国"]
    # what the page's policy does not name, the browser does not reach: the same sentence as for its own refusal
    window(clerk, adapter="ws", address="ws://127.0.0.1:9")
    page.goto(NEW)
    page.keyboard.press("F7")
    page.wait_for_selector("text=没有连上本机的读卡服务")
    page.evaluate("fetch('http://127.0.0.1:10/').catch(() => 0)")
    page.keyboard.press("F7")
    page.wait_for_selector("text=浏览器未允许访问读卡器")
    assert page.is_visible("#reader-help")
    assert said.is_visible()
    context.close()
