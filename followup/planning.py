"""The reminders that should exist: what is owed × the ladder × who is told. Computed, never counted down.

``plan(now)`` is a function of the rows and the day alone. A sweep records what is missing of it, so sweeps
that run late, often, at once, or with the clock put back and forth end with the same rows: each rung once for
each version of what is owed and each recipient. Of the rungs reached, a recipient is told of the most severe
one; a milder one that nobody swept for in time is recorded as superseded, and told after all should its day
come again (a clock that had run ahead).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from accounts.deputies import in_force
from accounts.models import Unit, User
from cases.clocks import local_day
from cases.models import CaseQuerySet
from cases.telling import not_about_any, not_out
from followup import owing
from followup.models import Reminder, Urging
from followup.owing import Source
from followup.policy import Rung, ladder
from notices import outbox

ONE_DAY = dt.timedelta(days=1)
KEY_PARTS = 5  # of ``Planned.key``; a notice adds the round and whom it was put for


class NothingNew(Exception):
    """Another sweep was faster, or what was owed has ended since: there is nothing to tell."""


@dataclass(frozen=True)
class Planned:
    """One reminder that should exist by a day: since ``day``; ``last`` is the most severe for this recipient.

    ``advice``: what the rung suggests, where the recipient is one who may do it.
    """

    source: Source
    rung: Rung
    recipient: User
    day: dt.date
    last: bool
    advice: str = ""

    @property
    def key(self) -> str:
        """``rule:matter:row-version:rung:recipient``."""
        return f"{self.source.name}:{self.rung.stage}:{self.recipient.pk}"


class Directory:
    """Who holds a permission where, and who stands in for whom, each asked once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, bool], list[User]] = {}
        self._deputyships = in_force()

    def at(self, unit: Unit | None, permission: str, *, exactly: bool = False) -> list[User]:
        """Active holders at a unit and below it, or at this very unit."""
        if unit is None:
            return []
        key = (permission, unit.pk, exactly)
        if key not in self._known:
            holders = User.objects.with_permission(permission).select_related("unit__parent").order_by("pk")
            where = Q(unit=unit) if exactly else Q(unit__path__startswith=unit.path)
            self._known[key] = list(holders.filter(where))
        return self._known[key]

    def of(self, unit: Unit | None, permission: str) -> list[User]:
        """Active holders at a unit and its inner offices, not at the units below it."""
        if unit is None:
            return []
        return [user for user in self.at(unit, permission) if user.unit and unit.pk in user.unit.body_ids]

    def people(self, source: Source, who: str) -> list[User]:
        """Whom a word of the ladder means for this source."""
        if who == "handler":
            alone = [source.person] if source.person and source.person.is_active else []
            able = alone or self._owing(source)
            return [one for one in able if one.pk not in source.barred]
        if who == "supervisor":
            office = self.of(source.body, "followup.urge") or self.at(source.office, "followup.urge")
            return [*office, *(one for one in source.also if one.is_active)]
        if who == "leader":
            named = [source.leader] if source.leader and source.leader.is_active else []
            return named or self.of(source.body, "cases.approve") or self.at(source.office, "cases.approve")
        if source.inside or source.unit is None:
            return []
        body = source.unit.body
        if who == "unit_head":
            return self.of(body, "cases.sign_off")
        return self.at(body.parent, "followup.feedback", exactly=True)

    def _owing(self, source: Source) -> list[User]:
        """Whoever may do what is owed, at the body that has to or, where it has nobody, at the unit."""
        mine = self.of(source.body, source.permission)
        return mine or (self.at if source.inside else self.of)(source.unit, source.permission)

    def advised(self, source: Source, rung: Rung, user: User) -> str:
        """What a rung suggests to this person; "" where somebody else in the office does it, or nobody can."""
        needed = {"urge_letter": "followup.urge", "supervise": "followup.supervise"}.get(rung.suggest)
        if not needed or not _still_open(rung, source):
            return ""
        return rung.suggest if user in self.at(source.office, needed) else ""

    def told(self, source: Source, rung: Rung) -> list[User]:
        """Whom a rung tells, each once; never whoever a matter is about, nor their unit, nor who withdrew from it."""
        people: dict[int, User] = {}
        for who in rung.tell:
            for user in self.people(source, who):
                people.setdefault(user.pk, user)
        able = [user for user in people.values() if all(not_out(case, user) for case in source.cases)]
        return not_about_any(source.cases, able, self._deputyships)


