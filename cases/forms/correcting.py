"""The small form of one correction; its field follows from the table of what may be corrected."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cases.correcting import FIELDS, current
from cases.models import Case
from reception.choices import Purpose
from reception.forms.fields import ContentField, LabelChoiceField, LineField, PhoneField, ProseField
from vault.keyring import blind_index


def shown(value: str) -> str:
    """A keyed mark of a value as the page showed it; the value itself stays on the server."""
    return blind_index("shown", value) if value else ""


class CorrectForm(forms.Form):
    """New value, reason, and the version (with a mark of the value) that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, case: Case, field: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{field}_%s", label_suffix="", **kwargs)
        self.case, self.field, self.spec = case, field, FIELDS[field]
        self.now = current(case, field)
        self.fields["value"] = self._value()
        self.fields["reason"] = LineField(
            label=_("更正的理由"), required=self.spec.words, max_length=300,
            error_messages={"required": _("改动来访人的诉求，请写明理由；原文会保留。")},
        )  # fmt: skip

    def _value(self) -> forms.Field:
        said: dict[str, Any] = {"label": self.spec.label, "help_text": self.spec.hint, "initial": self.now}
        said["required"] = self.spec.required
        said["error_messages"] = {"required": _("“%(field)s”不能为空。") % {"field": self.spec.label}}
        if self.field == "purpose":
            return LabelChoiceField(choices=Purpose.choices, **said | {"initial": self.case.purpose})
        if self.field == "content_category":
            return ContentField(max_length=200, **said)
        if self.field == "phone":
            return PhoneField(max_length=self.spec.most, **said)
        if self.spec.rows > 1:
            return ProseField(rows=self.spec.rows, max_length=self.spec.most, **said)
        return LineField(max_length=self.spec.most, **said)

    @property
    def mark(self) -> str:
        """The mark of the value as it is now, for the next try."""
        return shown(self.now)

    @property
    def stale(self) -> bool:
        """Was the page drawn from an earlier version, or from another value?"""
        typed, mark = self.data.get("version", ""), self.data.get("seen")
        return (typed not in ("", str(self.case.version))) or (mark is not None and mark != self.mark)
