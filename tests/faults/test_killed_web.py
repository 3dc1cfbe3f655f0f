"""The web server dies by SIGKILL again and again while clerks register and retry with the same key."""

import os
import threading
import time

import psycopg2
import pytest

from tests import servers
from tests.factories import PASSWORD
from tests.faults.office import Clerk, office

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]
KILLS = int(os.environ.get("FAULT_KILLS", "20"))
CLERKS = 8


def work(clerk: Clerk, number: int, stop: threading.Event, acknowledged: dict[str, str], failures: list[str]) -> None:
    turn = 0
    try:
        while not clerk.sign_in():
            time.sleep(0.3)
        while not stop.is_set():
            turn += 1
            key = f"fault-{number}-{turn}"
            fields = {
                "key": key, "name": f"赵{number}号{turn}", "phone": f"139{number:02d}{turn:06d}", "visitors": "1",
                "involved": "1", "purpose": "appeal", "category": "C03", "demand": f"第 {turn} 次要求维修。",
                "confirmed": "on",
            }  # fmt: skip
            where = clerk.register(fields, time.monotonic() + 60)
            if where:
                acknowledged[key] = where
    except Exception as error:
        failures.append(repr(error))


def test_no_acknowledged_registration_is_lost_or_doubled():
    with servers.postgresql(durable=True) as database, office(database.url) as place:
        done = place.manage("seed_demo")
        assert done.returncode == 0, done.stderr
        stop, acknowledged, failures = threading.Event(), {}, []
        clerks = [
            threading.Thread(target=work, args=(Clerk(place.url, "clerk"), n, stop, acknowledged, failures))
            for n in range(CLERKS)
        ]
        for thread in clerks:
            thread.start()
        for _ in range(KILLS):
            time.sleep(1.5)
            place.kill()
            place.start()
        time.sleep(1.5)
        stop.set()
        for thread in clerks:
            thread.join(90)
        with psycopg2.connect(database.url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT key, number FROM reception_visit WHERE key LIKE 'fault-%'")
            stored = cursor.fetchall()
            cursor.execute("SELECT year, count(*), max(serial) FROM reception_visit GROUP BY year")
            gaps = sum(highest - count for _, count, highest in cursor.fetchall())
        verified = place.manage("verify_audit")
    found = dict(stored)
    lost = [key for key in acknowledged if key not in found]
    doubled = len(stored) - len(found)
    print(
        f"\nkills {KILLS}, acknowledged {len(acknowledged)}, stored {len(stored)}, lost {len(lost)}, "
        f"double {doubled}, gaps {gaps}, chain {'whole' if verified.returncode == 0 else 'BROKEN'}"
    )
    assert failures == []
    assert len(acknowledged) > KILLS
    assert (lost, doubled, gaps, verified.returncode) == ([], 0, 0, 0), verified.stdout
    assert PASSWORD not in verified.stdout
