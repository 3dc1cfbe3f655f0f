"""Loads when what goes out of the house, and on which ways (rules/outbox.toml)."""

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from notices.choices import Way

FILE = Path(__file__).resolve().parent / "rules" / "outbox.toml"
CODES_FILE = FILE.with_name("gateways.toml")
AT_ONCE, WORKING_HOURS, DIGEST = "at_once", "working_hours", "digest"
TONES = ("late", "warn", "info")


class OutboxRulesError(Exception):
    """The rules are incomplete; the text names the block and the key."""


@dataclass(frozen=True)
class Rule:
    """``when`` it goes out, on which ``ways``, and on which of them even where the person turned them off."""

    when: str
    ways: tuple[str, ...]
    must: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """The office's hours, its quiet hours, the hour of the digest, and a rule per tone and kind."""

    hours: tuple[dt.time, dt.time]
    quiet: tuple[dt.time, dt.time]
    digest_at: dt.time
    tones: dict[str, Rule]
    kinds: dict[str, dict[str, Any]]

    def rule(self, kind: str, tone: str) -> Rule:
        """What holds for a notice; an unknown tone is an ordinary one."""
        return replace(self.tones.get(tone, self.tones["info"]), **self.kinds.get(kind, {}))


@functools.cache
def rules() -> Rules:
    """The rules of this installation."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Rules:
    """Rules from the text of the file. Raises ``OutboxRulesError`` for anything missing or unknown."""
    said = tomllib.loads(text)
    tones = {str(block.get("code")): Rule(**_rule(block, "tone")) for block in said.get("tone", [])}
    if set(tones) != set(TONES):
        raise OutboxRulesError(f"[[tone]]: one block for each of {TONES}")
    kinds = {str(block.get("code")): _rule(block, "kind", partly=True) for block in said.get("kind", [])}
    hours, quiet = (
        (_hour(said, table, "from"), _hour(said, table, "until")) for table in ("hours", "quiet")
    )  # fmt: skip
    if not hours[0] < hours[1]:
        raise OutboxRulesError("[hours] from: before until")
    if not (set(_minutes(*hours)) - set(_minutes(*quiet))):
        raise OutboxRulesError("[quiet]: leaves nothing of the working hours")
    return Rules(hours, quiet, _hour(said, "digest", "at"), tones, kinds)


def _minutes(start: dt.time, end: dt.time) -> list[int]:
    """Every minute of the day from ``start`` until before ``end``, over midnight where it ends earlier."""
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    return [minute % 1440 for minute in range(first, last if last >= first else last + 1440)]


def _hour(said: dict[str, Any], table: str, key: str) -> dt.time:
    try:
        return dt.time.fromisoformat(said[table][key])
    except (KeyError, TypeError, ValueError) as error:
        raise OutboxRulesError(f"[{table}] {key}: an hour like 08:30") from error


def _rule(block: dict[str, Any], name: str, *, partly: bool = False) -> dict[str, Any]:
    where = f"[[{name}]] {block.get('code')}"
    found: dict[str, Any] = {}
    for key in ("ways", "must"):
        ways = block.get(key, [])
        if not set(ways) <= set(Way.values):
            raise OutboxRulesError(f"{where} {key}: only {Way.values}")
        if key in block or not partly:
            found[key] = tuple(ways)
    if "when" in block or not partly:
        if block.get("when") not in (AT_ONCE, WORKING_HOURS, DIGEST):
            raise OutboxRulesError(f"{where} when: {AT_ONCE}, {WORKING_HOURS} or {DIGEST}")
        found["when"] = block["when"]
    return found


@dataclass(frozen=True)
class Codes:
    """What the error codes of a service mean: try again later, or never."""

    busy: frozenset[int]
    refused: frozenset[int]


@functools.cache
def codes() -> dict[str, Codes]:
    """Error codes by channel (rules/gateways.toml)."""
    return read_codes(CODES_FILE.read_text(encoding="utf-8"))


def read_codes(text: str) -> dict[str, Codes]:
    """Codes from the text of the file. Raises ``OutboxRulesError`` for a code on both sides, or 0 on one."""
    found = {}
    for name, block in tomllib.loads(text).items():
        one = Codes(frozenset(block.get("busy", [])), frozenset(block.get("refused", [])))
        if one.busy & one.refused or 0 in one.busy | one.refused:
            raise OutboxRulesError(f"[{name}]: a code stands on one side, and 0 on none")
        found[name] = one
    return found
