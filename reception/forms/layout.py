"""Where each field of the 来访登记表 stands."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

CHOICES = "reception/_choices.html"
DENSE = "reception/_categories.html"
TICK = "reception/_tick.html"


class Fold(Div):
    """Fields asked for seldom, in a <details>; open when one of them is filled in or wrong."""

    template = "reception/_fold.html"

    def __init__(self, summary: Promise, *fields: Any, css_id: str | None = None, hint: Promise | str = "") -> None:
        super().__init__(*fields, css_id=css_id)
        self.summary, self.hint, self.opened = summary, hint, False

    def render(self, form: Any, context: Any, template_pack: str = "bootstrap5", **kwargs: Any) -> str:
        bound = [form[pointer.name] for pointer in self.get_field_names()]
        self.opened = any(field.errors or _told(field) for field in bound)
        return str(super().render(form, context, template_pack=template_pack, **kwargs))


def _told(field: Any) -> bool:
    """Was more given than an empty form has, in the post or by a draft? The time of the visit never stays the same."""
    if field.name == "visited_at":
        return False
    if field.form.is_bound:
        return bool(field.field.has_changed(field.initial, field.data))
    kept = field.form.initial.get(field.name)
    return kept is not None and bool(field.field.has_changed(field.field.initial, kept))


def _heading(text: Promise, *beside: Any) -> Div:
    return Div(HTML(format_lazy("<h2>{}</h2>", text)), *beside, css_class="sheet-head")


def _row(*fields: Any) -> Div:
    return Div(*fields, css_class="fields")


def _f(name: str, width: int = 0, **attrs: str) -> Field:
    return Field(name, wrapper_class=f"f-{width}" if width else "", **attrs)


def _aside(name: str, width: int = 0) -> Field:
    """A field that Enter passes by: it is read from the document, preset, or seldom needed. Tab stops there."""
    return _f(name, width, data_aside="")


def helper() -> FormHelper:
    """The form without its tag and buttons: these stand in the page beside the history panel."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.layout = Layout("key", "id_source", _who(), HTML('{% include "reception/_roster.html" %}'), _what(), _seldom())
    return made


def _who() -> Div:
    return Div(
        _heading(_("一、信访人"), Field("anonymous", template=TICK)),
        _row(
            _f("id_number", 14), _f("name", 8), _aside("sex", 4), HTML('{% include "reception/_age.html" %}'),
            _aside("ethnicity", 4),
        ),
        _row(_f("phone", 8), _f("address", 14), _aside("visitors", 4), _aside("involved", 4)),
        css_class="sheet",
    )  # fmt: skip


def _what() -> Div:
    return Div(
        _heading(_("二、反映事项")),
        _f("demand"),
        Field("category", template=DENSE),
        _row(_aside("region", 8), Field("confirmed", template=TICK)),
        css_class="sheet",
    )


def _seldom() -> Div:
    """What is asked for now and then, below the everyday path; a fold stands open when something is in it."""
    return Div(
        Fold(
            _("证件类型、出生日期、身份、工作单位"),
            _row(_f("id_type"), _f("birth_date"), _f("kind")),
            _row(_f("work_unit"), _f("id_note", 14)),
        ),
        Fold(_("事实、理由"), _row(_f("facts", 20), _f("reasons", 14))),
        Fold(
            _("目的、内容分类、被反映的人或单位、此前办理、材料"),
            _row(_f("purpose"), _f("content_category", 14)),
            _row(_f("accused", 14), _f("occurred")),
            _row(_f("history", 14), _f("materials", 14)),
        ),
        Fold(
            _("来访时间、信访形式、便利、代理人"),
            _row(_f("visited_at"), _f("channel"), _f("needs"), _f("agent")),
        ),
        Fold(
            _("未复述确认的原因、接待意见、兼涉"),
            _row(_f("confirmed_note", 14)),
            _f("clerk_note"),
            Field("also", template=CHOICES, wrapper_class="choice-grid"),
        ),
        css_class="sheet",
    )  # fmt: skip
