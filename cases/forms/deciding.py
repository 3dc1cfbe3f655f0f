"""Deciding: classify, inform, answer, accept, propose a refusal, guide, reopen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import policy
from cases.chain import conclusions_of
from cases.forms.base import StepForm, Words, note
from reception.choices import Purpose


class ClassifyForm(StepForm):
    cards = ("category", "also")
    digits = ("category",)
    category = forms.ChoiceField(label=_("归类"), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label=_("兼涉（只增加要做的事，不改变办理途径）"), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.ChoiceField(label=_("信访目的"), choices=Purpose)
    note = note(_("改归的理由"))

    def adapt(self) -> None:
        categories = policy.categories()
        self.fields["category"].choices = [(code, one.label) for code, one in categories.items()]
        self.fields["also"].choices = [(code, one.label) for code, one in categories.items() if one.adds_duties]
        self.initial = {"category": self.case.category, "also": self.case.also_codes, "purpose": self.case.purpose}

    def for_verb(self) -> dict[str, Any]:
        return super().for_verb() | {"also": ",".join(self.cleaned_data["also"])}


class InformForm(StepForm):
    note = note(_("拟办意见"), help_text=_("只在内部留存，不印在告知书上。"))


class ToOrdinaryForm(StepForm):
    note = note(_("不适用简易办理的理由"), required=True, help_text=_("印在告知书上。"), rows=4)


class AnswerForm(StepForm):
    answer = Words(label=_("答复内容"), rows=7, help_text=_("当面说清政策依据和理由；记录印出后由来访人签字。"))
    note = note(_("来访人的意见"), rows=2)


class AcceptForm(StepForm):
    note = note(_("拟办意见"), help_text=_("只在内部留存，不印在告知书上。"))


class DeclineForm(StepForm):
    ground = forms.ChoiceField(label=_("情形（只能从规定的清单中选）"), widget=forms.RadioSelect)
    note = note(
        _("事实和依据"), required=True, rows=4,
        help_text=_("印在告知书上，写明原受理机关、文号和日期；不能代替所选情形。"),
    )  # fmt: skip

    def adapt(self) -> None:
        active = [ground for ground in policy.grounds().values() if ground.active]
        self.fields["ground"].choices = [(ground.code, f"{ground.text}（{ground.basis}）") for ground in active]
        ended = conclusions_of(self.case.petitioner, self.actor, but=self.case)
        if ended:
            self.fields["note"].initial = ended[0].sentence()


class GuideForm(StepForm):
    route = forms.ChoiceField(label=_("法定途径"))
    body = Words(label=_("向哪个机关提出"), required=False, help_text=_("不填的，按所选途径的一般受理机关印出。"))
    note = note(_("补充说明"), help_text=_("印在告知书上，例如机关的地址、要带的材料。"), rows=4)

    def adapt(self) -> None:
        known = [(one.code, f"{one.matter} — {one.name}") for one in policy.routes().values()]
        self.fields["route"].choices = [("", _("请选择")), *known]


class ReopenForm(StepForm):
    note = note(_("重新办理的理由"), required=True, rows=4)
