"""The page of a matter in a real browser: tabs by key, Back, corrections in place, two people at once."""

import pytest
from django.utils import timezone

from cases.actions.correcting import correct
from cases.models import Case
from tests import factories
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINE = "我在窗口听了二十分钟记下的话：外墙渗水，女儿房间发霉，物业推诿三次。"


@pytest.fixture
def case():
    now = timezone.now()
    factories.calendar(now.year - 1, now.year, now.year + 1)
    factories.labour()
    made = factories.case(upto="accepted", at=now)
    made.people["supervisor"].display_name = "王主任"
    made.people["supervisor"].save()
    return made


def test_tabs_by_key_by_address_and_back(page, case):
    sign_in(page, case.people["supervisor"].username)
    page.goto(f"/cases/{case.number}/")
    for key, heading in (("2", "过程"), ("3", "文书"), ("5", "此人的其他事项")):
        page.keyboard.press(key)
        page.get_by_role("heading", name=heading, exact=True).wait_for()
    page.wait_for_url("**/?tab=related")
    page.go_back()
    page.get_by_role("heading", name="文书", exact=True).wait_for()
    assert page.url.endswith("?tab=papers")
    page.keyboard.press("a")
    page.wait_for_url(f"**/cases/{case.number}/assign/")


def test_a_correction_in_place_and_a_lost_one(page, case):
    sign_in(page, case.people["clerk"].username)
    page.goto(f"/cases/{case.number}/")
    page.click("#amend-title")
    page.fill("#fact-title [name=value]", "外墙渗水求维修")
    page.keyboard.press("F9")
    page.get_by_role("heading", name="外墙渗水求维修").wait_for()
    page.click("#amend-demand")
    page.fill("#fact-demand [name=value]", MINE)
    page.fill("#fact-demand [name=reason]", "来访人补充")
    fresh = Case.objects.get(pk=case.pk)
    correct(
        case=fresh,
        actor=case.people["supervisor"],
        at=timezone.now(),
        field="demand",
        value="先到的话。",
        reason="核对",
    )
    page.keyboard.press("F9")
    page.get_by_text("他人已先行办理").wait_for()
    assert "王主任" in page.inner_text(".lost .winner")
    assert "已更正“请求”" in page.inner_text(".lost .winner")
    assert page.inner_text(".editing .beside dd") == "先到的话。"
    assert page.input_value("#fact-demand [name=value]") == MINE
    assert page.input_value("#fact-demand [name=reason]") == "来访人补充"
    page.get_by_role("button", name="仍按我的更正").click()
    page.locator("#fact-demand .earlier").wait_for()
    assert Case.objects.get(pk=case.pk).demand == MINE


def test_two_people_at_one_step(page, case, chromium, live_server):
    rival = factories.user("supervisor", display_name="李督办")
    sign_in(page, case.people["supervisor"].username)
    page.goto(f"/cases/{case.number}/assign/")
    page.select_option("[name=unit]", str(factories.housing().pk))
    page.fill("[name=note]", MINE)
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    other = context.new_page()
    sign_in(other, rival.username)
    other.goto(f"/cases/{case.number}/assign/")
    other.select_option("[name=unit]", str(factories.labour().pk))
    other.keyboard.press("F9")
    other.wait_for_url(f"**/cases/{case.number}/")
    context.close()
    page.keyboard.press("F9")
    page.get_by_text("他人已先行办理").wait_for()
    winner = page.inner_text(".lost .winner")
    assert "李督办" in winner
    assert "已交办给人社局" in winner
    assert MINE in [box.input_value() for box in page.locator("main textarea").all()]
    assert Case.objects.get(pk=case.pk).handling_unit == factories.labour()
