"""Who came: the part of the form that finds a person again."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception import identity
from reception.choices import IdType
from reception.forms.fields import LabelChoiceField, LineField, PhoneField
from reception.naming import normal_name
from reception.registering import PersonData

AUTOMATIC = ("", __("自动识别"))


class WhoForm(forms.Form):
    """Document, name and telephone; what the history panel asks with. Nothing here is required."""

    id_number = LineField(label=__("证件号码"), max_length=60)
    id_type = LabelChoiceField(label=__("证件类型"), choices=[AUTOMATIC, *IdType.choices], required=False)
    name = LineField(label=__("姓名（名称）"))
    phone = PhoneField(label=__("联系电话"), max_length=40)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.today = today
        self.document = identity.Document("", "")
        # an identity number is typed in Latin letters and digits, whatever the input method is set to
        self.fields["id_number"].widget.attrs |= {"lang": "en", "spellcheck": "false", "inputmode": "text"}

    def clean_name(self) -> str:
        return normal_name(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.read_document(data)
        return data

    def sought(self) -> PersonData:
        """What is known so far of the person to look for, wrong or missing parts left empty."""
        data = getattr(self, "cleaned_data", {})
        names = ("name", "id_type", "id_number", "phone")
        return PersonData(**{name: data.get(name, "") for name in names})

    def read_document(self, data: dict[str, Any]) -> None:
        """Judge the number; a wrong check digit may stand when the clerk wrote down why (id_note)."""
        if "id_number" not in data or "id_type" not in data:
            return
        try:
            self.document = identity.read(
                data["id_number"], today=self.today, kind=data["id_type"], overridden=bool(data.get("id_note"))
            )
        except identity.BadDocument as bad:
            reason = _("证件确实如此的，在“证件说明”中写明原因。") if bad.may_stand else ""
            self.add_error("id_number", f"{bad}{reason}")
        else:
            data["id_number"], data["id_type"] = self.document.number, self.document.type
