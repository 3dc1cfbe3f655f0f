"""Kinds of papers: title, number pattern, template. One row per paper an office issues."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class PaperKind:
    """``mark`` is the word of the number (示信受〔2026〕7号); empty for forms without a number."""

    label: Promise
    mark: str
    template: str
    served: bool = False  # must be delivered to the petitioner, with a record of it


PAPER_KINDS: dict[str, PaperKind] = {
    "visit_form": PaperKind(_("来访登记表"), "", "print/visit_form.html"),
    "accept_notice": PaperKind(_("信访事项受理告知书"), "受", "print/notice.html", served=True),
    "decline_notice": PaperKind(_("信访事项不予受理告知书"), "不受", "print/notice.html", served=True),
    "no_longer_notice": PaperKind(_("信访事项不再受理告知书"), "不再受", "print/notice.html", served=True),
    "guide_notice": PaperKind(_("法定途径告知书"), "引", "print/notice.html", served=True),
    "whereabouts_notice": PaperKind(_("信访事项去向告知书"), "告", "print/notice.html", served=True),
    "refer_letter": PaperKind(_("信访事项转送函"), "转", "print/letter.html"),
    "assign_letter": PaperKind(_("信访事项交办函"), "交", "print/letter.html"),
    "extension_notice": PaperKind(_("延长办理期限告知书"), "延", "print/notice.html", served=True),
    "answer_record": PaperKind(_("当场答复记录"), "", "print/answer_record.html"),
    "result_report": PaperKind(_("信访事项办结报告"), "报", "print/letter.html"),
    "opinion": PaperKind(_("信访事项处理意见书"), "答", "print/notice.html", served=True),
    "urge_letter": PaperKind(_("催办函"), "催", "print/letter.html"),
    "supervision_letter": PaperKind(_("督办函"), "督", "print/letter.html"),
    "suggestion": PaperKind(_("建议书"), "建", "print/letter.html"),
    "receive_notice": PaperKind(_("信访事项接收告知书"), "收", "print/notice.html", served=True),
    "ordinary_notice": PaperKind(_("转普通程序告知书"), "转普", "print/notice.html", served=True),
    "assist_letter": PaperKind(_("信访事项协办函"), "协", "print/letter.html"),
    "investigation_report": PaperKind(_("信访事项调查处理报告"), "", "print/plain.html"),
    "superior_report": PaperKind(_("信访事项办理情况报告"), "上", "print/notice.html"),
    "withdrawal": PaperKind(_("撤回信访事项申请"), "", "print/plain.html"),
    "hearing_notice": PaperKind(_("听证通知书"), "听", "print/notice.html", served=True),
    "hearing_record": PaperKind(_("听证笔录"), "", "print/notice.html"),
    "settlement": PaperKind(_("调解（和解）协议书"), "调协", "print/notice.html", served=True),
    "meeting_notice": PaperKind(_("信访事项调度会通知"), "调", "print/notice.html"),
    "meeting_minutes": PaperKind(_("信访事项调度会纪要"), "纪", "print/notice.html"),
    "review_receipt": PaperKind(_("复查受理告知书"), "复查受", "print/notice.html", served=True),
    "review_opinion": PaperKind(_("信访事项复查意见书"), "复查", "print/notice.html", served=True),
    "recheck_receipt": PaperKind(_("复核受理告知书"), "复核受", "print/notice.html", served=True),
    "recheck_opinion": PaperKind(_("信访事项复核意见书"), "复核", "print/notice.html", served=True),
    "urgent_report": PaperKind(_("重大紧急信访事项报告"), "急", "print/notice.html"),
    "digest": PaperKind(_("信访摘报"), "摘", "print/digest.html"),
    "delivery_record": PaperKind(_("送达回证"), "", "print/delivery_record.html"),
    "readback": PaperKind(_("复述确认单"), "复述", "print/readback.html"),
    "return_visit_record": PaperKind(_("回访记录"), "", "print/return_visit_record.html"),
}

KIND_CHOICES = [(code, kind.label) for code, kind in PAPER_KINDS.items()]


class Made(models.TextChoices):
    """What lay on the counter when the file was made from it."""

    ORIGINAL = "original", _("原件")
    COPY = "copy", _("复印件")


class Audience(models.TextChoices):
    """For whom a file is meant. The office that registered the matter always reads it, and so does who added it."""

    ALL = "", _("各经办单位")
    OFFICE = "office", _("仅登记机构")
