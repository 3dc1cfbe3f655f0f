"""The whole path in a real browser: counter, decision, unit, sent back once, closed, served, visited again, filed.

``SCREENSHOTS=folder`` keeps a picture of every page on the way.
"""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from audit.verifying import findings
from cases.actions import ending
from cases.models import Case
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office():
    """One user per role on a calendar that knows this year and the next."""
    factories.calendar(2026, 2027, 2028)
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "archivist")}


class Walk:
    """A person at the browser: signs in, opens a step, fills it in, sends it."""

    def __init__(self, page):
        self.page, self.pictures = page, 0

    def sign_in(self, username):
        if "sessionid" in {cookie["name"] for cookie in self.page.context.cookies()}:
            self.page.context.clear_cookies()
        self.page.goto("/accounts/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", factories.PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def look(self, name):
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            self.pictures += 1
            self.page.screenshot(path=str(Path(folder) / f"{self.pictures:02}-{name}.png"), full_page=True)

    def step(self, case, name, **fields):
        """Open a step's page, fill in its fields, send it, and expect the matter's page."""
        self.send(f"/cases/{case.number}/{name}/", name, **fields)
        self.page.wait_for_url(f"**/cases/{case.number}/")
        case.refresh_from_db()

    def send(self, path, name, **fields):
        self.page.goto(path)
        form = self.page.locator(f"main form[method=post][action='{path}']")  # where a page has several
        form = form if form.count() else self.page.locator("main form[method=post]")
        for field, value in fields.items():
            control = form.locator(f"[name={field}]")
            if control.first.get_attribute("type") in ("radio", "checkbox"):
                form.locator(f"[name={field}][value='{value}']").press("Space")
            elif control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        self.look(name)
        form.get_by_role("button").first.click()


def test_one_petition_from_the_counter_to_the_archive(page, office):
    page.set_default_timeout(60_000)  # filing renders and binds every paper of the matter
    walk = Walk(page)
    walk.sign_in("clerk")
    page.goto("/reception/visits/new/")
    page.fill("[name=name]", "王建国")
    page.fill("[name=phone]", "13812345678")
    page.fill("[name=address]", "示范市和平街道幸福里小区 3 号楼 2 单元 501")
    page.fill("[name=demand]", "要求责成有关单位限期维修外墙渗水，赔偿室内装修损失。")
    page.keyboard.press("Alt+3")
    page.locator("main [name=confirmed]").check()
    walk.look("registration")
    page.keyboard.press("F8")
    page.wait_for_url("**/reception/visits/LF*/")
    walk.look("registered")
    case = Case.objects.get()

    walk.sign_in("supervisor")
    walk.step(case, "accept", note="属于本级职权。")
    walk.step(case, "assign", unit=str(factories.housing().pk), note="请调查后答复。")
    walk.look("assigned")
    assert case.state == "assigned"

    walk.sign_in("handler")
    walk.step(case, "take_up")
    walk.step(case, "report", **factories.REPORT)
    assert case.state == "checking"

    walk.sign_in("supervisor")
    walk.step(case, "send_back", reasons="unanswered", note="没有答复赔偿请求，请补充。")
    assert case.state == "handling"

    walk.sign_in("handler")
    walk.step(case, "report", opinion="责成物业公司于 30 日内维修，并赔偿室内装修损失。")

    walk.sign_in("supervisor")
    walk.step(case, "close", note="同意结案。")
    walk.look("closed")
    walk.step(case, "serve", way="direct")
    assert case.state == "served"
    visit = {"reached": "yes", "satisfaction": "satisfied", "properly_handled": "1"}
    walk.send(f"/followup/{case.number}/return-visit/", "return_visit", **visit)
    page.wait_for_url(f"**/cases/{case.number}/")

    # The petitioner's thirty days pass without a request; what the sweep does then is done here.
    ending.lapse(case=Case.objects.get(), actor=None, at=timezone.now() + dt.timedelta(days=60))
    walk.sign_in("archivist")
    walk.send(f"/archive/file/{case.number}/", "file", note="材料齐全。")
    page.wait_for_url(lambda url: "/archive/" in url and "/file/" not in url)
    walk.look("dossier")
    case.refresh_from_db()
    assert case.state == "filed"
    assert list(findings()) == []


def test_the_start_page_follows_the_role(page, office):
    walk = Walk(page)
    for role, path in (("clerk", "/reception/"), ("supervisor", "/cases/todo/"), ("archivist", "/archive/")):
        walk.sign_in(role)
        assert page.url.endswith(path)
