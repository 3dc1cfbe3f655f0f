"""At the unit and back: extend, investigate, report with two signatures, send back, close, report up."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from audit import trail
from cases import clocks, examining, guards, papers, policy
from cases.choices import ClockKind, SendRole
from cases.deadlines import Calendar
from cases.models import Assignment, Case, Extension, Investigation, Report
from cases.telling import tell_deciders, tell_office, tell_people_at, tell_person, tell_superiors, tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal

TWO = 2  # an investigation is never one person's word


@trail.verb
def request_extension(*, case: Case, actor: User, at: dt.datetime, days: int, reason: str) -> Request:
    """Ask the head to prolong the handling period once, before it runs out (article 34)."""
    most = policy.deadlines()["extend"].length
    if not 1 <= days <= most:
        raise Refusal(_("延期不得超过 %(most)s 日。"), most=most)
    move(case, "request_extension", actor=actor, at=at, note=reason)
    request = asking.ask("extend", subject=case, matter=case.number, actor=actor, at=at, reason=reason, days=days)
    trail.also_wrote(request)
    tell_deciders(case, request, at)
    return request


@trail.verb
def extend(*, request: Request, case: Case, actor: User, at: dt.datetime, verdict: str = "") -> Paper:
    """The head approves: the handling period grows by the days asked for; the petitioner is told why."""
    asking.hold(request)
    move(case, "extend", actor=actor, at=at, note=verdict)
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    clock = guards.running(case, ClockKind.HANDLE)
    assert clock is not None  # noqa: S101 - the guard of the step has just looked
    old_due = clock.strict_due
    clock = clocks.prolong(clock, request.facts["days"], Calendar.load())
    extension = Extension.objects.create(
        case=case, clock=clock, days=request.facts["days"], reason=request.reason, asked_by=request.asked_by,
        approved_by=actor, approved_at=at, old_due=old_due, new_due=clock.strict_due,
    )  # fmt: skip
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "extension_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.extension_notice(case, extension, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(request, clock, extension, paper)
    tell_person(request.asked_by, case, "granted", at)
    return paper


@trail.verb
def deny_extension(*, request: Request, case: Case, actor: User, at: dt.datetime, verdict: str) -> None:
    """The head does not agree; the period stays as it is."""
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    trail.record(
        actor=actor, verb="deny_extension", title=_("不同意延期"), subject=request, at=at, matter=case.number,
        note=verdict,
    )  # fmt: skip
    tell_person(request.asked_by, case, "denied", at)


@trail.verb
def investigate(
    *, case: Case, actor: User, at: dt.datetime, held_on: dt.date, persons: str, findings: str, place: str = "",
    asked: str = "",
) -> Investigation:  # fmt: skip
    """Record one inquiry by at least two people: when, where, whom they asked, what they found."""
    if len([one for one in persons.replace("，", "、").replace(",", "、").split("、") if one.strip()]) < TWO:
        raise Refusal(_("调查人不少于二人，姓名之间用顿号隔开。"))
    if not case.registered_on <= held_on <= clocks.local_day(at):
        raise Refusal(_("调查日期应当在登记之日和今日之间。"))
    move(case, "investigate", actor=actor, at=at, note=findings)
    made = Investigation.objects.create(
        case=case, unit=actor.unit, held_on=held_on, place=place, persons=persons, asked=asked, findings=findings,
        made_by=actor, made_at=at,
    )  # fmt: skip
    trail.also_wrote(made)
    return made


@trail.verb
def report(
    *, case: Case, actor: User, at: dt.datetime, findings: str, opinion: str, legal_basis: str, outcome: str,
    petitioner_view: str = "", investigators: str = "", execution: str = "", signed_name: str = "",
) -> Report:  # fmt: skip
    """报送办结报告 to the sender, signed on paper by ``signed_name`` where the head is not on the system.

    The handling clock runs on until the case is closed.
    """
    move(case, "report", actor=actor, at=at, outcome=outcome, answer=opinion)
    made = _drafted(
        case, actor, at, findings=findings, opinion=opinion, legal_basis=legal_basis, outcome=outcome,
        petitioner_view=petitioner_view, investigators=investigators, execution=execution, signed_name=signed_name,
    )  # fmt: skip
    trail.also_wrote(made, *_reports(case, made, actor, at))
    tell_office(case, "reported", at)
    return made


@trail.verb
def submit(
    *, case: Case, actor: User, at: dt.datetime, findings: str, opinion: str, legal_basis: str, outcome: str,
    petitioner_view: str = "", investigators: str = "", execution: str = "",
) -> Report:  # fmt: skip
    """送签: the handler's draft goes to the head of the unit, the first of the two signatures."""
    move(case, "submit", actor=actor, at=at, outcome=outcome, answer=opinion)
    made = _drafted(
        case, actor, at, findings=findings, opinion=opinion, legal_basis=legal_basis, outcome=outcome,
        petitioner_view=petitioner_view, investigators=investigators, execution=execution,
    )  # fmt: skip
    trail.also_wrote(made)
    assignment = _running_lead(case)
    if assignment:
        tell_unit(case, assignment.unit, assignment, at, occasion="submitted")
    elif case.handling_unit:  # handled here: no letter went anywhere
        tell_people_at(case, case.handling_unit, "submitted", at)
    return made


