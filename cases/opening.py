"""Making the matter of a visit inside a verb: its row, its first clock, its link to the visit."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind, User
from audit import trail
from cases import clocks, ledger
from cases.choices import ClockKind
from cases.deadlines import Calendar
from cases.models import Case, CaseVisit
from documents.numbering import next_serial, register_number
from reception.choices import Purpose
from reception.models import Visit
from vault.errors import Refusal


def title_of(demand: str) -> str:
    """The first clause of the demand, at most forty characters."""
    first = re.split(r"[。;;!!??\n\r]", demand.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= 40 else first[:39] + "…"


def accused_unit_named(accused: str) -> Unit | None:
    """The unit whose name or short name is written in the text, the longest name first."""
    if not accused:
        return None
    named = [unit for unit in Unit.objects.active() if unit.name in accused or accused == unit.short_name]
    return max(named, key=lambda unit: len(unit.name), default=None)


def first_clock(case: Case) -> ClockKind:
    """Fifteen days for a petition office to send it on (article 22), for another unit to inform in writing (23)."""
    return ClockKind.TRANSFER if case.office.kind == UnitKind.OFFICE else ClockKind.NOTIFY


def open_matter(
    visit: Visit, *, actor: User, at: dt.datetime, title: str = "", calendar: Calendar | None = None
) -> Case:
    """Create the matter in state registered with its first clock (fifteen calendar days) and its time ledger.

    The clock starts on the day the petition was received, which for an old letter is not
    the day it is typed in.
    """
    day = clocks.local_day(visit.visited_at)
    serial = next_serial("case", visit.year)
    case = Case(
        year=visit.year,
        serial=serial,
        number=register_number("XF", visit.year, serial),
        title=title or title_of(visit.demand),
        office=visit.office,
        petitioner=visit.petitioner,
        created_by=actor,
        registered_on=day,
        registered_at=visit.registered_at,
        protected=visit.purpose == Purpose.ACCUSATION or bool(visit.accused),
        accused_unit=accused_unit_named(visit.accused),
    )
    for name in COPIED:
        setattr(case, name, getattr(visit, name))
    case.save(force_insert=True)
    link = CaseVisit.objects.create(case=case, visit=visit, position=1, linked_at=at)
    clock = clocks.start(case, first_clock(case), day, calendar or Calendar.load())
    case.decide_due = clock.strict_due
    case.save(update_fields=["decide_due"])
    trail.record(
        actor=actor, verb="open", title=_("立为信访事项"), subject=case, at=at, matter=case.number,
        rows=[link, clock, ledger.begin(case)], visit=visit.number,
    )  # fmt: skip
    return case


COPIED = (
    "channel", "purpose", "category", "also", "content_category", "region", "demand", "facts", "reasons",
    "accused", "is_group", "visitors", "involved", "source", "external_no",
)  # fmt: skip


def add_visit(case: Case, visit: Visit, *, actor: User, at: dt.datetime) -> CaseVisit:
    """Add a repeat visit to a matter; head counts keep their largest value.

    Raises ``Refusal`` when visit and matter belong to different people.
    """
    if case.petitioner_id not in visit.petitioner.family_ids:
        raise Refusal(_("该事项不是这位信访人提出的，不能并入。"))
    position = case.visit_links.count() + 1
    link = CaseVisit.objects.create(case=case, visit=visit, position=position, linked_at=at)
    case.visitors = max(case.visitors, visit.visitors)
    case.involved = max(case.involved, visit.involved)
    case.is_group = case.is_group or visit.is_group
    case.save(update_fields=["visitors", "involved", "is_group"])
    trail.record(
        actor=actor, verb="repeat_visit", title=_("第 %(n)s 次来访") % {"n": position}, subject=case, at=at,
        matter=case.number, rows=[link], visit=visit.number,
    )  # fmt: skip
    return link
