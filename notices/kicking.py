"""Waking a dispatcher through the broker. Nobody waits for it, and nothing depends on it: the sweep comes anyway."""

import logging
import os
import threading
import time

from celery import current_app
from django.db import connections
from django.db.models.functions import Now

from notices import delivering

log = logging.getLogger(__name__)
TASK = "notices.tasks.deliver"
QUIET_SECONDS = 30  # after the broker did not answer, it is left alone for so long
EXPIRES_SECONDS = 60


class Kicker:
    """One thread per process that hands wake-ups to the broker; many at once become one.

    The thread that saved something only raises a flag: a broker that is down or hangs
    never delays a save.
    """

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.pid = 0
        self.starting = threading.Lock()

    def kick(self) -> None:
        """Ask for a dispatcher; returns at once."""
        self.wanted.set()
        if self.pid != os.getpid():  # the first time here; threads do not survive the fork of a server
            with self.starting:
                if self.pid != os.getpid():
                    self.pid = os.getpid()
                    threading.Thread(target=self._run, name="outbox-kick", daemon=True).start()

    def _run(self) -> None:
        while self.wanted.wait():
            self.wanted.clear()
            if not publish():
                time.sleep(QUIET_SECONDS)


kicker = Kicker()


def kick() -> None:
    """Wake a dispatcher, without waiting. Where tasks run in place (tests) there is nobody to wake."""
    if not current_app.conf.task_always_eager:
        kicker.kick()


def publish() -> bool:
    """One wake-up to the broker. Errors are logged and counted, never raised."""
    try:
        current_app.send_task(TASK, expires=EXPIRES_SECONDS, ignore_result=True, retry=False)
    except Exception as error:
        log.warning("the broker took no wake-up: %s; the sweep delivers", type(error).__name__)
        _count()
        return False
    return True


def _count() -> None:
    try:
        delivering.beat(delivering.BROKER, Now(), add=1)
    except Exception:
        log.exception("a broker error could not be counted")
    finally:
        connections.close_all()
