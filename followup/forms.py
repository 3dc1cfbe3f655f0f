"""Forms of following up; cases.forms gives their shape."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.filters import DayInput
from cases.forms import StepForm, Words
from cases.models import Case
from followup import policy
from followup.choices import (
    Adoption,
    ContactWay,
    Reached,
    Satisfaction,
    SuggestionKind,
    SupervisionGround,
    UrgeWay,
)  # fmt: skip
from followup.phrases import URGE_LATE_TALK, URGE_SOON

FEEDBACK_DAYS = dt.timedelta(days=policy.FEEDBACK_DAYS)
RETURNED_DAYS = dt.timedelta(days=7)
ADOPTION_DAYS = dt.timedelta(days=policy.ADOPTION_DAYS)
REHEARSED = dt.timedelta(days=90)
PROPER = [("", _("未判断")), ("1", _("妥当")), ("0", _("不妥当"))]


class UrgeForm(StepForm):
    """One of the four ways, what was said, what was promised."""

    way = forms.ChoiceField(label=_("方式"), choices=UrgeWay.choices, widget=forms.RadioSelect, initial=UrgeWay.PHONE)
    spoke_to = Words(label=_("联系人"), required=False, max_length=120, help_text=_("发催办函的不必填写。"))
    promised_on = forms.DateField(
        label=_("承诺日期"), required=False, widget=DayInput(),
        help_text=_("对方答应的日期，或者函中要求答复的日期；到期仍未办结，再提醒您。"),
    )  # fmt: skip
    content = Words(label=_("催办内容"), rows=4)
    promise = Words(label=_("对方答复"), rows=2, required=False)
    cards = ("way",)
    beside = ("spoke_to", "promised_on")

    def adapt(self) -> None:
        late = bool(self.case.due_on and self.case.due_on < self.today)
        self.fields["content"].initial = URGE_LATE_TALK if late else URGE_SOON


class SuperviseForm(StepForm):
    """The ground of article 40, what is required, the day for feedback."""

    ground = forms.ChoiceField(label=_("督办情形"), choices=SupervisionGround.choices, widget=forms.RadioSelect)
    due_on = forms.DateField(label=_("反馈期限"), widget=DayInput())
    requirement = Words(
        label=_("督办要求"), rows=5, help_text=_("逐条写明要纠正什么、何时办结；原文印入督办函，每条另起一行。")
    )
    cards = ("ground",)

    def adapt(self) -> None:
        self.fields["due_on"].initial = self.today + FEEDBACK_DAYS


class FeedbackForm(StepForm):
    """The unit's written feedback."""

    feedback = Words(
        label=_("反馈内容"), rows=6, help_text=_("办理经过、现在的结果、采纳督办意见的情况；不采纳的，说明理由。")
    )


class CloseForm(StepForm):
    """What was checked before the order is closed."""

    note = Words(label=_("核对结果"), rows=4, help_text=_("没有反馈的，写明销号的理由。"))


class ReturnFeedbackForm(StepForm):
    """Why the feedback is not enough, and until when it is due again."""

    due_on = forms.DateField(label=_("新的反馈期限"), widget=DayInput())
    reason = Words(label=_("退回的理由"), rows=4, help_text=_("写明缺什么、怎样补充；原来的反馈保留。"))

    def adapt(self) -> None:
        self.fields["due_on"].initial = self.today + RETURNED_DAYS


