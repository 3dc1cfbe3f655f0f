"""Code lists of urgent matters and their reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What happened. It describes the event, never a person."""

    GROUP = "group", _("群体来访")
    SIEGE = "siege", _("围堵冲击、堵塞道路或者大门")
    THREAT = "threat", _("扬言自伤、伤人或者破坏")
    DANGEROUS = "dangerous", _("携带危险物品、管制器具")
    HARM = "harm", _("人员受伤、死亡或者突发疾病")
    ABANDONED = "abandoned", _("滞留弃留、涉及未成年人")
    DISASTER = "disaster", _("事故、灾害、疫情")
    MEDIA = "media", _("记者到场、网络传播")
    FOREIGN = "foreign", _("涉外、涉港澳台")
    OTHER = "other", _("其他重大、紧急情况")


class ReportKind(models.TextChoices):
    FIRST = "first", _("首报")
    FOLLOW = "follow", _("续报")
    FINAL = "final", _("终报")


class OwedKind(models.TextChoices):
    """What is owed of an event: the call, then the written reports."""

    PHONE = "phone", _("电话报告")
    FIRST = "first", _("书面首报")
    FOLLOW = "follow", _("续报")
    FINAL = "final", _("终报")


class Recipient(models.TextChoices):
    """To whom article 25 wants it reported."""

    GOVERNMENT = "government", _("本级党委和政府")
    DEPARTMENT = "department", _("有关主管部门")
    JOINT = "joint", _("本级信访工作联席会议办公室")
    UPPER = "upper", _("上一级信访部门")
    NATIONAL = "national", _("国家信访局")
