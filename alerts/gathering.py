"""What the rules look at: visits and their matters, sorted by what they are about. Reads only.

Article 30 decides what counts where. A matter about a named officer is counted by no rule
that gathers matters: an alarm that officer may not see would tell them of it by its
absence. Accusations are counted by unit alone, where the unit complained about sees nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Unit
from alerts.choices import RuleKind
from alerts.policy import LOOKBACK, Rule, rules, words
from alerts.waves import Sighting
from cases.models import CaseVisit

LISTENING = 31  # calendar days of registrations whose words are read by a sweep
OLD_REGISTER = "import"  # what was typed in from an old register warns of nothing


@dataclass(frozen=True)
class Subject:
    """What an alarm is about, at one office. Never a person."""

    rule: str
    office: int
    unit: int | None = None
    region: str = ""
    content: int | None = None
    case: int | None = None
    harm: str = ""

    @property
    def key(self) -> str:
        """Its name in the unique key of alarms."""
        parts = {
            "unit": self.unit,
            "region": self.region,
            "content": self.content,
            "case": self.case,
            "harm": self.harm,
        }
        return "|".join(f"{name}:{value}" for name, value in parts.items() if value)[:120]


Found = dict[Subject, list[Sighting]]


def gathered(at: dt.datetime) -> Found:
    """What the rules that count matters and heads see as of ``at``. One query for the visits, one for the units."""
    since = at - dt.timedelta(days=LOOKBACK)
    rows = list(_visits().filter(visit__visited_at__gt=since, visit__visited_at__lte=at).values(*COLUMNS))
    bodies = {unit.pk: unit.body.pk for unit in Unit.objects.select_related("parent__parent")}
    found: Found = defaultdict(list)
    for rule in rules().values():
        for row in rows if rule.kind == RuleKind.CLUSTER else ():
            if subject := _clustered(row, rule, bodies):
                found[subject].append(_sighting(row))
        if rule.kind == RuleKind.GROWTH:
            for case, visits in _group_matters(rows).items():
                found[Subject(rule.code, visits[0]["case__office"], case=case)] = list(_rises(visits, rule))
    return found


def heard(at: dt.datetime) -> Found:
    """Words of harm in what was registered within the last month before ``at``."""
    since = at - dt.timedelta(days=LISTENING)
    rows = _visits().filter(visit__registered_at__gt=since, visit__registered_at__lte=at)
    found: Found = defaultdict(list)
    listening = [rule for rule in rules().values() if rule.kind == RuleKind.WORDS]
    for row in rows.values(*COLUMNS, *TEXTS).iterator() if listening else ():
        text = "。".join(row[name] for name in TEXTS)
        for one in words():
            if said := one.found_in(text):
                for rule in listening:
                    subject = Subject(rule.code, row["case__office"], case=row["case"], harm=one.harm)
                    found[subject].append(_sighting(row, token=row["visit"], words=tuple(said)))
    return found


COLUMNS = (
    "case", "visit", "visit__visited_at", "visit__visitors", "case__office", "case__main", "case__protected",
    "case__accused_unit", "case__accused_user", "case__region", "case__content_category", "case__is_group",
)  # fmt: skip
TEXTS = ("visit__demand", "visit__facts", "visit__reasons")


def _visits() -> Any:
    known = CaseVisit.objects.exclude(visit__source=OLD_REGISTER)
    return known.order_by("visit__visited_at", "visit")


def _clustered(row: dict[str, Any], rule: Rule, bodies: dict[int, int]) -> Subject | None:
    """What the matter of this visit adds to by this rule; None where it must not be counted or has no such column."""
    if row["case__accused_user"] or (row["case__protected"] and not rule.accusations):
        return None
    values = {
        "unit": bodies.get(row["case__accused_unit"]), "region": row["case__region"],
        "content": row["case__content_category"],
    }  # fmt: skip
    about = {name: values[name] for name in rule.by}
    return Subject(rule.code, row["case__office"], **about) if all(about.values()) else None


def _group_matters(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["case__is_group"]:
            found[row["case"]].append(row)
    return found


def _rises(visits: list[dict[str, Any]], rule: Rule) -> Iterator[Sighting]:
    """The visits of one group matter; those count that brought more people than any before, and enough."""
    peak = visits[0]["visit__visitors"]
    for place, row in enumerate(visits):
        heads = row["visit__visitors"]
        more = place > 0 and heads > peak and heads >= rule.from_heads
        peak = max(peak, heads)
        yield _sighting(row, token=row["visit"], counts=more)


def _sighting(row: dict[str, Any], token: int = 0, **more: Any) -> Sighting:
    at, matter = row["visit__visited_at"], row["case__main"] or row["case"]
    return Sighting(
        day=timezone.localdate(at), at=at, visit=row["visit"], case=row["case"], matter=matter,
        token=token or matter, heads=row["visit__visitors"], **more,
    )  # fmt: skip
