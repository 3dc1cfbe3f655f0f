"""To whoever can decide: refer, assign with lead and assisting units, handle here, hand over."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks, guards, papers, recusal
from cases.choices import ClockKind, SendKind, SendRole
from cases.deadlines import Calendar
from cases.models import Assignment, Case, Clock
from cases.telling import tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal

SENT_CLOCKS = (
    ClockKind.TRANSFER, ClockKind.OBJECT, ClockKind.JUDGE_OBJECTION, ClockKind.NOTIFY, ClockKind.ASSIGNED,
    ClockKind.ASSIST, ClockKind.SIMPLE_ACCEPT,
)  # fmt: skip


@trail.verb
def refer(*, case: Case, actor: User, at: dt.datetime, unit: Unit, note: str = "") -> Paper:
    """转送: the unit has fifteen calendar days to inform, five working days to object (articles 22, 23)."""
    _send_on(case, "refer", actor, at, unit, note)
    return _send(case, unit, SendKind.REFER, actor=actor, at=at, note=note, due_on=None)


@trail.verb
def assign(
    *, case: Case, actor: User, at: dt.datetime, unit: Unit, due_on: dt.date | None = None, note: str = "",
    assisting: Sequence[Unit] = (), assist_due: dt.date | None = None,
) -> Paper:  # fmt: skip
    """交办 with a set period and the duty to report the result (article 22 paragraph 1 item 3).

    ``assisting`` units get their own letter and their own day; the lead gives the one
    answer (article 24). Raises ``Refusal`` for days that cannot be, or a unit named twice.
    """
    _fitting(case, clocks.local_day(at), due_on, assist_due, unit, assisting)
    _send_on(case, "assign", actor, at, unit, note)
    letter = _send(case, unit, SendKind.ASSIGN, actor=actor, at=at, note=note, due_on=due_on)
    for other in assisting:
        _ask_to_assist(case, other, actor=actor, at=at, note=note, due_on=assist_due or due_on)
    return letter


@trail.verb
def coordinate(*, case: Case, actor: User, at: dt.datetime, unit: Unit, note: str) -> Paper:
    """The coordinator decides where a disputed matter stays (article 24); the unit cannot hand it back again."""
    if not note.strip():
        raise Refusal(_("请写明裁定的理由。"))
    _send_on(case, "coordinate", actor, at, unit, note)
    letter = _send(case, unit, SendKind.ASSIGN, actor=actor, at=at, note=note, due_on=None)
    trail.also_wrote(*clocks.stop(case, (ClockKind.OBJECT,), clocks.local_day(at), "coordinate"))
    return letter


def _send_on(case: Case, step: str, actor: User, at: dt.datetime, unit: Unit, note: str) -> None:
    """The move; out of an objection it also says that the hand-back is agreed to."""
    objected = case.state == "objected"
    move(
        case, step, actor=actor, at=at, note=note, handling_unit=unit, handler=None, decided_at=case.decided_at or at
    )  # fmt: skip
    if objected:
        last = case.assignments.filter(role=SendRole.LEAD, ended_at__isnull=True).order_by("-pk").first()
        if last:
            last.agreed, last.judged_by, last.judged_at = last.unit_id != unit.pk, actor, at
            last.save()
            trail.also_wrote(last)


def _fitting(
    case: Case, today: dt.date, due_on: dt.date | None, assist_due: dt.date | None, unit: Unit,
    assisting: Sequence[Unit],
) -> None:  # fmt: skip
    for day in filter(None, (due_on, assist_due)):
        if day <= today:
            raise Refusal(_("交办期限应当在今日之后。"))
        if case.handle_due and day > case.handle_due:
            raise Refusal(_("交办期限不应晚于办结期限 %(day)s。"), day=case.handle_due.isoformat())
    if due_on and assist_due and assist_due > due_on:
        raise Refusal(_("协办期限不应晚于主办单位的交办期限。"))
    for other in assisting:
        if other.pk == unit.pk:
            raise Refusal(_("“%(unit)s”已是主办单位，不能同时协办。"), unit=other)
        reason = guards.never_to(case, other) or guards.cannot_receive(other)
        if reason:
            raise Refusal(reason)


def _send(
    case: Case, unit: Unit, kind: str, *, actor: User, at: dt.datetime, note: str, due_on: dt.date | None
) -> Paper:
    day, calendar = clocks.local_day(at), Calendar.load()
    ended = _end_running(case, at)
    assignment = Assignment.objects.create(
        case=case, kind=kind, unit=unit, sent_at=at, sent_by=actor, due_on=due_on, note=note
    )
    stopped = clocks.stop(case, SENT_CLOCKS, day, kind)
    started = _units_clocks(case, unit, day, calendar)
    if due_on:
        started.append(clocks.start_until(case, ClockKind.ASSIGNED, day, due_on, _("交办函指定"), calendar))
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


def _units_clocks(case: Case, unit: Unit, day: dt.date, calendar: Calendar) -> list[Clock]:
    """Five working days to object, fifteen days to inform; courts and discipline bodies follow their own rules."""
    if guards.own_rules(unit):
        return []
    return [clocks.start(case, ClockKind.OBJECT, day, calendar), clocks.start(case, ClockKind.NOTIFY, day, calendar)]


def _ask_to_assist(case: Case, unit: Unit, *, actor: User, at: dt.datetime, note: str, due_on: dt.date | None) -> None:
    assignment = Assignment.objects.create(
        case=case, kind=SendKind.ASSIGN, role=SendRole.ASSIST, unit=unit, sent_at=at, sent_by=actor, due_on=due_on,
        note=note,
    )  # fmt: skip
    letter = issue(
        "assist_letter", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.sending_letter(case, assignment, actor, at), addressee=unit.name,
    )  # fmt: skip
    trail.also_wrote(assignment, letter)
    if due_on:
        thread = f"assignment:{assignment.pk}"
        day, calendar = clocks.local_day(at), Calendar.load()
        trail.also_wrote(
            clocks.start_until(case, ClockKind.ASSIST, day, due_on, _("交办函指定（协办）"), calendar, thread)
        )
    tell_unit(case, unit, assignment, at, occasion="assist")


def _end_running(case: Case, at: dt.datetime) -> list[Assignment]:
    running = list(case.assignments.filter(ended_at__isnull=True))
    for assignment in running:
        assignment.ended_at = at
        assignment.save(update_fields=["ended_at"])
    return running


@trail.verb
def handle_here(
    *, case: Case, actor: User, at: dt.datetime, handler: User, note: str = "", no_interest: str = ""
) -> None:
    """A unit that received the matter itself gives it to one of its own people; no letter goes anywhere.

    ``no_interest`` answers a hint that the handler has an interest (article 28).
    """
    answered = recusal.answer(case, handler, no_interest, by=actor, at=at)
    move(case, "handle_here", actor=actor, at=at, note=note, handling_unit=case.office, handler=handler)
    trail.also_wrote(*clocks.stop(case, (ClockKind.NOTIFY,), clocks.local_day(at), "handle_here"), *answered)


@trail.verb
def record_receipt(*, case: Case, actor: User, at: dt.datetime, received_by: str, note: str = "") -> None:
    """A court, prosecutor, police or discipline body signed for the matter: it goes on by their rules (article 23)."""
    if not received_by.strip():
        raise Refusal(_("请填写对方签收人。"))
    day = clocks.local_day(at)
    move(
        case, "record_receipt", actor=actor, at=at, note=note or received_by, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    assignment = current_assignment(case)
    assignment.taken_at, assignment.ended_at = at, at
    assignment.answer = _("签收人：%(who)s") % {"who": received_by}
    assignment.save()
    trail.also_wrote(assignment, *clocks.stop(case, clocks.OURS, day, "record_receipt"))


def current_assignment(case: Case) -> Assignment:
    """The lead's assignment now running. Raises ``Refusal`` when the matter lies with no unit."""
    assignment = case.assignments.filter(ended_at__isnull=True, role=SendRole.LEAD).order_by("-pk").first()
    if assignment is None:
        raise Refusal(_("此事项目前没有承办单位。"))
    return assignment
