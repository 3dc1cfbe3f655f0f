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
                "cases.propose_decline",
                "cases.withdraw",
                "cases.declare_interest",
                "cases.record_receipt",
                "documents.edit_draft",
                "reception.merge",
                "review.request",
                "briefing.report",
                "briefing.duty",
                "reception.register",
                "reception.view",
                "reception.reveal",
                "cases.view",
                "cases.classify",
                "cases.correct",
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
                "cases.propose_decline",
                "cases.inform",
                "cases.withdraw",
                "cases.merge",
                "cases.declare_interest",
                "cases.record_receipt",
                "cases.request_extension",
                "cases.convene",
                "cases.hear",
                "cases.report_up",
                "cases.handle_here",
                "documents.edit_draft",
                "documents.void",
                "reception.merge",
                "reports.full_ids",
                "review.request",
                "briefing.report",
                "briefing.duty",
                "briefing.digest",
                "briefing.instruct",
                "briefing.answer",
                "alerts.view",
                "alerts.handle",
                "diary.plan",
                "alerts.note",
                "reception.register",
                "reception.view",
                "reception.reveal",
                "cases.view",
                "cases.classify",
                "cases.correct",
                "cases.answer",
                "cases.accept",
                "cases.guide",
                "cases.refer",
                "cases.assign",
                "cases.judge_objection",
                "cases.review",
                "cases.close",
                "cases.serve",
                "cases.reopen",
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
                "cases.declare_interest",
                "cases.investigate",
                "cases.settle",
                "cases.hear",
                "cases.assist",
                "documents.edit_draft",
                "briefing.answer",
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
        _("看全部情况和统计，批准不予受理和延期，作出批示。"),
        frozenset(
            {
                "cases.declare_interest",
                "cases.coordinate",
                "cases.conclude",
                "cases.calendar_decide",
                "documents.void_decide",
                "reception.merge_decide",
                "reports.full_ids_decide",
                "archive.take_apart_decide",
                "briefing.instruct",
                "briefing.report",
                "alerts.view",
                "alerts.handle",
                "diary.plan",
                "reception.view",
                "cases.view",
                "cases.approve",
                "cases.extend",
                "accounts.appoint_deputies",
                "followup.supervise",
                "reports.view",
                "reports.export",
            }
        ),
        "reports:index",
        "office",
    ),
    "unit_head": Role(
        _("承办单位负责人"),
        _("签发本单位的办结报告和处理意见，批准本单位办理事项的延期。"),
        frozenset(
            {
                "cases.view",
                "cases.sign_off",
                "cases.extend",
                "accounts.appoint_deputies",
                "cases.declare_interest",
                "documents.edit_draft",
                "briefing.answer",
                "followup.feedback",
            }
        ),
        "cases:todo",
        "unit",
    ),
    "reviewer": Role(
        _("复查复核员"),
        _("审查复查、复核请求，组织听证，作出复查、复核意见。"),
        frozenset(
            {
                "reception.view",
                "cases.view",
                "cases.hear",
                "cases.declare_interest",
                "cases.attach",
                "documents.edit_draft",
                "review.request",
                "review.decide",
            }
        ),
        "cases:todo",
        "office",
    ),
    "archivist": Role(
        _("档案员"),
        _("把办结的事项按信访人立户、分年立卷，打印和保管案卷。"),
        frozenset(
            {
                "archive.take_apart",
                "cases.view",
                "cases.file",
                "archive.view",
                "archive.file",
                "archive.print",
                "reports.view",
            }
        ),
        "archive:index",
        "filed",
    ),
    "sysadmin": Role(
        _("系统管理员"),
        _("管理单位、人员、参考数据和运行；看不到信访内容。"),
        frozenset(
            {
                "accounts.manage",
                "cases.manage_reference",
                "reception.workstations",
                "hall.manage",
                "notices.manage",
                "upkeep.view",
            }
        ),
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
        frozenset({"audit.view", "audit.verify", "upkeep.view"}),
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
    "cases.correct": _("更正登记内容（旧文保留）"),
    "cases.answer": _("当场答复"),
    "cases.guide": _("引导法定途径"),
    "cases.attach": _("上传材料"),
    "cases.serve": _("登记送达"),
    "cases.accept": _("受理"),
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
    "cases.approve": _("批准不予受理"),
    "cases.file": _("归档"),
    "cases.import": _("导入历史台账"),
    "cases.manage_reference": _("维护节假日等参考数据"),
    "cases.propose_decline": _("提出不予受理"),
    "cases.inform": _("书面告知"),
    "cases.handle_here": _("本单位直接办理"),
    "cases.record_receipt": _("登记对方签收"),
    "cases.withdraw": _("登记撤回"),
    "cases.merge": _("并案、拆分"),
    "cases.declare_interest": _("申请回避"),
    "cases.investigate": _("记录调查"),
    "cases.settle": _("调解、和解"),
    "cases.hear": _("组织听证"),
    "cases.assist": _("协办"),
    "cases.sign_off": _("签发本单位的报告"),
    "cases.convene": _("约定调度"),
    "cases.coordinate": _("协调裁定归属"),
    "cases.conclude": _("审核认定办结"),
    "cases.report_up": _("向上级报送结果"),
    "cases.calendar_decide": _("批准节假日安排"),
    "documents.edit_draft": _("修改文书稿"),
    "documents.void": _("申请作废文书"),
    "documents.void_decide": _("批准作废文书"),
    "reception.merge": _("申请信访人并户"),
    "reception.merge_decide": _("批准信访人并户"),
    "reports.full_ids": _("申请导出完整证件号码"),
    "reports.full_ids_decide": _("批准导出完整证件号码"),
    "archive.take_apart": _("申请拆卷"),
    "archive.take_apart_decide": _("批准拆卷"),
    "review.request": _("登记复查、复核请求"),
    "review.decide": _("作出复查、复核意见"),
    "briefing.report": _("报告重大紧急事项"),
    "briefing.duty": _("落实第 6 至 10 类要做的事"),
    "briefing.digest": _("编写摘报"),
    "briefing.instruct": _("登记批示"),
    "briefing.answer": _("反馈批示落实情况"),
    "alerts.view": _("查看预警"),
    "alerts.handle": _("处置预警"),
    "alerts.note": _("编写预警摘报"),
    "diary.plan": _("安排领导接访日"),
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
    "reception.workstations": _("设置各窗口的读卡器"),
    "hall.manage": _("管理叫号窗口和屏幕"),
    "upkeep.view": _("查看系统运行情况"),
    "notices.manage": _("设置通知渠道，重发失败的通知"),
    "accounts.grant": _("授予和收回角色"),
    "accounts.appoint_deputies": _("为本单位人员指定代理"),
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


def delegable(codes: frozenset[str]) -> frozenset[str]:
    """The roles among these that a deputy may act in: never those of the three administrators (三员)."""
    return frozenset(code for code in codes if code in ROLES and not ROLES[code].administrative)


def holders(permission: str) -> frozenset[str]:
    """The roles that may do ``permission``."""
    return frozenset(code for code, role in ROLES.items() if permission in role.permissions)


def clash(codes: frozenset[str]) -> bool:
    """Administrators are three separate people, and none of them works on matters."""
    administrative = [code for code in codes if ROLES[code].administrative]
    return len(administrative) > 1 or (bool(administrative) and len(codes) > 1)
