"""Loads what the office can read and change: the rules (rules/alerts.toml) and the words (rules/words.toml)."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.choices import Harm, RuleKind

FOLDER = Path(__file__).resolve().parent / "rules"
BY = ("unit", "region", "content")
TONES = ("info", "warn", "late")
LOOKBACK = 400  # calendar days of visits that a sweep looks at; one that comes later than this misses what was before


class RulesError(Exception):
    """A rules file is incomplete; the text names the block and the field."""


@dataclass(frozen=True)
class Rule:
    """One rule. All days are calendar days, ``days`` with the first and the last of them."""

    code: str
    label: str
    kind: str
    by: tuple[str, ...]
    needed: int
    days: int
    quiet_days: int
    longest_days: int
    accusations: bool
    expires_days: int
    tone: str
    basis: str
    suggestion: str
    from_heads: int = 0

    def counts(self) -> str:
        """The rule in one sentence, Chinese as the rules are."""
        if self.kind == RuleKind.WORDS:
            return "来访登记的请求、事实、理由中出现词表中的词语"
        if self.kind == RuleKind.GROWTH:
            return f"{self.days} 日内同一集体访人数增加 {self.needed} 次，且达到 {self.from_heads} 人"
        return f"{self.days} 日内满 {self.needed} 件"


@dataclass(frozen=True)
class Words:
    """The words of one kind of harm, and sayings that hold such a word and mean something else."""

    harm: str
    words: tuple[str, ...]
    but: tuple[str, ...]
    basis: str

    @property
    def label(self) -> str:
        return str(Harm(self.harm).label)

    def found_in(self, text: str) -> list[str]:
        """The words that stand in the text, in the order of the list; spaces and line breaks hide none."""
        text = _tight(text)
        for saying in self.but:
            text = text.replace(_tight(saying), "　")
        return [word for word in self.words if _tight(word) in text]


def _tight(text: str) -> str:
    return "".join(text.split())


@functools.cache
def rules() -> dict[str, Rule]:
    """All rules by code, in the order of the file."""
    return read_rules((FOLDER / "alerts.toml").read_text(encoding="utf-8"))


@functools.cache
def words() -> tuple[Words, ...]:
    return read_words((FOLDER / "words.toml").read_text(encoding="utf-8"))


def read_rules(text: str) -> dict[str, Rule]:
    """The rules by code. Raises ``RulesError`` for anything missing, unknown or that could alarm for ever."""
    return {code: _rule(code, values) for code, values in tomllib.loads(text).items()}


def _rule(code: str, values: dict[str, Any]) -> Rule:
    try:
        rule = Rule(code=code, **values | {"by": tuple(values["by"])})
    except (KeyError, TypeError) as error:
        raise RulesError(f"alerts.toml [{code}]: {error}") from error
    unknown = set(rule.by) - set(BY) or {rule.kind} - set(RuleKind.values) or {rule.tone} - set(TONES)
    if unknown or (rule.kind == RuleKind.CLUSTER) != bool(rule.by):
        raise RulesError(f"alerts.toml [{code}]: unknown or missing: {sorted(unknown) or 'by'}")
    if rule.needed < 1 or rule.days < 1 or not rule.days <= rule.quiet_days <= rule.longest_days:
        raise RulesError(f"alerts.toml [{code}]: 1 <= needed, 1 <= days <= quiet_days <= longest_days")
    if rule.accusations and rule.kind == RuleKind.CLUSTER and "unit" not in rule.by:
        raise RulesError(f"alerts.toml [{code}]: accusations are counted by unit only (article 30)")
    return rule


def read_words(text: str) -> tuple[Words, ...]:
    """The word lists. Raises ``RulesError`` for an unknown kind of harm, a missing field or an empty word."""
    found = []
    for harm, values in tomllib.loads(text).items():
        try:
            one = Words(harm, tuple(values["words"]), tuple(values["but"]), str(values["basis"]))
        except KeyError as error:
            raise RulesError(f"words.toml [{harm}]: {error}") from error
        if harm not in Harm.values or not all(word.strip() for word in (*one.words, *one.but)):
            raise RulesError(f"words.toml [{harm}]: unknown kind or empty word")
        found.append(one)
    return tuple(found)
