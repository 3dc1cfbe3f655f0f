"""Names: the ways out of the house, the states of a delivery, and why one failed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """A channel. In the house everybody is told at once; these are the ways out of it."""

    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信群")
    DINGTALK = "dingtalk", _("钉钉群")
    WEBHOOK = "webhook", _("消息平台接口")


# One message for all: a group, or a platform of the office. It carries number and link only.
SHARED = (Way.WECOM, Way.DINGTALK, Way.WEBHOOK)
PERSONAL = (Way.MAIL, Way.SMS)


class State(models.TextChoices):
    WAITING = "waiting", _("待发")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已送达")
    DEAD = "dead", _("失败")
    WITHDRAWN = "withdrawn", _("已撤回")
    NONE = "none", _("不发")


OPEN = (State.WAITING, State.SENDING)


class Cause(models.TextChoices):
    """Why the last try failed, in words that say where to look."""

    TIMEOUT = "timeout", _("对方 15 秒内没有应答")
    CONNECTION = "connection", _("连接不上对方，或者连接中断")
    BUSY = "busy", _("对方繁忙，或者限制了发送次数")
    SERVER = "server", _("对方系统出错")
    ANSWER = "answer", _("对方的应答看不懂，不能算送达")
    REFUSED = "refused", _("对方拒收：地址、密钥或者内容不对")
    RECEIVER = "receiver", _("收件地址或者手机号码无效")
    MOVED = "moved", _("接口地址已变更（对方要求转向），请改用新地址")
    SETTINGS = "settings", _("渠道没有设置好")
    OFF = "off", _("渠道已停用")
    GONE = "gone", _("收件人已停用，或者没有登记地址")
    INTERRUPTED = "interrupted", _("发送中断")
    OTHER = "other", _("其他原因")


class MailState(models.TextChoices):
    """Of the first release, when a notice had one mail; its columns stay empty until they are dropped."""

    NONE = "none", _("仅站内")
    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已送达")
    DEAD = "dead", _("发送失败")
