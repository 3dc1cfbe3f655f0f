"""Words about matters for pages of earlier apps: the name of a category, the lamp of a matter."""

import datetime as dt
import re
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join

from cases import policy
from cases.lamps import Lamp, case_lamp
from cases.models import Case

register = template.Library()


@register.filter
def category_label(code: str) -> str:
    """``3 涉及到具体信访事项的`` for C03."""
    return policy.category_label(code)


@register.filter
def category_short(code: str) -> str:
    """``具体信访事项`` for C03: what tells one category from the other nine."""
    return policy.categories()[code].short


@register.filter
def category_labels(codes: str) -> str:
    """The labels of codes separated by commas, as they are stored."""
    return "、".join(policy.category_label(code) for code in codes.split(",") if code)


@register.simple_tag
def matter_lamp(case: Case, today: dt.date) -> Lamp:
    """The lamp of a matter as seen on ``today``."""
    return case_lamp(case, today)


@register.filter
def marked(text: str, words: list[str]) -> str:
    """The text with each of the words in ``<mark>``, everything escaped."""
    if not words:
        return conditional_escape(text)
    longest = sorted(words, key=len, reverse=True)
    pieces = re.split("(" + "|".join(map(re.escape, longest)) + ")", str(text), flags=re.IGNORECASE)
    shown = [format_html("<mark>{}</mark>", one) if place % 2 else one for place, one in enumerate(pieces)]
    return format_html_join("", "{}", ((one,) for one in shown))


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, for a loop over names."""
    return text.split()


@register.filter
def of(rows: dict[str, Any], name: str) -> Any:
    """The entry of this name, None where there is none."""
    return rows.get(name)
