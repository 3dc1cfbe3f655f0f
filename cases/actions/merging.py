"""Two matters become one, and two again (并案、撤销并案); everything is kept and comes back."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, merging
from cases.choices import SendRole
from cases.deadlines import Calendar
from cases.models import Case
from cases.telling import tell_people_at
from cases.workflow import move
from vault.errors import Refusal

REASON = "merged"  # of stopped clocks; what brings them back


@trail.verb
def merge(*, case: Case, actor: User, at: dt.datetime, main: Case, note: str = "") -> None:
    """Merge ``case`` into ``main``: its periods stop, the main one's go on; visits and papers stay where they are.

    Between different people's matters (a joint affair) ``note`` says why they are one.
    Raises ``Refusal`` when the table or the shield of article 30 forbids it, ``Stale``
    when somebody was faster. Of two mergers at once each sees what the other did.
    """
    main = _locked(case, main)
    if merging.joint(case, main) and not note.strip():
        raise Refusal(_("不同信访人的事项并案，请写明属于同一事项的理由。"))
    move(case, "merge", actor=actor, at=at, note=note, main=main)
    running = case.clocks.filter(stopped_on__isnull=True).values_list("kind", flat=True)
    trail.also_wrote(*clocks.stop(case, set(running), clocks.local_day(at), REASON))
    trail.record(
        actor=actor, verb="take_in", title=_("%(number)s 并入") % {"number": case.number}, subject=main, at=at,
        matter=main.number, note=note,
    )  # fmt: skip
    _tell(case, "merged", at)


@trail.verb
def unmerge(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """Take a matter out again: state, unit, handler and periods are as before the merger.

    The periods run on from their own start: the days between count (domain.md 4.7, S98).
    """
    if not note.strip():
        raise Refusal(_("请写明撤销并案的理由。"))
    main = case.main
    move(case, "unmerge", actor=actor, at=at, note=note, main=None)
    trail.also_wrote(*clocks.revive(case, REASON, Calendar.load()))
    if main:
        trail.record(
            actor=actor, verb="take_out", title=_("%(number)s 撤销并案") % {"number": case.number}, subject=main, at=at,
            matter=main.number, note=note,
        )  # fmt: skip
    _tell(case, "unmerged", at)


def _locked(case: Case, main: Case) -> Case:
    """Both rows locked in one order, the main one as it stands now."""
    rows = Case.objects.select_for_update().filter(pk__in=[case.pk, main.pk]).order_by("pk")
    return {row.pk: row for row in rows}[main.pk]


def _tell(case: Case, occasion: str, at: dt.datetime) -> None:
    """Tell the unit that has it; the number of the other matter is not theirs to know."""
    lead = case.assignments.filter(ended_at__isnull=True, role=SendRole.LEAD).select_related("unit").last()
    unit = lead.unit if lead else case.handling_unit
    if unit:
        tell_people_at(case, unit, occasion, at)
