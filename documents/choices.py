"""Kinds of papers: title, number pattern, template. One row per paper an office issues."""

from dataclasses import dataclass

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
    "accept_notice": PaperKind(_("信访事项受理告知书"), "受", "print/accept_notice.html", served=True),
    "decline_notice": PaperKind(_("信访事项不予受理告知书"), "不受", "print/decline_notice.html", served=True),
    "no_longer_notice": PaperKind(_("信访事项不再受理告知书"), "不再受", "print/decline_notice.html", served=True),
    "guide_notice": PaperKind(_("法定途径告知书"), "引", "print/guide_notice.html", served=True),
    "whereabouts_notice": PaperKind(_("信访事项去向告知书"), "告", "print/whereabouts_notice.html", served=True),
    "refer_letter": PaperKind(_("信访事项转送函"), "转", "print/refer_letter.html"),
    "assign_letter": PaperKind(_("信访事项交办函"), "交", "print/assign_letter.html"),
    "extension_notice": PaperKind(_("延长办理期限告知书"), "延", "print/extension_notice.html", served=True),
    "answer_record": PaperKind(_("当场答复记录"), "", "print/answer_record.html"),
    "result_report": PaperKind(_("信访事项办结报告"), "报", "print/result_report.html"),
    "opinion": PaperKind(_("信访事项处理意见书"), "答", "print/opinion.html", served=True),
    "urge_letter": PaperKind(_("催办函"), "催", "print/urge_letter.html"),
    "supervision_letter": PaperKind(_("督办函"), "督", "print/supervision_letter.html"),
    "delivery_record": PaperKind(_("送达回证"), "", "print/delivery_record.html"),
    "return_visit_record": PaperKind(_("回访记录"), "", "print/return_visit_record.html"),
}

KIND_CHOICES = [(code, kind.label) for code, kind in PAPER_KINDS.items()]
