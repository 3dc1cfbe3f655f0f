"""The search box in a real browser: suggestions by keyboard, quiet while composing, no number in any address."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IDENTITY = "11010519491231002X"


@pytest.fixture
def case(page):
    clerk = factories.user("clerk", username="clerk")
    people = {"clerk": clerk, "supervisor": factories.user("supervisor"), "handler": factories.user("handler")}
    person = {"name": "单雄信", "id_type": "111", "id_number": IDENTITY}
    made = factories.case(people=people, demand="要求维修外墙。", person=person)
    sign_in(page, "clerk")
    return made


def test_typing_suggests_and_the_keyboard_chooses(page, case, axe):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/suggestions/" in request.url else None)
    box, options = page.locator("#search"), page.locator("#search-options [role=option]")
    page.keyboard.press("/")
    page.keyboard.type("s")
    page.wait_for_timeout(400)
    assert asked == []
    page.keyboard.type("xx", delay=20)
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    assert len(asked) == 1
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "search-option-1")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("sxx")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{case.get_absolute_url()}")


def test_nothing_is_asked_while_an_input_method_composes(page, case):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/suggestions/" in request.url else None)
    page.focus("#search")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "wai'qiang", "selectionStart": 9, "selectionEnd": 9})
    page.wait_for_timeout(400)
    assert asked == []
    session.send("Input.insertText", {"text": "外墙"})
    expect(page.locator("#search-options mark")).to_have_text(["外墙"])


def test_a_document_number_opens_its_person_and_stands_in_no_address(page, case, axe):
    seen = []
    page.on("request", lambda request: seen.append(request.url))
    page.fill("#search", IDENTITY)
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{case.petitioner.get_absolute_url()}")
    assert not [url for url in seen if IDENTITY in url]
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert IDENTITY not in stored
    page.fill("#search", "外墙")
    page.keyboard.press("Enter")
    expect(page.locator("td mark").first).to_have_text("外墙")
    assert axe(page) == []
