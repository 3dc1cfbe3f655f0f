"""回访抽查: which of a month's answered matters are visited, by a rule an office can read and anybody can replay.

The sample is a function of three stored things: the frame (numbers with their unit and
kinds), the rule (rules/sampling.toml as it was) and the seed. Within each kind the matters
stand in the order of a digest of seed and number; the first ones are drawn. Nothing else,
no clock and no state of a random generator, has a say.
"""

import datetime as dt
import functools
import hashlib
import math
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Unit
from cases.clocks import OURS
from cases.models import Case, Clock
from followup import guards
from followup.choices import SampleEnd, Satisfaction, VisitOutcome
from followup.models import Evaluation, ReturnVisit, Sampled, SampleRun
from reception.choices import PetitionerKind

FILE = Path(__file__).resolve().parent / "rules" / "sampling.toml"
FIELDS = {"label": str, "percent": int, "at_least": int, "per_unit": bool, "basis": str}
MONTHS = 6  # offered for drawing, the last one first
KINDS = ("share", "not_convinced", "unsatisfied", "group", "overdue")
Rule = dict[str, dict[str, Any]]
Frame = list[dict[str, Any]]


class SamplingError(Exception):
    """rules/sampling.toml is incomplete; the text names block and field."""


@functools.cache
def rule() -> Rule:
    """The rule in force."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Rule:
    """The rule from the text of the file. Raises ``SamplingError`` for anything unknown, missing or out of range."""
    blocks: Rule = tomllib.loads(text)
    if tuple(blocks) != KINDS:
        raise SamplingError(f"The blocks must be {list(KINDS)}.")
    for code, values in blocks.items():
        if set(values) != set(FIELDS) or any(type(values[name]) is not kind for name, kind in FIELDS.items()):
            raise SamplingError(f"[{code}]: must hold {sorted(FIELDS)}")
        if not (0 <= values["percent"] <= 100 and values["at_least"] >= 0):
            raise SamplingError(f"[{code}]: percent from 0 to 100, at_least from 0")
    return blocks


def draw(frame: Frame, by: Rule, seed: str) -> list[tuple[str, list[str]]]:
    """The numbers drawn, in the order of their digests, each with the kinds it was drawn for."""
    drawn: dict[str, list[str]] = {}
    for code in (one for one in KINDS if one in by):  # a stored rule keeps no order: PostgreSQL sorts its keys
        block = by[code]
        for group in _groups(frame, code, block):
            many = min(len(group), max(block["at_least"], math.ceil(len(group) * block["percent"] / 100)))
            for number in sorted(group, key=lambda one: rank(seed, one))[:many]:
                drawn.setdefault(number, []).append(code)
    return sorted(drawn.items(), key=lambda one: rank(seed, one[0]))


def rank(seed: str, number: str) -> str:
    """Where a matter stands in the order of a seed."""
    return hashlib.sha256(f"{seed}|{number}".encode()).hexdigest()


def _groups(frame: Frame, code: str, block: dict[str, Any]) -> Iterable[list[str]]:
    rows = [row for row in frame if code == "share" or code in row["kinds"]]
    if not block["per_unit"]:
        return [[row["number"] for row in rows]]
    units: dict[str, list[str]] = {}
    for row in rows:
        units.setdefault(row["unit"], []).append(row["number"])
    return units.values()


def months_end(month: dt.date) -> dt.date:
    """The first day after the month."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def frame(office: Unit, month: dt.date, today: dt.date) -> Frame:
    """The office's matters answered in the month that can be visited, by number; system-wide, for no user's eyes.

    Answered is a matter on the day its answer was delivered, or given on the spot. What was put
    on record only after its own month had been drawn comes into the next sample, so that a late
    delivery note takes nobody out of every one.
    """
    can = Case.objects.filter(office__path__startswith=office.path, state__in=guards.TO_VISIT)
    can = can.exclude(petitioner__kind=PetitionerKind.ANONYMOUS).annotate(told=Coalesce("delivered_on", "answered_on"))
    answered = can.filter(Q(told__gte=month, told__lt=months_end(month)) | Q(number__in=_missed(can, office, month)))
    kinds = {code: _numbers(answered, where) for code, where in _conditions(today).items()}
    rows = answered.order_by("number").values_list("number", "handling_unit__code", "office__code")
    return [
        {"number": number, "unit": unit or by, "kinds": [code for code, found in kinds.items() if number in found]}
        for number, unit, by in rows
    ]


def _missed(cases: QuerySet[Any], office: Unit, month: dt.date) -> list[str]:
    """Numbers of what was answered in one of the last months that are drawn, and stands in no frame of theirs."""
    since = month
    for _one in range(MONTHS - 1):
        since = (since - dt.timedelta(days=1)).replace(day=1)
    runs = {run.month: run for run in SampleRun.objects.filter(office=office, month__gte=since, month__lt=month)}
    known = {row["number"] for run in runs.values() for row in run.frame}
    rows = cases.filter(told__gte=since, told__lt=month).order_by("number").values_list("number", "told")
    return [number for number, told in rows if told.replace(day=1) in runs and number not in known]


def _numbers(cases: QuerySet[Case], where: Q) -> set[str]:
    return set(cases.filter(where).values_list("number", flat=True))


def _conditions(today: dt.date) -> dict[str, Q]:
    visits = ReturnVisit.objects.filter(case=OuterRef("pk"))
    rated = Evaluation.objects.filter(case=OuterRef("pk"), value=Satisfaction.NOT)
    clocks = Clock.objects.filter(case=OuterRef("pk"), kind__in=OURS)
    late = clocks.filter(
        Q(stopped_on__isnull=False, stopped_on__gt=F("legal_due")) | Q(stopped_on__isnull=True, legal_due__lt=today)
    )
    return {
        "not_convinced": Q(Exists(visits.filter(outcome=VisitOutcome.NOT_CONVINCED))),
        "unsatisfied": Q(Exists(rated)) | Q(Exists(visits.filter(satisfaction=Satisfaction.NOT))),
        "group": Q(is_group=True),
        "overdue": Q(Exists(late)),
    }


def replayed(run: SampleRun) -> bool:
    """Does drawing again from what the row keeps give the very sample that is stored?"""
    stored = [(case, reasons.split(",")) for case, reasons in run.rows.values_list("case__number", "reasons")]
    return stored == draw(run.frame, run.rule, run.seed)


def settle(row: Sampled, ended: SampleEnd, note: str, at: dt.datetime) -> Sampled:
    """Close a sampled row, inside the verb that ends the work on it; returns it for the trail."""
    row.closed_at, row.ended, row.end_note = at, ended, note[:300]
    row.save(update_fields=["closed_at", "ended", "end_note"])
    return row


def label(run: SampleRun, code: str) -> str:
    """The kind in the words of the rule it was drawn by."""
    return str(run.rule.get(code, {}).get("label", code))
