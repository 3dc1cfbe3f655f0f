"""Handling: extension, inquiry, report with two signatures, check, report to the superior."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import examining, policy
from cases.choices import Outcome
from cases.filters import DayInput
from cases.forms.base import StepForm, Words, note


class RequestExtensionForm(StepForm):
    days = forms.IntegerField(label=_("延长天数（自然日）"), min_value=1)
    reason = Words(label=_("延期原因"), rows=4, help_text=_("印在告知书上。"))

    def adapt(self) -> None:
        most = policy.deadlines()["extend"].length
        self.fields["days"].max_value = most
        self.fields["days"].initial = most
        self.fields["days"].widget.attrs |= {"max": most}


class SubmitForm(StepForm):
    cards = ("outcome",)
    findings = Words(label=_("调查认定的事实"), rows=6, help_text=_("逐项写明查了什么、问了谁、认定了什么。"))
    outcome = forms.ChoiceField(label=_("结论"), choices=Outcome, widget=forms.RadioSelect)
    opinion = Words(label=_("处理意见"), rows=6, help_text=_("逐项答复请求；同意结案后印在处理意见书上。"))
    legal_basis = Words(label=_("法律法规依据"), rows=2)
    execution = Words(
        label=_("执行责任和期限"),
        required=False,
        max_length=300,
        help_text=_("支持请求的，写明由谁、何时前执行（第三十二条）。"),
    )
    investigators = Words(label=_("调查人"), required=False, max_length=120, help_text=_("不少于二人，用顿号隔开。"))
    petitioner_view = Words(label=_("信访人的态度"), required=False, max_length=120)

    def adapt(self) -> None:
        """A report that was sent back is the draft of the next one."""
        last = self.case.reports.order_by("-pk").first()
        if last and last.approved is False:
            self.initial = {name: getattr(last, name) for name in self.fields if hasattr(last, name)}


class ReportForm(SubmitForm):
    """For a unit whose head is not on the system: the report is signed on paper."""

    signed_name = Words(label=_("签发人"), required=False, max_length=60, help_text=_("在纸质报告上签发的单位负责人。"))


class SignForm(StepForm):
    note = note(_("签发意见"))


class ReturnDraftForm(StepForm):
    note = note(_("需要修改的内容"), required=True, rows=5)


class InvestigateForm(StepForm):
    beside = ("held_on", "place")
    held_on = forms.DateField(label=_("调查日期"), widget=DayInput())
    place = Words(label=_("地点"), required=False, max_length=120)
    persons = Words(label=_("调查人"), max_length=120, help_text=_("不少于二人，用顿号隔开。"))
    asked = Words(label=_("询问对象、查阅材料"), required=False, max_length=300)
    findings = Words(label=_("查明的情况"), rows=6)

    def adapt(self) -> None:
        self.fields["held_on"].initial = self.today


class ReportUpForm(StepForm):
    note = note(_("需要说明的情况"), rows=4, help_text=_("印在报告上。"))


class SendBackForm(StepForm):
    """Reasons of the list, the demands left without an answer, and the words for the unit."""

    reasons = forms.MultipleChoiceField(label=_("退回理由"), widget=forms.CheckboxSelectMultiple)
    missing = forms.TypedMultipleChoiceField(
        label=_("没有答复的请求"), widget=forms.CheckboxSelectMultiple, coerce=int, required=False
    )
    note = note(_("需要补充的内容"), required=True, rows=4, help_text=_("与退回理由一并告知承办单位。"))

    def adapt(self) -> None:
        active = [(one.code, one.text) for one in policy.verdicts().values() if one.active]
        self.fields["reasons"].choices = active
        asked = list(enumerate(examining.labelled(self.case.demand), start=1))
        self.fields["missing"].choices = asked
        if not asked:
            self.fields.pop("missing")


class CloseForm(StepForm):
    note = note(_("审查意见"))
