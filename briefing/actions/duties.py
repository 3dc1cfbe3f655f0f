"""Doing what categories 6 to 10 add. The route of the matter stays as it is."""

import datetime as dt

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from briefing import guards, policy
from briefing.models import DoneDuty
from cases.clocks import local_day
from cases.models import Case
from vault.errors import Refusal, Stale


@trail.verb
def do_duty(*, case: Case, actor: User, at: dt.datetime, duty: str, note: str, done_on: dt.date) -> DoneDuty:
    """Record that a duty (its key, ``C06.report``) was done on a day, and how. Raises ``Stale`` when it was already."""
    if reason := guards.no_duty(case, actor, duty) or guards.bad_done_on(case, done_on, local_day(at)):
        raise Refusal(reason)
    if not note.strip():
        raise Refusal(_("请写明怎样落实：谁、什么时间、结果。"))
    text = policy.duties()[duty].text
    try:
        row = DoneDuty.objects.create(
            case=case, key=duty, text=text, note=note, done_on=done_on, done_by=actor, recorded_at=at
        )
    except IntegrityError as twice:
        raise Stale(_("这一项已经登记落实。")) from twice
    trail.record(actor=actor, verb="do_duty", title=_("落实"), subject=row, at=at, matter=case.number, note=text)
    return row
