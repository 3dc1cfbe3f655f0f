"""Run the tests in phases and say how long each took: linters, SQLite, PostgreSQL with Redis, browser.

All phases run even when one fails; the exit code is non-zero if any did.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack

from tests import servers

LONG = "ui or bench or faults"
Phase = tuple[str, Callable[[], int]]


def main(verb: str, arguments: list[str]) -> int:
    """``verb`` is test, bench, faults or ui; further arguments go to pytest."""
    for name in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CELERY_BROKER_URL", "DATA_DIR"):
        os.environ.pop(name, None)
    scratch = tempfile.mkdtemp(prefix="reception-suite-")
    os.environ["TMPDIR"] = scratch
    try:
        return run(phases(verb, arguments))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def phases(verb: str, arguments: list[str]) -> list[Phase]:
    """What ``verb`` runs, in order."""
    if verb != "test":  # uncaptured: the figures they print are what these are run for
        return [(verb, lambda: with_servers(["-m", verb, "-s", *arguments], parallel=False))]
    plain = f"not browser and not ({LONG})"
    return [
        ("check", lambda: subprocess.call([sys.executable, "bin/check.py"])),
        ("SQLite", lambda: pytest(["-m", f"{plain} and not redis and not postgres", *arguments])),
        ("PostgreSQL and Redis", lambda: with_servers(["-m", f"{plain} and not sqlite", *arguments])),
        ("browser", lambda: pytest(["-m", f"browser and not ({LONG})", *arguments], parallel=False)),
    ]


def pytest(arguments: list[str], *, parallel: bool = True, **environment: str) -> int:
    """One pytest run; two workers where the tests do not share a browser or a clock."""
    workers = ["-n", os.environ.get("TEST_WORKERS", "2")] if parallel else ["-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", "--durations=8", *workers, *arguments]
    return subprocess.call(command, env=os.environ | environment)


def with_servers(arguments: list[str], *, parallel: bool = True) -> int:
    """One pytest run on a throw-away PostgreSQL and Redis."""
    with ExitStack() as stack:
        database = stack.enter_context(servers.postgresql())
        broker = stack.enter_context(servers.redis())
        return pytest(arguments, parallel=parallel, DATABASE_URL=database.url, CELERY_BROKER_URL=broker.url)


def run(todo: list[Phase]) -> int:
    """Run the phases and print the table of results."""
    results = []
    for name, phase in todo:
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        try:
            code = phase()
        except RuntimeError as error:
            print(f"run: {error}", file=sys.stderr)
            code = 1
        results.append((name, code, time.monotonic() - began))
    print("\n== result")
    for name, code, seconds in results:
        print(f"  {'ok    ' if code == 0 else 'FAILED'} {seconds:6.1f} s  {name}" + (f" (exit {code})" if code else ""))
    return 1 if any(code for _, code, _ in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
