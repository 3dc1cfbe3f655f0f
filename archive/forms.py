"""The form of filing: period, reason for no return visit, note, who checked."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from archive.contents import Entry
from archive.retention import Proposal
from cases.forms import Words


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


class ReasonForm(forms.Form):
    """Why a dossier is to be taken apart."""

    reason = Words(
        label=_("拆卷的理由"), rows=3, max_length=500,
        error_messages={"required": _("请写明拆卷的理由。")},
    )  # fmt: skip


class VerdictForm(forms.Form):
    """A word with the decision; without one nobody is turned down."""

    verdict = Words(label=_("审批意见"), required=False, rows=4, max_length=500)


class PaperForm(forms.Form):
    """A paper that was missing from the dossier."""

    upload = forms.FileField(label=_("补充的文件"), max_length=200, error_messages={"required": _("请选择文件。")})


class AgainForm(forms.Form):
    """What is left out of the next version, and what was corrected."""

    leave_out = forms.MultipleChoiceField(
        label=_("剔出的文件"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选的不装入新的一版；旧版里仍然保留。"),
    )  # fmt: skip
    note = Words(
        label=_("更正情况"), rows=3, max_length=1000, help_text=_("写入备考表。"),
        error_messages={"required": _("请写明更正了什么，写入备考表。")},
    )  # fmt: skip

    def __init__(self, *args: Any, entries: list[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leave_out"].choices = [
            (entry.key, " · ".join(part for part in (entry.title, entry.number, entry.day.isoformat()) if part))
            for entry in entries
        ]

    def clean_leave_out(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["leave_out"])
