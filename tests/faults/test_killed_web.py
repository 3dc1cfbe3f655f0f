"""The web server dies by SIGKILL again and again while clerks register and retry with the same key (F-01)."""

import os
import time

import pytest

from tests import servers
from tests.faults.office import office
from tests.faults.shift import shift, tally

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]
KILLS = int(os.environ.get("FAULT_KILLS", "100"))


def test_no_acknowledged_registration_is_lost_or_doubled():
    with servers.postgresql(durable=True) as database, office(database.url) as place:
        assert place.manage("seed_demo").returncode == 0
        with shift(place) as today:
            for _ in range(KILLS):
                time.sleep(1.5)
                place.kill()
                place.start()
            time.sleep(1.5)
        found = tally(place, today)
    print(f"\nweb killed {KILLS} times: {found}")
    assert today.failures == []
    assert found.acknowledged > KILLS
    found.check()
