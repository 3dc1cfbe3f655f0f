"""The time ledger: whose day it was. Written when the workflow moves a matter or a hearing begins and ends.

From registration to filing every day belongs to exactly one holder, without gap or
overlap: the stretches follow each other day by day, and their lengths add up to the
elapsed days. As in counting periods, the first day is not counted, and a day on which
the matter changes hands belongs to whoever held it that morning. Lateness is laid to
whoever held the days after the due day.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Unit
from cases.choices import Holder
from cases.choices import State as S
from cases.clocks import local_day
from cases.deadlines import ONE_DAY
from cases.models import Case, Clock, Holding

UNIT_HOLDS = (S.REFERRED, S.ASSIGNED, S.HANDLING, S.SIGNING, S.SETTLED)
OFFICE_HOLDS = (
    S.REGISTERED, S.CLASSIFIED, S.PROPOSED, S.INFORMED, S.ACCEPTED, S.OBJECTED, S.CHECKING, S.CLOSED,
)  # fmt: skip
REVIEWER_HOLDS = (S.REVIEWING, S.REVIEWED, S.RECHECKING, S.RECHECKED)


@dataclass(frozen=True)
class Stretch:
    """Days of one holder as shown on the page; ``days`` are calendar days up to today where it is still open."""

    holder: Holder
    unit: Unit | None
    since: dt.date
    until: dt.date | None
    days: int


def holder_of(state: str) -> Holder | None:
    """Who holds a matter in this state; nobody once it is filed."""
    if state == S.FILED:
        return None
    if state in UNIT_HOLDS:
        return Holder.UNIT
    if state in OFFICE_HOLDS:
        return Holder.OFFICE
    if state in REVIEWER_HOLDS:
        return Holder.REVIEWER
    # answered, served, declined …: the next word is the petitioner's
    return Holder.PAUSE if state == S.MERGED else Holder.PETITIONER


def pass_on(case: Case, before: str, step: str, at: dt.datetime) -> list[Holding]:
    """Note who holds the matter after a move; returns the rows written, none when the holder stays."""
    if case.state == before and _hearing_holds(case):
        return []  # a side process during a hearing: the days stay the hearing's
    holder = holder_of(case.state)
    return hand_to(case, holder, _unit(case, holder), step, local_day(at), before=before)


def _hearing_holds(case: Case) -> bool:
    return case.holdings.filter(until__isnull=True, holder=Holder.HEARING).exists()


def to_hearing(case: Case, begins_on: dt.date, step: str) -> list[Holding]:
    """The days of a hearing from ``begins_on``, itself among them, belong to nobody who works on the matter."""
    return [] if _hearing_holds(case) else hand_to(case, Holder.HEARING, None, step, begins_on - ONE_DAY)


def from_hearing(case: Case, last: dt.date, step: str) -> list[Holding]:
    """After ``last``, the hearing's last day, the days belong again to whoever holds a matter in this state."""
    holder = holder_of(case.state)
    return hand_to(case, holder, _unit(case, holder), step, last) if _hearing_holds(case) else []


def hand_to(
    case: Case, holder: Holder | None, unit: Unit | None, step: str, day: dt.date, *, before: str = ""
) -> list[Holding]:
    """Close the open stretch on ``day`` and begin the next; ``holder`` None ends the ledger."""
    current = case.holdings.filter(until__isnull=True).first()
    if current is None:
        current = begin(case, before or case.state)
    if current.holder == holder and current.unit_id == (unit.pk if unit else None):
        return [current]
    current.until = max(day, current.since)
    current.save()
    if holder is None:
        return [current]
    return [current, Holding.objects.create(case=case, holder=holder, unit=unit, since=current.until, step=step)]


def begin(case: Case, state: str = S.REGISTERED) -> Holding:
    """Open the ledger on the day of registration, or where it was left off."""
    last = case.holdings.order_by("-pk").first()
    since = last.until if last and last.until else case.registered_on
    holder = holder_of(state) or Holder.OFFICE
    return Holding.objects.create(case=case, holder=holder, unit=_unit(case, holder), since=since, step="open")


def _unit(case: Case, holder: Holder | None) -> Unit | None:
    if holder == Holder.OFFICE:
        return case.office
    return case.handling_unit if holder == Holder.UNIT else None


def stretches(case: Case, today: dt.date) -> list[Stretch]:
    """The whole ledger of a matter in order; an open stretch reaches to ``today``."""
    rows = case.holdings.select_related("unit").order_by("pk")
    return [
        Stretch(Holder(row.holder), row.unit, row.since, row.until, max(((row.until or today) - row.since).days, 0))
        for row in rows
    ]


def lateness(clock: Clock, ledger: Iterable[Stretch], today: dt.date) -> dict[tuple[Holder, Unit | None], int]:
    """Calendar days after the legal due day, by who held the matter on each of them.

    The day after the due day is the first late one, the day the clock stopped the last.
    While a period stands still (a hearing), no day is late from its first day on. Empty
    when the period was kept.
    """
    end = clock.stopped_on or today
    if clock.paused_on:
        end = min(end, clock.paused_on - dt.timedelta(days=1))
    found: dict[tuple[Holder, Unit | None], int] = {}
    for one in ledger:
        days = (min(one.until or end, end) - max(one.since, clock.legal_due)).days
        if days > 0:
            found[one.holder, one.unit] = found.get((one.holder, one.unit), 0) + days
    return found
