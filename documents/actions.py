"""Printing papers: the first print makes and keeps the PDF, every later one gives the same bytes."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from audit.models import Event
from documents import files
from documents.models import Paper
from documents.rendering import marked_void, page_count, pdf_of


def print_paper(*, paper: Paper, actor: User | None, at: dt.datetime) -> bytes:
    """The PDF of an issued paper, recorded as print or reprint.

    Rendering takes tenths of seconds and happens before the transaction, so nobody waits
    for it. A voided paper comes with 作废 across each page.
    Raises ``Unprintable`` (the paper stays issued, a later print tries again) or
    ``Damaged`` when the kept bytes are not the recorded ones.
    """
    record = _reprint if paper.file else _print_first
    pdf = pdf_of(paper)
    printed = record(paper=paper, pdf=pdf, actor=actor, at=at)
    return marked_void(printed) if paper.voided_at else printed


@trail.verb
def _print_first(*, paper: Paper, pdf: bytes, actor: User | None, at: dt.datetime) -> bytes:
    """Keep the PDF unless somebody else was faster; then theirs counts."""
    name, sha256 = files.keep(pdf, "papers")
    won = Paper.objects.filter(pk=paper.pk, file="").update(file=name, sha256=sha256, pages=page_count(pdf))
    if not won:
        files.drop(name)
    paper.refresh_from_db(fields=["file", "sha256", "pages"])
    _record(paper, actor, at)
    return pdf if won else files.fetch_checked(paper.file, paper.sha256)


@trail.verb
def _reprint(*, paper: Paper, pdf: bytes, actor: User | None, at: dt.datetime) -> bytes:
    _record(paper, actor, at)
    return pdf


def _record(paper: Paper, actor: User | None, at: dt.datetime) -> None:
    """Without an actor the system made the PDF ahead of time, and nobody has printed it yet."""
    if actor is None:
        verb, title = "render", _("生成文书")
    elif Event.objects.about(paper).filter(verb="print").exists():
        verb, title = "reprint", _("补打文书")
    else:
        verb, title = "print", _("打印文书")
    trail.record(actor=actor, verb=verb, title=title, subject=paper, at=at, matter=paper.matter, paper=str(paper))
