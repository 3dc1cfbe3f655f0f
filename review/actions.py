"""Review and recheck: ask, decide, handle anew. Delivery of an opinion is cases.actions.serving's."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks, recusal
from cases import papers as case_papers
from cases.choices import WINDOWS, ClockKind, ReviewOutcome, SendKind
from cases.deadlines import Calendar
from cases.models import Assignment, Case, Clock
from cases.telling import tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from review import chain, papers
from review.models import Review
from review.telling import tell_asked, tell_decided
from vault.errors import Refusal


@trail.verb
def request(
    *, case: Case, actor: User, at: dt.datetime, requested_on: dt.date, request: str, facts_and_reasons: str,
    body: Unit, body_reason: str = "", late_reason: str = "", new_facts: bool = False,
) -> Review:  # fmt: skip
    """Take a request for review or, after a review, for recheck (articles 35, 36); the receipt is issued.

    ``requested_on`` is the day it was handed in: it must lie within thirty calendar days of
    delivery unless ``late_reason`` says why not, and the thirty days for the opinion run
    from it. Raises ``Refusal`` for a day that cannot be or a body that is not the superior.
    """
    stage, day = chain.next_stage(case), clocks.local_day(at)
    _complete(request, facts_and_reasons)
    if requested_on > day:
        raise Refusal(_("请求日期不应晚于今日。"))
    move(
        case, stage.ask, actor=actor, at=at, note=late_reason,
        facts={"requested_on": requested_on, "late_reason": late_reason.strip()},
    )  # fmt: skip
    if reason := chain.no_body(case, stage.level, body, body_reason):
        raise Refusal(reason)
    stopped = clocks.stop(case, WINDOWS, requested_on, stage.ask)
    clock = clocks.start(case, stage.clock, requested_on, Calendar.load())
    made = _filed(
        case, stage, received_by=actor, received_at=at, requested_on=requested_on, request=request, body=body,
        facts_and_reasons=facts_and_reasons, body_reason=body_reason, late_reason=late_reason, new_facts=new_facts,
    )  # fmt: skip
    made.receipt = _issue(stage.receipt, made, actor, at, papers.receipt(made, actor, at, clock))
    made.save()
    trail.also_wrote(*stopped, clock, made, made.receipt)
    tell_asked(made, at)
    return made


def _complete(request: str, facts_and_reasons: str) -> None:
    if not request.strip():
        raise Refusal(_("请填写请求：要求怎样改变原意见。"))
    if not facts_and_reasons.strip():
        raise Refusal(_("请填写事实和理由。"))


def _filed(case: Case, stage: chain.Stage, **said: object) -> Review:
    challenged, unit = chain.challenged_paper(case, stage.level), chain.respondent(case, stage.level)
    if challenged is None or unit is None:
        raise Refusal(_("找不到被请求复查、复核的意见书，请先核对文书。"))
    return Review(
        case=case, level=stage.level, round=chain.next_round(case, stage.level), challenged=challenged,
        respondent=unit, **said,
    )  # fmt: skip


def _issue(kind: str, review: Review, actor: User, at: dt.datetime, context: dict[str, Any]) -> Paper:
    case = review.case
    return issue(
        kind, subject=case, matter=case.number, actor=actor, at=at, context=context, addressee=case.petitioner.name
    )


@trail.verb
def decide(
    *, review: Review, case: Case, actor: User, at: dt.datetime, outcome: str, findings: str, opinion: str,
    legal_basis: str, redo_days: int | None = None, no_interest: str = "",
) -> Paper:  # fmt: skip
    """Give the opinion of review or recheck: facts found, outcome, opinion, legal basis; its paper is issued.

    ``redo_days`` (calendar days) goes with an order to handle anew only. The petitioner's
    next period starts with delivery, not here. Raises ``Refusal`` for who handled the
    matter, or decided the review that is now rechecked.
    """
    stage = chain.stage_of(review)
    _contents(outcome, findings, opinion, legal_basis, redo_days)
    if reason := chain.no_deciding(review, actor):
        raise Refusal(reason)
    column: dict[str, Any] = {stage.column: outcome}
    answered = recusal.answer(case, actor, no_interest, by=actor, at=at)
    move(case, stage.decide, actor=actor, at=at, note=opinion, facts={"officer": actor}, **column)
    stopped = clocks.stop(case, (stage.clock,), clocks.local_day(at), stage.decide)
    review.case, review.outcome, review.findings, review.opinion = case, outcome, findings, opinion
    review.legal_basis, review.redo_days = legal_basis, redo_days
    review.decided_by, review.decided_at = actor, at
    review.paper = _issue(stage.paper, review, actor, at, papers.opinion(review, actor, at))
    review.save()
    trail.also_wrote(*stopped, review, review.paper, *answered)
    tell_decided(review, at)
    return review.paper


def _contents(outcome: str, findings: str, opinion: str, legal_basis: str, redo_days: int | None) -> None:
    """The four contents of an opinion, and days only with an order to handle anew."""
    if outcome not in ReviewOutcome.values:
        raise Refusal(_("请选择审查意见。"))
    wanted = {_("查明的事实"): findings, _("意见和理由"): opinion, _("法律法规依据"): legal_basis}
    for label, text in wanted.items():
        if not text.strip():
            raise Refusal(_("请填写“%(field)s”。"), field=label)
    if redo_days is not None and outcome != ReviewOutcome.REDO:
        raise Refusal(_("只有责令重新办理的，才写重新办理期限。"))
    most = chain.redo_length(None)
    if redo_days is not None and not 1 <= redo_days <= most:
        raise Refusal(_("重新办理期限应当在 1 日和 %(most)s 日之间。"), most=most)


@trail.verb
def redo(*, review: Review, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper | None:
    """Hand the matter to the unit anew, as a delivered opinion orders (articles 35, 36).

    The handling clock runs for the ordered calendar days, or the rule's; reports, outcome
    and delivery start afresh, and the next opinion can be reviewed again. Returns the
    letter, None where the unit is the office itself.
    """
    if review.redone_at or review.outcome != ReviewOutcome.REDO or review.case_id != case.pk:
        raise Refusal(_("复查、复核意见没有责令重新办理。"))
    day = clocks.local_day(at)
    move(
        case, "redo", actor=actor, at=at, note=note, review_outcome="", recheck_outcome="", outcome="", answer="",
        procedure="", closed_at=None, answered_on=None, answer_days=None, delivered_on=None,
    )  # fmt: skip
    stopped = clocks.stop(case, WINDOWS, day, "redo")
    clock = clocks.start(case, ClockKind.HANDLE, day, Calendar.load(), length=review.redo_days)
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    review.redone_at = at
    review.save(update_fields=["redone_at"])
    trail.also_wrote(*stopped, clock, review)
    return _send_anew(case, review, clock, actor, at, note)


def _send_anew(case: Case, review: Review, clock: Clock, actor: User, at: dt.datetime, note: str) -> Paper | None:
    unit = case.handling_unit
    assert unit is not None  # noqa: S101 - an opinion was given by one
    sent = Assignment.objects.create(
        case=case, kind=SendKind.ASSIGN, unit=unit, sent_at=at, sent_by=actor, due_on=clock.legal_due,
        note=papers.order_to_redo(review, note), taken_at=at, taken_by=case.handler,
    )  # fmt: skip
    trail.also_wrote(sent)
    tell_unit(case, unit, sent, at, occasion="redo")
    if unit.pk == case.office_id:
        return None
    # an ordered redo cannot be objected to: the letter leaves that paragraph out
    context = case_papers.sending_letter(case, sent, actor, at) | {"own_rules": True}
    letter = issue(
        "assign_letter", subject=case, matter=case.number, actor=actor, at=at, context=context, addressee=unit.name
    )
    notice = issue(
        "whereabouts_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=case_papers.whereabouts_notice(case, sent, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(letter, notice)
    return letter
