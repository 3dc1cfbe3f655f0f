"""Feedback that is not enough goes back to the unit, with the reason and a new day; the earlier words stay."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases.clocks import local_day
from cases.telling import may_be_told, people_at
from followup import guards
from followup.models import FeedbackRound, Supervision
from notices import outbox
from vault.errors import Refusal, Stale


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
