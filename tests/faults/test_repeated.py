"""Every task of the beat table delivered five times and out of order to two workers: one effect (F-08)."""

import datetime as dt
import json
import time

import psycopg2
import pytest

from tests import servers
from tests.faults.office import Office, office
from tests.faults.sink import sink

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]
TIMES = 5
PUT = 60  # notices put by hand; the sweeps add the reminders of the demo office
# Rewritten by every run, or by people signing in: no effect of a task.
RESTLESS = ("notices_beat", "django_session", "audit_head", "axes_accesslog", "axes_accessattempt")

SEND = """
import random
from config.celery import app
names = [entry["task"] for name, entry in app.conf.beat_schedule.items() if name != "verify"] * {times}
random.Random(17).shuffle(names)
for name in names:
    app.send_task(name)
print(len(names))
"""


def rows(place: Office) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg2.connect(place.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name not in RESTLESS]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def went_out(place: Office, since: dt.datetime) -> set[str]:
    """The names of the short messages that the office says went out, reminders of its own too."""
    with psycopg2.connect(place.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM notices_delivery WHERE channel = 'sms' AND sent_at > %s", [since])
        return {str(uid) for (uid,) in cursor.fetchall()}


def settled(place: Office, seconds: float = 240) -> dict[str, int]:
    """The rows once nothing has changed for twenty seconds and no message waits."""
    deadline, before, since = time.monotonic() + seconds, {}, time.monotonic()
    while time.monotonic() < deadline:
        now = rows(place)
        if now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since > 20:
            return now
        time.sleep(2)
    raise AssertionError("the office did not come to rest")


def test_five_times_is_once():
    with (
        servers.postgresql() as database, servers.redis() as broker, sink(0.01) as target,
        office(database.url, broker.url) as place,
    ):  # fmt: skip
        assert place.manage("seed_demo").returncode == 0
        target.ready(place)
        began = dt.datetime.now(dt.UTC)
        target.put(place, 0, PUT)
        sent = place.manage("shell", "-c", SEND.format(times=TIMES))
        assert sent.returncode == 0, sent.stderr
        for n in range(2):
            place.worker(f"w{n}")
        settled(place)
        while "render: 0" not in place.manage("sweep", "render").stdout:
            """So many papers a sweep: the rest is work, not repetition."""
        many = rows(place)
        once_more = place.manage("sweep")
        assert once_more.returncode == 0, once_more.stderr
        more = rows(place)
        verified = place.manage("verify_audit", "--json")
        out = went_out(place, began)
    changed = {table: (many[table], more[table]) for table in many if many[table] != more[table]}
    print(
        f"\n{sent.stdout.strip()} tasks: arrived {len(target.arrived)} of {len(out)}, outside double {target.doubles}, "
        f"rows that one more sweep added {changed}, chain {'whole' if verified.returncode == 0 else 'BROKEN'}"
    )
    assert json.loads(verified.stdout)
    assert verified.returncode == 0
    assert changed == {}
    assert set(target.arrived) == out
    assert len(out) > PUT
    assert target.doubles == 0
