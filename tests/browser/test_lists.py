"""Lists without a mouse: a step for two matters at once, the next thing to do, cells into the clipboard, the file."""

from typing import Any

import pytest
from django.utils import timezone

from audit.verifying import findings
from cases.models import Case
from tests import factories
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NO_MOUSE = """for (const kind of ["mousedown", "pointerdown"])
  addEventListener(kind, (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, true);"""


@pytest.fixture
def desk(page: Any) -> Any:
    """Signed in as a supervisor with three accepted matters; the mouse is taken away."""
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    people = {role: factories.user(role) for role in ("clerk", "handler")}
    people["supervisor"] = factories.user("supervisor", username="supervisor")
    for _each in range(3):
        factories.case(upto="accepted", at=timezone.now(), people=people, person={"name": "=王建国"})
    page.add_init_script(NO_MOUSE)
    sign_in(page, "supervisor")
    return page


def tab_to(page: Any, what: str) -> int:
    """Press Tab until the focus is on ``what``; returns how often."""
    for stops in range(1, 60):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return stops
    raise AssertionError(f"{what} is not reached by Tab")


def test_two_matters_are_assigned_in_one_batch(desk):
    desk.goto("/cases/?all=1")
    tab_to(desk, "tbody tr")
    desk.keyboard.press("x")
    desk.keyboard.press("Shift+ArrowDown")
    assert desk.locator("[data-batch-count]").inner_text() == "已选 2 件"
    tab_to(desk, "[data-step=assign]")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/cases/batch/assign/")
    tab_to(desk, "#id_unit")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("F9")
    desk.wait_for_selector("#done")
    assert desk.locator("#done").inner_text() == "办成 2 件"
    assert Case.objects.filter(state="assigned").count() == 2
    assert list(findings()) == []


def test_from_the_to_do_list_to_the_next_row(desk):
    tab_to(desk, "tbody tr")
    first = desk.evaluate("document.activeElement.querySelector('a').innerText")
    desk.keyboard.press("a")
    desk.wait_for_url(f"**/cases/{first}/assign/?next=todo")
    tab_to(desk, "#id_unit")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("F9")
    desk.wait_for_url("**/cases/todo/?next=1")
    focused = desk.evaluate("document.activeElement.matches('tbody tr') && document.activeElement.innerText")
    assert focused
    assert first not in focused
    assert Case.objects.get(number=first).state == "assigned"


def test_cells_are_copied_as_a_table_and_the_file_is_taken(desk, axe):
    desk.goto("/reports/register/?cols=number,name,visitors")
    tab_to(desk, "tbody th")
    for key in ("ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight"):
        desk.keyboard.press(key)
    copied = desk.evaluate(
        """() => { const data = new DataTransfer();
        document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true}));
        return data.getData("text/plain"); }"""
    )
    assert copied == "'=王建国\t1\r\n'=王建国\t1"
    desk.keyboard.press("Home")
    assert desk.evaluate("document.activeElement.tagName") == "TH"
    assert axe(desk) == []
    with desk.expect_download() as file:
        desk.keyboard.press("F8")
    assert file.value.suggested_filename.endswith(".xlsx")
    desk.goto("/cases/?all=1")
    assert axe(desk) == []
    desk.goto("/cases/todo/")
    assert axe(desk) == []
