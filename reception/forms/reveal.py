"""Asking for the full numbers of a person."""

from django import forms
from django.utils.translation import gettext_lazy as __

from reception.forms.fields import LineField


class RevealForm(forms.Form):
    """Why the full numbers are needed; the reason goes into the audit trail."""

    reason = LineField(
        label=__("查看原因"),
        max_length=120,
        required=True,
        error_messages={"required": __("请写明查看完整号码的原因。")},
    )
