"""Serve the embedded office: prepare the data, then web server, worker and scheduler together.

Preparing is safe to repeat: migrations, reference data, and the demo office only where
no account exists yet. One Ctrl-C or SIGTERM stops all processes; if one of them dies,
the others are stopped too and the exit code says so. Nothing outlives this process.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
# A task is cut off after 90 seconds at most and started again later, so stopping need not wait for it.
PATIENCE_SECONDS = 20
DEMO_ACCOUNTS = (
    ("clerk", "接待员"),
    ("supervisor", "督办员"),
    ("handler", "承办人，住房和城乡建设局"),
    ("handler2", "承办人，人力资源和社会保障局"),
    ("leader", "领导"),
    ("archivist", "档案员"),
    ("sysadmin", "系统管理员"),
    ("secadmin", "安全管理员"),
    ("auditor", "审计员"),
)
DEMO_PASSWORD = "reception-demo-2026"  # noqa: S105 - published with the demo office


def main() -> int:
    """Prepare and serve until stopped; the exit code is 0 after Ctrl-C or SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    port = os.environ.get("PORT", "8000")
    if not port_is_free(port):
        print(f"run: port {port} is in use; stop what uses it or choose another: PORT=8001 ./run", file=sys.stderr)
        return 1
    prepare()
    children = {name: start(command) for name, command in processes(port).items()}
    threading.Thread(target=announce, args=(port,), daemon=True).start()
    ended = watch(children)
    stop(children)
    if ended is None:
        return 0
    print(
        f"run: “{ended}” ended by itself (exit {children[ended].returncode}); the others were stopped.", file=sys.stderr
    )
    return 1


def port_is_free(port: str) -> bool:
    """Whether the web server can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            return False
    return True


def prepare() -> None:
    """Bring database, reference data, demo office and static files up to date."""
    django.setup()
    from django.contrib.auth import get_user_model

    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = settings.DATA_DIR / "demo-unfinished"
    if unfinished.exists():
        forget_unfinished_demo()
    step("migrate", verbosity=0)
    step("seed")
    if settings.DEMO_ALLOWED and not get_user_model().objects.exists():
        unfinished.touch()
        step("seed_demo")
        unfinished.unlink()
    if not static_is_current():
        step("collectstatic", interactive=False, clear=True, verbosity=0)
        static_stamp().write_text(static_digest())


def forget_unfinished_demo() -> None:
    """A demo office whose making was interrupted is thrown away: nobody could sign in to it yet."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        sys.exit(
            "run: making the demo office was interrupted; empty the database, delete demo-unfinished, start again."
        )
    for suffix in ("", "-journal", "-wal", "-shm"):
        Path(f"{database['NAME']}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    print("== the demo office had been left unfinished and is made anew", flush=True)


def step(command: str, **options: object) -> None:
    """Run one management command and say how long it took."""
    began = time.monotonic()
    call_command(command, **options)
    print(f"== {command}: {time.monotonic() - began:.1f} s", flush=True)


def static_stamp() -> Path:
    return Path(settings.STATIC_ROOT) / ".stamp"


def static_digest() -> str:
    """What the collected files are made of: our own files, and the locks of everybody else's."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    for lock in ("package-lock.json", "requirements/base.txt", "config/settings/base.py"):
        digest.update((ROOT / lock).read_bytes())
    return digest.hexdigest()


def static_is_current() -> bool:
    return static_stamp().exists() and static_stamp().read_text() == static_digest()


def processes(port: str) -> dict[str, list[str]]:
    """The command line of each process. The scheduler keeps its state beside the data."""
    celery = [sys.executable, "-m", "celery", "-q", "-A", "config"]
    listening = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--preload"]
    patience = ["--timeout", "60", "--graceful-timeout", "15", "--no-control-socket", "--log-level", "warning"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname=office@localhost"]
    schedule = f"--schedule={settings.DATA_DIR / 'schedule'}"
    return {
        "web": [sys.executable, "-m", "gunicorn", "config.wsgi", *listening, *patience],
        "worker": [*celery, "worker", "--pool=solo", "--loglevel=warning", *alone],
        "beat": [*celery, "beat", "--loglevel=warning", "--pidfile=", schedule],
    }


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child in its own session, so that only we pass signals on; it ends when we are killed."""
    bound = ["setpriv", "--pdeathsig=TERM"] if shutil.which("setpriv") else []
    # Root in a container is the usual first try; the warning of the worker would bury the address.
    quiet = os.environ | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    return subprocess.Popen([*bound, *command], cwd=ROOT, env=quiet, stdin=subprocess.DEVNULL, start_new_session=True)


def watch(children: dict[str, subprocess.Popen[bytes]]) -> str | None:
    """Wait for a signal to stop (None) or for a child that ends by itself (its name)."""
    stopping = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda *_: stopping.set())
    while not stopping.wait(0.3):
        for name, child in children.items():
            if child.poll() is not None:
                return name
    return None


def stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every child to end, and after some patience end its whole session."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def announce(port: str) -> None:
    """Print address and log-ins as soon as the log-in page really answers."""
    address = f"http://127.0.0.1:{port}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with opener.open(f"{address}/accounts/login/", timeout=5):
                break
        except urllib.error.HTTPError as error:
            print(f"run: the log-in page answers with {error.code}; see the lines above.", file=sys.stderr, flush=True)
            return
        except OSError:
            time.sleep(0.1)
    else:
        print("run: the web server does not answer; see the lines above.", file=sys.stderr, flush=True)
        return
    lines = ["", f"  信访接待系统已启动：{address}", ""]
    if settings.DEMO_ALLOWED:
        lines += [f"  演示账号（密码均为 {DEMO_PASSWORD}）："]
        lines += [f"    {name:<11} {duty}" for name, duty in DEMO_ACCOUNTS]
    lines += ["", f"  数据目录：{settings.DATA_DIR}", "  按 Ctrl-C 停止。", ""]
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
