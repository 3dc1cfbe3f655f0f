"""Code lists of urging, supervision and return visits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UrgeWay(models.TextChoices):
    """The four ways of urging."""

    VISIT = "visit", _("派人")
    PHONE = "phone", _("打电话")
    LETTER = "letter", _("发催办函")
    MEETING = "meeting", _("召开会议")


class SupervisionGround(models.TextChoices):
    """Article 40, with the older six grounds as a checklist."""

    LATE = "late", _("无正当理由未按规定期限办结")
    NO_FEEDBACK = "no_feedback", _("未按规定反馈办理结果")
    PROCEDURE = "procedure", _("未按规定程序办理")
    EVASION = "evasion", _("推诿、敷衍、拖延、弄虚作假")
    NOT_CARRIED_OUT = "not_carried_out", _("拒不执行处理意见")
    OTHER = "other", _("其他需要督办的情形")


class ContactWay(models.TextChoices):
    PHONE = "phone", _("电话")
    HOME = "home", _("上门")
    OFFICE = "office", _("来访当面")
    WRITTEN = "written", _("书面")


class Reached(models.TextChoices):
    YES = "yes", _("已联系上")
    NO = "no", _("未联系上")
    REFUSED = "refused", _("拒绝回访")


class Satisfaction(models.TextChoices):
    """The three values of the national evaluation."""

    SATISFIED = "satisfied", _("满意")
    FAIRLY = "fairly", _("基本满意")
    NOT = "not", _("不满意")


class VisitOutcome(models.TextChoices):
    """What a return visit found: correctness first, the petitioner's conviction beside it."""

    ACCEPTED = "accepted", _("妥善处理，信访人认可")
    NOT_CONVINCED = "not_convinced", _("妥善处理但不信服")
    NOT_PROPER = "not_proper", _("未妥善处理")
    OPEN = "open", _("未作判断")


class SampleEnd(models.TextChoices):
    """How the work on one sampled matter ended."""

    REACHED = "reached", _("已回访")
    REFUSED = "refused", _("拒绝回访")
    UNREACHED = "unreached", _("多次联系未果")
    WAIVED = "waived", _("归档时写明不再回访")


class Rated(models.TextChoices):
    """Whom a petitioner rates, each apart."""

    OFFICE = "office", _("信访部门")
    UNIT = "unit", _("承办单位")


class SuggestionKind(models.TextChoices):
    """The three suggestions of article 40."""

    IMPROVE = "improve", _("改进工作建议")
    POLICY = "policy", _("完善政策建议")
    BLAME = "blame", _("追究责任建议")


class Adoption(models.TextChoices):
    """What the addressee says in writing it did with a suggestion."""

    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT = "not", _("不采纳")
