"""Asking for a merge of persons or its undoing, and the second person's word."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception.forms.fields import LineField, ProseField
from reception.models import Petitioner

STAYS = [("this", __("保留本户，把所选的并入")), ("that", __("并入所选的一户"))]
MOST = 10


class MergeForm(forms.Form):
    """Which other row is the same person, which of the two stays the main one, and why."""

    other = forms.ModelChoiceField(
        queryset=Petitioner.objects.none(), label=__("同一人的另一条记录"), widget=forms.RadioSelect, empty_label=None,
        error_messages={
            "required": __("请选择同一人的另一条记录。"), "invalid_choice": __("所选的记录已经不在，请重新查找。"),
        },
    )  # fmt: skip
    stays = forms.ChoiceField(label=__("并户方式"), choices=STAYS, initial="this", widget=forms.RadioSelect)
    documents = LineField(label=__("证件不同的说明"), max_length=200, help_text=__("两位的证件号码不同时必填。"))
    reason = ProseField(
        label=__("理由"), max_length=500, required=True,
        error_messages={"required": __("请写明认定为同一人的理由。")},
    )  # fmt: skip

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = found
        self.fields["other"].label_from_instance = described

    def pair(self, person: Petitioner) -> tuple[Petitioner, Petitioner]:
        """(main, other) as chosen."""
        chosen = self.cleaned_data["other"]
        return (person, chosen) if self.cleaned_data["stays"] == "this" else (chosen, person)


class UndoForm(forms.Form):
    """Why two persons are to stand alone again."""

    reason = ProseField(
        label=__("撤销并户的理由"), max_length=500, required=True,
        error_messages={"required": __("请写明撤销并户的理由。")},
    )  # fmt: skip


class VerdictForm(forms.Form):
    """A word with the decision; without one nobody is turned down."""

    verdict = ProseField(label=__("审批意见"), max_length=500)


def described(person: Petitioner) -> str:
    """One line by which a clerk tells persons apart, numbers masked."""
    parts = [person.name, person.masked_identity, person.masked_phone, person.masked_address]
    filed = _("%(day)s 建档") % {"day": person.created_at.date().isoformat()}
    return " · ".join([part for part in parts if part] + [filed])
