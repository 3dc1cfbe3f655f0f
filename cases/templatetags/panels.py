"""Panels of later apps on earlier pages, by URL name, without importing them."""

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.simple_tag
def panel_url(name: str, *args: str) -> str:
    """The address of a panel, or "" where no app offers it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
