"""Serve the embedded office: prepare the data, then web server, worker and scheduler together.

Preparing is safe to repeat: migrations, reference data, and the demo office only where
no account exists yet. One Ctrl-C or SIGTERM stops all processes; if one of them dies,
the others are stopped too and the exit code says so.
"""

import hashlib
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import django
import honcho.manager
from django.conf import settings
from django.core.management import call_command
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
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
    # Celery sees SIGTERM and finishes its task; a task is cut off after 90 seconds anyway, so wait less than that.
    honcho.manager.KILL_WAIT = 20
    manager = Manager()
    for name, command in processes(port).items():
        manager.add_process(name, command, cwd=str(ROOT))
    threading.Thread(target=announce, args=(port,), daemon=True).start()
    manager.loop()
    if manager.returncode in (130, 143):
        return 0
    print("run: a process ended by itself, so all of them were stopped; its last lines stand above.", file=sys.stderr)
    return manager.returncode or 1


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

    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    step("migrate", verbosity=0)
    step("seed")
    if settings.DEMO_ALLOWED and not get_user_model().objects.exists():
        step("seed_demo")
    if not static_is_current():
        step("collectstatic", interactive=False, clear=True, verbosity=0)
        static_stamp().write_text(static_digest())


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


def processes(port: str) -> dict[str, str]:
    """The command line of each process. The scheduler keeps its state beside the data."""
    python = sys.executable
    schedule = settings.DATA_DIR / "schedule"
    return {
        "web": f"exec '{python}' -m gunicorn config.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4 "
        "--preload --timeout 60 --graceful-timeout 15 --no-control-socket --log-level warning",
        "worker": f"exec '{python}' -m celery -q -A config worker --pool=solo --loglevel=warning "
        "--without-gossip --without-mingle --without-heartbeat",
        "beat": f"exec '{python}' -m celery -q -A config beat --loglevel=warning --pidfile= --schedule='{schedule}'",
    }


def announce(port: str) -> None:
    """Print address and log-ins as soon as the log-in page really answers."""
    address = f"http://127.0.0.1:{port}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with opener.open(f"{address}/accounts/login/", timeout=5):
                break
        except (OSError, urllib.error.URLError):
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
