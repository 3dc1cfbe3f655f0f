"""Forms of review and recheck; cases.forms gives their shape."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.choices import ReviewOutcome
from cases.filters import DayInput
from cases.forms import StepForm, Words
from cases.forms.gates import Hinted
from review import chain


class RequestForm(StepForm):
    """A request for review or recheck: what is asked and why, of which body, handed in when."""

    requested_on = forms.DateField(
        label=_("收到请求之日"), widget=DayInput(), help_text=_("书面请求送到之日；30 日的审查期限自此日起算。")
    )
    body = forms.ModelChoiceField(
        label=_("复查复核机关"), queryset=Unit.objects.none(), empty_label=_("请选择"),
        help_text=_("默认为上一级机关、单位。"),
    )  # fmt: skip
    body_reason = Words(label=_("改由其他机关的理由"), required=False, help_text=_("与默认机关不同的，写明理由。"))
    request = Words(label=_("请求"), rows=3, help_text=_("要求怎样改变原意见，按信访人的书面请求填写。"))
    facts_and_reasons = Words(label=_("事实和理由"), rows=5)
    new_facts = forms.BooleanField(label=_("提出了新的事实和理由"), required=False)
    late_reason = Words(
        label=_("逾期的正当理由"), rows=2, required=False, help_text=_("超过 30 日提出的必须填写，例如不可抗力、住院。")
    )
    beside = ("requested_on", "body")

    def adapt(self) -> None:
        level = chain.next_stage(self.case).level
        self.fields["body"].queryset = chain.bodies(self.case, level)
        self.fields["body"].initial = chain.default_body(self.case, level)
        self.fields["requested_on"].initial = self.today


class DecideForm(Hinted):
    """The opinion: outcome, facts found, reasons, legal basis; days where the unit must start anew."""

    outcome = forms.ChoiceField(label=_("审查意见"), choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    redo_days = forms.IntegerField(
        label=_("重新办理期限（日）"), required=False, min_value=1, max_value=60,
        help_text=_("只在责令重新办理时填写；不填的，按办理期限的规定。"),
    )  # fmt: skip
    findings = Words(label=_("查明的事实"), rows=6)
    opinion = Words(label=_("意见和理由"), rows=5, help_text=_("原文印入意见书。"))
    legal_basis = Words(label=_("法律法规依据"), rows=2)
    cards = ("outcome",)
    field_order = ["version", "outcome", "redo_days", "findings", "opinion", "legal_basis", "no_interest"]

    def adapt(self) -> None:
        self.tell_hints([self.actor])


class RedoForm(StepForm):
    """What the unit is told besides the opinion itself."""

    note = Words(
        label=_("交办意见"), rows=4, required=False, help_text=_("复查、复核意见的要求会自动写入交办函；这里只补充。")
    )
