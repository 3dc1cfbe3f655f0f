"""What all conditions share: the fields about to be set, the day, a running clock."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.models import Case, Clock

Fields = dict[str, Any]


def today_at(at: dt.datetime) -> dt.date:
    """The calendar day in the office's time zone."""
    return timezone.localtime(at).date()


def running(case: Case, *kinds: str) -> Clock | None:
    """The running clock of one of these kinds, the oldest first."""
    return case.clocks.filter(kind__in=kinds, stopped_on__isnull=True).order_by("pk").first()
