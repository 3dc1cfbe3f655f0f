"""约定调度: units meet about a matter. The visitor is told the result, whether or not they were there."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks, sides
from cases.choices import State
from cases.models import Case, Meeting
from cases.telling import tell_meeting
from cases.workflow import STEPS, move
from documents.issuing import issue
from vault.errors import Refusal, Stale


@trail.verb
def convene(
    *, case: Case, actor: User, at: dt.datetime, planned_at: dt.datetime, place: str, topic: str,
    units: Sequence[Unit] = (), others: str = "", visitor_attends: bool = False,
) -> Meeting:  # fmt: skip
    """约定调度会: ``units`` of the system are told, ``others`` are named on the notice only.

    The unit the matter is about is never asked (article 30). Raises ``Refusal`` for it, for
    a meeting nobody is asked to, and for a day gone by.
    """
    if planned_at < at:
        raise Refusal(_("会议时间应当在现在以后。"))
    attending = _("、").join([*(unit.name for unit in units), *filter(None, [others.strip()])])
    if not attending:
        raise Refusal(_("请选择或者填写参加会议的单位。"))
    if len(attending) > LONGEST:
        raise Refusal(_("参加单位太多，请只写主要的单位。"))
    sides.keep_out_the_accused(case, units, others)
    move(case, "convene", actor=actor, at=at, note=topic)
    meeting = Meeting.objects.create(
        case=case, planned_at=planned_at, place=place, attending=attending, unit_ids=[unit.pk for unit in units],
        topic=topic, visitor_attends=visitor_attends, convened_by=actor, convened_at=at,
    )  # fmt: skip
    meeting.paper = issue(
        "meeting_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=sides.meeting_notice(case, meeting, actor, at), addressee=attending[:ADDRESSEE],
    )  # fmt: skip
    meeting.save(update_fields=["paper"])
    trail.also_wrote(meeting, meeting.paper)
    tell_meeting(case, meeting, list(units), "meeting", at)
    return meeting


LONGEST, ADDRESSEE = 300, 100


@trail.verb
def hold_meeting(
    *, meeting: Meeting, actor: User, at: dt.datetime, held_on: dt.date, minutes: str, result: str
) -> Meeting:  # fmt: skip
    """登记调度会结果: minutes go on paper; the visitor is to be told now, and the meeting stays listed till then.

    Raises ``Stale`` when somebody else recorded it or called it off before.
    """
    case = _asked(meeting, actor)
    if case.state == State.FILED:
        raise Refusal(_("事项已经归档，不能再登记会议结果。"))
    if not clocks.local_day(meeting.convened_at) <= held_on <= clocks.local_day(at):
        raise Refusal(_("召开日期应当在约定之日和今日之间。"))
    if not minutes.strip() or not result.strip():
        raise Refusal(_("请填写会议情况和议定结果。"))
    _claim(meeting, {"held_on": None, "cancelled_at": None}, held_on=held_on, minutes=minutes, result=result)
    meeting.minutes_paper = issue(
        "meeting_minutes", subject=case, matter=case.number, actor=actor, at=at,
        context=sides.meeting_minutes(case, meeting, actor, at), addressee=meeting.attending[:ADDRESSEE],
    )  # fmt: skip
    meeting.save(update_fields=["minutes_paper"])
    _record(meeting, actor, at, "hold_meeting", _("登记调度会结果"), result)
    trail.also_wrote(meeting.minutes_paper)
    tell_meeting(case, meeting, sides.invited(meeting), "minutes", at)
    return meeting


@trail.verb
def tell_result(*, meeting: Meeting, actor: User, at: dt.datetime, told_on: dt.date, told_how: str) -> Meeting:
    """告知信访人调度结果: when and how they were told and what they said; the duty is done."""
    _asked(meeting, actor)
    if meeting.held_on is None:
        raise Refusal(_("会议结果尚未登记，不能告知。"))
    if not meeting.held_on <= told_on <= clocks.local_day(at):
        raise Refusal(_("告知日期应当在会议召开之日和今日之间。"))
    if not told_how.strip():
        raise Refusal(_("请填写告知的方式和信访人的意见。"))
    _claim(meeting, {"told_on": None}, told_on=told_on, told_how=told_how, told_by=actor)
    _record(meeting, actor, at, "tell_result", _("告知信访人调度结果"), told_how)
    return meeting


@trail.verb
def cancel_meeting(*, meeting: Meeting, actor: User, at: dt.datetime, why: str) -> Meeting:
    """取消调度会 with the reason; those who were asked are told."""
    case = _asked(meeting, actor)
    if not why.strip():
        raise Refusal(_("请写明取消会议的理由。"))
    _claim(meeting, {"held_on": None, "cancelled_at": None}, cancelled_at=at, cancelled_why=why)
    _record(meeting, actor, at, "cancel_meeting", _("取消调度会"), why)
    tell_meeting(case, meeting, sides.invited(meeting), "meeting_off", at)
    return meeting


def _asked(meeting: Meeting, actor: User) -> Case:
    """The matter of a meeting whose next act is this person's to do. The matter itself may have moved on since."""
    if not actor.can(STEPS["convene"].permission):
        raise Refusal(_("您的角色不能办理“%(step)s”。"), step=STEPS["convene"].label)
    case = Case.objects.visible_to(actor).filter(pk=meeting.case_id).first()
    if case is None or actor.pk in case.recused_ids:
        raise Refusal(_("您已申请回避，不能办理此事项（第二十八条）。"))
    return case


def _claim(meeting: Meeting, untouched: dict[str, None], **fields: object) -> None:
    """Write the fields only where nobody has written them before. Raises ``Stale``."""
    still = {f"{name}__isnull": True for name in untouched}
    if Meeting.objects.filter(pk=meeting.pk, **still).update(**fields) != 1:
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    for name, value in fields.items():
        setattr(meeting, name, value)


def _record(meeting: Meeting, actor: User, at: dt.datetime, verb: str, title: str, note: str) -> None:
    trail.record(actor=actor, verb=verb, title=title, subject=meeting, at=at, matter=meeting.case.number, note=note)
