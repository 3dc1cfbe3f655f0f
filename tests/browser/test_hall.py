"""The hall in real browsers: two windows and a screen, the spoken call, F4 from desk to saved visit, keys alone."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.verifying import findings
from hall import actions
from hall.models import Ticket
from reception.models import Visit
from tests import factories
from tests.browser.looking import sign_in
from tests.hall.hall import clerk, windows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The browser's own voice, of which a machine without a loudspeaker has none: what is said is written down instead.
VOICE = """window.said = []; window.chimes = 0;
window.speechSynthesis.getVoices = () => VOICES;
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
window.speechSynthesis.speak = (words) => {
  window.said.push([words.text, words.lang]); setTimeout(() => words.onend(), 20);
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...args) { window.chimes += 1; return start.apply(this, args); };"""
LINE = "document.querySelector('.offline').textContent"
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """(least) => [...document.querySelectorAll('button, a[href], input[type=submit]')]
  .filter(each => each.offsetParent).map(each => [each.innerText, each.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < least).map(([text, box]) => text + ' ' + box.height)"""


@pytest.fixture
def hall(page: Any) -> None:
    page.set_default_timeout(60_000)
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    windows()
    for n in (1, 2):
        clerk(f"{n} 号窗口", username=f"clerk{n}", display_name=f"接待员{n}")


def take(reason: str = "") -> Ticket:
    return actions.take(office=factories.office(), actor=None, at=timezone.now(), reason=reason)


def until(page: Any, script: str) -> None:
    """Wait for a script to be true; the page's policy forbids the browser tool to do that by itself."""
    for _turn in range(300):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never came true: {script}")


def focus(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def test_f4_from_the_desk_to_the_saved_visit_without_a_mouse(page, hall):
    first, second = take(), take("age")
    sign_in(page, "clerk1")
    page.keyboard.press("F4")
    page.wait_for_url("**/reception/visits/new/")
    assert page.inner_text(".ticket-no") == "第 优先 1 号"
    page.keyboard.press("Alt+r")
    until(page, "!document.querySelector('#queue-head form[data-busy]')")
    page.locator("#id_id_number").focus()
    page.keyboard.type("11010519491231002X", delay=60)  # by hand: slower than a reader
    until(page, "!document.querySelector('[data-key=\"Alt+K\"]')")  # being received: no 过号
    second.refresh_from_db()
    assert (second.state, second.calls) == ("serving", 2)
    page.keyboard.press("Enter")
    page.keyboard.insert_text("周卫国")
    page.fill("#id_demand", "要求责成有关单位限期维修外墙渗水。")
    page.keyboard.press("Alt+3")
    page.check("[name=confirmed]")
    page.keyboard.press("F8")
    page.wait_for_url(lambda url: "/new/" not in url)
    second.refresh_from_db()
    assert (Visit.objects.get().ticket, second.state) == (second, "done")
    page.keyboard.press("F4")
    page.wait_for_url("**/reception/visits/new/")
    assert page.inner_text(".ticket-no") == "第 1 号"
    page.keyboard.press("Alt+k")
    page.wait_for_selector("#head-next")
    first.refresh_from_db()
    assert first.state == "skipped"
    page.keyboard.press("F4")
    page.wait_for_url("**/reception/")
    assert "暂无等候" in page.inner_text("#status")
    assert list(findings()) == []


def test_an_answer_is_read_although_the_queue_has_replaced_the_button(page, hall):
    """The head asks again every ten seconds; a turn on its way must not lose its sentence by that."""
    ticket = take()
    sign_in(page, "clerk1")
    page.keyboard.press("F4")
    page.wait_for_url("**/reception/visits/new/")
    held = []
    page.route("**/hall/tickets/*/skip/", lambda route: held.append(route))
    page.keyboard.press("Alt+k")
    while not held:
        page.wait_for_timeout(50)
    user = User.objects.get(username="clerk1")
    ticket.refresh_from_db()
    actions.ACTS["serve"](ticket=ticket, actor=user, at=timezone.now())  # the same clerk in another tab
    page.evaluate("document.querySelector('#queue-head').dataset.old = '1'; htmx.trigger(document.body, 'queue')")
    until(page, "!document.querySelector('#queue-head[data-old]')")
    page.evaluate("document.querySelector('#queue-head').dataset.old = '2'")
    held[0].continue_()
    until(page, "document.querySelector('#status').innerText.includes('不能办理')")
    until(page, "!document.querySelector('#queue-head[data-old]')")  # and the queue is asked once more


def test_two_windows_and_a_screen_that_speaks(page, hall, chromium, live_server):
    take(), take()
    one = page
    sign_in(one, "clerk1")
    other_context = chromium.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    other_context.set_default_timeout(60_000)
    two = other_context.new_page()
    sign_in(two, "clerk2")
    screen = other_context.new_page()
    screen.add_init_script(VOICE.replace("VOICES", "[{lang: 'en-GB'}, {lang: 'zh-CN'}]"))
    screen.goto("/hall/screen/")
    screen.click(".sound")
    assert screen.inner_text(".sound") == "语音已打开"
    one.keyboard.press("F4")
    one.wait_for_url("**/reception/visits/new/")
    until(screen, "window.said.length === 2")
    two.keyboard.press("F4")
    two.wait_for_url("**/reception/visits/new/")
    until(screen, "window.said.length === 4")
    assert screen.evaluate("window.said") == [
        ["请 1 号，到 1 号窗口。", "zh-CN"], ["请 1 号，到 1 号窗口。", "zh-CN"],
        ["请 2 号，到 2 号窗口。", "zh-CN"], ["请 2 号，到 2 号窗口。", "zh-CN"],
    ]  # fmt: skip
    assert screen.inner_text(".call-line").split() == ["2号", "请到", "2", "号窗口"]
    assert [one.inner_text(".ticket-no"), two.inner_text(".ticket-no")] == ["第 1 号", "第 2 号"]
    assert screen.evaluate("[localStorage.length, sessionStorage.length, window.chimes]") == [0, 0, 0]
    other_context.set_offline(True)
    until(screen, f"{LINE}.startsWith('暂时没有连上，最后更新 ')")
    assert screen.inner_text(".call-no") == "2号"
    other_context.set_offline(False)
    until(screen, f"{LINE} === ''")
    other_context.close()


def test_without_a_chinese_voice_the_screen_rings(page, hall):
    take()
    user = User.objects.get(username="clerk1")
    page.add_init_script(VOICE.replace("VOICES", "[{lang: 'en-GB'}]"))
    sign_in(page, "clerk1")
    page.goto("/hall/screen/")
    page.click(".sound")
    assert page.inner_text(".sound") == "没有中文语音，已改为提示音"
    actions.call_next(actor=user, at=timezone.now())
    until(page, "window.chimes === 4")  # two tones, twice
    assert page.evaluate("window.said") == []


def test_a_number_from_the_kiosk_by_keys_with_its_slip(page, hall):
    sysadmin = factories.user("sysadmin")
    _row, token = actions.add_device(
        office=factories.office(), kind="kiosk", name="门口", actor=sysadmin, at=timezone.now()
    )
    page.goto(f"/hall/kiosk/{token}/")
    for _stop in range(3):
        page.keyboard.press("Tab")
    assert focus(page) == "残疾人"
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "taken=" in url)
    assert page.inner_text(".taken-no").split() == ["优先", "1号"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "window.printed === 1")
    page.wait_for_url(lambda url: "taken=" not in url, timeout=15000)  # back by itself
    assert Ticket.objects.get().reason == "disabled"
    assert page.context.cookies() == []


def test_a_number_taken_at_the_counter_by_keys_is_printed(page, hall):
    sign_in(page, "clerk1")
    page.keyboard.press("Alt+q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reception/?slip=*")
    until(page, "window.printed === 1")
    assert Ticket.objects.get().number == "优先 1"


def test_desk_kiosk_and_screen_in_three_sizes(page, hall, axe):
    user = User.objects.get(username="clerk1")
    for reason in ("", "age", "", "infant"):
        take(reason)
    actions.skip(ticket=actions.call_next(actor=user, at=timezone.now()), actor=user, at=timezone.now())
    actions.call_next(actor=user, at=timezone.now())
    sign_in(page, "clerk1")
    faults = []
    for size in ("", "large", "xl"):
        User.objects.filter(pk=user.pk).update(text_size=size)
        for path in ("/reception/", "/reception/visits/new/", "/hall/kiosk/", "/hall/screen/"):
            page.set_viewport_size({"width": 1366, "height": 768})
            page.goto(path)
            page.wait_for_load_state("load")
            faults += [f"{path} {size}: {each}" for each in axe(page)]
            faults += [f"{path} {size}: sideways at 1366"] if page.evaluate(SIDEWAYS) else []
            page.set_viewport_size({"width": 320, "height": 640})
            faults += [f"{path} {size}: sideways at 320"] if page.evaluate(SIDEWAYS) else []
            if path.startswith("/hall/"):
                faults += [f"{path} small: {each}" for each in page.evaluate(SMALL, 60 if "kiosk" in path else 44)]
    assert faults == []
