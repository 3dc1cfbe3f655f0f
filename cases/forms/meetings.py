"""What people sit down for: hearing, settlement, coordination meeting; and the superior's assignment."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.choices import SettlementKind
from cases.filters import DayInput
from cases.forms.base import StepForm, Words, note
from cases.sides import may_attend

NINE = dt.time(9, 0)


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class CallHearingForm(StepForm):
    beside = ("planned_at", "begins_on", "in_public")
    planned_at = forms.DateTimeField(label=_("听证时间"), widget=MomentInput())
    begins_on = forms.DateField(
        label=_("听证开始"), required=False, widget=DayInput(), help_text=_("不填的，为举行听证的当日。")
    )
    in_public = forms.TypedChoiceField(
        label=_("举行方式"),
        choices=[("1", _("公开")), ("", _("不公开"))],
        required=False,
        coerce=bool,
        empty_value=False,
    )
    place = Words(label=_("听证地点"), max_length=120)
    host = Words(label=_("主持人"), max_length=60)
    members = Words(label=_("听证员"), max_length=200, required=False)
    attending = Words(label=_("参加人"), max_length=300, help_text=_("信访人、承办单位、证人等，用顿号隔开。"))
    subject = Words(label=_("听证事项"), rows=4, help_text=_("印在听证通知书上。"))

    def adapt(self) -> None:
        self.fields["in_public"].initial = "" if self.case.protected else "1"


class EndHearingForm(StepForm):
    ended_on = forms.DateField(label=_("听证结束"), widget=DayInput())
    record = Words(label=_("听证笔录"), rows=8, help_text=_("各方的陈述、证据和质证、辩论。印出后由参加人签名。"))
    opinion = Words(label=_("听证意见"), rows=5, help_text=_("听证员对事实、责任和处理的意见。"))

    def adapt(self) -> None:
        self.fields["ended_on"].initial = self.today


class CancelHearingForm(StepForm):
    note = note(_("取消听证的理由"), required=True, help_text=_("取消的听证不扣除任何日期，期限照常计算。"))


class SettleForm(StepForm):
    cards = ("kind",)
    beside = ("agreed_on", "perform_by")
    kind = forms.ChoiceField(label=_("方式"), choices=SettlementKind, widget=forms.RadioSelect)
    parties = Words(label=_("当事人"), max_length=300, help_text=_("各方的姓名或者名称，用顿号隔开。"))
    facts = Words(label=_("基本事实"), rows=4)
    terms = Words(label=_("协议内容"), rows=6, help_text=_("谁、做什么、数额、方式；印在协议书上，由各方签名。"))
    agreed_on = forms.DateField(label=_("签订日期"), widget=DayInput())
    perform_by = forms.DateField(
        label=_("履行期限"), widget=DayInput(), help_text=_("不履行的恢复办理，其间的时间计入办理期限。")
    )

    def adapt(self) -> None:
        self.fields["agreed_on"].initial = self.today


class PerformedForm(StepForm):
    note = note(_("履行情况"), help_text=_("怎样履行、有何凭证。"))


class NotPerformedForm(StepForm):
    note = note(_("没有履行的情况"), required=True, rows=4)


class NoteSuperiorForm(StepForm):
    beside = ("superior_number", "received_on", "due_on")
    superior = Words(label=_("交办的上级机关"), max_length=100)
    superior_number = Words(label=_("上级交办文号"), required=False, max_length=60)
    received_on = forms.DateField(label=_("收到日期"), widget=DayInput())
    due_on = forms.DateField(
        label=_("上级交办期限"), required=False, widget=DayInput(), help_text=_("来文没有写明期限的，不填。")
    )
    note = note(_("上级的要求"))

    def adapt(self) -> None:
        self.initial = {
            "superior": self.case.superior,
            "superior_number": self.case.superior_number,
            "received_on": self.today,
        }


class ConveneForm(StepForm):
    cards = ("units",)
    beside = ("planned_at", "place")
    planned_at = forms.DateTimeField(label=_("会议时间"), widget=MomentInput())
    place = Words(label=_("会议地点"), max_length=120)
    units = forms.ModelMultipleChoiceField(
        label=_("参加单位"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("系统内的单位自动得到通知。"),
    )  # fmt: skip
    others = Words(label=_("其他参加单位"), required=False, max_length=200, help_text=_("系统外的单位，用顿号隔开。"))
    topic = Words(label=_("议题"), rows=4)
    visitor_attends = forms.BooleanField(
        label=_("请信访人参加"), required=False, help_text=_("无论是否参加，会后都应当把结果告知信访人。")
    )

    def adapt(self) -> None:
        known = [unit.pk for unit in may_attend(self.case)]
        self.fields["units"].queryset = Unit.objects.filter(pk__in=known)
        mine = [one.unit_id for one in self.case.assignments.all()]
        self.fields["units"].initial = [pk for pk in known if pk in mine]


class HoldMeetingForm(StepForm):
    held_on = forms.DateField(label=_("召开日期"), widget=DayInput())
    minutes = Words(label=_("会议情况"), rows=6, help_text=_("各单位的意见；印在会议纪要上。"))
    result = Words(label=_("议定结果"), rows=4, help_text=_("谁、做什么、何时前；这就是要告知信访人的内容。"))

    def adapt(self) -> None:
        self.fields["held_on"].initial = self.today


class TellResultForm(StepForm):
    told_on = forms.DateField(label=_("告知信访人日期"), widget=DayInput())
    told_how = Words(label=_("告知方式和信访人意见"), max_length=200, help_text=_("当面、电话、书面；信访人怎样说。"))

    def adapt(self) -> None:
        self.fields["told_on"].initial = self.today


class CancelMeetingForm(StepForm):
    why = Words(label=_("取消理由"), max_length=200)
