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
        _("接待来访、登记、归类、当面解答，并告知来访人下一步。"),
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
                "cases.import",
            }
        ),
        "reception:desk",
        "office",
    ),
    "supervisor": Role(
        _("督办员"),
        _("决定受理、不予受理、转送、交办，审查结果，催办督办直到答复。"),
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
                "cases.import",
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
        _("签收交给本单位的事项，调查办理，报送结果；不属于本单位的，说明理由提出异议。"),
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
        _("看全部情况和统计，批准延期和不予受理。"),
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
        _("把办结的事项按信访人立户、分年立卷，打印和保管案卷。"),
        frozenset({"cases.view", "cases.file", "archive.view", "archive.file", "archive.print", "reports.view"}),
        "archive:index",
        "filed",
    ),
    "sysadmin": Role(
        _("系统管理员"),
        _("管理单位、人员、参考数据和运行；看不到信访内容。"),
        frozenset({"accounts.manage", "cases.manage_reference"}),
        "accounts:people",
        "none",
        administrative=True,
    ),
    "secadmin": Role(
        _("安全管理员"),
        _("授予和收回角色，解除锁定，结束会话；看不到信访内容。"),
        frozenset({"accounts.grant", "accounts.unlock"}),
        "accounts:roles",
        "none",
        administrative=True,
    ),
    "auditor": Role(
        _("审计管理员"),
        _("查阅审计记录并校验其完整；看不到信访内容，也不能改任何东西。"),
        frozenset({"audit.view", "audit.verify"}),
        "audit:index",
        "none",
        administrative=True,
    ),
}

# Each permission in words, for the table that a manager reads.
WORDS: dict[str, Promise] = {
    "reception.register": _("登记来访"),
    "reception.view": _("查看登记和信访人"),
    "reception.reveal": _("显示完整证件号码和电话（留痕）"),
    "cases.view": _("查看职责范围内的事项"),
    "cases.classify": _("归类"),
    "cases.answer": _("当场答复"),
    "cases.guide": _("引导法定途径"),
    "cases.attach": _("上传材料"),
    "cases.serve": _("登记送达"),
    "cases.accept": _("受理"),
    "cases.decline": _("不予受理"),
    "cases.refer": _("转送"),
    "cases.assign": _("交办"),
    "cases.judge_objection": _("处理异议"),
    "cases.review": _("审查办理结果、退回"),
    "cases.close": _("同意结案"),
    "cases.reopen": _("重新办理"),
    "cases.extend": _("批准延期"),
    "cases.take_up": _("签收"),
    "cases.hand_back": _("提出异议"),
    "cases.report": _("报送结果"),
    "cases.request_extension": _("申请延期"),
    "cases.approve": _("审批"),
    "cases.file": _("归档"),
    "cases.import": _("导入历史台账"),
    "cases.manage_reference": _("维护节假日等参考数据"),
    "followup.urge": _("催办"),
    "followup.supervise": _("督办"),
    "followup.feedback": _("反馈督办"),
    "followup.return_visit": _("回访"),
    "archive.view": _("查阅案卷"),
    "archive.file": _("立卷"),
    "archive.print": _("打印案卷"),
    "reports.view": _("查看统计"),
    "reports.export": _("导出统计"),
    "accounts.manage": _("管理单位和人员"),
    "accounts.grant": _("授予和收回角色"),
    "accounts.unlock": _("解除锁定、结束会话"),
    "audit.view": _("查阅审计记录"),
    "audit.verify": _("校验审计记录"),
}


def in_words(permission: str) -> str:
    """The permission as an office says it; an unnamed one is shown by its code."""
    return str(WORDS.get(permission, permission))


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
