"""领导批示: registering an instruction, answering it, withdrawing it. Each has a clock of its own."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from briefing import guards, telling
from briefing.models import Digest, Instruction, InstructionQuerySet
from cases import clocks
from cases.choices import ClockKind
from cases.clocks import local_day
from cases.deadlines import Calendar
from cases.models import Case
from cases.workflow import move
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def instruct(
    *, case: Case, actor: User, at: dt.datetime, text: str, leader_name: str, given_on: dt.date, due_on: dt.date,
    to_unit: Unit | None = None, to_user: User | None = None, leader: User | None = None, digest: Digest | None = None,
) -> Instruction:  # fmt: skip
    """Register a leader's instruction to a unit or an officer, never to the accused; it is due on ``due_on``.

    ``leader``: the leader's own account, where there is one. ``digest``: the issued digest the words were written on.
    """
    _insist(guards.bad_instruction(text, leader_name, given_on, due_on, local_day(at)))
    _insist(guards.bad_target(case, to_unit, to_user))
    if digest and (digest.issued_at is None or not digest.links.filter(case=case).exists()):
        raise Refusal(_("只能在已制发的、写有此事项的摘报上批示。"))
    move(case, "instruct", actor=actor, at=at)
    row = Instruction.objects.create(
        case=case, digest=digest, leader_name=leader_name, leader=leader, text=text, given_on=given_on,
        to_unit=to_unit, to_user=to_user, due_on=due_on, recorded_at=at, recorded_by=actor,
    )  # fmt: skip
    clock = clocks.start_until(
        case, ClockKind.INSTRUCTION, given_on, due_on, _("领导批示指定"), Calendar.load(), row.thread
    )
    trail.also_wrote(row, clock)
    telling.tell_instructed(row, at)
    return row


@trail.verb
def answer_instruction(*, instruction: Instruction, actor: User, at: dt.datetime, answer: str) -> None:
    """What became of it, by the unit or officer it went to; its clock stops. ``Stale`` when it ended meanwhile."""
    _insist(guards.no_answer(instruction, actor))
    _insist("" if answer.strip() else _("请填写落实情况。"))
    if not _still_open(instruction).update(answer=answer, answered_at=at, answered_by=actor):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    _ended(instruction, actor, at, "answer_instruction", _("反馈批示落实情况"))
    telling.tell_answered(instruction, at)


@trail.verb
def withdraw_instruction(*, instruction: Instruction, actor: User, at: dt.datetime, reason: str) -> None:
    """Withdraw an instruction, with the reason; it stays listed and its clock stops."""
    _insist(guards.no_withdrawal(instruction, actor))
    _insist("" if reason.strip() else _("请填写撤销批示的理由。"))
    if not _still_open(instruction).update(withdraw_reason=reason, withdrawn_at=at, withdrawn_by=actor):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    _ended(instruction, actor, at, "withdraw_instruction", _("撤销批示"))
    telling.tell_withdrawn(instruction, at)


def _still_open(instruction: Instruction) -> InstructionQuerySet:
    return Instruction.objects.open().filter(pk=instruction.pk)


def _ended(instruction: Instruction, actor: User, at: dt.datetime, verb: str, title: str) -> None:
    instruction.refresh_from_db()
    case = instruction.case
    trail.record(actor=actor, verb=verb, title=title, subject=instruction, at=at, matter=case.number)
    stopped = clocks.stop(case, (ClockKind.INSTRUCTION,), local_day(at), verb, instruction.thread)
    trail.also_wrote(*stopped, case)
