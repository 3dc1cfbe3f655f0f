"""Forms of papers: their words, why one is void, and what the register of papers is searched by."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.filters import no_identity_number
from cases.forms.base import Words
from documents.choices import PAPER_KINDS


class DraftForm(forms.Form):
    """The words of a paper with their placeholders, and the version the page was drawn from."""

    text = Words(label=_("文书稿"), rows=24)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)


class VoidForm(forms.Form):
    """Why a paper should be void."""

    reason = Words(label=_("作废理由"), rows=3, max_length=200, help_text=_("写明错在哪里；理由列入文书登记簿。"))


class RegisterForm(forms.Form):
    """The register of papers: kind, year, words, and what is asked to be shown."""

    kind = forms.ChoiceField(label=_("文书"), required=False)
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    shown = forms.ChoiceField(
        label=_("情况"), required=False,
        choices=[("", _("全部")), ("undelivered", _("应送达、未登记送达")), ("void", _("已作废"))],
    )  # fmt: skip
    q = forms.CharField(
        label=_("查找"), required=False, max_length=60, validators=[no_identity_number],
        widget=forms.TextInput(attrs={"placeholder": _("文号、事项编号、标题")}),
    )  # fmt: skip

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(code, kind.label) for code, kind in PAPER_KINDS.items()]
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
        years = [(year, str(year)) for year in range(today.year, today.year - 10, -1)]
        self.fields["year"].choices = [("", _("全部")), *years]  # type: ignore[attr-defined]
