"""Everything that judges the code without running the product; two checks at a time.

Output of a check is printed only when it fails. The exit code is 1 if any failed.
"""

import base64
import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
TYPED = (
    "vault", "audit", "accounts", "drafts", "notices", "approvals", "documents", "hall", "cases", "briefing", "alerts",
    "followup", "inquiry", "review", "archive", "diary", "reports", "upkeep",
)  # fmt: skip


def _keys() -> dict[str, str]:
    """Throw-away secrets for the check of the production settings."""
    names = ("VAULT_KEY", "VAULT_INDEX_KEY", "AUDIT_KEY")
    keys = {name: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in names}
    return keys | {"DJANGO_SECRET_KEY": secrets.token_urlsafe(64)}


@dataclass
class Check:
    """One command; ``environment`` is added to the caller's."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    check: Check
    code: int
    output: str
    seconds: float


def checks() -> list[Check]:
    """Slow ones first, so that the two lanes end together."""
    test = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    production = {"DJANGO_SETTINGS_MODULE": "config.settings.production", **_keys()}
    production |= {"DATABASE_URL": "postgresql://unused@127.0.0.1/unused", "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    listed = [
        Check("types (mypy)", [str(BIN / "mypy"), *[name for name in TYPED if (ROOT / name).is_dir()]], test),
        Check("import contracts", [str(BIN / "lint-imports"), "--no-cache"]),
        Check("templates (djlint)", [str(BIN / "djlint"), "templates", "--lint", "--quiet"]),
        Check("format (ruff)", [str(BIN / "ruff"), "format", "--check", "--diff", "--quiet", "."]),
        Check("lint (ruff)", [str(BIN / "ruff"), "check", "--quiet", "."]),
        Check("system check", [*MANAGE, "check", "--fail-level", "WARNING"], test),
        Check("system check, production", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], production),
        Check("migrations complete", [*MANAGE, "makemigrations", "--check", "--dry-run"], test),
    ]
    if any(ROOT.glob("*/management/commands/render_workflow.py")):
        listed.append(Check("generated docs", [*MANAGE, "render_workflow", "--check"], test))
    return listed


def perform(check: Check) -> Result:
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=os.environ | check.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(check, done.returncode, done.stdout, time.monotonic() - began)


def main() -> int:
    with ThreadPoolExecutor(2) as lanes:
        results = list(lanes.map(perform, checks()))
    for result in results:
        print(f"  {'FAILED' if result.code else 'ok    '} {result.seconds:5.1f} s  {result.check.name}")
    for result in results:
        if result.code:
            print(f"\n-- {result.check.name}\n{result.output.rstrip()[-6000:]}")
    return 1 if any(result.code for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
