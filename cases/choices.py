"""States of a matter and the code lists of its handling."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """环节. Overdue is not a state: it is computed from the clocks. Extension is a clock's, not the matter's."""

    REGISTERED = "registered", _("已登记")
    CLASSIFIED = "classified", _("已归类")
    PROPOSED = "proposed", _("待审批")
    INFORMED = "informed", _("已告知")
    ACCEPTED = "accepted", _("已受理")
    REFERRED = "referred", _("已转送")
    ASSIGNED = "assigned", _("已交办")
    OBJECTED = "objected", _("异议待核")
    HANDLING = "handling", _("办理中")
    SETTLED = "settled", _("已达成协议")
    SIGNING = "signing", _("待签发")
    CHECKING = "checking", _("审查回告")
    CLOSED = "closed", _("办结待送达")
    SERVED = "served", _("已送达")
    LAPSED = "lapsed", _("期满未请求")
    REVIEWING = "reviewing", _("复查中")
    REVIEWED = "reviewed", _("复查待送达")
    REVIEW_SERVED = "review_served", _("复查已送达")
    RECHECKING = "rechecking", _("复核中")
    RECHECKED = "rechecked", _("复核待送达")
    CONCLUDED = "concluded", _("已终结")
    ANSWERED = "answered", _("答复办结")
    GUIDED = "guided", _("已引导")
    HANDED_OVER = "handed_over", _("已移送")
    ENDED = "ended", _("协议履行办结")
    DECLINED = "declined", _("不予受理")
    NO_LONGER = "no_longer", _("不再受理")
    MERGED = "merged", _("已并案")
    WITHDRAWN = "withdrawn", _("已撤回")
    FILED = "filed", _("已归档")


# Nothing more is owed to the petitioner by the procedure itself, unless they ask for review.
FINISHED = (
    State.SERVED, State.LAPSED, State.REVIEW_SERVED, State.CONCLUDED, State.ANSWERED, State.GUIDED,
    State.HANDED_OVER, State.ENDED, State.DECLINED, State.NO_LONGER, State.MERGED, State.WITHDRAWN, State.FILED,
)  # fmt: skip
UNDER_WAY = tuple(state for state in State if state not in FINISHED)
ARCHIVABLE = (
    State.SERVED, State.LAPSED, State.CONCLUDED, State.ANSWERED, State.GUIDED, State.HANDED_OVER, State.ENDED,
    State.DECLINED, State.NO_LONGER, State.MERGED, State.WITHDRAWN, State.REFERRED,
)  # fmt: skip
WITH_A_UNIT = (
    State.REFERRED, State.ASSIGNED, State.OBJECTED, State.HANDLING, State.SETTLED, State.SIGNING, State.CHECKING,
)  # fmt: skip


class Outcome(models.TextChoices):
    """Article 32: the three outcomes of a handling opinion."""

    SUPPORTED = "supported", _("予以支持")
    EXPLAINED = "explained", _("作出解释说明")
    NOT_SUPPORTED = "not_supported", _("不予支持")


class ReviewOutcome(models.TextChoices):
    """What review or recheck makes of the opinion before it."""

    UPHELD = "upheld", _("维持")
    CHANGED = "changed", _("变更")
    REVOKED = "revoked", _("撤销")
    REDO = "redo", _("责令重新办理")


class Procedure(models.TextChoices):
    ORDINARY = "", _("普通程序")
    SIMPLE = "simple", _("简易办理")


class SendKind(models.TextChoices):
    REFER = "refer", _("转送")
    ASSIGN = "assign", _("交办")


class SendRole(models.TextChoices):
    LEAD = "lead", _("主办")
    ASSIST = "assist", _("协办")


class DeliveryWay(models.TextChoices):
    DIRECT = "direct", _("直接送达")
    LEFT = "left", _("留置送达")
    POST = "post", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")
    NOTICE = "notice", _("公告送达")


class SettlementKind(models.TextChoices):
    MEDIATION = "mediation", _("调解")
    CONCILIATION = "conciliation", _("和解")


class HearingStage(models.TextChoices):
    HANDLE = "handle", _("办理")
    REVIEW = "review", _("复查")
    RECHECK = "recheck", _("复核")


class InterestKind(models.TextChoices):
    """Article 28: who has a direct interest withdraws. A hint is the program's; it is confirmed or explained away."""

    DECLARED = "declared", _("申请回避")
    EXPLAINED = "explained", _("说明无利害关系")


class Holder(models.TextChoices):
    """Whose day it is: every day of a matter belongs to exactly one of these."""

    OFFICE = "office", _("登记机构")
    UNIT = "unit", _("承办单位")
    REVIEWER = "reviewer", _("复查复核机关")
    PETITIONER = "petitioner", _("信访人")
    HEARING = "hearing", _("听证")
    PAUSE = "pause", _("中止")


class ClockKind(models.TextChoices):
    """The running periods; the codes are those of rules/deadlines.toml, or of a day the office set itself."""

    TRANSFER = "transfer", _("转送交办")
    NOTIFY = "notify", _("书面告知")
    OBJECT = "object", _("提出异议")
    JUDGE_OBJECTION = "judge_objection", _("核实异议")
    HANDLE = "handle", _("办理")
    SIMPLE_ACCEPT = "simple_accept", _("简易受理")
    SIMPLE_HANDLE = "simple_handle", _("简易办理")
    ASSIGNED = "assigned", _("交办期限")
    ASSIST = "assist", _("协办期限")
    SUPERIOR = "superior", _("上级交办期限")
    INSTRUCTION = "instruction", _("批示落实期限")
    PERFORM = "perform", _("协议履行期限")
    REQUEST_REVIEW = "request_review", _("请求复查")
    REVIEW = "review", _("复查")
    REQUEST_RECHECK = "request_recheck", _("请求复核")
    RECHECK = "recheck", _("复核")


# Their last day is a day somebody set in a letter, not a rule of the deadlines file.
SET_BY_HAND = (
    ClockKind.ASSIGNED, ClockKind.ASSIST, ClockKind.SUPERIOR, ClockKind.INSTRUCTION, ClockKind.PERFORM,
)  # fmt: skip

# The petitioner's own periods: nobody in the office is late when one passes.
WINDOWS = (ClockKind.REQUEST_REVIEW, ClockKind.REQUEST_RECHECK)


class DayKind(models.TextChoices):
    OFF = "off", _("放假")
    WORK = "work", _("调休上班")
