"""Consecutive numbers per kind and year, without gaps and without doubles.

The counter row is raised inside the transaction that uses the number: if that fails,
the number is given back with it. Call it before the audit head is locked (the trail
does that last by itself).
"""

from django.conf import settings
from django.db.models import F

from documents.choices import PAPER_KINDS
from documents.models import Counter


def next_serial(kind: str, year: int) -> int:
    """Take the next number of ``kind`` in ``year``; waits for a concurrent taker to commit."""
    if not Counter.objects.filter(kind=kind, year=year).update(value=F("value") + 1):
        Counter.objects.get_or_create(kind=kind, year=year)
        Counter.objects.filter(kind=kind, year=year).update(value=F("value") + 1)
    return Counter.objects.values_list("value", flat=True).get(kind=kind, year=year)


def paper_number(kind: str, year: int, serial: int) -> str:
    """The number as printed, in the form of GB/T 9704: year in 〔〕, no leading zero."""
    return f"{settings.OFFICE_MARK}{PAPER_KINDS[kind].mark}〔{year}〕{serial}号"


def register_number(prefix: str, year: int, serial: int) -> str:
    """The number of a visit or matter: prefix, year, six digits."""
    return f"{prefix}{year}{serial:06d}"
