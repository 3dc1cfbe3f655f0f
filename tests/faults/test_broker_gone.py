"""Redis is stopped under the clerks, comes back empty, and nothing is missing (F-04, F-05)."""

import os
import statistics
import time

import pytest

from tests import servers
from tests.faults.office import office
from tests.faults.shift import shift, tally
from tests.faults.sink import sink
from tests.faults.test_killed_workers import until_all_sent

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]
GONE = float(os.environ.get("FAULT_REDIS_SECONDS", "600"))
BEFORE = min(GONE, 60.0)  # a shift with Redis to compare with
MORE = 300  # notices put while it is gone
DRAINED = 60


def median_of_shift(place, seconds: float) -> tuple[float, object]:
    with shift(place) as today:
        time.sleep(seconds)
    return statistics.median(today.seconds), today


def test_saving_goes_on_and_all_is_sent_afterwards():
    with (
        servers.postgresql(durable=True) as database, servers.redis() as broker, sink(0.02) as target,
        office(database.url, broker.url) as place,
    ):  # fmt: skip
        assert place.manage("seed_demo").returncode == 0
        target.ready(place)
        place.beat()
        for n in range(2):
            place.worker(f"w{n}")
        with_it, _first = median_of_shift(place, BEFORE)
        broker.kill()
        target.put(place, 0, MORE)
        without, today = median_of_shift(place, GONE)
        found = tally(place, today)
        broker.again()  # it writes nothing to disk: this is FLUSHALL as well
        drained = until_all_sent(place, DRAINED)
    errors = {status: times for status, times in today.statuses.items() if status >= 500 or status == 0}
    print(
        f"\nRedis gone {GONE:.0f} s: {found}, median of a save {with_it:.2f} s with it, {without:.2f} s without, "
        f"5xx {errors}, drained {drained:.0f} s after its return, outside double {target.doubles}"
    )
    found.check()
    assert errors == {}
    assert today.failures == []
    assert len(target.arrived) >= MORE
    assert target.doubles == 0
    assert without <= 1.5 * with_it + 0.1
