"""A task sent through a broker is executed by a real worker process: Redis, and the embedded folder."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.verifying import findings
from notices.models import Beat
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db(transaction=True)


def database(folder):
    """The environment that leads a worker to the test database of this very process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        (folder / "reception.sqlite3").symlink_to(known["NAME"])
        return {"DATABASE_URL": ""}
    user = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
    return {"DATABASE_URL": f"postgresql://{user}@{known['HOST']}:{known['PORT']}/{known['NAME']}"}


def executed_by_a_worker(broker_url, sender, folder):
    """Start a worker on the embedded settings, send the sweep, wait until its heart beat stands in the database."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool=solo", "-l", "INFO"]
    keys = {"VAULT_KEY": settings.VAULT_KEYS["1"]}
    keys |= {name: getattr(settings, name) for name in ("VAULT_INDEX_KEY", "AUDIT_KEY")}
    own = {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.embedded",
        "CELERY_BROKER_URL": broker_url,
    }
    log = (folder / "worker.log").open("wb")
    worker = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **own, **keys, **database(folder)}, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        for turn in range(300):
            if turn % 25 == 0:  # the folder may keep a message for long; the scheduler sends the sweep again, too
                sender.send_task("followup.tasks.remind_due_clocks")
            if Beat.objects.filter(name="remind").exists():
                return True
            if worker.poll() is not None:
                break
            time.sleep(0.2)
        pytest.fail((folder / "worker.log").read_text(encoding="utf-8"))
    finally:
        worker.terminate()
        worker.wait(30)
        log.close()


@pytest.fixture
def due_clock(db):
    factories.calendar(2025, 2026, 2027)
    case = factories.case(at=timezone.now() - dt.timedelta(days=20))
    connection.close()
    return case.clocks.get()


@pytest.mark.redis
def test_a_task_sent_through_redis_is_executed(redis_url, due_clock, tmp_path):
    sender = Celery(broker=redis_url)
    assert executed_by_a_worker(redis_url, sender, tmp_path)
    assert set(due_clock.reminders.values_list("stage", "superseded")) == {
        ("near", True), ("today", True), ("late", False),
    }  # fmt: skip


def test_a_task_sent_through_the_embedded_folder_is_executed(due_clock, tmp_path, monkeypatch):
    from config.settings.base import env
    from config.settings.database import broker

    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery itself prefers it to what it is told
    options = broker(env, tmp_path)
    sender = Celery(broker=options["CELERY_BROKER_URL"])
    sender.conf.broker_transport_options = options["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert executed_by_a_worker("", sender, tmp_path)
    assert due_clock.reminders.filter(superseded=False).count() == 2  # registering clerk, supervisor
    assert list(findings()) == []
