"""The reader of a window, and which window a session is at."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as __

from accounts.models import Unit
from reception.choices import Adapter
from reception.models import Workstation
from reception.readers import wrong_address


class WorkstationForm(forms.ModelForm):
    """One window: its name, its reader and, for a reader with a service, where that listens."""

    class Meta:
        model = Workstation
        fields = ("office", "window", "adapter", "address", "shows_photo")
        help_texts = {
            "window": __("与人员资料中的“窗口”一致时，该窗口的人员自动使用这台读卡器。"),
            "address": __("只限本机，如 ws://localhost:1919 或 http://127.0.0.1:38088/card=idcard；键盘式读卡器不填。"),
            "shows_photo": __("照片只在登记页上显示，供核对本人，不保存。"),
        }
        error_messages = {
            "office": {"required": __("请选择登记机构。")},
            "window": {"required": __("请填写窗口名称。")},
            # two entries for one window would leave open which reader counts
            NON_FIELD_ERRORS: {"unique_together": __("这个窗口已经设置过，请修改原来的一条。")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["office"].queryset = Unit.objects.active()
        choices = (
            Adapter.choices if settings.DEMO_ALLOWED else [one for one in Adapter.choices if one[0] != "simulated"]
        )
        self.fields["adapter"].choices = choices
        self.fields["address"].widget.attrs |= {"lang": "en", "spellcheck": "false", "autocomplete": "off"}
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        rows = (("office", "window"), ("adapter", "address"), ("shows_photo",))
        self.helper.layout = Layout(*(Div(*map(Field, row), css_class="fields") for row in rows))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        wrong = wrong_address(data.get("adapter", ""), data.get("address", ""))
        if wrong:
            self.add_error("address", wrong)
        return data
