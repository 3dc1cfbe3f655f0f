"""Forms of the hall."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hall.choices import DeviceKind


class DeviceForm(forms.Form):
    """A screen, kiosk or machine to be set up."""

    kind = forms.ChoiceField(label=_("用途"), choices=DeviceKind)
    name = forms.CharField(label=_("名称"), max_length=40)
