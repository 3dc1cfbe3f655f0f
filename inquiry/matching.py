"""Whose matter is asked about: a code, and four digits that only those who speak for it know."""

import hmac
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.core import signing

from cases import coding
from cases.models import Case, QueryCode
from reception.models import Companion, Petitioner, Visit

DIGITS = 4
SALT = "inquiry"
MINUTES = 15  # for which a page that was shown may still be rated from


def tail(typed: str) -> str:
    """The last four of a document or telephone number as typed; "" for anything else."""
    text = unicodedata.normalize("NFKC", typed[:20]).strip().upper()
    return text if len(text) == DIGITS and text.isascii() and text.isalnum() else ""


def found(code: str, digits: str) -> QueryCode | None:
    """The code's row when the digits fit somebody who speaks for its matter; None otherwise.

    A code that nobody has and digits that do not fit take the same queries and the same
    comparisons: neither the answer nor its time tells one from the other.
    """
    row = QueryCode.objects.select_related("case").filter(digest=coding.digest(code) or "-").first()
    ends = tails(row.case_id, row.case.petitioner_id) if row else tails(0, 0)
    fits = [hmac.compare_digest(one.encode(), digits.encode()) for one in ends]
    return row if digits and any(fits) else None


def tails(case_id: int, petitioner_id: int) -> list[str]:
    """The last four of the numbers of the petitioner and of the representatives of a group (article 20)."""
    came = Visit.objects.filter(case_link__case=case_id).values_list("petitioner", flat=True)
    spoke = Petitioner.objects.filter(pk__in={petitioner_id, *came})
    stood_for = Companion.objects.filter(visit__case_link__case=case_id, is_representative=True)
    people: list[Any] = [*spoke, *stood_for]
    numbers = [number for one in people for number in (one.id_number, one.phone)]
    return sorted(set(_ends(numbers)))


def _ends(numbers: Iterable[str]) -> Iterable[str]:
    """Letters and digits alone count: a number may end in a bracket or in 号, which nobody types."""
    typed = ("".join(sign for sign in number.upper() if sign.isascii() and sign.isalnum()) for number in numbers)
    return (signs[-DIGITS:] for signs in typed if len(signs) > DIGITS)


def pass_for(row: QueryCode) -> str:
    """What the page that was shown carries, so that it can be rated without asking again."""
    return signing.dumps([row.case_id, row.digest[:16]], salt=SALT)


def passed(token: str) -> QueryCode | None:
    """The row such a page stands for; None when it is forged, too old, or the code was changed."""
    try:
        case_id, beginning = signing.loads(token[:300], salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        return None
    rows = QueryCode.objects.select_related("case").filter(case_id=case_id, digest__startswith=beginning)
    return rows.first()


def can_be_asked(case: Case) -> bool:
    """Did somebody who speaks for the matter leave a number?"""
    return bool(tails(case.pk, case.petitioner_id))
