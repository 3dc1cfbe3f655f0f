"""A gateway for short messages on loopback that writes down what it was given, and can be told to misbehave."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.factories import PASSWORD
from tests.faults.office import Office

USERS = 12

# What the office sets up: one gateway, and a mobile number for everybody who is told.
SET_UP = """
from django.utils import timezone
from accounts.actions import create_user
from accounts.models import User
from notices.actions import ChannelData, set_channel, set_contact
from vault.errors import Refusal
now, admin = timezone.now(), User.objects.with_permission("notices.manage").first()
body = {{"to": "{{mobile}}", "text": "{{text}}", "id": "{{id}}"}}
data = ChannelData(is_on=True, address="{url}", success="code=0", body=body)
set_channel(code="sms", data=data, actor=admin, at=now)
unit = User.objects.get(username="clerk").unit
for n in range({users}):
    user = create_user(username=f"told{{n}}", display_name=f"told{{n}}", unit=unit, password="{password}",
                       actor=admin, at=now)
    set_contact(mobile=f"139000{{n:05d}}", mail_on=False, sms_on=True, actor=user, at=now)
"""

# Red notices, each to one person: {count} messages that may go out at any hour.
PUT = """
from django.db import transaction
from django.utils import timezone
from accounts.models import User
from notices import outbox
people = list(User.objects.filter(username__startswith="told").order_by("pk"))
for n in range({first}, {first} + {count}):
    with transaction.atomic():
        outbox.put(recipients=[people[n % len(people)]], kind="remind", tone="late", text="已超期，请抓紧办理。",
                   at=timezone.now(), key=f"fault:{{n}}", matter="XF2026000001", url="/cases/")
"""


@dataclass
class Sink:
    """What arrived: how often each message, and when last."""

    url: str = ""
    seconds: float = 0.05
    arrived: Counter[str] = field(default_factory=Counter)
    last: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str) -> None:
        with self.lock:
            self.arrived[name] += 1
            self.last[name] = time.monotonic()

    @property
    def doubles(self) -> int:
        return sum(times - 1 for times in self.arrived.values())

    def ready(self, place: Office) -> None:
        done = place.manage("shell", "-c", SET_UP.format(url=self.url, users=USERS, password=PASSWORD))
        assert done.returncode == 0, done.stderr

    def put(self, place: Office, first: int, count: int) -> None:
        done = place.manage("shell", "-c", PUT.format(first=first, count=count))
        assert done.returncode == 0, done.stderr


@contextmanager
def sink(seconds: float = 0.05) -> Iterator[Sink]:
    """A gateway that takes ``seconds`` for each message and answers yes."""
    made = Sink(seconds=seconds)

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(made.seconds)
            made.take(body["id"])
            answer = b'{"code": 0}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            with suppress(BrokenPipeError):  # the worker died while it waited
                self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    made.url = f"http://127.0.0.1:{server.server_port}/send"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
