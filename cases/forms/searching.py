"""The one line of the search box."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Words

LONGEST = 60


class SearchForm(forms.Form):
    """What was typed; longer than a line, or with invisible signs, it is refused with a sentence."""

    text = Words(
        label=_("查找"), max_length=LONGEST,
        error_messages={
            "required": _("请输入要查找的内容。"),
            "max_length": _("查找的内容最多 %(limit_value)d 个字。"),
        },
    )  # fmt: skip
