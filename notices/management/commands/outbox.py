"""The dispatcher without any broker: for one machine, or beside a broker that is down."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from notices.tasks import deliver

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Send what is due: once, or with --loop until stopped. Several may run at once; nothing is sent twice."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--loop", action="store_true", help="go on until SIGTERM or Ctrl-C")
        how.add_argument("--once", action="store_true", help="one sweep (the default)")
        parser.add_argument(
            "--pause", type=float, default=PAUSE_SECONDS, metavar="SECONDS", help="between two sweeps of --loop"
        )

    def handle(self, *args: Any, loop: bool, pause: float, **options: Any) -> None:
        if not loop:
            self.stdout.write(str(deliver()))
            return
        stopping = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stopping.set())
        while not stopping.is_set():
            self._sweep()
            stopping.wait(max(pause, 0.2))

    def _sweep(self) -> None:
        """One sweep; a database that is away is waited for, it does not end the loop."""
        close_old_connections()
        try:
            sent = deliver()
        except Exception as error:
            self.stderr.write(f"{type(error).__name__}: the sweep broke off, the next one goes on")
            return
        if sent:
            self.stdout.write(f"sent {sent}")
