"""Questions of the pages of channels."""

from collections.abc import Iterable

from django import template

from notices.showing import Row

register = template.Library()


@register.filter
def under_way(rows: Iterable[Row]) -> bool:
    """Is a trial of any channel on its way, so that the table should ask again?"""
    return any(row.under_way for row in rows)