class SuggestForm(StepForm):
    """One of the three suggestions, resting on this matter and on others named by their numbers."""

    kind = forms.ChoiceField(label=_("建议种类"), choices=SuggestionKind.choices, widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(
        label=_("建议对象"), queryset=Unit.objects.none(),
        help_text=_("被反映的单位不在其中；追究其责任的，发给其上级单位。"),
    )  # fmt: skip
    due_on = forms.DateField(
        label=_("反馈期限"), widget=DayInput(), help_text=_("书面反馈采纳情况的日期，一般为 30 个自然日。")
    )
    ground = forms.ChoiceField(
        label=_("情形"), choices=[("", _("（完善政策的，可以不选）")), *SupervisionGround.choices], required=False
    )
    facts = Words(label=_("发现的问题"), rows=5, help_text=_("原文印入建议书；不写信访人姓名。"))
    text = Words(label=_("建议内容"), rows=5, help_text=_("逐条写明，每条另起一行。"))
    others = Words(
        label=_("其他有关事项"), rows=2, required=False, help_text=_("同一问题涉及多件的，填写编号，用空格隔开。")
    )
    cards = ("kind",)
    beside = ("unit", "due_on")

    def adapt(self) -> None:
        units = Unit.objects.active().exclude(pk=self.case.office_id)
        if self.case.accused_unit_id:
            units = units.exclude(path__startswith=self.case.accused_unit.path)
        self.fields["unit"].queryset = units
        self.fields["unit"].initial = self.case.handling_unit_id
        self.fields["due_on"].initial = self.today + ADOPTION_DAYS

    def clean_others(self) -> list[Case]:
        numbers = list(dict.fromkeys(self.cleaned_data["others"].upper().replace("、", " ").split()))
        found = {case.number: case for case in Case.objects.visible_to(self.actor).filter(number__in=numbers)}
        unknown = [number for number in numbers if number not in found]
        if unknown:
            raise forms.ValidationError(_("没有这些编号的事项：%(numbers)s。") % {"numbers": _("、").join(unknown)})
        return [case for case in found.values() if case.pk != self.case.pk]

    def for_verb(self) -> dict[str, Any]:
        fields = super().for_verb()
        return fields | {"cases": [self.case, *fields.pop("others")]}


class AnswerForm(forms.Form):
    """What was adopted, in writing; by the unit, or by the office for an answer on paper."""

    adoption = forms.ChoiceField(label=_("采纳情况"), choices=Adoption.choices, widget=forms.RadioSelect)
    answered_on = forms.DateField(label=_("反馈日期"), widget=DayInput())
    answer = Words(label=_("落实情况"), rows=4, required=False)
    reasons = Words(
        label=_("不采纳的理由"), rows=3, required=False, help_text=_("不采纳或者部分采纳的，应当说明理由。")
    )

    def __init__(self, data: object = None, *, today: dt.date) -> None:
        super().__init__(data, initial={"answered_on": today})


class CloseSuggestionForm(forms.Form):
    """What was checked before a suggestion is closed."""

    note = Words(label=_("核对结果"), rows=3, help_text=_("没有反馈的，写明销号的理由。"))


class UnitLetterForm(forms.Form):
    """The words of one letter about several matters."""

    content = Words(label=_("催办内容"), rows=4)
    reply_by = forms.DateField(
        label=_("答复期限"), required=False, widget=DayInput(),
        help_text=_("印入催办函；到期以前不再逐件提醒，到期仍未办结的，再提醒您。"),
    )  # fmt: skip
    key = forms.RegexField(regex=r"^[0-9a-f]{32}$", widget=forms.HiddenInput)


class ReturnVisitForm(StepForm):
    """One attempt to reach the petitioner."""

    way = forms.ChoiceField(label=_("方式"), choices=ContactWay.choices, widget=forms.RadioSelect, initial="phone")
    reached = forms.ChoiceField(label=_("联系结果"), choices=Reached.choices, widget=forms.RadioSelect, initial="yes")
    satisfaction = forms.ChoiceField(
        label=_("满意度"), choices=Satisfaction.choices, widget=forms.RadioSelect, required=False,
        help_text=_("信访人自己的评价；没有联系上的不填。"),
    )  # fmt: skip
    properly_handled = forms.TypedChoiceField(
        label=_("处理是否妥当"), choices=PROPER, widget=forms.RadioSelect, required=False, initial="",
        coerce=lambda value: value == "1", empty_value=None,
        help_text=_("本单位的判断，与满意度分开：处理妥当而信访人不满意的，即“妥善处理但不信服”，做好解释；不妥当的，可以退回重办。"),
    )  # fmt: skip
    remaining = Words(label=_("仍有的问题"), rows=3, required=False)
    explanation = Words(label=_("解释情况"), rows=3, required=False)
    cards = ("way", "reached", "satisfaction", "properly_handled")


class RehearsalForm(forms.Form):
    """Until which day reminders are rehearsed; at most a quarter ahead."""

    until = forms.DateField(label=_("预演到"), widget=DayInput())

    def __init__(self, data: object, *, today: dt.date) -> None:
        self.today = today
        super().__init__(data, initial={"until": today})

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if not self.today <= until <= self.today + REHEARSED:
            raise forms.ValidationError(_("请选择今日至 90 日以内的日期。"))
        return until

    def chosen(self) -> dt.date:
        """The day asked for; today where none, or no possible one, was."""
        return self.cleaned_data.get("until", self.today) if self.is_bound and self.is_valid() else self.today


class ReworkForm(StepForm):
    """What the unit is to do about it."""

    note = Words(label=_("重办的要求"), rows=4, help_text=_("与回访中仍有的问题一并印入交办函。"))


class AnewForm(StepForm):
    """The demand of the new matter, in the petitioner's words."""

    demand = Words(label=_("请求"), rows=5, help_text=_("按信访人原话填写；新事项单独编号、计算期限，并与本事项关联。"))

    def adapt(self) -> None:
        last = self.case.return_visits.first()
        self.fields["demand"].initial = last.remaining if last else ""
