"""How the read-back was confirmed: one small form for each way."""

import base64
import binascii
import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception.choices import ReadBackWay
from reception.forms.fields import LineField

PICTURE = 600_000  # signs of a picture in base64; a signature of a large pad has a tenth of it
STROKES = 400_000
START = "data:image/png;base64,"
POINTS = 5  # fewer are a touch by mistake


class PictureField(forms.CharField):
    """The signature as the pad gives it, a PNG in base64; cleaned it is a file."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> SimpleUploadedFile | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            data = base64.b64decode(text.removeprefix(START), validate=True) if text.startswith(START) else b""
        except (binascii.Error, ValueError):
            data = b""
        if not data or len(text) > PICTURE:
            raise forms.ValidationError(_("签字没有完整送达，请重新签字。"))
        return SimpleUploadedFile("签字.png", data, content_type="image/png")


class StrokesField(forms.CharField):
    """The strokes as the pad gives them: a list of point groups with place, time and pressure."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return []
        try:
            strokes = json.loads(text) if len(text) <= STROKES else None
        except ValueError:
            strokes = None
        if not isinstance(strokes, list) or not all(isinstance(one, dict) for one in strokes):
            raise forms.ValidationError(_("签字没有完整送达，请重新签字。"))
        return strokes


class ReadBackForm(forms.Form):
    """One way of confirming. ``way`` decides which fields there are and which cannot be left out."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    signer = LineField(label=__("签字人"), required=True, error_messages={"required": __("请填写签字人。")})
    witness = LineField(label=__("见证人"), required=True, error_messages={"required": __("请填写见证人的姓名。")})
    note = LineField(label=__("原因"), max_length=300, required=True, error_messages={"required": __("请写明原因。")})
    scan = forms.FileField(label=__("签好的扫描件（可以不传）"), required=False)
    picture = PictureField(required=True, error_messages={"required": __("签字板上还没有签字。")})
    strokes = StrokesField(required=True, error_messages={"required": __("签字板上还没有签字。")})

    FIELDS = {
        ReadBackWay.PAPER: ("version", "signer", "scan"),
        ReadBackWay.PAD: ("version", "signer", "picture", "strokes"),
        ReadBackWay.DECLINED: ("version", "witness", "note"),
        ReadBackWay.ABSENT: ("version", "note"),
    }

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{way}_%s", **kwargs)
        self.way = way
        for name in list(self.fields):
            if name not in self.FIELDS[ReadBackWay(way)]:
                del self.fields[name]
            elif not self.fields[name].widget.is_hidden:
                self.fields[name].widget.attrs["class"] = "form-control"

    def clean_strokes(self) -> list[Any]:
        strokes = self.cleaned_data["strokes"]
        if sum(len(one.get("points") or ()) for one in strokes) < POINTS:
            raise forms.ValidationError(_("签字板上还没有签字。"))
        return strokes

    def said(self) -> dict[str, Any]:
        """What the verb is told."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")} | {"way": self.way}


def forms_of(version: int, signer: str, posted: Any = None, files: Any = None) -> dict[str, ReadBackForm]:
    """The form of each way; the one that was posted is bound."""
    way = posted.get("way", "") if posted is not None else ""
    initial = {"version": version, "signer": signer}
    return {
        one: ReadBackForm(posted, files, way=one) if one == way else ReadBackForm(way=one, initial=initial)
        for one in ReadBackWay.values
    }
