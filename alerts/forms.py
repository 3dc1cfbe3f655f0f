"""Forms of early warning: one word about an alarm, and the note for the leader."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms import Words


class Plain(forms.Form):
    """The page brings the form element and its buttons; ``version`` is the one the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def for_verb(self) -> dict[str, Any]:
        return self.cleaned_data | {"version": self.cleaned_data["version"] or 0}


class AnswerForm(Plain):
    """What was found or done about an alarm."""

    note = Words(label=_("处置情况"), rows=4, help_text=_("写明了解到的情况、怎样跟进，或者为什么没有风险。"))


class NoteForm(Plain):
    """The words of the note. They were drafted from the alarm; whoever issues it answers for them."""

    title = Words(label=_("标题"), rows=2)
    situation = Words(label=_("主要情况"), rows=5, help_text=_("说事不说人：用事项编号，不写姓名。"))
    analysis = Words(label=_("研判"), rows=4, required=False, help_text=_("原因、趋势和可能的风险。"))
    suggestion = Words(label=_("建议"), rows=4)
