"""The unit's answer to a sending: take up, hand back; the sender's answer to that; assisting units' part."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, guards, papers, recusal
from cases.actions.sending import current_assignment
from cases.choices import ClockKind, SendKind
from cases.deadlines import Calendar
from cases.models import Assignment, Case
from cases.telling import tell_office, tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal


@trail.verb
def take_up(*, case: Case, actor: User, at: dt.datetime, note: str = "", no_interest: str = "") -> Paper:
    """签收 and written notice (article 23 paragraph 3): the periods to object and to inform end.

    A referred matter is accepted by this, so its sixty days start and the notice says so;
    of an assigned one, accepted before, the unit says that it has it. Returns that notice.
    ``no_interest`` answers a hint of an interest (article 28), where there is one.
    """
    day = clocks.local_day(at)
    first = case.accepted_at is None
    fields: dict[str, Any] = {"accepted_at": at} if first else {}
    answered = recusal.answer(case, actor, no_interest, by=actor, at=at)
    move(case, "take_up", actor=actor, at=at, note=note, handler=actor, **fields)
    assignment = current_assignment(case)
    assignment.taken_at, assignment.taken_by = at, actor
    assignment.save(update_fields=["taken_at", "taken_by"])
    stopped = clocks.stop(case, (ClockKind.OBJECT, ClockKind.NOTIFY), day, "take_up")
    trail.also_wrote(assignment, *stopped, *answered)
    paper = _accept_here(case, actor, at) if first else _inform(case, actor, at)
    tell_office(case, "taken_up", at)
    return paper


def _accept_here(case: Case, actor: User, at: dt.datetime) -> Paper:
    clock = clocks.start(case, ClockKind.HANDLE, clocks.local_day(at), Calendar.load())
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "accept_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.accept_notice(case, actor, at, clock), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(clock, paper)
    return paper


def _inform(case: Case, actor: User, at: dt.datetime) -> Paper:
    paper = issue(
        "receive_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.receive_notice(case, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(paper)
    return paper


@trail.verb
def hand_back(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """提出异议 with detailed reasons, within five working days; the sender decides (article 23 paragraph 3).

    The sender has the office's own period (working days) to answer; silence means it stays.
    """
    if len(note.strip()) < 10:
        raise Refusal(_("请详细说明异议理由（不少于 10 个字）。"))
    move(case, "hand_back", actor=actor, at=at, note=note)
    day = clocks.local_day(at)
    assignment = current_assignment(case)
    assignment.objected_at, assignment.objection = at, note
    assignment.save(update_fields=["objected_at", "objection"])
    stopped = clocks.stop(case, (ClockKind.OBJECT, ClockKind.NOTIFY), day, "hand_back")
    judging = clocks.start(case, ClockKind.JUDGE_OBJECTION, day, Calendar.load())
    trail.also_wrote(assignment, judging, *stopped)
    third = guards.hand_backs(case) >= guards.THIRD
    tell_office(case, "dispute" if third else "objected", at)


@trail.verb
def insist(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """The sender does not agree to the hand-back: the matter stays, the duty to inform runs again."""
    if not note.strip():
        raise Refusal(_("请写明不同意退回的理由。"))
    move(case, "insist", actor=actor, at=at, note=note)
    _it_stays(case, actor, at, note, "insisted")


@trail.verb
def stays(*, case: Case, actor: User | None, at: dt.datetime) -> None:
    """Silence of the sender beyond the office's period: the matter stays with the unit. Done by the sweep."""
    note = _("逾期未核实同意，异议不成立。")
    move(case, "stays", actor=actor, at=at, note=note)
    _it_stays(case, actor, at, note, "stays")


def _it_stays(case: Case, actor: User | None, at: dt.datetime, note: str, occasion: str) -> None:
    day = clocks.local_day(at)
    assignment = current_assignment(case)
    assignment.agreed, assignment.verdict, assignment.judged_by, assignment.judged_at = False, note, actor, at
    assignment.save()
    stopped = clocks.stop(case, (ClockKind.JUDGE_OBJECTION,), day, occasion)
    notify = clocks.start(case, ClockKind.NOTIFY, day, Calendar.load())
    trail.also_wrote(assignment, notify, *stopped)
    tell_unit(case, assignment.unit, assignment, at, occasion=occasion)


@trail.verb
def assist(*, case: Case, actor: User, at: dt.datetime, answer: str) -> Assignment:
    """An assisting unit gives its part to the lead, who gives the one answer (article 24)."""
    if not answer.strip():
        raise Refusal(_("请填写协办意见。"))
    mine = guards.assistance_of(case, actor)
    move(case, "assist", actor=actor, at=at, note=answer)
    assert mine is not None  # noqa: S101 - the guard of the step has just looked
    mine.answer, mine.answered_at, mine.answered_by = answer, at, actor
    mine.taken_at = mine.taken_at or at
    mine.save()
    stopped = clocks.stop(case, (ClockKind.ASSIST,), clocks.local_day(at), "assist", f"assignment:{mine.pk}")
    trail.also_wrote(mine, *stopped)
    lead = case.assignments.filter(ended_at__isnull=True, role="lead", kind__in=SendKind.values).last()
    if lead:
        tell_unit(case, lead.unit, lead, at, occasion="assisted")
    return mine
