"""Consecutive numbers per kind, organ and year, without gaps and without doubles.

The counter row is raised inside the transaction that uses the number: if that fails,
the number is given back with it. Call it before the audit head is locked (the trail
does that last by itself).
"""

from django.conf import settings
from django.db.models import F

from accounts.models import Unit
from documents.choices import PAPER_KINDS
from documents.models import Counter


def next_serial(kind: str, year: int, mark: str = "") -> int:
    """Take the next number of ``kind`` in ``year``; waits for a concurrent taker to commit.

    ``mark`` is that of an organ with numbers of its own, "" for everybody else.
    """
    counter = Counter.objects.filter(kind=kind, year=year, mark=mark)
    if not counter.update(value=F("value") + 1):
        Counter.objects.get_or_create(kind=kind, year=year, mark=mark)
        counter.update(value=F("value") + 1)
    return counter.values_list("value", flat=True).get()


def organ_mark(unit: Unit | None) -> str:
    """The mark (机关代字) under which an organ numbers its papers; "" for the office's own."""
    body = unit.body if unit else None
    return "" if body is None or body.mark == settings.OFFICE_MARK else body.mark


def paper_number(kind: str, year: int, serial: int, mark: str = "") -> str:
    """The number as printed, in the form of GB/T 9704: year in 〔〕, no leading zero."""
    return f"{mark or settings.OFFICE_MARK}{PAPER_KINDS[kind].mark}〔{year}〕{serial}号"


def register_number(prefix: str, year: int, serial: int) -> str:
    """The number of a visit or matter: prefix, year, six digits."""
    return f"{prefix}{year}{serial:06d}"
