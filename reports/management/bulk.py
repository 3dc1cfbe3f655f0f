"""Many generated matters at once, for measuring: written in bulk, yet with facts and seals of their own.

Nothing here goes through the verbs of daily work, so nothing here is for daily work. Each
batch is one act; the chain holds three facts for each matter as the import of an old
register does, and ``verify_audit`` passes over the result.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import policy
from cases.choices import ClockKind, State
from cases.models import Case, CaseVisit, Clock
from documents.models import Counter
from documents.numbering import register_number
from reception.choices import IdType, PetitionerKind
from reception.models import ContentCategory, Petitioner, Visit
from reception.naming import initials_of, keep_keys, pinyin_of
from reports.management.demo.people import Crowd
from vault.keyring import blind_index

DAYS = 3650
ENDED = (State.ANSWERED, State.GUIDED, State.SERVED)


class Mill:
    """Makes matters over ten years; the same seed gives the same office."""

    def __init__(self, clerk: User, now: dt.datetime, seed: int = 7) -> None:
        assert clerk.unit is not None  # noqa: S101 - the command has just looked
        self.clerk, self.office, self.now = clerk, clerk.unit, now
        self.rng = random.Random(seed)  # noqa: S311 - generated data, no secret
        self.crowd = Crowd(self.rng)
        self.units = list(Unit.objects.receivers()) or [self.office]
        self.contents = list(ContentCategory.objects.filter(level=3)[:200]) or [None]
        self.rules = policy.deadlines()
        self.run = f"{now.timestamp():.0f}"
        self.made = 0

    def batch(self, size: int) -> None:
        """Write ``size`` matters in one act."""
        moments = sorted(self.now - dt.timedelta(minutes=self.rng.randrange(DAYS * 24 * 60)) for _n in range(size))
        write_bulk(mill=self, moments=moments, actor=self.clerk, at=self.now)
        self.made += size

    def petitioners(self, moments: list[dt.datetime]) -> list[Petitioner]:
        made = Petitioner.objects.bulk_create([self.petitioner(moment) for moment in moments])
        keep_keys(made)
        return made

    def petitioner(self, moment: dt.datetime) -> Petitioner:
        name = self.crowd.name(self.rng.random() < 0.5)
        phone = f"1390{self.rng.randrange(10**7):07d}"
        return Petitioner(
            kind=PetitionerKind.PERSON, name=name, initials=initials_of(name), pinyin=pinyin_of(name),
            id_type=IdType.OTHER, id_number="", phone=phone, phone_index=blind_index("phone", phone),
            address=self.crowd.address(), created_at=moment,
        )  # fmt: skip

    def visit(self, petitioner: Petitioner, moment: dt.datetime, serial: int) -> Visit:
        words = self.crowd.words()
        visitors = self.rng.choices((1, 2, 3, 7), (85, 8, 5, 2))[0]
        return Visit(
            year=moment.year, serial=serial, number=register_number("LF", moment.year, serial),
            key=f"bulk-{self.run}-{moment.year}-{serial}", office=self.office, clerk=self.clerk, visited_at=moment,
            registered_at=moment, petitioner=petitioner, visitors=visitors, involved=visitors, is_group=visitors >= 5,
            channel=self.rng.choices(("visit", "letter", "web", "phone"), (60, 10, 20, 10))[0],
            category=self.rng.choices(("C03", "C04", "C01", "C02", "C10"), (70, 12, 8, 6, 4))[0],
            content_category=self.rng.choice(self.contents), region=self.rng.choice(("和平区", "清水区", "临江县")),
            demand=f"要求解决{words['estate']}{words['n']}号楼的实际困难，涉及{words['big']}户。",
            facts=f"{words['road']}附近，多次反映没有结果。" * self.rng.randint(1, 6), confirmed=True, source="bulk",
        )  # fmt: skip

    def case(self, visit: Visit, serial: int) -> Case:
        days = self.rng.randint(1, 80)
        ended = visit.visited_at + dt.timedelta(days=days)
        state = self.rng.choice(ENDED) if ended < self.now - dt.timedelta(days=30) else State.HANDLING
        first = visit.visited_at.date()
        handle_due = first + dt.timedelta(days=self.rules["handle"].length)
        return Case(
            year=visit.year, serial=serial, number=register_number("XF", visit.year, serial), title=visit.demand[:40],
            state=state, office=self.office, petitioner=visit.petitioner, created_by=self.clerk, channel=visit.channel,
            purpose=visit.purpose, category=visit.category, content_category=visit.content_category,
            region=visit.region, demand=visit.demand, facts=visit.facts, is_group=visit.is_group,
            visitors=visit.visitors, involved=visit.involved, source="bulk", handling_unit=self.rng.choice(self.units),
            registered_on=first, registered_at=visit.visited_at, decided_at=visit.visited_at, handle_due=handle_due,
            decide_due=first + dt.timedelta(days=self.rules["transfer"].length), accepted_at=visit.visited_at,
            **self.ending(state, ended, days, handle_due),
        )  # fmt: skip

    def ending(self, state: str, ended: dt.datetime, days: int, handle_due: dt.date) -> dict[str, Any]:
        if state not in ENDED:
            return {"due_on": handle_due, "due_kind": ClockKind.HANDLE}
        return {"closed_at": ended, "answered_on": ended.date(), "answer_days": days, "answer": "已调查处理并答复。"}

    def clock(self, case: Case) -> Clock:
        rule = self.rules["handle"]
        assert case.handle_due is not None  # noqa: S101 - set above
        return Clock(
            case=case, kind=ClockKind.HANDLE, started_on=case.registered_on, length=rule.length, unit=rule.unit,
            strict_due=case.handle_due, legal_due=case.handle_due, basis=rule.basis, steps={"rule": "handle"},
            stopped_on=case.answered_on, stop_reason="bulk" if case.answered_on else "",
        )  # fmt: skip


@trail.verb
def write_bulk(*, mill: Mill, moments: list[dt.datetime], actor: User, at: dt.datetime) -> None:
    """Write one batch: petitioners, visits, matters, links and clocks, with three facts for each matter."""
    petitioners = mill.petitioners(moments)
    serials = list(_serials("visit", moments))
    visits = Visit.objects.bulk_create(
        [mill.visit(*each) for each in zip(petitioners, moments, serials, strict=True)], batch_size=500
    )
    cases = Case.objects.bulk_create(
        [mill.case(*each) for each in zip(visits, _serials("case", moments), strict=True)], batch_size=500
    )
    links = CaseVisit.objects.bulk_create(
        [CaseVisit(case=case, visit=visit, linked_at=at) for case, visit in zip(cases, visits, strict=True)]
    )
    clocks = Clock.objects.bulk_create([mill.clock(case) for case in cases], batch_size=500)
    for visit, petitioner, case, link, clock in zip(visits, petitioners, cases, links, clocks, strict=True):
        trail.record(
            actor=actor, verb="register", title=_("来访登记（生成）"), subject=visit, at=visit.visited_at,
            matter=visit.number, rows=[petitioner], source="bulk",
        )  # fmt: skip
        trail.record(
            actor=actor, verb="open", title=_("立为信访事项"), subject=case, at=visit.visited_at, matter=case.number,
            rows=[link], visit=visit.number,
        )  # fmt: skip
        trail.record(
            actor=actor, verb="bulk", title=_("生成的测量数据"), subject=case, at=case.closed_at or visit.visited_at,
            matter=case.number, rows=[clock], before=State.REGISTERED, after=case.state,
        )  # fmt: skip


def _serials(kind: str, moments: list[dt.datetime]) -> Iterator[int]:
    """Consecutive numbers for each moment's year, taken from the counters in one step a year."""
    years = [moment.year for moment in moments]
    next_of: dict[int, int] = {}
    for year in sorted(set(years)):
        count = years.count(year)
        Counter.objects.get_or_create(kind=kind, year=year)
        Counter.objects.filter(kind=kind, year=year).update(value=F("value") + count)
        next_of[year] = Counter.objects.values_list("value", flat=True).get(kind=kind, year=year) - count + 1
    for year in years:
        yield next_of[year]
        next_of[year] += 1
