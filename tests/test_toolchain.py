"""What a newcomer's two commands rest on: the entry script, the locks, the databases under the tests."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import redis
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
VERBS = {"setup", "test", "check", "fmt", "bench", "faults", "ui", "docs", "manage", "mutate", "histories", "lock"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["./run", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)


def test_help_names_every_verb() -> None:
    done = run("help")
    assert done.returncode == 0
    assert set(re.findall(r"\./run (\w+)", done.stdout)) == VERBS


def test_unknown_verb_is_refused_with_the_list() -> None:
    done = run("serev")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == run("help").stdout


def test_scripts_may_be_executed() -> None:
    assert [name for name in ("run", ".ci/run", "manage.py") if not os.access(ROOT / name, os.X_OK)] == []


@pytest.mark.parametrize("name", ["base", "test", "node"])
def test_lock_pins_and_hashes_every_package(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pins = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert pins
    assert [pin.splitlines()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", ["requirements/base.txt", "requirements/test.txt", "requirements/node.txt"])
def test_lock_names_no_index(name: str) -> None:
    assert re.findall(r"https?://\S+|--(?:index|find|trusted)\S*", (ROOT / name).read_text()) == []


def test_lock_of_the_front_end_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')


def test_runtime_lock_is_part_of_the_test_lock() -> None:
    """The tests run what the office runs: not one version differs."""

    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert pins("base.txt") - pins("test.txt") == set()


@pytest.mark.redis
def test_redis_is_real(redis_url: str) -> None:
    client = redis.from_url(redis_url)
    assert client.ping()
    assert client.info("server")["redis_version"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_is_real() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("UTF8", "15s")


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_keeps_references_and_runs_on_a_file() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("delete",)
