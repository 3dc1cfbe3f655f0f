"""What every page shows around its content: menu, office, text size."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

# label, URL name, icon, permission, path prefix that marks the entry as current
MENU = (
    (_("接待台"), "reception:desk", "person-lines-fill", "reception.register", "/reception/"),
    (_("待办"), "cases:todo", "list-check", "cases.view", "/cases/todo/"),
    (_("事项"), "cases:list", "folder2-open", "cases.view", "/cases/"),
    (_("送达"), "cases:deliveries", "envelope-check", "cases.serve", "/cases/deliveries/"),
    (_("调度"), "cases:meetings", "people", "cases.convene", "/cases/meetings/"),
    (_("文书"), "cases:papers", "file-text", "cases.view", "/papers/"),
    (_("督办"), "followup:index", "megaphone", "cases.view", "/followup/"),
    (_("复查复核"), "review:index", "shield-check", "review.decide", "/review/"),
    (_("报告批示"), "briefing:index", "journal-check", ("briefing.report", "briefing.answer"), "/briefing/"),
    (_("归档"), "archive:index", "archive", "archive.view", "/archive/"),
    (_("统计"), "reports:index", "bar-chart", "reports.view", "/reports/"),
    (_("人员"), "accounts:people", "people", "accounts.manage", "/accounts/people/"),
    (_("节假日"), "cases:calendar", "clock", "cases.manage_reference", "/cases/calendar/"),
    (_("角色"), "accounts:roles", "shield-check", "accounts.grant", "/accounts/roles/"),
    (_("审计"), "audit:index", "journal-check", "audit.view", "/audit/"),
    (_("办理规则"), "cases:rules", "book", "cases.view", "/cases/rules/"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu entries the user may open, the number of unread notices, and the office's names."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "product_name": _("信访接待系统"),
        "office_name": settings.OFFICE_NAME,
        "text_size": "",
        "nav": [],
        "unread": 0,
    }
    if user is None or not user.is_authenticated:
        return context
    current = max((prefix for *_rest, prefix in MENU if request.path.startswith(prefix)), key=len, default="")
    context |= {
        "text_size": user.text_size,
        "unread": user.notices.filter(read_at__isnull=True).count(),
        "nav": [
            {"label": label, "url": url, "icon": icon, "count": None, "current": prefix == current}
            for label, name, icon, permission, prefix in MENU
            if _may(user, permission) and (url := _url(name))
        ],
    }
    return context


def _may(user: Any, permission: str | tuple[str, ...]) -> bool:
    """One permission, or any of several."""
    return any(user.can(one) for one in ((permission,) if isinstance(permission, str) else permission))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
