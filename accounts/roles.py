"""The one table of roles: what each may do, in words a manager can read.

A permission is ``app.verb``. The transition table (cases/workflow.py) names the
permission each step needs; nothing else in the program asks for a role by name.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """One role: its label, a sentence for the manager, its permissions and its start page."""

    label: Promise
    sentence: Promise
    permissions: frozenset[str]
    start: str
    scope: str  # whose matters: "office", "unit", "filed" or "none"
    administrative: bool = False


ROLES: dict[str, Role] = {
    "clerk": Role(
        _("接待员"),
        _("接待来访、登记、归类、当面解答,并告知来访人下一步。"),
        frozenset(
            {
                "reception.register",
                "reception.view",
                "reception.reveal",
                "cases.view",
                "cases.classify",
                "cases.answer",
                "cases.guide",
                "cases.attach",
                "followup.return_visit",
                "cases.serve",
            }
        ),
        "reception:desk",
        "office",
    ),
    "supervisor": Role(
        _("督办员"),
        _("决定受理、不予受理、转送、交办,审查结果,催办督办直到答复。"),
        frozenset(
            {
                "reception.register",
                "reception.view",
                "reception.reveal",
                "cases.view",
                "cases.classify",
                "cases.answer",
                "cases.accept",
                "cases.decline",
                "cases.guide",
                "cases.refer",
                "cases.assign",
                "cases.judge_objection",
                "cases.review",
                "cases.close",
                "cases.serve",
                "cases.reopen",
                "cases.extend",
                "cases.attach",
                "followup.urge",
                "followup.supervise",
                "followup.return_visit",
                "reports.view",
                "reports.export",
            }
        ),
        "cases:todo",
        "office",
    ),
    "handler": Role(
        _("承办人"),
        _("签收交给本单位的事项,调查办理,报送结果;不属于本单位的,说明理由提出异议。"),
        frozenset(
            {
                "cases.view",
                "cases.take_up",
                "cases.hand_back",
                "cases.report",
                "cases.request_extension",
                "cases.attach",
                "followup.feedback",
            }
        ),
        "cases:todo",
        "unit",
    ),
    "leader": Role(
        _("领导"),
        _("看全部情况和统计,批准延期和不予受理。"),
        frozenset(
            {
                "reception.view",
                "cases.view",
                "cases.approve",
                "cases.extend",
                "followup.supervise",
                "reports.view",
                "reports.export",
            }
        ),
        "reports:index",
        "office",
    ),
    "archivist": Role(
        _("档案员"),
        _("把办结的事项按信访人立户、分年立卷,打印和保管案卷。"),
        frozenset({"cases.view", "cases.file", "archive.view", "archive.file", "archive.print", "reports.view"}),
        "archive:index",
        "filed",
    ),
    "sysadmin": Role(
        _("系统管理员"),
        _("管理单位、人员、参考数据和运行;看不到信访内容。"),
        frozenset({"accounts.manage", "cases.manage_reference"}),
        "accounts:people",
        "none",
        administrative=True,
    ),
    "secadmin": Role(
        _("安全管理员"),
        _("授予和收回角色,解除锁定,结束会话;看不到信访内容。"),
        frozenset({"accounts.grant", "accounts.unlock"}),
        "accounts:roles",
        "none",
        administrative=True,
    ),
    "auditor": Role(
        _("审计管理员"),
        _("查阅审计记录并校验其完整;看不到信访内容,也不能改任何东西。"),
        frozenset({"audit.view", "audit.verify"}),
        "audit:index",
        "none",
        administrative=True,
    ),
}

CHOICES = [(code, role.label) for code, role in ROLES.items()]


def permissions_of(codes: frozenset[str]) -> frozenset[str]:
    """Everything the holder of these roles may do."""
    return frozenset().union(*(ROLES[code].permissions for code in codes if code in ROLES))


def holders(permission: str) -> frozenset[str]:
    """The roles that may do ``permission``."""
    return frozenset(code for code, role in ROLES.items() if permission in role.permissions)


def clash(codes: frozenset[str]) -> bool:
    """Administrators are three separate people, and none of them works on matters."""
    administrative = [code for code in codes if ROLES[code].administrative]
    return len(administrative) > 1 or (bool(administrative) and len(codes) > 1)
