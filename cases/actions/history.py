"""An old register taken over as history: each matter on its own dates, nothing invented."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks
from cases.choices import ClockKind
from cases.deadlines import Calendar
from cases.importing import USER_CODE, HistoryRow
from cases.models import Case
from cases.opening import open_matter
from cases.workflow import move
from reception.models import Petitioner
from reception.registering import PersonData, VisitData, find_petitioner, write_visit


@trail.verb
def import_matters(*, rows: Sequence[HistoryRow], office: Unit, actor: User, at: dt.datetime) -> list[Case]:
    """Write these rows of a register as visits and matters, all of them or none.

    Each is registered on its own day; an answered one is closed on the day of its answer,
    with both periods as they would have run and stopped then. Acceptance and delivery
    stay open, because a register does not say when they were. An unanswered row becomes a
    matter under way. Facts carry the original dates and the mark ``import``.
    """
    calendar = Calendar.load()
    return [_take_over(row, office, actor, at, calendar) for row in rows]


def _take_over(row: HistoryRow, office: Unit, actor: User, at: dt.datetime, calendar: Calendar) -> Case:
    known = _known(row.person)
    data = VisitData(
        key=row.key,
        person=PersonData(name=known.name) if known else row.person,
        visited_at=row.visited_at,
        demand=row.demand,
        category=row.category,
        fields=dict(row.fields),
        petitioner=known,
    )
    visit, rows = write_visit(data, actor=actor, at=row.visited_at, office=office)
    trail.record(
        actor=actor, verb="register", title=_("来访登记（历史台账）"), subject=visit, at=row.visited_at,
        matter=visit.number, rows=rows, source="import", row=row.row, imported_at=at.isoformat(),
    )  # fmt: skip
    case = open_matter(visit, actor=actor, at=row.visited_at, title=row.title, calendar=calendar)
    if row.answered_on and row.closed_at:
        _close(case, row, actor, calendar)
    else:
        move(case, "classify", actor=actor, at=row.visited_at, note=_("历史台账导入"), category=row.category)
    return case


def _known(person: PersonData) -> Petitioner | None:
    """The same person as before; an old portal's user code stands for one person even without a document."""
    found = find_petitioner(person)
    if found is None and USER_CODE.fullmatch(person.name):
        found = Petitioner.objects.living().filter(name=person.name, id_index="").order_by("pk").first()
    return found


def _close(case: Case, row: HistoryRow, actor: User, calendar: Calendar) -> None:
    assert row.answered_on is not None and row.closed_at is not None  # noqa: S101, PT018 - the caller has just looked
    move(
        case, "import_history", actor=actor, at=row.closed_at, note=_("历史台账导入"), answer=row.opinion,
        answered_on=row.answered_on, closed_at=row.closed_at, handling_unit=row.unit,
        answer_days=(row.answered_on - case.registered_on).days,
    )  # fmt: skip
    handling = clocks.past(case, ClockKind.HANDLE, case.registered_on, row.answered_on, "import", calendar)
    stopped = clocks.stop(case, (ClockKind.TRANSFER,), row.answered_on, "import")
    case.decide_due, case.handle_due = None, row.handle_due or handling.strict_due
    case.save(update_fields=["decide_due", "handle_due"])
    trail.also_wrote(handling, *stopped)
