"""Sending a matter to a unit, and the unit's answer to that."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind, User
from cases.choices import ClockKind, SendKind, SendRole
from cases.choices import State as S
from cases.guards.base import Fields, running, today_at
from cases.models import Assignment, Case


def accused_unit_of(case: Case, unit: Unit) -> bool:
    """Is ``unit`` the unit complained about, or one of its inner offices?"""
    return case.accused_unit_id in unit.body_ids


def target_not_accused(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The material of an accusation never goes to the accused unit (article 30)."""
    unit = fields.get("handling_unit")
    return never_to(case, unit) if unit else ""


def never_to(case: Case, unit: Unit) -> str:
    if case.protected and accused_unit_of(case, unit):
        return _("不得将检举控告材料转给被检举控告的单位（《信访工作条例》第三十条）。")
    return ""


def target_receives(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    unit = fields.get("handling_unit")
    return cannot_receive(unit) if unit else ""


def cannot_receive(unit: Unit) -> str:
    if not unit.is_active or unit.kind == UnitKind.OFFICE:
        return _("“%(unit)s”不能接收转送、交办。") % {"unit": unit}
    return ""


def sent_kind(case: Case) -> str:
    """How the matter was last sent: refer or assign."""
    last = case.assignments.filter(role=SendRole.LEAD).order_by("-pk").first()
    return last.kind if last else SendKind.ASSIGN


def own_unit(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The matter lies with the actor's unit or one of its inner offices."""
    unit = case.handling_unit
    if unit and actor.unit and unit.path.startswith(actor.unit.path):
        return ""
    return _("此事项不在您的单位。")


def not_involved(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Recusal: whoever the matter is about does not handle it (article 28)."""
    return _("您与此事项有直接利害关系，应当回避（第二十八条）。") if case.accused_user_id == actor.pk else ""


def objection_in_time(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Within five working days of receipt; silence after that means it stays (article 23)."""
    clock = case.clocks.filter(kind=ClockKind.OBJECT).order_by("-pk").first()
    if clock and clock.stopped_on is None and today_at(at) <= clock.legal_due:
        return ""
    return _("提出异议的 5 个工作日已过，应当由本单位办理（第二十三条）。")


THIRD = 3


def hand_backs(case: Case) -> int:
    """How often units have handed this matter back."""
    return sum(one.objected_at is not None and one.role == SendRole.LEAD for one in case.assignments.all())


def not_for_coordinator(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """A third hand-back goes to the coordinator, whoever the sender would like to send it to (article 24)."""
    if case.state == S.OBJECTED and hand_backs(case) >= THIRD:
        return _("已被退回 %(n)s 次，应当提交协调裁定（第二十四条）。") % {"n": hand_backs(case)}
    return ""


def for_coordinator(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if hand_backs(case) >= THIRD else _("退回不足 %(n)s 次，由发送方核实。") % {"n": THIRD}


def judging_lapsed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The sender has been silent for longer than the office allows: the matter stays where it is."""
    clock = running(case, ClockKind.JUDGE_OBJECTION)
    return "" if clock and today_at(at) > clock.legal_due else _("核实异议的期限尚未届满。")


def own_rules(unit: Unit) -> bool:
    """Political-legal and discipline bodies inform by their own rules (article 23 paragraph 4)."""
    return unit.kind in (UnitKind.JUSTICE, UnitKind.DISCIPLINE)


def leaves_the_system(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Courts, prosecutors and discipline bodies handle by their own rules; their receipt ends it here."""
    unit = case.handling_unit
    if unit and own_rules(unit):
        return ""
    return _("只有转送政法机关、纪检监察机关的事项由发送方登记签收；其他单位在系统内签收。")


def assisting(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if assistance_of(case, actor) else _("您的单位不是此事项的协办单位，或者已经报送。")


def assistance_of(case: Case, actor: User) -> Assignment | None:
    """The open assisting assignment of the actor's unit, or None."""
    if actor.unit is None:
        return None
    mine = case.assignments.filter(role=SendRole.ASSIST, unit__path__startswith=actor.unit.path)
    return mine.filter(answered_at__isnull=True, ended_at__isnull=True).order_by("pk").first()


def _unanswered(one: Assignment) -> bool:
    return one.answered_at is None and one.ended_at is None


def assistants_answered(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """One answer by the lead, and not over the heads of the others."""
    left = [one for one in case.assignments.all() if one.role == SendRole.ASSIST and _unanswered(one)]
    if not left:
        return ""
    units = _("、").join(one.unit.label for one in left)
    return _("协办单位尚未报送协办意见：%(units)s。") % {"units": units}
