"""The petitioner's own page in a real browser: the code of the slip's QR, a telephone's width, no script, no traces."""

import io

import pikepdf
import pytest
from django.utils import timezone

from cases.models import QueryCode
from inquiry import slips
from tests import factories
from tests.browser.looking import SIDEWAYS, SMALLER_THAN, STORED, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 375, "height": 667}


@pytest.fixture
def row(db):
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    case = factories.case(upto="served", at=timezone.now(), person={"phone": "13812345678"})
    return QueryCode.objects.get(case=case)


def test_the_code_behind_the_hash_fills_its_field_and_leaves_the_address(page, row):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size(PHONE)
    page.goto(f"/inquiry/#{row.code}")
    assert page.input_value("#code").replace("-", "") == row.code
    assert page.evaluate("document.activeElement.id") == "digits"
    assert row.code not in page.url
    assert [url for url in asked if row.code in url] == []  # what stands behind # never leaves the browser
    page.fill("#digits", "5678")
    page.keyboard.press("Enter")
    page.wait_for_selector(".stands")
    assert row.case.number in page.inner_text("main")
    assert page.evaluate(SIDEWAYS) is False
    page.locator("label", has_text="不满意").last.click()
    page.get_by_role("button", name="提交评价").click()
    page.wait_for_selector(".note.ok")
    assert (page.context.cookies(), page.evaluate(STORED)) == ([], [0, 0, 0, 0])
    assert row.case.evaluations.get().body == "unit"


def test_nothing_but_a_code_is_taken_from_the_address(page, row):
    for wrong in ("<img src=x>", "A" * 40, "%E0%A4%A", "12345678901!"):
        page.goto("about:blank")
        page.goto(f"/inquiry/#{wrong}")
        assert page.input_value("#code") == ""


def test_every_view_is_accessible_and_fits_a_telephone(page, axe, row):
    faults = []
    page.goto("/inquiry/")
    faults += look(page, axe, "ask", "")
    page.set_viewport_size(PHONE)
    faults += page.evaluate(SMALLER_THAN, 44)
    page.fill("#code", "AAAA-AAAA-AAAA")
    page.fill("#digits", "0000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    faults += look(page, axe, "wrong", "")
    page.fill("#code", row.code)
    page.fill("#digits", "5678")
    page.keyboard.press("Enter")
    page.wait_for_selector(".stands")
    faults += look(page, axe, "matter", "")
    page.set_viewport_size(PHONE)
    faults += [f"scrolls sideways: {page.url}"] if page.evaluate(SIDEWAYS) else []
    page.goto("/inquiry/?lang=en")
    faults += look(page, axe, "English", "")
    assert faults == []


def test_it_works_without_script(chromium, live_server, row):
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/inquiry/")
    page.fill("#code", row.code.lower())
    page.fill("#digits", "5678")
    page.get_by_role("button", name="查询").click()
    assert row.case.number in page.inner_text("main")
    context.close()


def test_the_slip_is_one_page(row):
    data = slips.slip(row.case, row, timezone.now())
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) == 1