def _drafted(case: Case, actor: User, at: dt.datetime, **said: str) -> Report:
    if not said["legal_basis"].strip():
        raise Refusal(_("请写明法律法规依据（第三十二条）。"))
    return Report.objects.create(case=case, assignment=_running_lead(case), made_by=actor, made_at=at, **said)


def _reports(case: Case, made: Report, actor: User, at: dt.datetime) -> list[Paper]:
    """The investigation report and the result report, both to the sender."""
    kinds = {"investigation_report": papers.investigation_report, "result_report": papers.result_report}
    return [
        issue(
            kind, subject=case, matter=case.number, actor=actor, at=at, context=context(case, made, actor, at),
            addressee=case.office.name,
        )
        for kind, context in kinds.items()
    ]  # fmt: skip


@trail.verb
def sign(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Report:
    """签发 by the head of the unit: the report goes to the sender with both names."""
    move(case, "sign", actor=actor, at=at, note=note)
    made = _last_report(case)
    made.signed_by, made.signed_name, made.signed_at = actor, str(actor), at
    made.save()
    trail.also_wrote(made, *_reports(case, made, actor, at))
    tell_office(case, "reported", at)
    return made


@trail.verb
def return_draft(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """The head sends the draft back to the handler with what to mend."""
    if not note.strip():
        raise Refusal(_("请写明需要修改的内容。"))
    move(case, "return_draft", actor=actor, at=at, note=note)
    made = _last_report(case)
    made.approved, made.verdict, made.judged_by, made.judged_at = False, note, actor, at
    made.save()
    trail.also_wrote(made)


@trail.verb
def send_back(
    *, case: Case, actor: User, at: dt.datetime, note: str, reasons: Sequence[str] = (), missing: Sequence[int] = (),
) -> int:  # fmt: skip
    """退回补充办理, with reasons of the list and what is missing; the handling clock goes on.

    ``missing`` are the places of the demands without an answer. Returns how often the unit was
    sent back by now; from the second time on the leader and the unit's superior are told
    (article 40), and the supervision desk is suggested.
    """
    words = examining.verdict(case, reasons, missing, note)
    times = examining.times_sent_back(case) + 1
    move(case, "send_back", actor=actor, at=at, note=words)
    judged = _judge(case, actor, at, approved=False, verdict=words, reasons=reasons)
    trail.also_wrote(judged)
    assignment = _running_lead(case)
    if assignment:
        tell_unit(case, assignment.unit, assignment, at, occasion="sent_back")
    elif case.handler:  # handled here: no letter went anywhere
        tell_person(case.handler, case, "sent_back", at)
    if times >= examining.ESCALATES_AT:
        trail.record(
            actor=actor, verb="escalate", title=_("多次退回，报请关注"), subject=case, at=at, matter=case.number,
            note=_("第 %(n)s 次退回补充办理，已告知领导和承办单位的上级，建议督办（第四十条）。") % {"n": times},
            times=times,
        )  # fmt: skip
        tell_superiors(case, times, at)
    return times


@trail.verb
def close(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """批复结案: the opinion paper of article 32 is issued; the handling clock stops, delivery is still owed.

    The report keeps whose days they were, late ones among them, as the ledger says on this day.
    """
    day = clocks.local_day(at)
    move(
        case, "close", actor=actor, at=at, note=note, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    judged = _judge(case, actor, at, approved=True, verdict=note, days=examining.summary(case, day))
    stopped = clocks.stop(case, clocks.HANDLING, day, "close")
    paper = issue(
        "opinion", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.opinion(case, judged, actor, at), addressee=case.petitioner.name,
        organ=case.handling_unit,
    )  # fmt: skip
    assignment = _running_lead(case)
    for one in case.assignments.filter(ended_at__isnull=True):
        one.ended_at = at
        one.save(update_fields=["ended_at"])
        trail.also_wrote(one)
    if assignment:
        tell_unit(case, assignment.unit, assignment, at, occasion="closed")
    trail.also_wrote(judged, *stopped, paper)
    return paper


def _running_lead(case: Case) -> Assignment | None:
    return case.assignments.filter(ended_at__isnull=True, role=SendRole.LEAD).last()


def _last_report(case: Case) -> Report:
    made = case.reports.order_by("-pk").first()
    if made is None:
        raise Refusal(_("还没有办结报告，不能审查。"))
    return made


def _judge(
    case: Case, actor: User, at: dt.datetime, *, approved: bool, verdict: str, reasons: Sequence[str] = (),
    days: str = "",
) -> Report:  # fmt: skip
    made = _last_report(case)
    made.approved, made.verdict, made.judged_by, made.judged_at = approved, verdict, actor, at
    made.reasons, made.days = ",".join(reasons), days
    made.save(update_fields=["approved", "verdict", "judged_by", "judged_at", "reasons", "days"])
    return made


@trail.verb
def report_up(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """结果上报: the result of a matter that a superior assigned goes back to it, with its own number named."""
    move(case, "report_up", actor=actor, at=at, note=note)
    paper = issue(
        "superior_report", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.superior_report(case, actor, at, note), addressee=case.superior,
        title=papers.superior_title(case),
    )  # fmt: skip
    trail.also_wrote(paper, *clocks.stop(case, (ClockKind.SUPERIOR,), clocks.local_day(at), "report_up"))
    return paper
