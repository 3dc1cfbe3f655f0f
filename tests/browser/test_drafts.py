"""Nothing typed is lost: a killed page, an ended session, two windows, no script; an empty storage."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from audit.verifying import findings
from drafts.models import Draft
from reception.models import Visit
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/reception/visits/new/"
DEMAND = "要求责成有关单位限期维修外墙渗水。"
STORES = """async () => [localStorage.length, Object.keys(sessionStorage).length, (await indexedDB.databases()).length,
  'caches' in self ? (await caches.keys()).length : 0]"""


def sign_in(page: Any, url: str = NEW) -> Any:
    page.goto("/accounts/login/")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/reception/")
    page.goto(url)
    return page


@pytest.fixture
def desk(page: Any) -> Any:
    factories.calendar(*range(2025, 2030))
    factories.user("clerk", username="clerk", display_name="李晓敏")
    return sign_in(page)


def opened_anew(page: Any, **options: Any) -> Any:
    """The browser killed and started again: no cookie, no memory."""
    browser = page.context.browser
    options |= {"base_url": page.url.split("/reception")[0], "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    page.close()
    return sign_in(browser.new_context(**options).new_page())


def saved(page: Any) -> None:
    expect(page.locator("#draft-state")).to_contain_text("草稿已存")


def judge(page: Any) -> None:
    """Category and read-back, by keyboard."""
    page.focus("#id_demand")
    page.keyboard.press("Alt+3")
    page.focus("#id_confirmed")
    page.keyboard.press("Space")


def named(page: Any) -> None:
    """A name, its history asked for, and kept."""
    with page.expect_response("**/cases/history/"):
        page.fill("#id_name", "王建国")
        page.focus("#id_demand")
    saved(page)


def fill(page: Any) -> None:
    with page.expect_response("**/cases/history/"):
        page.fill("#id_name", "王建国")
        page.fill("#id_demand", DEMAND)
    page.click("text=事实、理由")
    page.fill("#id_facts", "三楼起。")
    judge(page)
    with page.expect_response("**/drafts/save/"):
        page.wait_for_timeout(1600)
    page.wait_for_function("document.querySelector('form[data-draft]').dataset.dirty === ''")


def send(page: Any) -> None:
    page.click("button[value=save]")
    page.wait_for_url("**/reception/visits/LF*/")


def test_a_killed_page_comes_back_and_is_saved_once(desk):
    fill(desk)
    assert desk.evaluate(STORES) == [0, 0, 0, 0]
    again = opened_anew(desk)
    assert "已恢复" in again.inner_text(".draft-bar")
    assert again.input_value("#id_demand") == DEMAND
    assert again.is_checked("[name=category][value=C03]")
    expect(again.locator("#id_facts")).to_be_visible()  # what came back is not hidden in a closed fold
    again.fill("#id_facts", "三楼起，四楼也有。")
    send(again)
    visit = Visit.objects.get()
    assert (visit.demand, visit.facts, visit.petitioner.name) == (DEMAND, "三楼起，四楼也有。", "王建国")
    again.goto(NEW)
    assert again.locator(".draft-bar").count() == 0
    assert again.evaluate(STORES) == [0, 0, 0, 0]
    assert Draft.objects.live().count() == 0
    assert list(findings()) == []
    again.context.close()


def test_without_script_the_text_is_there_too(desk):
    fill(desk)
    again = opened_anew(desk, java_script_enabled=False)
    assert again.input_value("#id_demand") == DEMAND
    again.click("text=放弃草稿")
    assert (again.input_value("#id_demand"), again.locator(".draft-bar").count()) == ("", 0)
    again.context.close()


def test_an_ended_session_opens_the_sign_in_here_and_the_form_goes_on(desk, axe):
    named(desk)
    Session.objects.all().delete()
    desk.fill("#id_demand", DEMAND)
    dialog = desk.locator("#signin")
    expect(dialog).to_be_visible()
    assert dialog.locator("[name=username]").input_value() == "clerk"
    assert axe(desk) == []
    dialog.locator("[name=password]").fill("falsch")
    desk.keyboard.press("Enter")
    expect(dialog.locator("[role=alert]")).to_contain_text("用户名或密码不正确")
    dialog.locator("[name=password]").fill(factories.PASSWORD)
    desk.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    saved(desk)
    assert desk.url.endswith(NEW)
    assert (desk.input_value("#id_name"), desk.input_value("#id_demand")) == ("王建国", DEMAND)
    judge(desk)
    send(desk)
    assert Visit.objects.get().demand == DEMAND
    assert desk.evaluate(STORES) == [0, 0, 0, 0]


def test_somebody_else_signed_in_meanwhile_does_not_get_the_text(desk):
    factories.user("clerk", username="other")
    named(desk)
    there = desk.context.new_page()
    there.goto("/reception/")
    there.click("details.menu > summary")
    there.click("text=退出登录")
    there.wait_for_url("**/accounts/login/")
    there.fill("[name=username]", "other")
    there.fill("[name=password]", factories.PASSWORD)
    there.click("main button[type=submit]")
    there.wait_for_url("**/reception/")
    desk.fill("#id_demand", DEMAND)
    expect(desk).to_have_url(re.compile(r"/reception/$"))
    desk.wait_for_load_state()
    desk.goto(NEW)
    assert (desk.input_value("#id_name"), desk.input_value("#id_demand")) == ("", "")
    assert Draft.objects.get().user.username == "clerk"


def test_the_later_of_two_windows_wins_and_the_other_is_told(desk):
    desk.fill("#id_name", "王建国")
    saved(desk)
    there = desk.context.new_page()
    there.goto(NEW)
    assert there.input_value("#id_name") == "王建国"
    there.fill("#id_demand", DEMAND)
    saved(there)
    desk.bring_to_front()
    desk.click("text=事实、理由")
    desk.fill("#id_facts", "三楼起。")
    expect(desk.locator("#draft-state")).to_contain_text("另一窗口也在填写本表")
    assert Draft.objects.live().get().typed["facts"] == ["三楼起。"]


def test_next_visitor_puts_the_form_aside_and_the_desk_shows_it(desk):
    desk.fill("#id_name", "王建国")
    desk.fill("#id_demand", DEMAND)
    desk.keyboard.press("F4")
    desk.wait_for_selector("p.draft-bar")
    assert desk.input_value("#id_name") == ""
    desk.goto("/reception/")
    desk.click("text=继续")
    desk.wait_for_url(f"**{NEW}?draft=*")
    assert desk.input_value("#id_demand") == DEMAND
