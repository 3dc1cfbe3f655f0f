"""A running office for fault tests: real web servers, and clerks who retry with the same key."""

import base64
import http.cookiejar
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.factories import PASSWORD
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
CELERY = (sys.executable, "-m", "celery", "-q", "-A", "config")


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    """Answers a redirect instead of following it: the redirect is the acknowledgement."""

    def redirect_request(self, *args: object) -> None:
        return None


@dataclass
class Office:
    """One installation on its own database; ``kill`` and ``start`` are the fault."""

    database_url: str
    broker_url: str = ""
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="reception-office-")))
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.embedded",
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
            **{name: _key() for name in ("DJANGO_SECRET_KEY", "VAULT_KEY", "VAULT_INDEX_KEY", "AUDIT_KEY")},
        }
        self.environment.pop("CELERY_BROKER_URL", None)
        if self.broker_url:
            self.environment["CELERY_BROKER_URL"] = self.broker_url
        self.staff: list[subprocess.Popen[bytes]] = []

    def manage(self, *arguments: str, clock: str = "") -> subprocess.CompletedProcess[str]:
        """``manage.py``; ``clock`` sets the clock of this one process, as faketime says it ("-1d")."""
        command = [*(["faketime", "-f", clock] if clock else []), sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "2", "--threads", "4", "--log-level", "error",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=2):  # noqa: S310 - loopback
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the web server does not answer")

    def kill(self) -> None:
        """SIGKILL to master and workers at once: what a power cut is to the program."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def employ(self, *command: str) -> subprocess.Popen[bytes]:
        """Another process of the office, ended with it: a worker, the scheduler, a dispatcher."""
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)
        self.staff.append(process)
        return process

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        alone = ["--without-gossip", "--without-mingle", "--without-heartbeat", f"--hostname={name}@localhost"]
        return self.employ(*CELERY, "worker", "--pool=solo", "--loglevel=error", *alone)

    def beat(self) -> subprocess.Popen[bytes]:
        return self.employ(*CELERY, "beat", "--loglevel=error", "--pidfile=", f"--schedule={self.folder / 'schedule'}")

    def dismiss(self) -> None:
        """SIGKILL to all of them."""
        for process in self.staff:
            fell(process)
        self.staff.clear()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def fell(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and whatever it started in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def office(database_url: str, broker_url: str = "") -> Iterator[Office]:
    made = Office(database_url, broker_url)
    for command in (["migrate", "--verbosity=0"], ["seed"], ["collectstatic", "--no-input", "--verbosity=0"]):
        done = made.manage(*command)
        assert done.returncode == 0, done.stderr
    made.start()
    try:
        yield made
    finally:
        made.kill()
        made.dismiss()
        shutil.rmtree(made.folder, ignore_errors=True)


@dataclass
class Answer:
    """What came back: status 0 when nothing did."""

    status: int
    location: str = ""
    body: str = ""


class Clerk:
    """A clerk at a browser: one session, forms posted with the token of their page."""

    def __init__(self, url: str, username: str) -> None:
        self.url, self.username = url, username
        self.statuses: dict[int, int] = {}  # 0 where nothing came back
        self.reset()

    def reset(self) -> None:
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar), _Stay
        )
        self.token = ""

    def send(self, path: str, data: dict[str, str] | None = None, timeout: float = 10) -> Answer:
        body = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": self.token}).encode() if data is not None else None
        request = urllib.request.Request(self.url + path, data=body, headers={"Referer": self.url + path})  # noqa: S310
        answer = self._sent(request, timeout)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        return answer

    def _sent(self, request: urllib.request.Request, timeout: float) -> Answer:
        try:
            with self.opener.open(request, timeout=timeout) as response:
                return self._answer(response)
        except urllib.error.HTTPError as error:
            return self._answer(error)
        except OSError:
            return Answer(0)
        except Exception as error:
            if "http.client" in type(error).__module__:
                return Answer(0)
            raise

    def _answer(self, response: object) -> Answer:
        body = response.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
        if token:
            self.token = token.group(1)
        return Answer(response.status, response.headers.get("Location", ""), body)  # type: ignore[attr-defined]

    def sign_in(self) -> bool:
        self.reset()
        self.send("/accounts/login/")
        answer = self.send("/accounts/login/", {"username": self.username, "password": PASSWORD})
        return answer.status == 302 and self.send("/reception/visits/new/").status == 200

    def register(self, fields: dict[str, str], deadline: float) -> str:
        """Post until it is acknowledged; returns where the acknowledgement points, "" if it never came."""
        while time.monotonic() < deadline:
            answer = self.send("/reception/visits/new/", fields)
            if answer.status == 302 and "/login/" not in answer.location:
                return answer.location
            if answer.status in (302, 403):
                self.sign_in()
            elif answer.status not in (0, 500, 502, 503):
                raise AssertionError(f"unexpected answer {answer.status}: {answer.body[:500]}")
            time.sleep(0.2)
        return ""
