"""A change of the holiday table as a value: what it would do to the running periods, and doing it.

``Plan`` is the change, ``shifts`` the pure preview, ``write`` and ``recompute`` the act.
Preview and act compute with the same functions, so what was shown is what happens.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks
from cases.choices import WITH_A_UNIT, ClockKind, DayKind, State
from cases.deadlines import Calendar, Due
from cases.models import CalendarYear, Case, Clock, Holiday
from cases.telling import not_about, people_at
from notices import outbox

Day = tuple[str, str]  # kind, name
HANDLES = (ClockKind.HANDLE, ClockKind.SIMPLE_HANDLE)
OWN_SOURCE = "本单位录入"
KEPT = ("due_on", "due_kind", "handle_due", "decide_due")  # days kept with the matter
BATCH = 500
NAMED = 3  # numbers told in one notice


@dataclass(frozen=True)
class Plan:
    """What a year's table becomes: days off, worked, or plain again (None), and whether it is checked."""

    year: int
    days: dict[dt.date, Day | None]
    confirm: bool
    source: str

    def payload(self) -> dict[str, Any]:
        """As plain JSON, for the request."""
        days = {day.isoformat(): list(value) if value else None for day, value in sorted(self.days.items())}
        return {"year": self.year, "days": days, "confirm": self.confirm, "source": self.source}

    @classmethod
    def from_payload(cls, payload: Any) -> "Plan":
        days = {dt.date.fromisoformat(day): (v[0], v[1]) if v else None for day, v in payload["days"].items()}
        return cls(payload["year"], days, payload["confirm"], payload["source"])

    def on(self, calendar: Calendar) -> Calendar:
        """The calendar with this change made; the one given stays as it is."""
        off, work = dict(calendar.off), dict(calendar.work)
        for day, value in self.days.items():
            off.pop(day, None)
            work.pop(day, None)
            if value:
                (off if value[0] == DayKind.OFF else work)[day] = value[1]
        confirmed = calendar.confirmed - {self.year} | ({self.year} if self.confirm else set())
        return replace(calendar, off=off, work=work, confirmed=frozenset(confirmed))

    def after(self, before: dict[dt.date, Day]) -> dict[dt.date, Day]:
        """The days of the year that differ from the plain week once the change is made."""
        merged = {**before, **self.days}
        return {day: value for day, value in sorted(merged.items()) if value}

    def changes(self, before: dict[dt.date, Day], row: CalendarYear | None) -> bool:
        """Would anything be different afterwards?"""
        same_row = row is not None and row.confirmed == self.confirm and self.source in ("", row.source)
        return not same_row or self.after(before) != before


def days_of(year: int) -> dict[dt.date, Day]:
    """The days of a year that differ from the plain week, as the table has them now."""
    rows = Holiday.objects.filter(day__year=year).order_by("day")
    return {day: (kind, name) for day, kind, name in rows.values_list("day", "kind", "name")}


@dataclass(frozen=True)
class Shift:
    """A running clock whose day or provisional mark differs under another calendar."""

    clock: Clock
    found: Due

    @property
    def moved(self) -> int:
        """Calendar days the legal last day moves, earlier below zero; the strict one where only that moves."""
        legal = (self.found.legal_due - self.clock.legal_due).days
        return legal or (self.found.strict_due - self.clock.strict_due).days

    @property
    def differs(self) -> bool:
        """Something a reader of the matter sees: a day, or the word 暂定."""
        clock, found = self.clock, self.found
        before = (clock.strict_due, clock.legal_due, clock.provisional)
        return before != (found.strict_due, found.legal_due, found.provisional)

    def words(self) -> str:
        """``办理 2027-01-20 → 2027-01-21``, with the day rolled to where that differs."""
        old, new = _days(self.clock), _days(self.found)
        mark = "" if self.found.provisional == self.clock.provisional else (
            _("（暂定）") if self.found.provisional else _("（已确认）")
        )  # fmt: skip
        return f"{self.clock.get_kind_display()} {old if old == new else f'{old} → {new}'}{mark}"


def _days(one: Clock | Due) -> str:
    if one.legal_due == one.strict_due:
        return one.strict_due.isoformat()
    return _("%(day)s（顺延至 %(legal)s）") % {"day": one.strict_due, "legal": one.legal_due}


@dataclass(frozen=True)
class Tally:
    """The preview in numbers, for whoever has no right to the matters."""

    clocks: int
    later: int
    earlier: int
    marked: int
    furthest: int


