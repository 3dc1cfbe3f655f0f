"""Code lists of the registration form."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PetitionerKind(models.TextChoices):
    PERSON = "person", _("个人")
    ORGANISATION = "organisation", _("法人或其他组织")
    ANONYMOUS = "anonymous", _("匿名")


class IdType(models.TextChoices):
    """Codes of GA/T 517 where one is in common use."""

    RESIDENT = "111", _("居民身份证")
    TEMPORARY = "112", _("临时居民身份证")
    HOUSEHOLD = "113", _("户口簿")
    OFFICER = "114", _("军官证(警官证)")
    PASSPORT = "414", _("护照")
    TAIWAN_PASS = "511", _("台湾居民来往大陆通行证")
    HK_MACAO_PASS = "516", _("港澳居民来往内地通行证")
    FOREIGN_RESIDENT = "553", _("外国人永久居留身份证")
    HMT_RESIDENCE = "554", _("港澳台居民居住证")
    CREDIT_CODE = "900", _("统一社会信用代码")
    OTHER = "999", _("其他证件")


class Sex(models.TextChoices):
    """GB/T 2261.1: 1 male, 2 female. The national exchange uses 0 and 1; map there."""

    UNKNOWN = "", _("未说明")
    MALE = "1", _("男")
    FEMALE = "2", _("女")


class Channel(models.TextChoices):
    """信访形式."""

    VISIT = "visit", _("来访")
    LETTER = "letter", _("来信")
    WEB = "web", _("网上信访")
    PHONE = "phone", _("来电")
    LEADER = "leader", _("领导信箱")
    FAX = "fax", _("传真")
    OTHER = "other", _("其他")


class Purpose(models.TextChoices):
    """信访目的: the three classes of articles 29 to 31, and consultation."""

    APPEAL = "appeal", _("申诉求决")
    ACCUSATION = "accusation", _("检举控告")
    SUGGESTION = "suggestion", _("建议意见")
    CONSULTATION = "consultation", _("咨询")
    OTHER = "other", _("其他")


class IdSource(models.TextChoices):
    """How the document number came into the form: typed, by a reader that types, or by a reader's service."""

    MANUAL = "manual", _("手工填写")
    WEDGE = "wedge", _("键盘式读卡器")
    READER = "reader", _("读卡器")


class Adapter(models.TextChoices):
    """What reads cards at a window."""

    WEDGE = "wedge", _("键盘式读卡器")
    WS_JSON = "ws", _("本机读卡服务（WebSocket）")
    HTTP_JSON = "http", _("本机读卡服务（HTTP）")
    SIMULATED = "simulated", _("模拟读卡器（演示）")
    MANUAL = "manual", _("没有读卡器")


class ReadBackWay(models.TextChoices):
    """How the read-back was confirmed, or why it was not (article 19: request, facts and reasons)."""

    PAPER = "paper", _("签在纸上")
    PAD = "pad", _("签字板签字")
    DECLINED = "declined", _("拒绝签字")
    ABSENT = "absent", _("未能当面确认")
