"""Printing papers: the first print makes and keeps the PDF, every later one gives the same bytes."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from documents import files
from documents.models import Paper
from documents.rendering import page_count, pdf_of


def print_paper(*, paper: Paper, actor: User | None, at: dt.datetime) -> bytes:
    """The PDF of an issued paper, recorded as print or reprint.

    Rendering takes tenths of seconds and happens before the transaction, so nobody waits
    for it. Raises ``Unprintable`` (the paper stays issued, a later print tries again) or
    ``Damaged`` when the kept bytes are not the recorded ones.
    """
    fresh = not paper.file
    pdf = pdf_of(paper)
    record = _print_first if fresh else _reprint
    return record(paper=paper, pdf=pdf, actor=actor, at=at)


@trail.verb
def _print_first(*, paper: Paper, pdf: bytes, actor: User | None, at: dt.datetime) -> bytes:
    """Keep the PDF unless somebody else was faster; then theirs counts and this is a reprint."""
    name, sha256 = files.keep(pdf, "papers")
    pages = page_count(pdf)
    won = Paper.objects.filter(pk=paper.pk, file="").update(file=name, sha256=sha256, pages=pages)
    if not won:
        files.drop(name)
    paper.refresh_from_db(fields=["file", "sha256", "pages"])
    _record(paper, actor, at, first=bool(won))
    return pdf if won else files.fetch_checked(paper.file, paper.sha256)


@trail.verb
def _reprint(*, paper: Paper, pdf: bytes, actor: User | None, at: dt.datetime) -> bytes:
    _record(paper, actor, at, first=False)
    return pdf


def _record(paper: Paper, actor: User | None, at: dt.datetime, *, first: bool) -> None:
    """Who made the PDF with nobody asking (``actor`` None) is the system: it rendered, nobody printed."""
    verb, title = ("print", _("打印文书")) if first else ("reprint", _("补打文书"))
    if actor is None:
        verb, title = "render", _("生成文书")
    trail.record(actor=actor, verb=verb, title=title, subject=paper, at=at, matter=paper.matter, paper=str(paper))
