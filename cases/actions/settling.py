"""调解、和解 (article 33): the agreement, kept or not kept."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, sides
from cases.choices import ClockKind, SettlementKind
from cases.deadlines import Calendar
from cases.models import Case, Settlement
from cases.telling import tell_settled
from cases.workflow import move
from documents.issuing import issue
from vault.errors import Refusal

TEN_YEARS = 3660  # calendar days; a plain slip of the year, not a rule of law


@trail.verb
def settle(
    *, case: Case, actor: User, at: dt.datetime, kind: str, parties: str, facts: str, terms: str,
    agreed_on: dt.date, perform_by: dt.date,
) -> Settlement:  # fmt: skip
    """达成协议: the agreement is put on paper, its delivery is owed; handling rests until it is performed or not.

    Raises ``Refusal`` for an unknown kind or days that cannot be.
    """
    if kind not in SettlementKind.values:
        raise Refusal(_("请选择调解或者和解。"))
    _in_order(case, clocks.local_day(at), agreed_on, perform_by)
    move(case, "settle", actor=actor, at=at, note=terms)
    made = Settlement.objects.create(
        case=case, kind=kind, parties=parties, facts=facts, terms=terms, agreed_on=agreed_on, perform_by=perform_by,
        made_by=actor, made_at=at,
    )  # fmt: skip
    made.paper = issue(
        "settlement", subject=case, matter=case.number, actor=actor, at=at, title=f"{made.get_kind_display()}协议书",
        context=sides.settlement_paper(case, made, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    made.save(update_fields=["paper"])
    stopped = clocks.stop(case, clocks.HANDLING, clocks.local_day(at), "settle")
    clock = clocks.start_until(case, ClockKind.PERFORM, agreed_on, perform_by, _("协议约定"), Calendar.load())
    trail.also_wrote(made, made.paper, *stopped, clock)
    tell_settled(case, "settled", at)
    return made


def _in_order(case: Case, today: dt.date, agreed_on: dt.date, perform_by: dt.date) -> None:
    if not case.registered_on <= agreed_on <= today:
        raise Refusal(_("签订日期应当在登记之日和今日之间。"))
    if perform_by < agreed_on:
        raise Refusal(_("履行期限不应早于签订日期。"))
    if (perform_by - agreed_on).days > TEN_YEARS:
        raise Refusal(_("履行期限太远，请核对年份。"))


@trail.verb
def performed(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Settlement:
    """协议已履行: the matter ends with it; the sendings end too."""
    day = clocks.local_day(at)
    move(
        case, "performed", actor=actor, at=at, note=note, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    made = _judged(case, actor, at, kept=True, note=note)
    stopped = clocks.stop(case, (ClockKind.PERFORM,), day, "performed")
    ended = list(case.assignments.filter(ended_at__isnull=True))
    for one in ended:
        one.ended_at = at
        one.save(update_fields=["ended_at"])
    trail.also_wrote(made, *stopped, *ended)
    tell_settled(case, "performed", at)
    return made


@trail.verb
def not_performed(*, case: Case, actor: User, at: dt.datetime, note: str) -> Settlement:
    """协议未履行: handling goes on, and so do its periods, from their own start: the time between counts."""
    if not note.strip():
        raise Refusal(_("请写明协议没有履行的情况。"))
    move(case, "not_performed", actor=actor, at=at, note=note)
    made = _judged(case, actor, at, kept=False, note=note)
    stopped = clocks.stop(case, (ClockKind.PERFORM,), clocks.local_day(at), "not_performed")
    revived = clocks.revive(case, "settle", Calendar.load())
    trail.also_wrote(made, *stopped, *revived)
    tell_settled(case, "not_performed", at)
    return made


def _judged(case: Case, actor: User, at: dt.datetime, *, kept: bool, note: str) -> Settlement:
    made = case.settlements.filter(performed__isnull=True).order_by("-pk").first()
    if made is None:
        raise Refusal(_("没有等待履行的协议。"))
    made.performed, made.outcome_note, made.judged_by, made.judged_at = kept, note[:300], actor, at
    made.save()
    return made
