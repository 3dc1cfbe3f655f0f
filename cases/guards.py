"""The named conditions of the table. Each returns a sentence why not, or "".

They look at the matter, the actor, the moment and the fields about to be set; with no
fields (a button is being drawn) they judge only what is already known.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import Unit, UnitKind, User
from cases import policy
from cases.choices import ClockKind, SendKind
from cases.models import Case

Fields = dict[str, Any]


def _today(at: dt.datetime) -> dt.date:
    return timezone.localtime(at).date()


def known_category(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    code = fields.get("category", case.category)
    return "" if code in policy.categories() else _("请从十类中选择一类。")


def category_allows_acceptance(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Only category 3, or 6 to 10 by their content, enters the petition procedure (article 31)."""
    category = policy.categories().get(fields.get("category", case.category))
    if category and category.route in ("petition", "content"):
        return ""
    return _("此事项归为“%(category)s”，不进入信访程序；确应受理的，请先改归第 3 类。") % {
        "category": policy.category_label(case.category)
    }


def may_answer_at_once(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Accusations are never answered at the counter (article 30)."""
    return _("检举控告不能当场答复，请按管理权限转送。") if case.purpose == "accusation" else ""


def ground_is_listed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    code = fields.get("ground", case.ground)
    if not code:
        return ""
    ground = policy.grounds().get(code)
    return "" if ground and ground.active else _("请从规定的情形中选择一项。")


def route_is_listed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    code = fields.get("route", case.route)
    return "" if not code or code in policy.routes() else _("请从法定途径表中选择一项。")


def accused_unit_of(case: Case, unit: Unit) -> bool:
    """Is ``unit`` the unit complained about, or one of its inner offices?"""
    return case.accused_unit_id in unit.body_ids


def target_not_accused(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The material of an accusation never goes to the accused unit (article 30)."""
    unit = fields.get("handling_unit")
    if unit and case.protected and accused_unit_of(case, unit):
        return _("不得将检举控告材料转给被检举控告的单位（《信访工作条例》第三十条）。")
    return ""


def target_receives(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    unit = fields.get("handling_unit")
    if unit and (not unit.is_active or unit.kind == UnitKind.OFFICE):
        return _("“%(unit)s”不能接收转送、交办。") % {"unit": unit}
    return ""


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
    if clock and _today(at) <= clock.legal_due:
        return ""
    return _("提出异议的 5 个工作日已过，应当由本单位办理（第二十三条）。")


def may_extend(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Once, before the period runs out, and only while the handling clock runs (article 34)."""
    if hasattr(case, "extension"):
        return _("已经延期一次，不能再延。")
    clock = case.clocks.filter(kind=ClockKind.HANDLE, stopped_on__isnull=True).first()
    if clock is None:
        return _("办理期限尚未开始，不需要延期。")
    if _today(at) > clock.legal_due:
        return _("办理期限已于 %(day)s 届满，届满后不能延期。") % {"day": clock.legal_due.isoformat()}
    return ""


def delivered_after_closing(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    day = fields.get("delivered_on")
    if day and (day > _today(at) or (case.closed_at and day < _today(case.closed_at))):
        return _("送达日期应当在办结之日和今日之间。")
    return ""


def within_reopening(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Later than that, a new matter is opened and linked instead."""
    since = case.delivered_on or (case.closed_at and _today(case.closed_at))
    days = policy.deadlines()["reopen"].length
    if since and _today(at) > since + dt.timedelta(days=days):
        return _("办结已超过 %(days)s 日，请另立新事项。") % {"days": days}
    return ""


def from_old_register(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Only a row of an old register is closed by importing it."""
    return "" if case.source == "import" else _("此事项不是导入的历史台账。")


def sent_kind(case: Case) -> str:
    """How the matter was last sent: refer or assign."""
    last = case.assignments.order_by("-pk").first()
    return last.kind if last else SendKind.ASSIGN


# What each condition asks for, in words for the page 办理规则 and docs/workflow.md.
SAYS: dict[Callable[..., str], Promise] = {
    known_category: __("归入十类之一"),
    category_allows_acceptance: __("归为第 3 类，或者第 6 至 10 类按内容应当受理"),
    may_answer_at_once: __("不是检举控告"),
    ground_is_listed: __("情形在规定的清单之内"),
    route_is_listed: __("途径在法定途径表之内"),
    target_not_accused: __("检举控告材料不转给被检举控告的单位"),
    target_receives: __("接收单位在用，且不是信访工作机构"),
    own_unit: __("事项在本人所在单位"),
    not_involved: __("与事项没有直接利害关系（回避）"),
    objection_in_time: __("收到后 5 个工作日内"),
    may_extend: __("只能延期一次，且在办理期限届满之前"),
    delivered_after_closing: __("送达日期在办结之日和今日之间"),
    within_reopening: __("办结后规定日数之内"),
    from_old_register: __("来自导入的历史台账"),
}
