"""What every page shows around its content: menu, office, text size."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Groups in the order of a day's work; a group of which the user may open nothing is not shown.
# label, URL name, icon, permission, path prefix that marks the entry as current
Entry = tuple[Promise, str, str, str | tuple[str, ...], str]
MENU: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (_("我的工作"), (
        (_("接待台"), "reception:desk", "person-lines-fill", "reception.register", "/reception/"),
        (_("待办"), "cases:todo", "list-check", "cases.view", "/cases/todo/"),
        (_("日程"), "diary:month", "calendar", "cases.view", "/diary/"),
    )),
    (_("办理"), (
        (_("事项"), "cases:list", "folder2-open", "cases.view", "/cases/"),
        (_("督办"), "followup:index", "megaphone", "cases.view", "/followup/"),
        (_("回访抽查"), "followup:samples", "person", "followup.return_visit", "/followup/visits/"),
        (_("调度"), "cases:meetings", "people", "cases.convene", "/cases/meetings/"),
        (_("复查复核"), "review:index", "shield-check", "review.decide", "/review/"),
        (_("报告批示"), "briefing:index", "journal-check", ("briefing.report", "briefing.answer"), "/briefing/"),
        (_("预警"), "alerts:index", "alarm", "alerts.view", "/alerts/"),
    )),
    (_("文书"), (
        (_("送达"), "cases:deliveries", "envelope-check", "cases.serve", "/cases/deliveries/"),
        (_("文书登记"), "cases:papers", "file-text", "cases.view", "/papers/"),
    )),
    (_("查阅"), (
        (_("台账"), "reports:grid", "table", "cases.view", "/reports/register/"),
        (_("归档"), "archive:index", "archive", "archive.view", "/archive/"),
        (_("统计"), "reports:index", "bar-chart", "reports.view", "/reports/"),
        (_("办理规则"), "cases:rules", "book", "cases.view", "/cases/rules/"),
    )),
    (_("管理"), (
        (_("人员"), "accounts:people", "people", "accounts.manage", "/accounts/people/"),
        (_("窗口设备"), "reception:workstations", "printer", "reception.workstations", "/reception/workstations/"),
        (_("叫号设备"), "hall:devices", "megaphone", "hall.manage", "/hall/"),
        (_("通知渠道"), "notices:office", "envelope-check", "notices.manage", "/notices/office/"),
        (_("节假日"), "cases:calendar", "clock", "cases.manage_reference", "/cases/calendar/"),
        (_("系统运行"), "upkeep:index", "sliders", "upkeep.view", "/upkeep/"),
        (_("角色"), "accounts:roles", "shield-check", "accounts.grant", "/accounts/roles/"),
        (_("审计"), "audit:index", "journal-check", "audit.view", "/audit/"),
    )),
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu entries the user may open, the size of type, and the office's names."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "product_name": _("信访接待系统"),
        "office_name": settings.OFFICE_NAME,
        "text_size": "",
        "nav": [],
    }
    if user is None or not user.is_authenticated:
        return context
    context |= {
        "text_size": user.text_size,
        "deputyship": getattr(request, "deputyship", None),
        "nav": _menu(user, request.path),
    }
    return context


def _menu(user: Any, path: str) -> list[dict[str, Any]]:
    """The groups of entries this user may open; of those whose address begins the page's, the longest is current."""
    prefixes = [prefix for _heading, entries in MENU for *_rest, prefix in entries]
    current = max((prefix for prefix in prefixes if path.startswith(prefix)), key=len, default="")
    groups = []
    for heading, entries in MENU:
        items = [
            {"label": label, "url": url, "icon": icon, "current": prefix == current}
            for label, name, icon, permission, prefix in entries
            if _may(user, permission) and (url := _url(name))
        ]
        groups += [{"heading": heading, "entries": items}] if items else []
    return groups


def _may(user: Any, permission: str | tuple[str, ...]) -> bool:
    """One permission, or any of several."""
    return any(user.can(one) for one in ((permission,) if isinstance(permission, str) else permission))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
