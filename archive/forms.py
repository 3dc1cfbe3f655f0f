"""The form of filing: period, reason for no return visit, note, who checked."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from archive.retention import Proposal


class FilingForm(forms.Form):
    """Offers the proposed period and every longer one; asks for a waiver only where a return visit is owed."""

    retention = forms.ChoiceField(label=_("保管期限"))
    waiver = forms.CharField(
        label=_("不再回访的理由"),
        max_length=200,
        help_text=_("没有回访的，写明理由后可以归档；理由写入备考表。"),
        error_messages={"required": _("还没有回访：请先回访，或者写明不再回访的理由。")},
    )
    note = forms.CharField(
        label=_("本卷情况说明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("缺损、修改、补充、移出等情况，写入备考表。"),
    )
    checked_by = forms.CharField(label=_("检查人"), max_length=100, required=False)

    def __init__(self, *args: Any, proposal: Proposal, owes_visit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retention"].choices = [(one.value, one.label) for one in proposal.allowed]
        self.fields["retention"].initial = proposal.retention.value
        if not owes_visit:
            del self.fields["waiver"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        first = [Field("retention", wrapper_class="f-6"), Field("checked_by", wrapper_class="f-6")]
        rest = [Field(name) for name in ("waiver", "note") if name in self.fields]
        self.helper.layout = Layout(Div(*first, css_class="fields"), *rest)
