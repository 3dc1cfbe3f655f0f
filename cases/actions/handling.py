"""At the unit and back: take up, extend, report, send back, close, serve."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, papers, policy
from cases.choices import ClockKind, SendKind
from cases.deadlines import Calendar
from cases.guards import sent_kind
from cases.models import Case, Clock, Delivery, Extension, Report
from cases.telling import tell_office, tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal


@trail.verb
def take_up(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper | None:
    """签收: objection and notice clocks off. A referred matter is accepted by this: handling clock and notice.

    Returns the acceptance notice when one was issued here.
    """
    day = clocks.local_day(at)
    first = case.accepted_at is None
    fields = {"accepted_at": at} if first else {}
    move(case, "take_up", actor=actor, at=at, note=note, handler=actor, **fields)
    assignment = case.assignments.filter(ended_at__isnull=True).order_by("-pk").get()
    assignment.taken_at, assignment.taken_by = at, actor
    assignment.save(update_fields=["taken_at", "taken_by"])
    stopped = clocks.stop(case, (ClockKind.OBJECT, ClockKind.NOTIFY), day, "take_up")
    trail.also_wrote(assignment, *stopped)
    paper = _accept_here(case, actor, at) if first and sent_kind(case) == SendKind.REFER else None
    tell_office(case, "taken_up", at)
    return paper


def _accept_here(case: Case, actor: User, at: dt.datetime) -> Paper:
    clock = clocks.start(case, ClockKind.HANDLE, clocks.local_day(at), Calendar.load())
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "accept_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.accept_notice(case, actor, at, clock.legal_due), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(clock, paper)
    return paper


@trail.verb
def extend(*, case: Case, actor: User, at: dt.datetime, days: int, reason: str) -> Paper:
    """Prolong the handling period once, by at most thirty calendar days, before it runs out (article 34)."""
    most = policy.deadlines()["extend"].length
    if not 1 <= days <= most:
        raise Refusal(_("延期不得超过 %(most)s 日。"), most=most)
    if not reason.strip():
        raise Refusal(_("请写明延期原因，并告知信访人。"))
    clock: Clock | None = case.clocks.filter(kind=ClockKind.HANDLE, stopped_on__isnull=True).first()
    move(case, "extend", actor=actor, at=at, note=reason)
    assert clock is not None  # noqa: S101 - the guard of the step has just looked
    old_due = clock.strict_due
    clock = clocks.prolong(clock, days, Calendar.load())
    extension = Extension.objects.create(
        case=case,
        days=days,
        reason=reason,
        approved_by=actor,
        approved_at=at,
        old_due=old_due,
        new_due=clock.strict_due,
    )
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "extension_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.extension_notice(case, extension, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(clock, extension, paper)
    return paper


@trail.verb
def report(
    *, case: Case, actor: User, at: dt.datetime, findings: str, opinion: str, legal_basis: str, outcome: str,
    petitioner_view: str = "",
) -> Report:  # fmt: skip
    """报送办结报告 to the sender; the handling clock runs on until the case is closed."""
    move(case, "report", actor=actor, at=at, outcome=outcome, answer=opinion)
    made = Report.objects.create(
        case=case, assignment=case.assignments.filter(ended_at__isnull=True).last(), findings=findings,
        opinion=opinion, legal_basis=legal_basis, outcome=outcome, petitioner_view=petitioner_view,
        made_by=actor, made_at=at,
    )  # fmt: skip
    paper = issue(
        "result_report", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.result_report(case, made, actor, at), addressee=case.office.name,
    )  # fmt: skip
    trail.also_wrote(made, paper)
    tell_office(case, "reported", at)
    return made


@trail.verb
def send_back(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """退回补充办理, with what is missing; the handling clock goes on."""
    if not note.strip():
        raise Refusal(_("请写明退回的理由和需要补充的内容。"))
    move(case, "send_back", actor=actor, at=at, note=note)
    judged = _judge(case, actor, at, approved=False, verdict=note)
    trail.also_wrote(judged)
    assignment = case.assignments.filter(ended_at__isnull=True).last()
    if assignment:
        tell_unit(case, assignment.unit, assignment, at, occasion="sent_back")


@trail.verb
def close(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """批复结案: the opinion paper of article 32 is issued; the handling clock stops, delivery is still owed."""
    day = clocks.local_day(at)
    move(
        case, "close", actor=actor, at=at, note=note, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    judged = _judge(case, actor, at, approved=True, verdict=note)
    stopped = clocks.stop(case, (ClockKind.HANDLE, ClockKind.ASSIGNED), day, "close")
    paper = issue(
        "opinion", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.opinion(case, judged, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    assignment = case.assignments.filter(ended_at__isnull=True).last()
    if assignment:
        assignment.ended_at = at
        assignment.save(update_fields=["ended_at"])
        trail.also_wrote(assignment)
        tell_unit(case, assignment.unit, assignment, at, occasion="closed")
    trail.also_wrote(judged, *stopped, paper)
    return paper


def _judge(case: Case, actor: User, at: dt.datetime, *, approved: bool, verdict: str) -> Report:
    made = case.reports.order_by("-pk").first()
    if made is None:
        raise Refusal(_("还没有办结报告，不能审查。"))
    made.approved, made.verdict, made.judged_by, made.judged_at = approved, verdict, actor, at
    made.save(update_fields=["approved", "verdict", "judged_by", "judged_at"])
    return made


@trail.verb
def serve(
    *, case: Case, actor: User, at: dt.datetime, paper: Paper, way: str, delivered_on: dt.date, receiver: str,
    note: str = "",
) -> Delivery:  # fmt: skip
    """Record the delivery of the opinion; the petitioner's thirty days to ask for review start (article 35)."""
    move(case, "serve", actor=actor, at=at, note=note, delivered_on=delivered_on)
    delivery = Delivery.objects.create(
        case=case, paper=paper, way=way, delivered_on=delivered_on, receiver=receiver, note=note,
        recorded_by=actor, recorded_at=at,
    )  # fmt: skip
    clock = clocks.start(case, ClockKind.REQUEST_REVIEW, delivered_on, Calendar.load())
    record = issue(
        "delivery_record", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.delivery_record(case, delivery, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(delivery, clock, record)
    return delivery
