"""领导包案: a leader takes charge of a matter, progress is noted, the charge ends with a result."""

import datetime as dt

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from briefing import guards, telling
from briefing.models import Charge, ChargeNote
from cases.clocks import local_day
from cases.models import Case
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def take_charge(
    *, case: Case, actor: User, at: dt.datetime, leader_name: str, since: dt.date, due_on: dt.date,
    leader: User | None = None, task: str = "",
) -> Charge:  # fmt: skip
    """Write down which leader answers for a matter from now on; one at a time, never one it is about (article 30).

    ``leader``: the leader's own account, where there is one. Raises ``Stale`` when another has charge already.
    """
    _insist(guards.no_charge(case, actor) or guards.bad_charge(case, leader_name, leader, since, due_on, local_day(at)))
    try:
        row = Charge.objects.create(
            case=case, leader_name=leader_name, leader=leader, since=since, due_on=due_on, task=task, recorded_at=at,
            recorded_by=actor,
        )  # fmt: skip
    except IntegrityError as twice:
        raise Stale(_("此事项已有领导包案，请刷新后再看。")) from twice
    trail.record(
        actor=actor, verb="take_charge", title=_("领导包案：%(name)s") % {"name": leader_name}, subject=row, at=at,
        matter=case.number, note=task, due_on=due_on.isoformat(),
    )  # fmt: skip
    telling.tell_charge(row, at)
    return row


@trail.verb
def note_progress(*, charge: Charge, actor: User, at: dt.datetime, text: str) -> ChargeNote:
    """What was done about it: a coordination, a visit on site, what remains."""
    _insist(guards.no_progress(charge, actor) or ("" if text.strip() else _("请填写进展。")))
    row = ChargeNote.objects.create(charge=charge, text=text, made_at=at, made_by=actor)
    trail.record(
        actor=actor, verb="charge_progress", title=_("包案进展"), subject=charge, at=at, matter=charge.case.number,
        note=text, rows=[row],
    )  # fmt: skip
    return row


@trail.verb
def end_charge(*, charge: Charge, actor: User, at: dt.datetime, result: str, ended_on: dt.date) -> None:
    """The charge is over, with its result. Raises ``Stale`` when somebody else ended it meanwhile."""
    _insist(guards.no_progress(charge, actor) or guards.bad_charge_end(charge, result, ended_on, local_day(at)))
    waiting = Charge.objects.open().filter(pk=charge.pk)
    if not waiting.update(result=result, ended_on=ended_on, ended_at=at, ended_by=actor):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    charge.refresh_from_db()
    trail.record(
        actor=actor,
        verb="end_charge",
        title=_("结束包案"),
        subject=charge,
        at=at,
        matter=charge.case.number,
        note=result,
    )
    telling.tell_charge_ended(charge, at)
