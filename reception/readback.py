"""复述确认: which words were read back, whether they were confirmed, and when they must be read back again.

Versions are only ever added. What a visit says of itself (``confirmed`` or
``confirmed_note`` at registration) counts for its first words; other words are another
version, which stands when somebody signed it, declined, or a reason was written down.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from reception.choices import Channel
from reception.models import ReadBack, Visit

WORDS = ("demand", "facts", "reasons")
COUNTER = "counter"  # registered here, not taken over from an old register


def digest(demand: str, facts: str = "", reasons: str = "") -> str:
    """SHA-256 over the three parts as they stand, hexadecimal; it is printed on the sheet."""
    text = json.dumps([demand, facts, reasons], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def of_visit(visit: Visit) -> list[ReadBack]:
    """Every version, the latest last; taken from a prefetch where there is one."""
    return sorted(visit.readbacks.all(), key=lambda one: one.version)


def latest(visit: Visit) -> ReadBack | None:
    return next(reversed(of_visit(visit)), None)


def new_version_needed(visit: Visit, *, demand: str, facts: str = "", reasons: str = "") -> bool:
    """Do these words differ from those last read back, or, before any sheet, from those of the visit?"""
    last = latest(visit)
    known = last.text_hash if last else digest(visit.demand, visit.facts, visit.reasons)
    return digest(demand, facts, reasons) != known


def renew(
    visit: Visit, *, demand: str, actor: User, at: dt.datetime, facts: str = "", reasons: str = ""
) -> list[models.Model]:
    """Write the next version with these words, inside a verb; returns the rows written for the trail.

    Nothing is written while the words are those last read back. The words of the visit
    become the first version where there was no sheet yet, so that they stay readable.
    """
    if not new_version_needed(visit, demand=demand, facts=facts, reasons=reasons):
        return []
    written = [] if latest(visit) else [first(visit, actor=actor, at=at)]
    number = ReadBack.objects.filter(visit=visit).count() + 1
    return [*written, _write(visit, number, (demand, facts, reasons), actor, at)]


def first(visit: Visit, *, actor: User, at: dt.datetime) -> ReadBack:
    """Version 1: the words of the registration. Call inside a verb."""
    return _write(visit, 1, (visit.demand, visit.facts, visit.reasons), actor, at)


def _write(visit: Visit, version: int, words: tuple[str, str, str], actor: User, at: dt.datetime) -> ReadBack:
    text = dict(zip(WORDS, words, strict=True))
    return ReadBack.objects.create(
        visit=visit, version=version, text_hash=digest(*words), made_at=at, made_by=actor, **text
    )


def asked_of(visit: Visit) -> bool:
    """Is a read-back owed? Only where somebody stood at the counter: a letter cannot be read back."""
    return visit.channel == Channel.VISIT and visit.source == COUNTER


def stands(visit: Visit) -> bool:
    """Was the last version confirmed, or said why not? The first also by the word given at registration."""
    last = latest(visit)
    if last is not None and (last.stands or last.version > 1):
        return last.stands
    return visit.confirmed or bool(visit.confirmed_note)


def missing(visits: Iterable[Visit]) -> str:
    """Why the demand of these visits (of one matter) is not confirmed yet, as a sentence; "" when it is.

    One confirmed visit is enough, but words changed later must have been read back again.
    """
    owed = [one for one in visits if asked_of(one)]
    changed = [one for one in owed if not stands(one) and _later(one)]
    if changed:
        return _("请求改动后尚未重新复述确认（来访登记 %(number)s）：请到该登记页签字，或者写明未能确认的原因。") % {
            "number": changed[0].number
        }
    if owed and not any(stands(one) for one in owed):
        return _("请求尚未复述确认（来访登记 %(number)s）：请到该登记页签字，或者写明未能确认的原因。") % {
            "number": owed[0].number
        }
    return ""


def _later(visit: Visit) -> bool:
    last = latest(visit)
    return last is not None and last.version > 1
