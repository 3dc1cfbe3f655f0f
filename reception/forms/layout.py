"""Where each field of the 来访登记表 stands."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

CHOICES = "reception/_choices.html"


class Fold(Div):
    """Fields asked for seldom, in a <details>; open when one of them is filled in or wrong."""

    template = "reception/_fold.html"

    def __init__(self, summary: Promise, *fields: Any, css_id: str | None = None, hint: Promise | str = "") -> None:
        super().__init__(*fields, css_id=css_id)
        self.summary, self.hint, self.opened = summary, hint, False

    def render(self, form: Any, context: Any, template_pack: str = "bootstrap5", **kwargs: Any) -> str:
        bound = [form[pointer.name] for pointer in self.get_field_names()]
        self.opened = any(field.errors for field in bound) or (form.is_bound and any(_told(field) for field in bound))
        return str(super().render(form, context, template_pack=template_pack, **kwargs))


def _told(field: Any) -> bool:
    """Was more given than the form came with? The time of the visit is never the same twice."""
    return field.name != "visited_at" and field.field.has_changed(field.initial, field.data)


def _heading(text: Promise) -> HTML:
    return HTML(format_lazy("<h2>{}</h2>", text))


def _sheet(heading: Promise, *parts: Any, **kwargs: Any) -> Div:
    return Div(_heading(heading), *parts, css_class="sheet", **kwargs)


def _row(*fields: Any) -> Div:
    return Div(*fields, css_class="fields")


def _f(name: str, width: int = 0, **attrs: str) -> Field:
    return Field(name, wrapper_class=f"f-{width}" if width else "", **attrs)


def helper() -> FormHelper:
    """The form without its tag and buttons: these stand in the page beside the history panel."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.layout = Layout("key", _who(), HTML('{% include "reception/_roster.html" %}'), _what(), _which())
    return made


def _who() -> Div:
    return _sheet(
        _("一、信访人"),
        _row(_f("id_number", 14), _f("name"), _f("phone"), _f("anonymous", 4)),
        _row(_f("address", 20), _f("visitors", 4), _f("involved", 4)),
        Fold(
            _("证件类型、性别、工作单位等"),
            _row(_f("id_type"), _f("sex", 4), _f("birth_date"), _f("ethnicity", 4), _f("kind")),
            _row(_f("work_unit"), _f("id_note", 14)),
        ),
        Fold(
            _("来访时间、信访形式、代理人等"),
            _row(_f("visited_at"), _f("channel"), _f("needs"), _f("agent")),
        ),
    )


def _what() -> Div:
    return _sheet(
        _("二、反映事项"),
        _f("demand"),
        _row(_f("facts", 20), _f("reasons", 14)),
        _row(_f("purpose"), _f("content_category", 14), _f("region")),
        Fold(
            _("被反映的人或单位、发生时间、此前办理、材料"),
            _row(_f("accused", 14), _f("occurred")),
            _row(_f("history", 14), _f("materials", 14)),
        ),
    )


def _which() -> Div:
    return _sheet(
        _("三、归类与复述确认"),
        Field("category", template=CHOICES, wrapper_class="choice-grid digits"),
        Fold(_("兼涉第 6 至 10 类"), Field("also", template=CHOICES, wrapper_class="choice-grid")),
        "confirmed",
        Fold(_("未确认的原因、接待意见"), _row(_f("confirmed_note", 14)), _f("clerk_note")),
    )
