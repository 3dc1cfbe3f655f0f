"""While the matter is investigated, extended, heard, signed."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.deputies import acted_for
from accounts.models import User
from approvals.asking import no_deciding
from cases.choices import ClockKind
from cases.choices import State as S
from cases.guards.base import Fields, running, today_at
from cases.guards.ending import not_the_handler
from cases.guards.sending import accused_unit_of, not_involved, own_unit
from cases.models import Case


def in_hand(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The handling unit asks for its own matters, the office for those it still holds."""
    if "office" in actor.scopes:
        return ""
    return own_unit(case, actor, at, fields)


def may_extend(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Once, before the period runs out, and only while the handling clock runs (article 34)."""
    if case.is_simple:
        return _("简易办理不能延期；需要更长时间的，请先转普通程序。")
    clock = running(case, ClockKind.HANDLE)
    if clock is None:
        return _("办理期限尚未开始，不需要延期。")
    if clock.extended_by:
        return _("已经延期一次，不能再延。")
    if today_at(at) > clock.legal_due:
        return _("办理期限已于 %(day)s 届满，届满后不能延期。") % {"day": clock.legal_due.isoformat()}
    return ""


def extension_asked(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    request = case.open_requests.get("extend")
    return no_deciding(request, actor) if request else _("没有待审批的延期申请。")


def handler_not_involved(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Whoever is to handle it here has no interest in it and belongs to the body that registered it."""
    handler = fields.get("handler")
    if handler is None:
        return ""
    if handler.pk in case.recused_ids or handler.pk == case.accused_user_id:
        return _("%(who)s 与此事项有利害关系，应当回避（第二十八条）。") % {"who": handler}
    if case.protected and handler.unit and accused_unit_of(case, handler.unit):
        return _("不得将检举控告材料交给被检举控告的单位办理（《信访工作条例》第三十条）。")
    inside = handler.unit and handler.unit.path.startswith(case.office.path)
    return "" if inside else _("承办人应当是本单位人员。")


def hearing_is_mine(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The handling unit hears while it handles, the reviewer while they review; nobody hears their own cause."""
    if case.state == S.HANDLING:
        return own_unit(case, actor, at, fields) or not_involved(case, actor, at, fields)
    if not actor.can("review.decide"):
        return _("复查、复核中的听证由复查复核员组织。")
    return not_involved(case, actor, at, fields) or not_the_handler(case, actor, at, fields)


def _hearing_open(case: Case) -> bool:
    return any(one.is_open for one in case.hearings.all())


def open_hearing(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if _hearing_open(case) else _("没有正在进行的听证。")


def no_open_hearing(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return _("听证尚未结束，请先登记听证结果。") if _hearing_open(case) else ""


def head_signs_here(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if case.head_on_system else _("本单位在系统内没有负责人签发，请直接报送并写明签发人。")


def head_signs_on_paper(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Two-step sign-off: where the head is on the system, the report passes through their hands."""
    return _("请先送单位负责人签发。") if case.head_on_system else ""


def not_the_author(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    last = case.reports.order_by("-pk").first()
    own = last is not None and (
        last.made_by_id in actor.hands or acted_for(actor, last.made_by_id, ("submit",), case.number)
    )
    return _("不能签发自己起草的报告。") if own else ""


def has_superior(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if case.superior else _("此事项不是上级交办的。")
