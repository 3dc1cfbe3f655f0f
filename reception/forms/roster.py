"""The roster of those who came along: optional, and absent from posts that know nothing of it."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception import identity
from reception.forms.fields import LineField, PhoneField
from reception.models import MAX_REPRESENTATIVES
from reception.naming import normal_name
from reception.registering import CompanionData

PREFIX = "companions"
MOST = 100  # rows of one post; Django counts at most 500 fields


class CompanionForm(forms.Form):
    """One row of the roster."""

    name = LineField(label=__("姓名"), required=True, error_messages={"required": __("请填写姓名。")})
    id_number = LineField(label=__("证件号码"), max_length=60)
    phone = PhoneField(label=__("联系电话"), max_length=40)
    is_representative = forms.BooleanField(label=__("代表"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("name", "id_number", "phone"):
            self.fields[name].widget.attrs |= {"class": "form-control"}
        self.fields["is_representative"].widget.attrs["class"] = "form-check-input"

    def clean_name(self) -> str:
        return normal_name(self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        try:
            return identity.read(self.cleaned_data["id_number"], today=self.today).number
        except identity.BadDocument as bad:
            raise forms.ValidationError(_("%(what)s也可以先不填。") % {"what": bad}) from bad

    def as_data(self) -> CompanionData:
        return CompanionData(**{name: self.cleaned_data[name] for name in self.fields})


class BaseRoster(forms.BaseFormSet):
    """All rows together; rows left empty do not count."""

    def clean(self) -> None:
        if sum(bool(form.cleaned_data.get("is_representative")) for form in self.filled()) > MAX_REPRESENTATIVES:
            raise forms.ValidationError(
                _("多人走访应当推选代表，代表人数不得超过 %(n)s 人（《信访工作条例》第二十条第三款）。")
                % {"n": MAX_REPRESENTATIVES}
            )

    def filled(self) -> list[CompanionForm]:
        if not self.is_bound:
            return []
        return [form for form in self.forms if getattr(form, "cleaned_data", None)]

    def people_or_errors(self) -> bool:
        """Was anything written on the roster? Then it is shown open."""
        return self.is_bound and (bool(self.filled()) or self.total_error_count() > 0)

    def people(self) -> list[CompanionData]:
        """Those on the roster, in the order typed."""
        return [form.as_data() for form in self.filled()]


_Roster = forms.formset_factory(
    CompanionForm, formset=BaseRoster, extra=6, max_num=MOST, absolute_max=MOST, validate_max=True
)


def roster(posted: QueryDict | None, today: dt.date) -> BaseRoster:
    """The roster of a post; unbound where the post carries none."""
    carried = posted if posted is not None and f"{PREFIX}-TOTAL_FORMS" in posted else None
    wrong = {
        "missing_management_form": _("名册没有完整送达，请重新填写名册。"),
        "too_many_forms": _("名册最多 %(n)s 人，其余的请作为材料附上。") % {"n": MOST},
    }
    return _Roster(carried, prefix=PREFIX, form_kwargs={"today": today}, error_messages=wrong)
