"""What is owed and can be late: running periods, feedback, adoption, charges. Each as one ``Source``. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from accounts.models import Unit, User
from briefing.models import Charge, Instruction
from cases.choices import ClockKind, SendRole, State
from cases.clocks import MAKES_DUE, local_day
from cases.models import Assignment, Case, CaseQuerySet, Clock
from followup.models import IN_HAND, THE_UNITS, Suggestion, Supervision, SupervisionQuerySet, Urging
from followup.policy import ladder

BATCH = 200
# What the office owes itself: no unit and nobody above one is told of it. The permission names who in the office.
OFFICE = {
    ClockKind.TRANSFER: "", ClockKind.SIMPLE_ACCEPT: "", ClockKind.JUDGE_OBJECTION: "cases.judge_objection",
    ClockKind.SUPERIOR: "cases.report_up",
}  # fmt: skip

# Periods of the body that reviews, or reviews again: whatever its unit did, these days are not the unit's.
REVIEWED = (ClockKind.REVIEW, ClockKind.RECHECK)
# The unit has reported, or objected: its periods run on, but these days are the office's (cases/ledger.py).
WITH_THE_OFFICE = (State.CHECKING, State.OBJECTED)

# There is nothing left to give feedback on; whoever ordered it closes the order.
ENDED_OTHERWISE = (State.MERGED, State.WITHDRAWN)


@dataclass(frozen=True)
class Source:
    """One thing owed, until when, by whom. ``kind`` is what the ladder calls it; ``version`` rises with a new day.

    ``promises``: (urged on, promised for) of the unit that owes it. ``urged_on``: the first urging after the due
    day. ``supervised``: an order about the matter is not closed. ``inside``: owed within the office. ``body``: whose
    people come before those of the office, where it has any; ``barred``: users who may not do what is owed.
    """

    rule: str
    kind: str
    row: models.Model
    version: int
    due: dt.date
    cases: tuple[Case, ...]
    office: Unit
    unit: Unit | None = None
    person: User | None = None
    permission: str = "cases.take_up"
    inside: bool = False
    also: tuple[User, ...] = ()
    leader: User | None = None
    promises: tuple[tuple[dt.date, dt.date], ...] = ()
    urged_on: dt.date | None = None
    supervised: bool = False
    body: Unit | None = None
    barred: frozenset[int] = frozenset()
    name: str = field(init=False)

    def __post_init__(self) -> None:
        matter = self.cases[0].pk if self.cases else 0
        object.__setattr__(self, "name", f"{self.rule}:{matter}:{self.row.pk}-{self.version}")


Rows = Iterable[Any]


def clocks(cases: CaseQuerySet | None = None) -> "models.QuerySet[Clock]":
    """Running periods that the ladder speaks of."""
    kinds = sorted({kind for rung in ladder() for kind in rung.of} & set(ClockKind.values))
    running = Clock.objects.filter(MAKES_DUE, stopped_on__isnull=True, kind__in=kinds)
    return running if cases is None else running.filter(case__in=cases)


def late_by_unit(cases: CaseQuerySet, today: dt.date) -> CaseQuerySet:
    """Of these matters those in which the unit that works on them has itself let a day pass."""
    late = Clock.objects.filter(MAKES_DUE, case=models.OuterRef("pk"), stopped_on__isnull=True, kind__in=THE_UNITS)
    return cases.filter(models.Exists(late.filter(strict_due__lt=today)), state__in=IN_HAND)


def orders(cases: CaseQuerySet | None = None) -> SupervisionQuerySet:
    """Supervisions that wait for feedback; of a matter that ended otherwise they wait for their close-out alone."""
    waiting = Supervision.objects.filter(closed_at__isnull=True, feedback_at__isnull=True)
    waiting = waiting.exclude(case__state__in=ENDED_OTHERWISE)
    return waiting if cases is None else waiting.filter(case__in=cases)


def suggestions(cases: CaseQuerySet | None = None) -> "models.QuerySet[Suggestion]":
    """Suggestions that wait for a written answer; of given matters, those all of whose matters are among them."""
    waiting = Suggestion.objects.unanswered()
    if cases is None:
        return waiting
    links = Suggestion.cases.through.objects.filter(suggestion=models.OuterRef("pk"))
    return waiting.filter(~models.Exists(links.exclude(case__in=cases)))


def charges(cases: CaseQuerySet | None = None) -> "models.QuerySet[Charge]":
    """Matters a leader has charge of."""
    return Charge.objects.open() if cases is None else Charge.objects.open().filter(case__in=cases)


JOINED = (
    "case__office",
    "case__handling_unit__parent",
    "case__handler__unit__parent",
    "case__created_by__unit__parent",
)


def of_clocks(rows: "models.QuerySet[Clock]") -> list[Source]:
    """Sources of these clocks; six queries however many there are, two more where there is a review among them."""
    found = list(rows.select_related(*JOINED).prefetch_related("case__interests"))
    cases = {clock.case_id for clock in found}
    urgings: dict[int, list[Urging]] = defaultdict(list)
    made: list[Any] = list(Urging.objects.filter(case__in=cases).order_by("urged_at", "pk"))
    for urging in made:
        urgings[urging.case_id].append(urging)
    leads = Assignment.objects.filter(case__in=cases, role=SendRole.LEAD).order_by()
    sent = dict(leads.values_list("case").annotate(models.Max("sent_at")))
    for case_id, day in sent.items():  # what was said before it was sent anew was about another round
        urgings[case_id] = [one for one in urgings[case_id] if one.urged_at >= day]
    supervised = set(Supervision.objects.open().filter(case__in=cases).values_list("case_id", flat=True))
    threads = {clock.thread for clock in found if clock.thread}
    owners = _assisting(threads) | _instructed(threads)
    reviewed = _reviewed([clock.case for clock in found if clock.kind in REVIEWED])
    return [
        _of_clock(
            clock, urgings[clock.case_id], clock.case_id in supervised,
            owners.get(clock.thread) or (reviewed.get(clock.case_id) if clock.kind in REVIEWED else None),
        )
        for clock in found
    ]  # fmt: skip


def _of_clock(clock: Clock, urgings: list[Urging], supervised: bool, other: dict[str, Any] | None) -> Source:
    """``other``: who owes it, where it is neither the unit that works on the matter nor the office."""
    case = clock.case
    mine = [one for one in urgings if one.unit_id == case.handling_unit_id]
    after = [day for day in map(_day, mine) if day > clock.strict_due]
    whose = other or _owner(case, clock.kind)
    by_unit = not other and not whose.get("inside")
    promises = tuple((_day(one), one.promised_on) for one in mine if one.promised_on) if by_unit else ()
    return Source(
        "remind", clock.kind, clock, clock.version, clock.strict_due, (case,), case.office,
        promises=promises, urged_on=after[0] if after and by_unit else None, supervised=supervised, **whose,
    )  # fmt: skip


def _day(urging: Urging) -> dt.date:
    return local_day(urging.urged_at)


def _owner(case: Case, kind: str) -> dict[str, Any]:
    """Who owes a period: the office, the unit that works on the matter, or whoever registered it."""
    if kind in OFFICE:
        asked = OFFICE[ClockKind(kind)]
        who = {"unit": case.office, "permission": asked} if asked else {"person": case.created_by}
        return {"inside": True} | who
    if case.handling_unit is None:
        return {"inside": True, "person": case.created_by}
    if case.state in WITH_THE_OFFICE:
        return {"inside": True, "unit": case.office, "permission": "cases.review"}
    handler = case.handler if case.handler and case.handler.is_active else None
    return {"unit": case.handling_unit, "person": handler}


def _reviewed(cases: list[Case]) -> dict[int, dict[str, Any]]:
    """Who has to give the opinion of review or recheck: the body's own people where they may open the matter.

    They may where the body stands above the office that registered it; else those of the office who review.
    """
    known: dict[int, tuple[Unit, frozenset[int]]] = {}
    if cases:
        known = import_string(settings.REVIEWED_BY)([case.pk for case in cases])
    found: dict[int, dict[str, Any]] = {}
    for case in cases:
        body, barred = known.get(case.pk, (None, frozenset()))
        above = body if body and case.office.path.startswith(body.path) else None
        whose = {"inside": True, "unit": case.office, "permission": "review.decide"}
        found[case.pk] = whose | {"body": above, "barred": barred}
    return found


def _assisting(threads: set[str]) -> dict[str, dict[str, Any]]:
    keys = [one.removeprefix("assignment:") for one in threads if one.startswith("assignment:")]
    rows = Assignment.objects.filter(pk__in=keys).select_related("unit__parent")
    return {f"assignment:{row.pk}": {"unit": row.unit, "permission": "cases.assist"} for row in rows}


def _instructed(threads: set[str]) -> dict[str, dict[str, Any]]:
    keys = [one.removeprefix("instruction:") for one in threads if one.startswith("instruction:")]
    joined = ("to_unit__parent", "to_user__unit__parent", "leader__unit__parent", "recorded_by__unit__parent")
    rows = Instruction.objects.filter(pk__in=keys).select_related(*joined)
    return {
        row.thread: {
            "unit": row.to_unit or (row.to_user and row.to_user.unit), "person": row.to_user,
            "permission": "briefing.answer", "also": (row.recorded_by,), "leader": row.leader,
        }
        for row in rows
    }  # fmt: skip


def of_orders(rows: Any) -> list[Source]:
    joined = ("case__office", "unit__parent", "ordered_by__unit__parent")
    return [
        Source(
            "feedback", "feedback", one, one.round, one.due_on, (one.case,), one.case.office, unit=one.unit,
            permission="followup.feedback", also=(one.ordered_by,),
        )
        for one in rows.select_related(*joined).prefetch_related("case__interests")
    ]  # fmt: skip


def of_suggestions(rows: "models.QuerySet[Suggestion]") -> list[Source]:
    linked = models.Prefetch(
        "cases", Case.objects.select_related("office").prefetch_related("interests"), to_attr="linked"
    )
    joined = rows.select_related("unit__parent", "issued_by__unit__parent", "paper")
    found: list[Any] = list(joined.prefetch_related(linked))
    return [
        Source(
            "adoption", "adoption", one, 1, one.due_on, tuple(one.linked), one.issued_by.unit, unit=one.unit,
            permission="followup.feedback", also=(one.issued_by,),
        )
        for one in found
    ]  # fmt: skip


def of_charges(rows: "models.QuerySet[Charge]") -> list[Source]:
    found = rows.select_related("case__office", "leader__unit__parent", "recorded_by__unit__parent")
    found = found.prefetch_related("case__interests")
    return [
        Source(
            "charge", "charge", one, 1, one.due_on, (one.case,), one.case.office, unit=one.case.office,
            person=one.leader, permission="briefing.instruct", inside=True, also=(one.recorded_by,), leader=one.leader,
        )
        for one in found
    ]  # fmt: skip


# rule → (rows that owe something, sources of rows)
RULES: dict[str, tuple[Any, Any]] = {
    "remind": (clocks, of_clocks),
    "feedback": (orders, of_orders),
    "adoption": (suggestions, of_suggestions),
    "charge": (charges, of_charges),
}
DUE = {"remind": "strict_due"}


def batches(rule: str, today: dt.date, cases: CaseQuerySet | None = None) -> Iterator[list[Source]]:
    """All sources of a rule that have come near a rung by ``today``, two hundred at a time, in the order of keys."""
    rows, build = RULES[rule]
    earliest = min((rung.from_day for rung in ladder()), default=0)
    near = {f"{DUE.get(rule, 'due_on')}__lte": today - dt.timedelta(days=earliest)}
    last = 0
    while True:
        keys = list(rows(cases).filter(pk__gt=last, **near).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        yield build(type_of(rule).objects.filter(pk__in=keys).order_by("pk"))
        last = keys[-1]


def type_of(rule: str) -> Any:
    return {"remind": Clock, "feedback": Supervision, "adoption": Suggestion, "charge": Charge}[rule]


def again(rule: str, pk: int) -> Source | None:
    """The source of one row as it is now; None when nothing is owed any more."""
    found = some(rule, [pk])
    return found[0] if found else None


def some(rule: str, keys: Iterable[int]) -> list[Source]:
    """The sources of these rows as they are now, of those that still owe something."""
    rows, build = RULES[rule]
    made: list[Source] = build(rows().filter(pk__in=list(keys)).order_by("pk"))
    return made


def standing(rule: str) -> set[str]:
    """The names of everything owed now, near or far."""
    rows, _build = RULES[rule]
    if rule == "remind":
        named = rows().values_list("case_id", "pk", "version")
        return {f"{rule}:{case}:{pk}-{version}" for case, pk, version in named}
    return {source.name for source in _build(rows())}
