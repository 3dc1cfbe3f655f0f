"""Is a matter ready to be filed? What must be there, what is missing, what is only worth a look.

The rule of the house: the conclusion is on paper, an opinion was delivered, the
petitioner of a handled matter, or of one that was drawn, was visited or called once more (or
the archivist says why not), no supervision is open, and none of the office's own periods runs. The petitioner's
thirty days to ask for review may still run: a later request opens a new dossier in the
same household. A referred matter is ready once the receiver's day to object has passed.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext as _

from cases.choices import WINDOWS, ClockKind, State
from cases.models import Case, Clock
from documents.models import Paper
from followup.choices import Reached
from followup.models import Sampled, Supervision
from reception.choices import PetitionerKind

CONCLUSIONS = {
    State.SERVED: ("opinion",),
    State.LAPSED: ("opinion", "review_opinion"),
    State.CONCLUDED: ("opinion", "recheck_opinion"),
    State.ANSWERED: ("answer_record",),
    State.GUIDED: ("guide_notice",),
    State.HANDED_OVER: ("refer_letter",),
    State.ENDED: ("settlement",),
    State.DECLINED: ("decline_notice",),
    State.NO_LONGER: ("no_longer_notice",),
    State.WITHDRAWN: ("withdrawal",),
    State.REFERRED: ("refer_letter",),
}
# Their conclusion counts from the day it was received, so a delivery must be on record.
DELIVERED_FIRST = (State.SERVED, State.LAPSED, State.CONCLUDED, State.DECLINED, State.NO_LONGER)
VISITED_AGAIN = (State.SERVED, State.LAPSED)
RECEIVERS = (ClockKind.OBJECT, ClockKind.NOTIFY)


@dataclass(frozen=True)
class Check:
    """One line of the checklist. ``level``: ok, warn (may be filed) or late (must be settled first)."""

    code: str
    label: str
    level: str
    text: str


def checklist(case: Case, today: dt.date) -> list[Check]:
    """Every check of one matter, in the order an archivist goes through them."""
    return checklists([case], today)[case.pk]


def checklists(cases: Iterable[Case], today: dt.date) -> dict[int, list[Check]]:
    """The checks of many matters with a fixed number of queries."""
    cases = list(cases)
    kinds = _paper_kinds(cases)
    clocks = _by_case(Clock.objects.filter(case__in=cases, stopped_on__isnull=True))
    related = {case.pk: case for case in _with_relations(cases)}
    return {
        case.pk: [
            _conclusion(related[case.pk], kinds.get(case.number, set())),
            _delivery(related[case.pk]),
            _return_visit(related[case.pk]),
            _supervision(related[case.pk]),
            *_clocks(case, clocks.get(case.pk, []), today),
        ]
        for case in cases
    }


def missing(checks: Iterable[Check]) -> list[Check]:
    """What keeps the matter from being filed; the return visit can be waived with a reason."""
    return [check for check in checks if check.level == "late"]


def _paper_kinds(cases: list[Case]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = Paper.objects.filter(matter__in=[case.number for case in cases], voided_at__isnull=True)
    for number, kind in rows.values_list("matter", "kind"):
        found.setdefault(number, set()).add(kind)
    return found


def _by_case(clocks: Iterable[Clock]) -> dict[int, list[Clock]]:
    found: dict[int, list[Clock]] = {}
    for clock in clocks:
        found.setdefault(clock.case_id, []).append(clock)
    return found


def _with_relations(cases: list[Case]) -> Iterable[Case]:
    wanted = Case.objects.filter(pk__in=[case.pk for case in cases])
    parts = ("deliveries", "return_visits", "sampled", "supervisions")
    return wanted.select_related("main", "petitioner").prefetch_related(*parts)


def _conclusion(case: Case, kinds: set[str]) -> Check:
    wanted = CONCLUSIONS.get(State(case.state), ())
    if case.state == State.MERGED:
        number = case.main.number if case.main else ""
        return Check("conclusion", _("结论文书"), "ok", _("已并入 %(number)s，结论见主件。") % {"number": number})
    if kinds & set(wanted):
        return Check("conclusion", _("结论文书"), "ok", _("已制发。"))
    if case.source != "counter":
        return Check("conclusion", _("结论文书"), "warn", _("历史台账转入，系统内没有文书。"))
    return Check("conclusion", _("结论文书"), "late", _("还没有结论文书。"))


def _delivery(case: Case) -> Check:
    label = _("送达")
    last = max((one.delivered_on for one in case.deliveries.all()), default=None)
    if last:
        return Check("delivery", label, "ok", _("%(day)s 送达。") % {"day": last.isoformat()})
    if case.state in DELIVERED_FIRST and case.source == "counter" and case.petitioner.kind != PetitionerKind.ANONYMOUS:
        return Check("delivery", label, "late", _("结论文书还没有送达记录。"))
    if case.state == State.ANSWERED:
        return Check("delivery", label, "ok", _("已经答复，没有须送达的文书。"))
    return Check("delivery", label, "warn", _("系统内没有送达记录，请核对纸质回证。"))


def _return_visit(case: Case) -> Check:
    label = _("回访")
    if any(row.closed_at is None for row in cast(Iterable[Sampled], case.sampled.all())):
        return Check("return_visit", label, "late", _("已抽中回访，还没有结果；不再回访的，归档时写明理由。"))
    if any(visit.reached != Reached.NO for visit in case.return_visits.all()):
        return Check("return_visit", label, "ok", _("已回访。"))
    if case.state not in VISITED_AGAIN:
        return Check("return_visit", label, "ok", _("此类结果不要求回访。"))
    tried = _("回访未联系上；") if case.return_visits.all() else _("还没有回访；")
    return Check("return_visit", label, "late", tried + _("不再回访的，归档时写明理由。"))


def _supervision(case: Case) -> Check:
    left = [one for one in cast(Iterable[Supervision], case.supervisions.all()) if one.closed_at is None]
    if left:
        return Check("supervision", _("督办"), "late", _("有 %(n)s 项督办未销号。") % {"n": len(left)})
    return Check("supervision", _("督办"), "ok", _("没有未了的督办。"))


def _clocks(case: Case, clocks: list[Clock], today: dt.date) -> list[Check]:
    """A running period of ours keeps the matter open; the petitioner's own does not, nor a receiver's lapsed one."""
    checks = []
    for clock in clocks:
        words = {"kind": clock.get_kind_display(), "day": clock.legal_due.isoformat()}
        if clock.kind in WINDOWS:
            if clock.legal_due >= today:
                text = _("信访人可以请求复查、复核至 %(day)s，届满后归档。") % words
                checks.append(Check("clock", _("复查期"), "late", text))
        elif case.state == State.REFERRED and clock.kind in RECEIVERS and clock.legal_due < today:
            text = _("收文单位的“%(kind)s”期限已过（%(day)s），归档时停止计时。") % words
            checks.append(Check("clock", _("期限"), "warn", text))
        else:
            checks.append(Check("clock", _("期限"), "late", _("“%(kind)s”期限还在计时（至 %(day)s）。") % words))
    return checks or [Check("clock", _("期限"), "ok", _("没有在走的期限。"))]
