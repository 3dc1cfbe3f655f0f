"""Delivery and the end: serve, conclude, withdraw."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import DeliveryWay
from cases.filters import DayInput
from cases.forms.base import StepForm, Words, note
from documents.choices import PAPER_KINDS
from documents.models import Paper


class ServeForm(StepForm):
    beside = ("way", "delivered_on", "receiver")
    kinds: tuple[str, ...] = ("opinion",)
    paper = forms.ModelChoiceField(label=_("送达文书"), queryset=Paper.objects.none(), empty_label=None)
    way = forms.ChoiceField(label=_("送达方式"), choices=DeliveryWay)
    delivered_on = forms.DateField(label=_("送达日期"), widget=DayInput())
    receiver = Words(label=_("签收人"), required=False, max_length=120)
    place = Words(label=_("送达地点"), required=False, max_length=120)
    proxy = Words(label=_("代收人及理由"), required=False, max_length=120)
    refused = forms.BooleanField(label=_("拒绝签收"), required=False)
    witness = Words(label=_("见证人"), required=False, max_length=120, help_text=_("拒收、留置送达的必须填写。"))
    note = Words(label=_("备注"), required=False)

    def adapt(self) -> None:
        waiting = Paper.objects.about(self.case).filter(voided_at__isnull=True, deliveries__isnull=True)
        self.fields["paper"].queryset = waiting.filter(kind__in=self.kinds).order_by("-pk")
        self.fields["paper"].initial = self.fields["paper"].queryset.first()
        self.fields["delivered_on"].initial = self.today
        self.fields["receiver"].initial = self.case.petitioner.name


class DeliverForm(ServeForm):
    """Any paper owed to the petitioner; the opinion first, because their period runs from it."""

    kinds = tuple(code for code, kind in PAPER_KINDS.items() if kind.served)

    def adapt(self) -> None:
        super().adapt()
        first = self.fields["paper"].queryset.filter(kind__in=("opinion", "review_opinion", "recheck_opinion")).first()
        self.fields["paper"].initial = first or self.fields["paper"].queryset.first()


class ConcludeForm(StepForm):
    note = note(_("认定的理由和依据"), required=True, rows=4)


class WithdrawForm(StepForm):
    words = Words(label=_("信访人的原话"), rows=4, help_text=_("印在撤回申请上，由信访人签字。"))
