"""Forms of following up; cases.forms gives their shape."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.filters import DayInput
from cases.forms import StepForm, Words
from followup.choices import ContactWay, Reached, Satisfaction, SupervisionGround, UrgeWay
from followup.phrases import URGE_LATE_TALK, URGE_SOON

FEEDBACK_DAYS = dt.timedelta(days=15)
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


class ReworkForm(StepForm):
    """What the unit is to do about it."""

    note = Words(label=_("重办的要求"), rows=4, help_text=_("与回访中仍有的问题一并印入交办函。"))


class AnewForm(StepForm):
    """The demand of the new matter, in the petitioner's words."""

    demand = Words(label=_("请求"), rows=5, help_text=_("按信访人原话填写；新事项单独编号、计算期限，并与本事项关联。"))

    def adapt(self) -> None:
        last = self.case.return_visits.first()
        self.fields["demand"].initial = last.remaining if last else ""