def tally(found: Iterable[Shift]) -> Tally:
    """Count shifts; ``furthest`` is the greatest distance in calendar days, ``marked`` moves no day."""
    moves = [one.moved for one in found]
    later, earlier = sum(one > 0 for one in moves), sum(one < 0 for one in moves)
    furthest = max((abs(one) for one in moves), default=0)
    return Tally(len(moves), later, earlier, len(moves) - later - earlier, furthest)


def running(cases: QuerySet[Case] | None = None) -> QuerySet[Clock]:
    """All running clocks, or those of ``cases``; a filed matter is history and stays as it is."""
    found = Clock.objects.filter(stopped_on__isnull=True).exclude(case__state=State.FILED)
    found = found if cases is None else found.filter(case__in=cases.order_by().values("pk"))
    return found.order_by("case_id", "pk")


def shifts(found: Iterable[Clock], calendar: Calendar) -> list[Shift]:
    """Those of the clocks that would differ with this calendar; nothing is written."""
    computed = (Shift(clock, clocks.computed(clock, calendar)) for clock in found)
    return [one for one in computed if one.differs]


def provisional_due() -> Exists:
    """For lists: does the matter's nearest day hang on a year that is not confirmed?"""
    return Exists(
        Clock.objects.filter(
            case=OuterRef("pk"), kind=OuterRef("due_kind"), strict_due=OuterRef("due_on"), stopped_on__isnull=True,
            provisional=True,
        )
    )  # fmt: skip


def write(plan: Plan) -> CalendarYear:
    """Put the change into the table."""
    Holiday.objects.filter(day__in=list(plan.days)).delete()
    Holiday.objects.bulk_create(
        Holiday(day=day, kind=value[0], name=value[1]) for day, value in plan.days.items() if value
    )
    row, _made = CalendarYear.objects.update_or_create(
        year=plan.year, defaults={"confirmed": plan.confirm, "source": plan.source or OWN_SOURCE}
    )
    return row


def recompute(calendar: Calendar, *, actor: User | None, at: dt.datetime) -> list[Shift]:
    """Set the days of every running clock anew, inside a verb that has recorded its own fact.

    One entry in the trail per changed matter. A clock whose day stays but whose
    explanation changed is sealed with the verb's own fact. The matters are locked first,
    as everywhere; statements grow with batches of rows, not with rows.
    """
    joined = ("handling_unit", "office", "handler__unit")
    open_ones = Case.objects.filter(Exists(running().filter(case=OuterRef("pk")).order_by()))
    cases = {one.pk: one for one in open_ones.select_related(*joined).select_for_update(of=("self",)).order_by("pk")}
    found = [one for one in running().select_for_update(of=("self",)) if one.case_id in cases]
    changed, reworded = _set(found, calendar, cases)
    trail.also_wrote(*reworded)
    by_case: dict[int, list[Shift]] = {}
    for one in changed:
        by_case.setdefault(one.clock.case_id, []).append(one)
    _follow([cases[pk] for pk in by_case], by_case, found)
    for pk, moved in by_case.items():
        trail.record(
            actor=actor, verb="recompute", title=_("期限随节假日安排重算"), subject=cases[pk], at=at,
            matter=cases[pk].number, note="；".join(one.words() for one in moved), rows=[one.clock for one in moved],
        )  # fmt: skip
    _tell([cases[pk] for pk, moved in by_case.items() if any(one.moved for one in moved)], at)
    _save(changed, reworded)
    return changed


def _set(found: list[Clock], calendar: Calendar, cases: dict[int, Case]) -> tuple[list[Shift], list[Clock]]:
    """Which clocks change, and which keep their day under another explanation."""
    changed, reworded = [], []
    for clock in found:
        clock.case = cases[clock.case_id]
        one = Shift(clock, clocks.computed(clock, calendar))
        steps = _steps(one)
        if one.differs:
            changed.append(one)
        elif steps != clock.steps:
            clock.steps = steps
            reworded.append(clock)
    return changed, reworded


def _steps(one: Shift) -> dict[str, Any]:
    """The new explanation; that a hearing holds the clock still stays in it."""
    return one.found.steps() | {key: one.clock.steps[key] for key in ("pausing",) if key in one.clock.steps}


def _save(changed: list[Shift], reworded: list[Clock]) -> None:
    for one in changed:
        clock, found = one.clock, one.found
        clock.version += (clock.strict_due, clock.legal_due) != (found.strict_due, found.legal_due)
        clock.steps = _steps(one)
        clock.strict_due, clock.legal_due, clock.provisional = found.strict_due, found.legal_due, found.provisional
    _write([*(one.clock for one in changed), *reworded], "strict_due", "legal_due", "provisional", "steps", "version")


