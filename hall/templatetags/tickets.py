"""What a ticket says in words."""

from django import template

from hall.policy import reason_label as label

register = template.Library()


@register.filter
def reason_label(code: str) -> str:
    """The reason of a priority number as the office says it."""
    return label(code)
