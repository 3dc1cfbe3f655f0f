"""What the tests of notices put, and gateways to send it to: real HTTP on loopback, that answer as they are told."""

import datetime as dt
import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler

from notices import actions, outbox
from notices.models import Delivery, Notice
from tests import factories

NOW = factories.AT  # Monday 9:30, in working hours
LATE = factories.later(hours=12)  # 21:30, in the quiet hours
SECOND = dt.timedelta(seconds=1)


def put(user, n=1, **changes):
    """Tell one user in red, so that it may go out at once; returns the notice."""
    fields = {
        "kind": "urge", "text": f"XF202600000{n} 被催办。", "key": f"k{n}", "matter": f"XF202600000{n}", "at": NOW,
        "tone": "late", "url": f"/cases/XF202600000{n}/",
    }  # fmt: skip
    outbox.put(recipients=[user], **fields | changes)
    return Notice.objects.get(key=f"{changes.get('key', f'k{n}')}:{user.pk}")


def delivery(notice, channel="mail"):
    return Delivery.objects.get(notice=notice, channel=channel)


def channel(code, address="", actor=None, **changes):
    """Turn a channel on, through the verb."""
    said = {"is_on": True, "address": address, "success": "code=0"} | changes
    if code == "sms":
        said.setdefault("body", {"mobile": "{mobile}", "content": "{text}", "id": "{id}", "sign": "示信"})
    actor = actor or factories.user("sysadmin")
    return actions.set_channel(code=code, data=actions.ChannelData(**said), actor=actor, at=NOW)


class Gateway:
    """A stub: ``answer`` says how to answer; ``got`` holds (path, headers, JSON) of the requests that came."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], dict[str, object]]] = []
        self.status, self.body, self.headers = 200, b'{"errcode": 0, "code": 0}', {}
        self.how = "answer"  # or reset, silent, drip
        self.url = ""

    def says(self, body, status=200, **headers):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers, self.how = status, headers, "answer"


class Handler(BaseHTTPRequestHandler):
    """One request to the stub that its server carries."""

    def do_POST(self):
        stub, length = self.server.stub, int(self.headers.get("Content-Length", 0))
        stub.got.append((self.path, dict(self.headers), json.loads(self.rfile.read(length) or b"{}")))
        if stub.how == "reset":
            # linger 0: the connection ends with RST, not with FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            self.connection.close()
        elif stub.how == "silent":
            time.sleep(4)
        else:
            self.reply(stub)

    do_GET = do_POST

    def reply(self, stub):
        self.send_response(stub.status)
        for name, value in stub.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(stub.body)))
        self.end_headers()
        for at in range(0, len(stub.body), 1 if stub.how == "drip" else 65536):
            self.wfile.write(stub.body[at : at + 1] if stub.how == "drip" else stub.body[at : at + 65536])
            time.sleep(0.3 if stub.how == "drip" else 0)

    def log_message(self, *args):
        pass

    def handle(self):
        with suppress(OSError, ValueError):  # the other side, or we ourselves, hung up
            super().handle()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway on a free port of loopback, gone afterwards."""
    server = Server(("127.0.0.1", 0), Handler)
    server.stub = stub = Gateway()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/send?key=secret-in-the-address"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
