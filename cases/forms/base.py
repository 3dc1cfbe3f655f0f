"""What every form of a step has: clean text, the version of the page, the layout."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from accounts.models import User
from cases.models import Case
from reception.hygiene import plain_lines, strange_sign

LONG = 20_000
OPEN = mark_safe(" open")


class Words(forms.CharField):
    """Text without invisible or broken signs; ``rows`` > 1 makes it a text area where line breaks stay."""

    def __init__(self, *, rows: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONG if rows > 1 else 200)
        if rows > 1:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)
        self.lines = rows > 1

    def clean(self, value: Any) -> str:
        text = plain_lines(value) if isinstance(value, str) else value
        wrong = strange_sign(text, lines=self.lines) if isinstance(text, str) else ""
        if wrong:
            raise ValidationError(wrong)
        return super().clean(text)


class StepForm(forms.Form):
    """What every step asks besides its own fields: the version of the page, and a note.

    ``for_verb`` gives the arguments of the verb. Subclasses declare fields; ``cards`` are
    choices drawn as cards, ``beside`` fields that share one row, ``folded`` the last fields,
    seldom used, open only when they say something (``fold_label`` names them). The page writes the
    version itself: after a refusal for staleness the next try carries the new one.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31)
    cards: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    fold_label: Any = ""

    def __init__(self, *args: Any, case: Case, actor: User, today: dt.date, **kwargs: Any) -> None:
        self.case, self.actor, self.today = case, actor, today
        super().__init__(*args, **kwargs)
        self.adapt()
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self._parts())

    def adapt(self) -> None:
        """Fit choices and presets to the matter."""

    def _parts(self) -> list[Any]:
        parts: list[Any] = []
        for name in self.fields:
            if name == "version" or name in (*self.beside[1:], *self.folded):
                continue
            row = Div(*(Field(one) for one in self.beside), css_class="fields")
            parts.append(row if name in self.beside else self._part(name))
        return parts + self._fold()

    def _fold(self) -> list[Any]:
        if not self.folded:
            return []
        said = self.is_bound and any(self[name].value() for name in self.folded)
        head = format_html('<details class="fold"{}><summary>{}</summary>', OPEN if said else "", self.fold_label)
        return [HTML(head), *(self._part(name) for name in self.folded), HTML("</details>")]

    def _part(self, name: str) -> Field:
        if name in self.cards:
            return Field(name, wrapper_class="choice-grid digits" if name in self.digits else "choice-grid")
        return Field(name)

    def without(self, *names: str) -> None:
        """Leave fields out, of the form and of its layout."""
        for name in names:
            self.fields.pop(name, None)
        self.helper.layout = Layout(*self._parts())

    def for_verb(self) -> dict[str, Any]:
        """The fields as the verb takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def note(label: Any, *, required: bool = False, help_text: Any = "", rows: int = 3) -> Words:
    return Words(label=label, required=required, help_text=help_text, rows=rows)
