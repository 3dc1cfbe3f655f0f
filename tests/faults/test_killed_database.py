"""PostgreSQL dies, master and children at once, again and again under the clerks (F-02)."""

import os
import time

import pytest

from tests import servers
from tests.faults.office import Clerk, office
from tests.faults.shift import shift, tally

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]
KILLS = int(os.environ.get("FAULT_DATABASE_KILLS", "30"))
SECONDS = 10  # after the database is back, the office is too


def answers_within(url: str, seconds: float) -> float:
    """How long until a clerk is signed in and has a form; raises when that takes longer."""
    began = time.monotonic()
    while not Clerk(url, "clerk").sign_in():
        assert time.monotonic() - began < seconds, "the office did not come back"
        time.sleep(0.2)
    return time.monotonic() - began


def test_no_acknowledged_registration_is_lost_when_the_database_dies():
    back = []
    with servers.postgresql(durable=True) as database, office(database.url) as place:
        assert place.manage("seed_demo").returncode == 0
        with shift(place) as today:
            for _ in range(KILLS):
                time.sleep(2)
                database.kill()
                time.sleep(0.5)
                database.again()
                back.append(answers_within(place.url, SECONDS))
            time.sleep(1.5)
        found = tally(place, today)
    print(f"\ndatabase killed {KILLS} times: {found}, back after at most {max(back):.1f} s, statuses {today.statuses}")
    assert today.failures == []
    assert found.acknowledged > KILLS
    found.check()
