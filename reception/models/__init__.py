"""Rows of the counter: who came, what they said, what was read back to them."""

from reception.models.people import NameKey, Petitioner, PetitionerQuerySet
from reception.models.reference import ContentCategory, Region, Workstation
from reception.models.visits import MAX_REPRESENTATIVES, Companion, ReadBack, Visit, VisitQuerySet

__all__ = [
    "MAX_REPRESENTATIVES",
    "Companion",
    "ContentCategory",
    "NameKey",
    "Petitioner",
    "PetitionerQuerySet",
    "ReadBack",
    "Region",
    "Visit",
    "VisitQuerySet",
    "Workstation",
]