def day_of(rung: Rung, source: Source) -> dt.date | None:
    """The day a rung is reached, in calendar days; put off behind a promise that covers it. None: never."""
    start: dt.date | None = source.due
    if rung.counts_from == "urging":
        start = None if source.supervised else source.urged_on
    if start is None or source.kind not in rung.of:
        return None
    day = start + dt.timedelta(days=rung.from_day)
    for since, until in sorted(source.promises):
        if since < day <= until:
            day = until + ONE_DAY
    return day


def steps(source: Source) -> list[tuple[Rung, dt.date]]:
    """The rungs of a source with their days, the mildest first."""
    return [(rung, day) for rung in ladder() if (day := day_of(rung, source)) is not None]


def planned(source: Source, today: dt.date, directory: Directory) -> list[Planned]:
    """The reminders of one source that should exist by ``today``, the mildest first."""
    reached = [
        (rung, day, user)
        for rung, day in steps(source)
        if day <= today
        for user in directory.told(source, rung)
    ]  # fmt: skip
    last = {user.pk: rung.stage for rung, _day, user in reached}
    return [
        Planned(source, rung, user, day, last[user.pk] == rung.stage, directory.advised(source, rung, user))
        for rung, day, user in reached
    ]


def plan(at: dt.datetime, cases: CaseQuerySet | None = None) -> Iterator[Planned]:
    """All reminders that should exist by this moment; of given matters only, where somebody looks at them."""
    today, directory = local_day(at), Directory()
    for rule in owing.RULES:
        for batch in owing.batches(rule, today, cases):
            for source in batch:
                yield from planned(source, today, directory)


@dataclass(frozen=True)
class News:
    """What a sweep has to write: rows that are missing, and the reminders of which people have to be told."""

    missing: list[Planned]
    telling: list[Planned]

    def __bool__(self) -> bool:
        return bool(self.missing or self.telling)


def news(wanted: Iterable[Planned], known: dict[str, Reminder], old: set[tuple[int, int, str]]) -> News:
    """The plan against what is recorded. ``old``: clock, version and rung told before recipients were recorded."""
    fresh = [one for one in wanted if (one.source.row.pk, one.source.version, one.rung.stage) not in old]
    missing = [one for one in fresh if one.key not in known]
    untold = [one for one in fresh if one.last and one.key in known and _owed_again(known[one.key])]
    return News(missing, [one for one in missing if one.last] + untold)


def _owed_again(row: Reminder) -> bool:
    """Recorded, but nobody was told, or what was told was withdrawn since and holds again."""
    return row.superseded or row.withdrawn_at is not None


def recorded(sources: list[Source]) -> tuple[dict[str, Reminder], set[tuple[int, int, str]]]:
    """The rows of these sources by key, and the old rows that stand for everybody of a rung."""
    rows = Reminder.objects.filter(source__in=[source.name for source in sources])
    clocks = [source.row.pk for source in sources if source.rule == "remind"]
    old = Reminder.objects.filter(clock__in=clocks, recipient__isnull=True)
    return {row.key: row for row in rows if row.key}, set(old.values_list("clock_id", "version", "stage"))


def with_news(batch: list[Source], today: dt.date, directory: Directory) -> list[Source]:
    """Of a batch those for which a sweep has something to write."""
    known, old = recorded(batch)
    return [source for source in batch if news(planned(source, today, directory), known, old)]


def rehearse(at: dt.datetime, until: dt.date, cases: CaseQuerySet | None = None) -> list[tuple[dt.date, Planned]]:
    """What would be told, and on which day: now to catch up, then day by day until ``until``; nothing is written."""
    today, directory = local_day(at), Directory()
    found: list[tuple[dt.date, Planned]] = []
    for rule in owing.RULES:
        for batch in owing.batches(rule, max(today, until), cases):
            known, old = recorded(batch)
            for source in batch:
                now = news(planned(source, today, directory), known, old).telling
                found += [(today, one) for one in now]
                days = {day for _rung, day in steps(source) if today < day <= until}
                for day in days:  # as the sweep of that day will find it: of several rungs it tells the last
                    then = news(planned(source, day, directory), known, old).telling
                    found += [(day, one) for one in then if one.day == day]
    order = [rung.stage for rung in ladder()]
    return sorted(found, key=lambda one: (one[0], one[1].source.name, order.index(one[1].rung.stage)))


