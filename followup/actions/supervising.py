"""督办: an order with a day for written feedback, the feedback, and its end.

Feedback that is not enough goes back to the unit, with the reason and a new day; the earlier words stay.
"""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases.clocks import local_day
from cases.models import Case
from cases.telling import may_be_told, people_at
from documents.issuing import issue
from followup import guards, papers
from followup.actions.holding import hold
from followup.models import FeedbackRound, Supervision
from notices import outbox
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def supervise(
    *, case: Case, actor: User, at: dt.datetime, ground: str, requirement: str, due_on: dt.date
) -> Supervision:
    """督办 on a ground of article 40: an order with a letter and a day for written feedback.

    Raises ``Stale`` when the same person ordered it on the same ground less than a minute ago.
    """
    hold(case)
    _insist(guards.no_supervision(case, actor))
    if guards.just_supervised(case, actor, at, ground):
        raise Stale(_("一分钟以内您已经以同样的情形督办过此事项，没有重复督办；确实要再督办一次的，请稍后再办。"))
    _insist(guards.bad_supervision(case, ground, requirement, due_on, local_day(at)))
    unit = case.handling_unit
    assert unit is not None  # noqa: S101 - the guard has just looked
    order = Supervision(
        case=case, unit=unit, ground=ground, requirement=requirement, due_on=due_on, ordered_at=at, ordered_by=actor
    )
    order.paper = issue(
        "supervision_letter", subject=case, matter=case.number, actor=actor, at=at, addressee=unit.name,
        context=papers.supervision_letter(case, order, actor, at),
    )  # fmt: skip
    order.save()
    trail.record(
        actor=actor, verb="supervise", title=_("督办"), subject=order, at=at, matter=case.number, note=requirement,
        rows=[order.paper], unit=unit.name, ground=str(order.get_ground_display()), due_on=due_on.isoformat(),
    )  # fmt: skip
    _tell(
        order, "supervise", may_be_told(case, people_at(unit, "followup.feedback")), at,
        _("%(number)s 被督办，请于 %(day)s 前书面反馈。") % {"number": case.number, "day": due_on.isoformat()},
    )  # fmt: skip
    return order


def _tell(order: Supervision, occasion: str, recipients: list[User], at: dt.datetime, text: str) -> None:
    outbox.put(
        recipients=recipients,
        kind=occasion,
        tone="info" if occasion in ("feedback", "close_supervision") else "late",
        text=text,
        url=order.case.get_absolute_url(),
        matter=order.case.number,
        key=f"{occasion}:{order.pk}:{order.round}",
        at=at,
    )


def _office(order: Supervision) -> list[User]:
    """Whoever ordered it and the office's supervisors."""
    people = [order.ordered_by, *people_at(order.case.office, "followup.urge")]
    return may_be_told(order.case, [user for user in people if user.is_active])


@trail.verb
def give_feedback(*, supervision: Supervision, actor: User, at: dt.datetime, feedback: str) -> None:
    """书面反馈 of the supervised unit, once. Raises ``Stale`` when a colleague was faster."""
    _insist(guards.no_feedback(supervision, actor))
    _insist("" if feedback.strip() else _("请填写反馈内容。"))
    waiting = Supervision.objects.filter(pk=supervision.pk, feedback_at__isnull=True, closed_at__isnull=True)
    if not waiting.update(feedback=feedback, feedback_at=at, feedback_by=actor):
        raise Stale(_("他人已先行反馈，请刷新后再看。"))
    supervision.refresh_from_db()
    case = supervision.case
    trail.record(
        actor=actor, verb="feedback", title=_("督办反馈"), subject=supervision, at=at, matter=case.number, note=feedback
    )
    _tell(
        supervision, "feedback", _office(supervision), at,
        _("%(number)s：%(unit)s 反馈了督办，请核对销号。") % {"number": case.number, "unit": supervision.unit},
    )  # fmt: skip


@trail.verb
def close_supervision(*, supervision: Supervision, actor: User, at: dt.datetime, note: str) -> None:
    """销号, with what was checked; without feedback the note must say why it is closed all the same."""
    _insist(guards.no_closing(supervision, actor))
    _insist("" if note.strip() else _("请写明核对的结果；没有反馈的，写明销号的理由。"))
    if not Supervision.objects.filter(pk=supervision.pk, closed_at__isnull=True).update(closed_at=at, close_note=note):
        raise Stale(_("他人已先行销号，请刷新后再看。"))
    supervision.refresh_from_db()
    case = supervision.case
    trail.record(
        actor=actor, verb="close_supervision", title=_("督办销号"), subject=supervision, at=at, matter=case.number,
        note=note,
    )  # fmt: skip
    _tell(
        supervision, "close_supervision", may_be_told(case, people_at(supervision.unit, "followup.feedback")), at,
        _("%(number)s 的督办已销号。") % {"number": case.number},
    )  # fmt: skip


@trail.verb
def return_feedback(
    *, supervision: Supervision, actor: User, at: dt.datetime, reason: str, due_on: dt.date
) -> FeedbackRound:
    """Send feedback back to the unit as insufficient; it is due again on ``due_on``.

    Raises ``Stale`` when somebody was faster.
    The ladder of reminders begins anew with the new day (calendar days, like every day for feedback).
    """
    refused = guards.no_returning(supervision, actor) or guards.bad_returning(reason, due_on, local_day(at))
    if refused:
        raise Refusal(refused)
    before = supervision
    waiting = Supervision.objects.filter(
        pk=before.pk, round=before.round, feedback_at=before.feedback_at, closed_at__isnull=True
    )
    if not waiting.update(
        feedback="", feedback_at=None, feedback_by=None, due_on=due_on, round=before.round + 1, reminded_at=None
    ):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    assert before.feedback_at is not None  # noqa: S101 - the guard has just looked
    assert before.feedback_by is not None  # noqa: S101
    row = FeedbackRound.objects.create(
        supervision=before, number=before.round, due_on=before.due_on, feedback=before.feedback,
        feedback_at=before.feedback_at, feedback_by=before.feedback_by, reason=reason, returned_at=at,
        returned_by=actor,
    )  # fmt: skip
    case = before.case
    trail.record(
        actor=actor, verb="return_feedback", title=_("退回督办反馈"), subject=before, at=at, matter=case.number,
        note=reason, rows=[row], due_on=due_on.isoformat(),
    )  # fmt: skip
    facts = {"number": case.number, "day": due_on.isoformat()}
    outbox.put(
        recipients=may_be_told(case, people_at(before.unit, "followup.feedback")), kind="return_feedback", tone="late",
        text=_("%(number)s 的督办反馈被退回，请于 %(day)s 前重新反馈。") % facts, url=case.get_absolute_url(),
        matter=case.number, key=f"return_feedback:{row.pk}", at=at,
    )  # fmt: skip
    return row
