"""How the pages grow with the office: the same page at two sizes in one run, as a ratio.

A ratio says more than seconds: it is the same on a slow and a fast machine. A page
whose time grows with the number of matters has an unbounded query somewhere.
"""

import os
import statistics
import time
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import timezone

from cases.actions import intake
from cases.models import Case
from tests import factories

pytestmark = [pytest.mark.bench, pytest.mark.django_db, pytest.mark.timeout(3600)]
SMALL = int(os.environ.get("BENCH_SMALL", "500"))
LARGE = int(os.environ.get("BENCH_LARGE", "5000"))
TURNS = 9
PAGES = {
    "list": "/cases/",
    "list, one state": "/cases/?state=handling",
    "list, a word": "/cases/?q=维修",
    "list, page 10": "/cases/?page=10",
    "to-do": "/cases/todo/",
    "desk": "/reception/",
    "follow-up": "/followup/",
    "statistics, this month": "/reports/",
}


def median(act: Callable[[], object]) -> float:
    """Median milliseconds of several turns, after one to warm up."""
    act()
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def measure(client, clerk) -> dict[str, float]:
    def page(url: str) -> Callable[[], object]:
        return lambda: client.get(url)

    found = {name: median(page(url)) for name, url in PAGES.items()}
    found["matter"] = median(page(f"/cases/{Case.objects.order_by('pk').first().number}/"))
    found["register (verb)"] = median(
        lambda: intake.register(data=factories.visit_data(), actor=clerk, at=timezone.now())
    )
    return found


def test_pages_at_two_sizes(client, capsys):
    call_command("seed", verbosity=0)
    clerk, boss = factories.user("clerk"), factories.user("supervisor")
    client.force_login(boss)
    call_command("bulk_cases", SMALL)
    small = measure(client, clerk)
    call_command("bulk_cases", LARGE - SMALL)
    large = measure(client, clerk)
    with capsys.disabled():
        print(f"\n  {'median ms':<26}{SMALL:>10}{LARGE:>10}{'ratio':>8}")
        for name in small:
            print(f"  {name:<26}{small[name]:>10.1f}{large[name]:>10.1f}{large[name] / small[name]:>8.2f}")
    assert set(small) == set(large) == {*PAGES, "matter", "register (verb)"}
