"""Forms of the diary: one reception day of a leader, and why it is called off."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.filters import DayInput
from cases.forms import Words


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def time(label: Any, initial: dt.time) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput(), initial=initial)


class LeaderDayForm(forms.Form):
    """Who receives when and where, and the words of the public notice."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31)
    leader_name = Words(label=_("接访领导"), max_length=60)
    post = Words(label=_("职务"), max_length=60, required=False)
    leader = forms.ModelChoiceField(
        label=_("领导账号"), queryset=User.objects.none(), required=False, empty_label=_("（不在系统内）"),
        help_text=_("选了账号的，公布和取消时通知本人。"),
    )  # fmt: skip
    day = forms.DateField(label=_("接访日期"), widget=DayInput())
    starts = time(_("开始"), dt.time(9))
    ends = time(_("结束"), dt.time(11, 30))
    place = Words(label=_("接访地点"), max_length=120)
    notice = Words(label=_("公告内容"), rows=4, help_text=_("对外公布的文字：接访范围、预约办法、注意事项。"))

    def __init__(self, *args: Any, office: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = User.objects.with_permission("cases.approve").filter(unit__path__startswith=office.path)
        self.fields["leader"].queryset = leaders.order_by("display_name")
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        rows = (("leader_name", "post", "leader"), ("day", "starts", "ends"), ("place",), ("notice",))
        self.helper.layout = Layout(*(Div(*(Field(one) for one in row), css_class="fields") for row in rows))

    def for_verb(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
