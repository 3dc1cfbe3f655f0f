"""The period of a report and the address of a cell, as typed or linked."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.filters import frozen
from cases.forms import Words
from reports.counting import Cell
from reports.figures import DIMENSIONS, FIGURES
from reports.periods import EARLIEST, LATEST, Period

DAY = {"type": "date", "class": "form-control"}


class PeriodForm(forms.Form):
    """``from``, ``to`` and ``as_of``; what is left out is filled from ``default``."""

    def __init__(self, data: Any, *, default: Period) -> None:
        names = {"from": default.first, "to": default.last, "as_of": default.as_of}
        given = {name: data.get(name) or day.isoformat() for name, day in names.items()}
        super().__init__(given, auto_id="%s")
        for name, label in (("from", _("开始日期")), ("to", _("结束日期")), ("as_of", _("统计截至"))):
            widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
            messages = {"invalid": _("“%(value)s”不是日期，请写成 2026-03-01 这样。")}
            self.fields[name] = _Day(label=label, widget=widget, error_messages=messages)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("from", _("开始日期不能晚于结束日期。"))
        return cleaned

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["from"], self.cleaned_data["to"], self.cleaned_data["as_of"])


class _Day(forms.DateField):
    """A day between the earliest and the latest a report can hold."""

    input_formats = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")

    def to_python(self, value: Any) -> dt.date | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            text = str(value)[:20]
            raise forms.ValidationError(self.error_messages["invalid"], params={"value": text}) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(
                _("日期应当在 %(first)s 和 %(last)s 之间。"), params={"first": EARLIEST, "last": LATEST}
            )


class NoSuchCell(Exception):
    """The address names no figure, breakdown or row of ours."""


def cell_from(data: Any) -> Cell:
    """The cell a link names. Raises ``NoSuchCell`` for anything the report would not link to."""
    figure = FIGURES.get(data.get("figure", ""))
    if figure is None:
        raise NoSuchCell
    whole = data.get("whole") == "1"
    by, rest = data.get("by", ""), data.get("rest", "")
    if not by:
        return Cell(figure, whole)
    if by not in figure.by or (rest and by not in getattr(FIGURES.get(rest), "by", ())):
        raise NoSuchCell
    dimension = DIMENSIONS[by]
    try:
        key = None if rest else dimension.parse(data["key"])
    except (KeyError, ValueError) as error:
        raise NoSuchCell from error
    return Cell(figure, whole, dimension, key, rest)


class FullIdsForm(forms.Form):
    """Why full document numbers are needed; the filters come frozen from the list."""

    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    reason = Words(
        label=_("理由"), rows=4, max_length=500, help_text=_("写明用途、交给谁、何时销毁。"),
        error_messages={"required": _("请写明需要完整证件号码的理由。")},
    )  # fmt: skip

    def clean_query(self) -> str:
        return frozen(QueryDict(self.cleaned_data["query"]))


class VerdictForm(forms.Form):
    """A word with the decision; without one nobody is turned down."""

    verdict = Words(label=_("审批意见"), required=False, rows=4, max_length=500)
