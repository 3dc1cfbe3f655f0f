"""Fields that clean what was typed at the counter and say in words what is wrong with it."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception.hygiene import plain_lines, strange_sign
from reception.models import ContentCategory

LONG = 20_000  # signs; a petition of 7,000 is nothing unusual
MOMENTS = (
    "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d",
    "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d %H:%M", "%Y.%m.%d", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
)  # fmt: skip
DAYS = tuple(pattern for pattern in MOMENTS if "H" not in pattern)


class LineField(forms.CharField):
    """One line of text. Invisible signs are refused by name; the length is told in Chinese."""

    lines = False

    def __init__(self, *, max_length: int = 120, required: bool = False, **kwargs: Any) -> None:
        self.most = max_length
        super().__init__(required=required, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> str:
        text = plain_lines(str(value)) if value not in self.empty_values else ""
        # spaces at the ends mean nothing, and a line break that a reader or a clipboard left there does not either
        text = text.strip(" \t\n\u3000")
        wrong = strange_sign(text, lines=self.lines)
        if wrong:
            raise ValidationError(wrong, code="sign")
        if len(text) > self.most:
            raise ValidationError(
                _("最多 %(most)s 字，现有 %(now)s 字。") % {"most": self.most, "now": len(text)}, code="long"
            )
        return text


class ProseField(LineField):
    """Several lines of text, as long as a petition can be."""

    lines = True
    widget = forms.Textarea

    def __init__(self, *, rows: int = 3, max_length: int = LONG, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs["rows"] = rows


class PhoneField(LineField):
    """A telephone number, kept as digits so that it is found again however it was written."""

    widget = forms.TextInput(attrs={"inputmode": "tel"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        digits = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-"))
        digits = re.sub(r"^(?:\+|00)86(?=[0-9]{10,})", "", digits)
        if digits and not re.fullmatch(r"[0-9]{5,20}", digits):
            raise ValidationError(
                _("联系电话写一个号码，只用数字和短横，如 13800000000 或 0731-00000000。"), code="phone"
            )
        return digits


class CountField(forms.IntegerField):
    """A number of persons; nothing typed is nothing, the form supplies the default."""

    default_error_messages = {"invalid": __("请填写整数人数。")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=9999, required=False, **kwargs)
        self.error_messages |= {"min_value": __("人数至少为 1。"), "max_value": __("人数最多为 9999。")}
        for validator in self.validators:
            validator.message = self.error_messages[validator.code]
        self.widget.attrs["inputmode"] = "numeric"

    def to_python(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        if len(text) > 9:
            raise ValidationError(self.error_messages["max_value"], code="max_value")
        return super().to_python(text)


class MomentField(forms.DateTimeField):
    """Day and time of the visit in the office's time zone; a day alone means its beginning."""

    default_error_messages = {"invalid": __("认不出的时间，请写成 2026-03-05 09:30。")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(input_formats=MOMENTS, required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        moment = super().to_python(value)
        if moment and not 1990 <= timezone.localtime(moment).year <= 9000:
            raise ValidationError(_("来访时间应当在 1990 年以后。"), code="early")
        return moment


class DayField(forms.DateField):
    """A calendar day in any of the usual spellings."""

    default_error_messages = {"invalid": __("认不出的日期，请写成 1980-03-05。")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=DAYS, required=False, widget=widget, **kwargs)


class LabelChoiceField(forms.ChoiceField):
    """A choice by code; the printed label is understood as well, as scripts of the office write it."""

    default_error_messages = {"invalid_choice": __("没有“%(value)s”这一项，请从列表中选择。")}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).strip()
        by_label = {str(label): str(code) for code, label in self.choices}
        return by_label.get(text, text)


class ContentField(LineField):
    """内容分类 as text: the code, the whole path, or a name that only one category bears."""

    def to_python(self, value: Any) -> ContentCategory | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        active = ContentCategory.objects.filter(is_active=True)
        path = "/".join(part.strip() for part in re.split(r"[/／>›→]+", text) if part.strip())
        found = active.filter(code=text).first() or active.filter(path_name=path).first()
        if found:
            return found
        named = list(active.filter(name=path.rsplit("/", 1)[-1])[:3])
        fitting = [one for one in named if one.path_name.endswith(path)]
        if len(fitting) == 1:
            return fitting[0]
        raise ValidationError(
            _("有几个内容分类叫“%(text)s”，请写出全称，如 %(one)s。") % {"text": text, "one": fitting[0]}
            if fitting
            else _("内容分类表中没有“%(text)s”，请从列表中选择。") % {"text": text},
            code="content",
        )
