"""The clock of the machine jumps a day back, a day and a year ahead, and home again (F-07), under real processes."""

import json
import time

import psycopg2
import pytest

from tests import servers
from tests.faults.office import Office, office
from tests.faults.sink import Sink, sink

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]
JUMPS = ("+0d", "-1d", "+0d", "+1d", "+0d", "+1y", "-1d", "+0d")
SWEEPS = (
    "remind",
    "briefing",
    "alerts",
    "deliver",
)  # what tells people; windows that pass by a wrong clock have passed


def ask(place: Office, sql: str) -> list[tuple]:
    with psycopg2.connect(place.database_url) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def to_tell(place: Office) -> set[tuple[str, str, str]]:
    """Who is to be told of which rung of which matter, by the plan of this moment."""
    lines = [line.split(" | ") for line in place.manage("sweep", "remind", "--dry-run").stdout.splitlines()[:-1]]
    return {(who, stage, words.split(" ")[0]) for who, stage, _why, words in lines}


def told(place: Office) -> tuple[list[str], set[tuple[str, str, str]]]:
    """The keys of the reminders that were told (source, rung, recipient), once for each time, and who was told what."""
    rows = ask(place, "SELECT u.username, n.key, n.text FROM notices_notice n JOIN accounts_user u ON u.id = "
                      "n.recipient_id WHERE n.kind IN ('remind', 'feedback', 'adoption', 'charge') "
                      "AND n.key LIKE '%:%:%:%:%'")  # fmt: skip
    keys = [key.split(":")[:5] for _who, key, _text in rows]
    words = {(who, key[3], text.split(" ")[0]) for key, (who, _key, text) in zip(keys, rows, strict=True)}
    return [":".join(key) for key in keys], words


def drained(place: Office, target: Sink) -> None:
    """Send until nothing more goes out."""
    before = -1
    while len(target.arrived) != before:
        before = len(target.arrived)
        place.manage("sweep", "deliver")
        time.sleep(0.2)


def test_no_jump_of_the_clock_repeats_or_skips_a_reminder():
    with (
        servers.postgresql() as database, servers.redis() as broker, sink(0.01) as target,
        office(database.url, broker.url) as place,
    ):  # fmt: skip
        assert place.manage("seed_demo").returncode == 0
        target.ready(place)
        wanted = to_tell(place)
        for jump in JUMPS:
            for _again in range(2):
                for name in SWEEPS:
                    done = place.manage("sweep", name, clock=jump)
                    assert done.returncode == 0, done.stderr
        drained(place, target)
        left, (keys, heard) = to_tell(place), told(place)
        anomalies = ask(place, "SELECT count(*) FROM audit_event WHERE verb = 'clock_anomaly'")[0][0]
        verified = place.manage("verify_audit", "--json")
    double = len(keys) - len(set(keys))
    print(
        f"\nclock {' '.join(JUMPS)}: owed at the start {len(wanted)}, told {len(keys)}, double {double}, "
        f"skipped {len(wanted - heard)}, still to tell {len(left)}, outside {len(target.arrived)}, "
        f"outside double {target.doubles}, jumps back noted {anomalies}, chain "
        f"{'whole' if verified.returncode == 0 else 'BROKEN'}"
    )
    assert len(wanted) > 20
    assert (double, wanted - heard, left, target.doubles) == (0, set(), set(), 0)
    assert anomalies >= 1
    assert json.loads(verified.stdout)["ok"]
