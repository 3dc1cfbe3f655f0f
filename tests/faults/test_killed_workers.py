"""1,200 notices to a gateway while the workers die by SIGKILL thirty times (F-03), on PostgreSQL and Redis."""

import os
import time

import psycopg2
import pytest

from tests import servers
from tests.faults.office import Office, fell, office
from tests.faults.sink import sink

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]
NOTICES = int(os.environ.get("FAULT_NOTICES", "1200"))
KILLS = int(os.environ.get("FAULT_WORKER_KILLS", "30"))
WORKERS = 2
OURS = "FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id WHERE n.key LIKE 'fault:%'"
RECOVERY = 60  # seconds: a lease of forty and a sweep of fifteen


def count(place: Office, sql: str) -> list[tuple]:
    with psycopg2.connect(place.database_url) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def held(place: Office) -> list[tuple[str, str]]:
    """The messages that are being sent, or were when their worker died, each with the name of its holder."""
    rows = count(place, f"SELECT d.uid, d.held_by {OURS} AND d.state = 'sending'")
    return [(str(uid), str(holder)) for uid, holder in rows]


def until_all_sent(place: Office, seconds: float) -> float:
    began = time.monotonic()
    while left := count(place, f"SELECT count(*) {OURS} AND d.state <> 'sent'")[0][0]:
        assert time.monotonic() - began < seconds, f"{left} not sent after {seconds} s"
        time.sleep(0.5)
    return time.monotonic() - began


def at_work(place: Office) -> None:
    """Wait until something is being sent: a worker that dies before it has begun proves nothing."""
    for _ in range(300):
        if held(place):
            return
        time.sleep(0.1)


def murder(place: Office) -> dict[tuple[str, str], float]:
    """Kill one worker after the other, thirty times; returns what was held at a death, and the first it was held at.

    A holder's row that is seen at several deaths was left behind at the first of them: a send takes no four seconds.
    """
    victims: dict[tuple[str, str], float] = {}
    workers = [place.worker(f"w{n}") for n in range(WORKERS)]
    for turn in range(KILLS):
        time.sleep(4)
        at_work(place)
        fell(workers[turn % WORKERS])
        for row in held(place):
            victims.setdefault(row, time.monotonic())
        workers[turn % WORKERS] = place.worker(f"w{turn % WORKERS}")
    return victims


def test_no_notice_is_lost_when_workers_die():
    with (
        servers.postgresql(durable=True) as database, servers.redis() as broker, sink(0.2) as target,
        office(database.url, broker.url) as place,
    ):  # fmt: skip
        assert place.manage("seed_demo").returncode == 0
        target.ready(place)
        place.beat()
        target.put(place, 0, NOTICES)
        victims = murder(place)
        drained = until_all_sent(place, 240)
        in_app = count(place, "SELECT count(*), count(DISTINCT key) FROM notices_notice WHERE key LIKE 'fault:%'")[0]
        verified = place.manage("verify_audit")  # while the workers render papers
    died = {uid: when for (uid, _holder), when in sorted(victims.items(), key=lambda one: one[1])}  # its last death
    again = [target.last[uid] - when for uid, when in died.items() if target.arrived[uid]]
    print(
        f"\nworkers killed {KILLS} times: notices {in_app[0]}, in-app double {in_app[0] - in_app[1]}, "
        f"arrived {len(target.arrived)}, lost {NOTICES - len(target.arrived)}, outside double {target.doubles}, "
        f"held at a death {len(died)}, more than once {len(victims) - len(died)}, "
        f"sent again after at most {max(again, default=0):.0f} s, "
        f"drained {drained:.0f} s after the last"
    )
    assert verified.returncode == 0, verified.stdout
    assert len(died) >= KILLS // 2
    assert in_app == (NOTICES, NOTICES)
    assert len(target.arrived) == NOTICES
    assert target.doubles <= KILLS
    assert max(again, default=0) <= RECOVERY
