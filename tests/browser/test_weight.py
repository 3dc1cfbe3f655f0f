"""How heavy a page is on the line (interface.md D-12), and what it leaves in the browser (D-09)."""

import gzip
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from tests import factories
from tests.browser.looking import STORED, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = {"document": 60_000, "stylesheet": 60_000, "script": 120_000}  # bytes; styles and scripts as gzip sends them
IDENTITY = "11010519491231002X"


@pytest.fixture
def office(page):
    """A supervisor and a leader, and forty matters for the lists."""
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    people = {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "leader", "handler")}
    for n in range(40):
        factories.case(
            people=people, at=timezone.now(), demand=f"要求责成有关单位限期维修第 {n} 号楼外墙渗水并赔偿损失。"
        )
    return factories.case(
        "handling", people=people, at=timezone.now(), person={"id_number": IDENTITY, "id_type": "111"}
    )


def weighed(page, path: str) -> dict[str, int]:
    """Bytes by kind of what one page loads."""
    loaded: dict[str, int] = dict.fromkeys(MOST, 0)

    def count(answer) -> None:
        kind = answer.request.resource_type
        name = urlsplit(answer.url).path
        if kind == "document":
            loaded[kind] += len(answer.body())
        elif kind in loaded and name.startswith("/static/"):
            with open(finders.find(name.removeprefix("/static/")), "rb") as file:
                loaded[kind] += len(gzip.compress(file.read()))

    page.on("response", count)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", count)
    return loaded


def test_the_four_main_pages_are_light(page, office, capsys):
    heavy = []
    for username, path in (
        ("clerk", "/reception/visits/new/"), ("supervisor", "/cases/"), ("supervisor", office.get_absolute_url()),
        ("leader", "/reports/"),
    ):  # fmt: skip
        sign_in(page, username)
        found = weighed(page, path)
        with capsys.disabled():
            print(f"\n  {path:<28}" + "  ".join(f"{kind} {size / 1000:.1f} kB" for kind, size in found.items()), end="")
        assert all(found.values())
        heavy += [f"{path}: {kind} {size}" for kind, size in found.items() if size > MOST[kind]]
    assert heavy == []


def test_a_day_at_the_counter_leaves_nothing_in_the_browser(page, office):
    sign_in(page, "supervisor")
    for path in ("/reception/visits/new/", "/cases/", office.get_absolute_url(), office.petitioner.get_absolute_url()):
        answer = page.goto(path)
        assert "no-store" in answer.headers["cache-control"], path
        page.wait_for_load_state("networkidle")
    assert page.evaluate(STORED) == [0, 0, 0, 0]
    assert IDENTITY not in page.content()
