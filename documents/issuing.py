"""Issuing a paper inside a verb: number, frozen snapshot, row. The PDF follows on first print."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from documents.choices import PAPER_KINDS
from documents.models import Paper
from documents.numbering import next_serial, paper_number


def issue(
    kind: str,
    *,
    subject: models.Model,
    matter: str,
    context: dict[str, Any],
    actor: User,
    at: dt.datetime,
    addressee: str = "",
    title: str = "",
) -> Paper:
    """Create the paper and take its number, in the caller's transaction.

    The caller passes the paper on to ``trail.record(rows=[paper])``. ``context`` is plain
    JSON: dates and names already as they will be printed. The number of a voided paper
    stays taken and listed.
    """
    spec = PAPER_KINDS[kind]
    year = timezone.localtime(at).year
    serial = next_serial(f"paper:{kind}", year) if spec.mark else None
    number = paper_number(kind, year, serial) if serial else ""
    title = title or str(spec.label)
    return Paper.objects.create(
        kind=kind,
        year=year,
        serial=serial,
        number=number,
        title=title,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        matter=matter,
        addressee=addressee,
        context=context | {"number": number, "title": title},
        issued_at=at,
        issued_by=actor,
    )
