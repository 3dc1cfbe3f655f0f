"""Issuing a paper inside a verb: number, frozen snapshot with its words, row. The PDF follows on first print."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import Unit, User
from documents.choices import PAPER_KINDS
from documents.drafting import open_draft, use
from documents.models import Paper
from documents.numbering import next_serial, organ_mark, paper_number
from documents.wording import render, standard


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
    organ: Unit | None = None,
    replaces: Paper | None = None,
) -> Paper:
    """Create the paper and take its number, in the caller's transaction.

    The caller passes the paper on to ``trail.record(rows=[paper])``. ``context`` is plain
    JSON: dates and names already as they will be printed; the rendered words are frozen
    in it as ``to`` and ``body``. The words are those of the open draft of this subject
    and kind, which is used up by it, else the standard ones. ``organ`` numbers it, by
    default the actor's unit. The number of a voided paper stays taken and listed.
    Raises ``Refusal`` when the words need something the context does not have.
    """
    spec = PAPER_KINDS[kind]
    year = timezone.localtime(at).year
    mark = replaces.mark if replaces else organ_mark(organ or actor.unit) if spec.mark else ""
    serial = next_serial(f"paper:{kind}", year, mark) if spec.mark else None
    number = paper_number(kind, year, serial, mark) if serial else ""
    title = title or str(spec.label)
    draft = open_draft(kind, subject)
    text = str(draft.text) if draft else standard(kind)
    context = context | {"number": number, "title": title}
    paper = Paper.objects.create(
        kind=kind,
        year=year,
        mark=mark,
        serial=serial,
        number=number,
        title=title,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        matter=matter,
        addressee=addressee,
        context=context | (render(text, context) if text else {}),
        issued_at=at,
        issued_by=actor,
        replaces=replaces,
    )
    if draft:
        use(draft, paper)
    return paper
