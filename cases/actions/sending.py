"""To the unit that can decide: refer, assign, hand back, insist."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks, papers
from cases.choices import ClockKind, SendKind
from cases.deadlines import Calendar
from cases.models import Assignment, Case, Clock
from cases.telling import tell_office, tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal

DAY = dt.timedelta(days=1)


@trail.verb
def refer(*, case: Case, actor: User, at: dt.datetime, unit: Unit, note: str = "") -> Paper:
    """转送: the unit has fifteen calendar days to inform, five working days to object (articles 22, 23)."""
    move(
        case, "refer", actor=actor, at=at, note=note, handling_unit=unit, handler=None, decided_at=case.decided_at or at
    )
    return _send(case, unit, SendKind.REFER, actor=actor, at=at, note=note, due_on=None)


@trail.verb
def assign(
    *, case: Case, actor: User, at: dt.datetime, unit: Unit, due_on: dt.date | None = None, note: str = ""
) -> Paper:
    """交办 with a set period and the duty to report the result (article 22 paragraph 1 item 3)."""
    if due_on and due_on <= clocks.local_day(at):
        raise Refusal(_("交办期限应当在今日之后。"))
    if due_on and case.handle_due and due_on > case.handle_due:
        raise Refusal(_("交办期限不应晚于办结期限 %(day)s。"), day=case.handle_due.isoformat())
    move(
        case,
        "assign",
        actor=actor,
        at=at,
        note=note,
        handling_unit=unit,
        handler=None,
        decided_at=case.decided_at or at,
    )
    return _send(case, unit, SendKind.ASSIGN, actor=actor, at=at, note=note, due_on=due_on)


def _send(
    case: Case, unit: Unit, kind: str, *, actor: User, at: dt.datetime, note: str, due_on: dt.date | None
) -> Paper:
    day, calendar = clocks.local_day(at), Calendar.load()
    ended = _end_running(case, at)
    assignment = Assignment.objects.create(
        case=case, kind=kind, unit=unit, sent_at=at, sent_by=actor, due_on=due_on, note=note
    )
    stopped = clocks.stop(case, (ClockKind.TRANSFER, ClockKind.OBJECT, ClockKind.NOTIFY, ClockKind.ASSIGNED), day, kind)
    started = [clocks.start(case, ClockKind.OBJECT, day, calendar), clocks.start(case, ClockKind.NOTIFY, day, calendar)]
    if due_on:
        started.append(clocks.start_until(case, day, due_on, _("交办函指定"), calendar))
    letter = issue(
        "refer_letter" if kind == SendKind.REFER else "assign_letter", subject=case, matter=case.number, actor=actor,
        at=at, context=papers.sending_letter(case, assignment, actor, at), addressee=unit.name,
    )  # fmt: skip
    notice = issue(
        "whereabouts_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.whereabouts_notice(case, assignment, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*ended, assignment, *stopped, *started, letter, notice)
    tell_unit(case, unit, assignment, at)
    return letter


def _end_running(case: Case, at: dt.datetime) -> list[Assignment]:
    running = list(case.assignments.filter(ended_at__isnull=True))
    for assignment in running:
        assignment.ended_at = at
        assignment.save(update_fields=["ended_at"])
    return running


@trail.verb
def hand_back(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """提出异议 with detailed reasons, within five working days; the sender decides (article 23 paragraph 3)."""
    if len(note.strip()) < 10:
        raise Refusal(_("请详细说明异议理由（不少于 10 个字）。"))
    move(case, "hand_back", actor=actor, at=at, note=note)
    assignment = current_assignment(case)
    assignment.objected_at, assignment.objection = at, note
    assignment.save(update_fields=["objected_at", "objection"])
    stopped = clocks.stop(case, (ClockKind.OBJECT, ClockKind.NOTIFY), clocks.local_day(at), "hand_back")
    trail.also_wrote(assignment, *stopped)
    tell_office(case, "objected", at)


@trail.verb
def insist(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """The sender does not agree to the hand-back: the matter stays, the duty to inform runs again."""
    if not note.strip():
        raise Refusal(_("请写明不同意退回的理由。"))
    move(case, "insist", actor=actor, at=at, note=note)
    clock: Clock = clocks.start(case, ClockKind.NOTIFY, clocks.local_day(at), Calendar.load())
    trail.also_wrote(clock)
    assignment = current_assignment(case)
    tell_unit(case, assignment.unit, assignment, at, occasion="insisted")


def current_assignment(case: Case) -> Assignment:
    """The assignment now running. Raises ``Refusal`` when the matter lies with no unit."""
    assignment = case.assignments.filter(ended_at__isnull=True).order_by("-pk").first()
    if assignment is None:
        raise Refusal(_("此事项目前没有承办单位。"))
    return assignment
