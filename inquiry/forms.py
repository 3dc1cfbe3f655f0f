"""What the public page asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.choices import Rated, Satisfaction


class AskForm(forms.Form):
    """Code and four digits, as typed; whether they fit is not a question of form."""

    code = forms.CharField(label=_("查询码"), max_length=60)
    digits = forms.CharField(label=_("证件号码或者电话的后四位"), max_length=20)


class RateForm(forms.Form):
    """How content, for each body that is still open to rating. At least one is rated."""

    def __init__(self, *args: object, open_to: tuple[Rated, ...] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for body in open_to:
            self.fields[str(body)] = forms.ChoiceField(
                label=Rated(body).label, choices=Satisfaction.choices, widget=forms.RadioSelect, required=False
            )

    def clean(self) -> dict[str, str]:
        given = {name: value for name, value in super().clean().items() if value}
        if not given and not self.errors:
            raise forms.ValidationError(_("请选择满意程度。"))
        return given