def withdraw_stale(batch: list[Source], at: dt.datetime, directory: Directory) -> int:
    """Take back what these sources no longer tell somebody: who it was sent to is not among the recipients now."""
    known, _old = recorded(batch)
    by_name = {source.name: source for source in batch}
    count = 0
    for row in known.values():
        source = by_name[row.source]
        rungs = [rung for rung, _day in steps(source) if rung.stage == row.stage]
        told = {user.pk for rung in rungs for user in directory.told(source, rung)}
        if row.withdrawn_at is None and row.recipient_id not in told:
            count += _withdraw(Q(pk=row.pk), str(row.key), at)
    return count


def withdraw_ended(at: dt.datetime) -> int:
    """Take back the unsent reminders of whatever has stopped, was answered, or got a new day; returns how many."""
    open_rows = Reminder.objects.filter(withdrawn_at__isnull=True).exclude(source="")
    names = set(open_rows.order_by().values_list("source", flat=True).distinct())
    for rule in owing.RULES:
        names -= owing.standing(rule)
    return sum(_withdraw(Q(source=name), name, at) for name in sorted(names))


def withdraw_before_sending(keys: Iterable[str], at: dt.datetime) -> None:
    """Take back those of these notices whose ground has gone since the last sweep (settings.ASK_BEFORE_SENDING).

    The sweep comes every five minutes; a matter handed on a minute ago must not call its old handler late.
    A promise counts as told once its message was put, also where it is taken back here.
    """
    keys = list(keys)
    _withdraw_kept(keys, at)
    ours = {":".join(key.split(":")[:KEY_PARTS]) for key in keys if key.partition(":")[0] in owing.RULES}
    rows = list(Reminder.objects.filter(key__in=ours, withdrawn_at__isnull=True)) if ours else []
    directory = Directory() if rows else None
    for rule in sorted({row.rule for row in rows}):
        names = {row.source: int(row.source.rpartition(":")[2].partition("-")[0]) for row in rows if row.rule == rule}
        now = [source for source in owing.some(rule, names.values()) if source.name in names]
        for name in sorted(names.keys() - {source.name for source in now}):
            _withdraw(Q(source=name), name, at)
        assert directory is not None  # noqa: S101 - there are rows
        withdraw_stale(now, at, directory)


def _withdraw_kept(keys: Iterable[str], at: dt.datetime) -> None:
    """Take back the messages of broken promises whose matter lies with that unit no more."""
    said = {int(key.split(":")[1]) for key in keys if key.startswith("promise:")}
    lying = set(Urging.objects.still_lying().filter(pk__in=said).values_list("pk", flat=True)) if said else set()
    for pk in sorted(said - lying):
        outbox.withdraw(f"promise:{pk}", at=at)


def _withdraw(which: Q, key: str, at: dt.datetime) -> int:
    """Mark the rows once, and cancel what has not left the house under their key."""
    rows = Reminder.objects.filter(which, withdrawn_at__isnull=True).update(withdrawn_at=at)
    if rows:
        outbox.withdraw(key, at=at)
    return rows


def advice(cases: CaseQuerySet, today: dt.date) -> dict[int, str]:
    """What the ladder suggests for each of these matters today: ``urge_letter`` or ``supervise``; rows only."""
    found: dict[int, str] = {}
    for source in owing.of_clocks(owing.clocks(cases)):
        for rung, day in steps(source):
            if day <= today and rung.suggest and _still_open(rung, source):
                found[source.cases[0].pk] = rung.suggest
    return found


def _still_open(rung: Rung, source: Source) -> bool:
    """A letter is not suggested to a unit that was urged since, nor where no unit owes anything."""
    if rung.suggest == "urge_letter":
        with_a_unit = source.unit is not None and not source.inside and source.permission == "cases.take_up"
        return with_a_unit and source.urged_on is None and not source.supervised
    return True
