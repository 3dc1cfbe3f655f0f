"""Forms of files: several at once with what is said of them, correcting that, voiding one."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.forms.base import Words
from cases.models import Case
from documents.accepting import SUFFIXES
from documents.choices import Audience, Made
from documents.keeping import Details
from documents.models import Attachment
from documents.policy import materials

MADE = [("", _("未注明")), *Made.choices]


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """One or several files as a list; their content is looked at by documents.accepting."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise ValidationError(_("请选择要上传的文件。"))
        if len(given) > settings.ATTACHMENT_MAX_FILES:
            raise ValidationError(
                _("一次最多上传 %(most)s 个文件，请分几次上传。"), params={"most": settings.ATTACHMENT_MAX_FILES}
            )
        return [super(Files, self).clean(each, initial) for each in given]


class Said(forms.Form):
    """What is said of a file: its kind, original or copy, for whom."""

    kind = forms.ChoiceField(label=_("材料类别"))
    made = forms.ChoiceField(label=_("原件或复印件"), choices=MADE, required=False)
    audience = forms.ChoiceField(label=_("给谁看"), choices=Audience.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one.code, one.label) for one in materials().values()]
        for field in self.fields.values():
            look = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs.setdefault("class", look)

    def said(self) -> Details:
        """For the verb."""
        given = self.cleaned_data
        return Details(given["kind"], given["made"], given["audience"], given.get("key", ""))


class AttachForm(Said):
    """Files for a matter. ``whole`` stands last in the request: without it the transfer was cut off."""

    upload = Files(label=_("文件"), allow_empty_file=True)
    key = forms.RegexField(regex=r"^[0-9a-f]{32}$", required=False)
    whole = forms.CharField(error_messages={"required": _("文件没有传完，没有保存，请重新上传。")})

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="attach_%s", **kwargs)
        self.fields["upload"].widget.attrs["accept"] = SUFFIXES
        # What is handed in with an accusation stays with the office unless somebody says otherwise (article 30).
        self.initial = {
            "kind": "evidence" if user.scope == "unit" else "petition",
            "audience": Audience.OFFICE if case.protected and user.scope != "unit" else Audience.ALL,
        }


class DescribeForm(Said):
    title = Words(label=_("名称"), max_length=100, help_text=_("扩展名不变。"))
    pages = forms.IntegerField(label=_("页数"), min_value=0, max_value=9999, required=False)
    field_order = ("title", "kind", "made", "audience", "pages")

    def __init__(self, *args: Any, file: Attachment, kind: str, **kwargs: Any) -> None:
        said = {"title": file.title, "kind": kind, "made": file.made, "audience": file.audience, "pages": file.pages}
        super().__init__(*args, initial=said, **kwargs)


class VoidFileForm(forms.Form):
    reason = Words(label=_("作废原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["class"] = "form-control"
