"""What can be wrong with a running office, and the sweeps by name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """One reason for the watch to come. The codes are for machines (/healthz), the words for the page."""

    DATABASE = "database", _("数据库没有响应")
    DISPATCHER = "dispatcher", _("通知发送进程已停止")
    UNSENT = "unsent", _("有通知到时未发出")
    SWEEP = "sweep", _("定时任务没有按时运行")
    DISK = "disk", _("磁盘空间不足")


class Sweep(models.TextChoices):
    """The sweeps of the beat table, in the words of the page."""

    REMIND = "remind", _("期限提醒")
    WINDOWS = "windows", _("期满流转")
    BRIEFING = "briefing", _("批示与报告提醒")
    HARM = "harm", _("听取危险言词")
    ALERTS = "alerts", _("预警")
    DELIVER = "deliver", _("发送通知")
    RENDER = "render", _("生成文书")
    HALL = "hall", _("叫号收尾")
    BIND = "bind", _("装订案卷")
    DRAFTS = "drafts", _("清理草稿")
    VERIFY = "verify", _("夜间校验")