def _write(rows: Sequence[Case] | Sequence[Clock], *fields: str) -> None:
    """One statement per set of equal values: periods that began on the same day end on the same day."""
    alike: dict[str, list[Case | Clock]] = {}
    for row in rows:
        alike.setdefault(repr([getattr(row, field) for field in fields]), []).append(row)
    for group in alike.values():
        values = {field: getattr(group[0], field) for field in fields}
        for start in range(0, len(group), BATCH):
            keys = [row.pk for row in group[start : start + BATCH]]
            group[0].__class__._default_manager.filter(pk__in=keys).update(**values)


def _follow(cases: list[Case], by_case: dict[int, list[Shift]], found: list[Clock]) -> None:
    """Let the days kept with the matter follow their clocks: nearest, handling, decision."""
    new = {one.clock.pk: one.found.strict_due for moved in by_case.values() for one in moved}
    nearest: dict[int, tuple[dt.date, int, str]] = {}
    for clock in found:
        day = new.get(clock.pk, clock.strict_due)
        if clock.kind in clocks.OURS and (clock.paused_on is None or day < clock.paused_on):  # as clocks.MAKES_DUE
            key = (day, clock.pk, clock.kind)
            nearest[clock.case_id] = min(nearest.get(clock.case_id, key), key)
    kept = {case.pk: _kept(case) for case in cases}
    for case in cases:
        case.due_on, case.due_kind = nearest[case.pk][::2] if case.pk in nearest else (None, "")
        _mirror(case, by_case[case.pk])
    _write([case for case in cases if kept[case.pk] != _kept(case)], *KEPT)


def _kept(case: Case) -> list[Any]:
    return [getattr(case, field) for field in KEPT]


def _mirror(case: Case, moved: list[Shift]) -> None:
    for one in moved:
        if one.clock.kind in HANDLES and case.handle_due == one.clock.strict_due:
            case.handle_due = one.found.strict_due
        if one.clock.kind in clocks.BEFORE_DECISION and case.decide_due == one.clock.strict_due:
            case.decide_due = one.found.strict_due


def _tell(cases: list[Case], at: dt.datetime) -> None:
    """One notice per person, however many of their matters moved; who the matter is about hears nothing."""
    people: dict[tuple[int, str], list[User]] = {}
    known: dict[int, User] = {}
    mine: dict[int, tuple[User, list[Case]]] = {}
    for case in cases:
        unit, permission = _whose(case)
        if (unit.pk, permission) not in people:
            people[unit.pk, permission] = people_at(unit, permission)
        handler = [case.handler] if case.handler and case.handler.is_active else []
        for pk, one in {one.pk: one for one in (*people[unit.pk, permission], *handler)}.items():
            user = known.setdefault(pk, one)
            if not_about(case, [user]):
                mine.setdefault(user.pk, (user, []))[1].append(case)
    for user, about in mine.values():
        if not (theirs := _opened(user, about)):
            continue
        numbers = "、".join(one.number for one in theirs[:NAMED])
        text = _("%(numbers)s 等 %(n)s 件事项的期限随节假日安排调整，请留意。") if len(theirs) > 1 else _(
            "%(numbers)s 的期限随节假日安排调整，请留意。"
        )  # fmt: skip
        outbox.put(
            recipients=[user], kind="recompute", text=text % {"numbers": numbers, "n": len(theirs)},
            url=theirs[0].get_absolute_url() if len(theirs) == 1 else "/cases/todo/", at=at,
            matter=theirs[0].number if len(theirs) == 1 else "", key=f"recompute:{at.isoformat()}",
        )  # fmt: skip


def _opened(user: User, cases: list[Case]) -> list[Case]:
    """Those of these matters that the user may open: ``people_at`` reaches inner offices, which may not."""
    known: set[int] = set()
    for start in range(0, len(cases), BATCH):
        some = [one.pk for one in cases[start : start + BATCH]]
        known.update(Case.objects.visible_to(user).filter(pk__in=some).values_list("pk", flat=True))
    return [one for one in cases if one.pk in known]


def _whose(case: Case) -> tuple[Unit, str]:
    """The body whose day moved, and what its people must be able to do to hear of it."""
    if case.handling_unit and case.state in WITH_A_UNIT:
        return case.handling_unit, "cases.take_up"
    return case.office, "cases.review"
