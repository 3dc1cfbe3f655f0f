"""Before and with the decision on a matter: category, grounds, routes, the simple procedure."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.asking import no_deciding
from cases import policy
from cases.choices import Procedure
from cases.deadlines import Calendar, due
from cases.guards.base import Fields, today_at
from cases.models import Case
from reception import readback
from reception.choices import PetitionerKind, Purpose


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


def read_back(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The demand was read back and confirmed, or a reason is written down; nobody reads back a letter (article 19)."""
    links = case.visit_links.select_related("visit").prefetch_related("visit__readbacks").order_by("position")
    return readback.missing(link.visit for link in links)


def may_be_informed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The one exception of article 23 paragraph 2: name or address unclear."""
    if case.petitioner.kind == PetitionerKind.ANONYMOUS and not case.petitioner.phone:
        return _("信访人姓名、地址不清，无法书面告知（第二十三条第二款）；请直接受理、转送或者引导。")
    return ""


def may_answer_at_once(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Accusations are never answered at the counter (article 30)."""
    return _("检举控告不能当场答复，请按管理权限转送。") if case.purpose == Purpose.ACCUSATION else ""


def simple_allowed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The simple procedure is for first, clear, small matters (its articles 4 and 5)."""
    if case.visit_links.filter(position__gt=1).exists() or case.apart_from_id:
        return _("不是初次信访事项，不适用简易办理（《信访事项简易办理办法》第四条）。")
    if case.superior:
        return _("上级交办的事项不适用简易办理（第五条）。")
    if case.protected or case.purpose == Purpose.ACCUSATION:
        return _("检举控告事项不适用简易办理（第五条）。")
    if case.is_group or "C10" in (case.category, *case.also_codes):
        return _("集体联名或者涉及多个责任主体的事项不适用简易办理（第五条）。")
    category = policy.categories().get(case.category)
    if category and category.route in ("statutory", "refuse"):
        return _("应当导入法定途径或者可能不予支持的事项不适用简易办理（第五条）。")
    return ""


def simple_in_time(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Whether the simple procedure applies is decided within three working days of receipt."""
    last = due("simple_accept", case.registered_on, Calendar.load()).legal_due
    if today_at(at) <= last:
        return ""
    return _("决定适用简易办理的期限已于 %(day)s 届满，请按普通程序受理。") % {"day": last.isoformat()}


def is_simple(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if case.procedure == Procedure.SIMPLE else _("此事项不是简易办理。")


def ground_is_listed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    code = fields.get("ground", case.ground)
    if not code:
        return ""
    ground = policy.grounds().get(code)
    return "" if ground and ground.active else _("请从规定的情形中选择一项。")


def _ground_type(case: Case) -> str:
    ground = policy.grounds().get(case.ground)
    return ground.type if ground else ""


def ground_declines(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if _ground_type(case) == "decline" else _("所选情形属于不再受理。")


def ground_ends(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if _ground_type(case) == "no_longer" else _("所选情形属于不予受理。")


def second_person(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Four eyes: a refusal is proposed by one person and approved by another."""
    request = case.open_requests.get("decline")
    return no_deciding(request, actor) if request else _("没有待审批的拟办意见。")


def route_is_listed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    code = fields.get("route", case.route)
    return "" if not code or code in policy.routes() else _("请从法定途径表中选择一项。")
