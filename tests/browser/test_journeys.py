"""Answer, review and archive by keyboard alone, and the everyday acts without script.

Registering and printing are walked in test_counter_keys, assigning and exporting in test_lists:
together the six journeys of interface.md D-03, and with these the three acts of D-13.
"""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from archive.models import Dossier
from audit.verifying import findings
from tests import factories
from tests.browser.looking import sign_in
from tests.browser.test_lists import NO_MOUSE, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROLES = ("clerk", "supervisor", "handler", "archivist")


@pytest.fixture
def people():
    """One user per role, each named like it, on a calendar without holidays."""
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    return {role: factories.user(role, username=role) for role in ROLES}


@pytest.fixture
def keys(page: Any) -> Any:
    """The browser without a mouse."""
    page.add_init_script(NO_MOUSE)
    page.set_default_timeout(30_000)
    return page


def write(page: Any, field: str, text: str) -> None:
    tab_to(page, field)
    page.keyboard.insert_text(text)


def test_a_matter_is_taken_up_and_answered(keys, people):
    case = factories.case("assigned", people=people, at=timezone.now())
    sign_in(keys, "handler")
    tab_to(keys, "tbody tr")
    keys.keyboard.press("a")
    keys.wait_for_url(f"**/cases/{case.number}/take_up/**")
    keys.keyboard.press("F9")
    keys.wait_for_url("**/cases/todo/**")
    tab_to(keys, "tbody tr a, tbody tr")
    keys.keyboard.press("Enter")
    keys.wait_for_url(f"**/cases/{case.number}/")
    keys.goto(f"/cases/{case.number}/report/")
    write(keys, "[name=findings]", factories.REPORT["findings"])
    write(keys, "[name=opinion]", factories.REPORT["opinion"])
    write(keys, "[name=legal_basis]", factories.REPORT["legal_basis"])
    for _back in range(12):  # the outcome stands before the texts, as the opinion begins with it
        if keys.evaluate("document.activeElement.name") == "outcome":
            break
        keys.keyboard.press("Shift+Tab")
    keys.keyboard.press("Space")
    keys.keyboard.press("F9")
    keys.wait_for_url(f"**/cases/{case.number}/")
    case.refresh_from_db()
    assert (case.state, list(findings())) == ("checking", [])


def test_an_answer_is_reviewed_and_closed(keys, people):
    case = factories.case("checking", people=people, at=timezone.now())
    sign_in(keys, "supervisor")
    tab_to(keys, "tbody tr")
    keys.keyboard.press("a")
    keys.wait_for_url(f"**/cases/{case.number}/close/**")
    assert factories.REPORT["opinion"] in keys.inner_text("main")
    write(keys, "[name=note]", "同意结案。")
    keys.keyboard.press("F9")
    keys.wait_for_url("**/cases/todo/**")
    case.refresh_from_db()
    assert (case.state, list(findings())) == ("closed", [])


def test_a_matter_is_put_into_the_archive(keys, people):
    case = factories.case("lapsed", people=people, at=timezone.now() - dt.timedelta(days=40))
    sign_in(keys, "archivist")
    keys.wait_for_url("**/archive/")
    tab_to(keys, "tbody tr")
    keys.goto(f"/archive/file/{case.number}/")
    write(keys, "[name=waiver]", "信访人未留联系方式。")
    write(keys, "[name=note]", "材料齐全。")
    keys.keyboard.press("F9")
    keys.wait_for_url(lambda url: "/archive/" in url and "/file/" not in url)
    case.refresh_from_db()
    assert (case.state, Dossier.objects.count(), list(findings())) == ("filed", 1, [])


def test_assigning_and_answering_without_script(page, people, live_server):
    case = factories.case("accepted", people=people, at=timezone.now())
    for username in ("supervisor", "handler"):
        sign_in(page, username)
        context = page.context.browser.new_context(
            base_url=live_server.url, java_script_enabled=False, storage_state=page.context.storage_state()
        )
        plain = context.new_page()
        plain.set_default_timeout(30_000)
        for step, fields in STEPS[username]:
            plain.goto(f"/cases/{case.number}/{step}/")
            for name, value in fields.items():
                control = plain.locator(f"main [name={name}]").first
                if control.evaluate("node => node.tagName") == "SELECT":
                    control.select_option(label=value)
                elif control.get_attribute("type") == "radio":
                    plain.locator(f"main [name={name}][value={value}]").check()
                else:
                    control.fill(value)
            plain.locator("main form[method=post] button[data-key=F9]").first.click()
            plain.wait_for_url(f"**/cases/{case.number}/")
        context.close()
    case.refresh_from_db()
    assert (case.state, list(findings())) == ("checking", [])


STEPS = {
    "supervisor": [("assign", {"unit": "示范市住房和城乡建设局"})],
    "handler": [("take_up", {}), ("report", factories.REPORT)],
}
