"""Fixtures for every test: real Redis, real Chromium, and the rule that nothing is skipped silently.

The database is chosen by DATABASE_URL alone. Plain objects of the product are made in
tests/factories.py, not here.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from messages import compile_messages  # noqa: E402  (bin/ is no package)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A headless browser has no printer and may crash when asked to print a PDF in a frame: the call is counted instead.
NO_PRINTER = """Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
  get() { return { print() { window.printed = (window.printed || 0) + 1; } }; }
});"""
# A skipped test fails the run unless its reason stands here, with why that is right.
ALLOWED_SKIPS: dict[str, str] = {}
# Everything the library knows, with the target size of WCAG 2.2 (2.5.8), which it leaves out unless asked.
AXE = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
_skipped: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    compile_messages()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the other database is needed for; pytest counts it as deselected."""
    vendor = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    foreign = "postgres" if vendor == "sqlite3" else "sqlite"
    out = [item for item in items if item.get_closest_marker(foreign)]
    if out:
        items[:] = [item for item in items if not item.get_closest_marker(foreign)]
        config.hook.pytest_deselected(items=out)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if reason.removeprefix("Skipped: ") not in ALLOWED_SKIPS:
            _skipped.append(f"{report.nodeid}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _skipped:
        terminalreporter.section("skipped without leave")
        for line in _skipped:
            terminalreporter.line(line, red=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """On SQLite, tests with real transactions empty the tables with DELETE, which the chain's
    trigger refuses: it is taken off the test database. tests/audit puts it back to test it."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_no_delete")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """URL of a real Redis: the one the run was given, else one of our own for this session."""
    url = os.environ.get("CELERY_BROKER_URL", "")
    if url:
        yield url
        return
    with servers.redis() as server:
        yield server.url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, started once; each test gets its own context from ``page``."""
    from playwright.sync_api import sync_playwright

    binary = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if binary is None:
        pytest.fail("chromium is not installed; ./run setup test installs it")
    # Playwright runs an event loop in this thread, and Django then refuses database access as unsafe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, headless=True, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A page on the live server at 1366x768 in Chinese.

    The test fails if the page's scripts raised, if the browser complained (a blocked
    style, a broken script) or if the page asked another host for anything. A refused
    form (422) and the like are no complaint: the test itself looks at these.
    """
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.add_init_script(NO_PRINTER)
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", lambda line: _complaint(line, complaints))
    page.on("request", lambda request: _abroad(request.url, live_server.url, complaints))
    yield page
    context.close()
    assert complaints == []


# A refusal, as the browser notes it and as htmx does where the session has ended; a line that the test itself cuts.
EXPECTED = (
    "Failed to load resource: the server responded with",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "Response Status Error Code 403 from",
)


def _complaint(line: Any, complaints: list[str]) -> None:
    if line.type == "error" and not line.text.startswith(EXPECTED):
        complaints.append(f"console: {line.text}")


def _abroad(url: str, home: str, complaints: list[str]) -> None:
    # a PDF in the page, and the print dialogue, are parts of the browser itself
    if not url.startswith((home, "data:", "blob:", "about:", "chrome:", "chrome-extension:")):
        complaints.append(f"foreign request: {url}")


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """``axe(page)``: the accessibility violations of the page as it stands, one line each."""
    script = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

    def violations(page: Any) -> list[str]:
        page.evaluate(script)
        found = page.evaluate(AXE)["violations"]
        return [f"{each['impact']} {each['id']}: {node['target']}" for each in found for node in each["nodes"]]

    return violations
