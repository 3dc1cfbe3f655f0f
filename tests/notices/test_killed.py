"""Dispatchers killed in the middle of sending: nothing is lost, a copy has the same name, and it is over soon."""

import os
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from notices import outbox
from notices.choices import State
from notices.models import Delivery, Notice
from tests import factories
from tests.followup.test_broker import ROOT, database
from tests.notices.posting import channel, gateway

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
NOTICES, PEOPLE, KILLS, DISPATCHERS, EACH = 60, 20, 30, 2, 35


def start(folder):
    """A dispatcher without any broker, on the database of this test."""
    keys = {"VAULT_KEY": settings.VAULT_KEYS["1"]}
    keys |= {name: getattr(settings, name) for name in ("VAULT_INDEX_KEY", "AUDIT_KEY")}
    own = {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings.embedded", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "manage.py", "outbox", "--loop", "--pause", "0.5"]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own, **keys, **database(folder)})


def busy(stub, wanted):
    """Wait until the gateway has got so many: the dispatchers are in the middle of it."""
    for _turn in range(1200):
        if len(stub.got) >= wanted:
            return
        time.sleep(0.05)
    pytest.fail("the dispatchers do not send")


def test_killed_dispatchers_lose_nothing(tmp_path):
    factories.calendar(2025, 2026, 2027)
    folders = [tmp_path / str(n) for n in range(DISPATCHERS)]
    for folder in folders:
        folder.mkdir()
    people = [factories.user("handler") for _one in range(PEOPLE)]
    with gateway() as stub:
        channel("sms", stub.url)
        for one in people:
            one.contact = _reached(one)
        for n in range(NOTICES):
            outbox.put(recipients=people, kind="urge", text=f"第 {n} 件", at=timezone.now(), key=f"f{n}", tone="late")
        connection.close()
        running = [start(folder) for folder in folders]
        for kill in range(KILLS):
            busy(stub, len(stub.got) + EACH)
            at = kill % DISPATCHERS
            running[at].kill()
            running[at].wait()
            (folders[at] / "reception.sqlite3").unlink(missing_ok=True)
            running[at] = start(folders[at])
        ended, held = time.monotonic(), list(Delivery.objects.filter(state=State.SENDING).values_list("pk", flat=True))
        while Delivery.objects.exclude(state=State.SENT).exists() and time.monotonic() - ended < 180:
            time.sleep(0.5)
        took = time.monotonic() - ended
        for one in running:
            one.terminate()
            one.wait(20)
    names = Counter(str(said["id"]) for _path, _headers, said in stub.got)
    copies = sum(names.values()) - len(names)
    print(f"\n{len(names)} sent, {copies} copies; after the last kill {len(held)} were held, all done in {took:.0f} s")
    assert set(names) == {str(uid) for uid in Delivery.objects.values_list("uid", flat=True)}
    assert (Notice.objects.count(), len(names)) == (NOTICES * PEOPLE, NOTICES * PEOPLE)
    assert copies <= KILLS * DISPATCHERS
    assert took <= 60


def _reached(user):
    from notices import actions

    return actions.set_contact(mobile="13812345678", mail_on=True, sms_on=True, actor=user, at=factories.AT)
