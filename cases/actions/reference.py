"""Loading the reference data the program brings: content categories and the holiday table."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import dayplan, seeding
from cases.deadlines import Calendar
from cases.models import CalendarYear
from reception import seeding as categories


@trail.verb
def load_reference(*, actor: User | None, at: dt.datetime) -> dict[str, int]:
    """Create what is missing and say how much that was; what the office has changed stays.

    A year that replaces a guess moves running periods: they are computed anew.
    """
    contents = categories.write()
    years, days = seeding.write()
    counts = {"contents": contents, "years": years, "days": days}
    newest = CalendarYear.objects.order_by("-year").first() or CalendarYear()
    trail.record(actor=actor, verb="seed", title=_("装入参考数据"), subject=newest, at=at, counts=counts)
    if years:
        dayplan.recompute(Calendar.load(), actor=actor, at=at)
    return counts


def anything_missing() -> bool:
    """Whether ``load_reference`` would write anything; asked before, so that a second run leaves no trace."""
    return bool(categories.missing() or seeding.missing())
