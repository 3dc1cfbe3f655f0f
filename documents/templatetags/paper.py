"""Template filters of printed papers."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# Largest number of characters of an organ name that fits the type area at each size.
ORGAN_WIDTHS = ((8, "w1"), (12, "w2"), (19, "w3"))


@register.filter
def paragraphs(text: str) -> SafeString:
    """Each line of a text as a paragraph of its own; empty lines fall out, markup is shown as typed."""
    lines = (line.strip() for line in str(text or "").splitlines())
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))


@register.filter
def organ_width(name: str) -> str:
    """The size class of a red organ name, so that long names still fit on one line."""
    return next((css for most, css in ORGAN_WIDTHS if len(str(name)) <= most), "w4")
