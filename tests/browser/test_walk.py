"""Tab from the top of a page to its end: every stop shows its focus, in order, without a trap (D-02)."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from cases.models import Case
from tests import factories
from tests.browser.looking import FOCUS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
MOST_STOPS = 400
BEFORE_MAIN = 20


@pytest.fixture
def office():
    """Matters enough to fill a page of the list."""
    call_command("seed", verbosity=0)
    people = {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}
    for _ in range(26):
        factories.case(people=people, at=timezone.now())
    return Case.objects.first()


def stops(page, path: str) -> list[dict]:
    """Every stop of Tab from the top of the page until the focus leaves it."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    found: list[dict] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["tag"] in ("BODY", "HTML") or (found and at["order"] == found[0]["order"]):
            return found
        found.append(at)
    raise AssertionError(f"{path}: more than {MOST_STOPS} stops, or a trap at {found[-1]}")


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("clerk", "/reception/"), ("clerk", "/reception/visits/new/"), ("supervisor", "/cases/"),
        ("supervisor", "/cases/todo/"), ("supervisor", "matter"), ("leader", "/reports/"),
    ],
)  # fmt: skip
def test_the_way_of_the_focus(page, office, username, path):
    sign_in(page, username)
    walked = stops(page, office.get_absolute_url() if path == "matter" else path)
    assert [at for at in walked if not at["ring"] or not at["seen"]] == []
    assert [at["order"] for at in walked] == sorted(at["order"] for at in walked)
    into = next((n for n, at in enumerate(walked) if at["main"]), None)
    assert into is not None
    # The skip link comes first and leads past the bar and the menu; behind it the page's own stops are counted.
    assert "main" in page.locator(".skip").get_attribute("href")
    primary = next((n for n, at in enumerate(walked) if at["main"] and at["primary"]), into)
    print(f"{path}: {len(walked)} stops, {primary - into} from the content to its main action")
    assert primary - into <= BEFORE_MAIN or path == "/reception/visits/new/"
