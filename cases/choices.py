"""States of a matter and the code lists of its handling."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """环节. Overdue is not a state: it is computed from the clocks."""

    REGISTERED = "registered", _("已登记")
    CLASSIFIED = "classified", _("已归类")
    ACCEPTED = "accepted", _("已受理")
    REFERRED = "referred", _("已转送")
    ASSIGNED = "assigned", _("已交办")
    OBJECTED = "objected", _("异议待核")
    HANDLING = "handling", _("办理中")
    CHECKING = "checking", _("审查回告")
    CLOSED = "closed", _("办结待送达")
    SERVED = "served", _("已送达")
    ANSWERED = "answered", _("答复办结")
    GUIDED = "guided", _("已引导")
    DECLINED = "declined", _("不予受理")
    FILED = "filed", _("已归档")


# Nothing more is owed to the petitioner by the handling procedure itself.
FINISHED = (State.SERVED, State.ANSWERED, State.GUIDED, State.DECLINED, State.FILED)
UNDER_WAY = tuple(state for state in State if state not in FINISHED)
ARCHIVABLE = (State.SERVED, State.ANSWERED, State.GUIDED, State.DECLINED, State.REFERRED)


class Outcome(models.TextChoices):
    """Article 32: the three outcomes of a handling opinion."""

    SUPPORTED = "supported", _("予以支持")
    EXPLAINED = "explained", _("作出解释说明")
    NOT_SUPPORTED = "not_supported", _("不予支持")


class SendKind(models.TextChoices):
    REFER = "refer", _("转送")
    ASSIGN = "assign", _("交办")


class DeliveryWay(models.TextChoices):
    DIRECT = "direct", _("直接送达")
    LEFT = "left", _("留置送达")
    POST = "post", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")
    NOTICE = "notice", _("公告送达")


class ClockKind(models.TextChoices):
    """The running periods; the codes are those of rules/deadlines.toml."""

    TRANSFER = "transfer", _("转送交办")
    NOTIFY = "notify", _("书面告知")
    OBJECT = "object", _("提出异议")
    HANDLE = "handle", _("办理")
    ASSIGNED = "assigned", _("交办期限")
    REQUEST_REVIEW = "request_review", _("请求复查")


class DayKind(models.TextChoices):
    OFF = "off", _("放假")
    WORK = "work", _("调休上班")
