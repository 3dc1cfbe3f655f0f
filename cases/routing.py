"""Which unit decides this: the office's own table of content category and place to unit."""

from accounts.models import Unit
from cases.guards import accused_unit_of
from cases.models import Case, Routing


def suggest(case: Case) -> Unit | None:
    """The unit of the most exact entry: the longest category code first, a named place before any place.

    A unit complained about in a protected matter, or no longer in use, is never suggested.
    """
    if case.content_category is None:
        return None
    code = case.content_category.code
    codes = [code[:length] for length in range(2, len(code) + 1, 2)]
    rows = Routing.objects.filter(
        content_category__code__in=codes, region__in=["", case.region], unit__is_active=True
    ).select_related("unit", "content_category")
    for row in sorted(rows, key=lambda row: (-len(row.content_category.code), not row.region)):
        if not (case.protected and accused_unit_of(case, row.unit)):
            return row.unit
    return None
