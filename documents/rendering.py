"""Turning a template into a PDF: the only module that knows WeasyPrint.

Nothing is fetched from anywhere: a document may use the bytes it was given under an
``asset:`` key and nothing else. A document that asks for more is refused as a whole.
The same template, context and moment give the same bytes.
"""

import datetime as dt
import functools
import io
import logging
import os
import re
from collections import defaultdict
from typing import Any, cast

import pikepdf
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.files import fetch_checked
from documents.models import Paper
from documents.wording import render as words
from documents.wording import standard
from vault.errors import Refusal

# fontTools stamps the embedded fonts with the time of day unless told otherwise.
os.environ.setdefault("SOURCE_DATE_EPOCH", "946684800")
# Inside a sentence these turn text around or vanish; a paper shows what was written, in the order it was written.
_INVISIBLE = {
    code: None
    for code in [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200B, *range(0x200E, 0x2010), *range(0x202A, 0x202F),
                 *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]
    if chr(code) not in "\t\n\r"
}  # fmt: skip
# No font has these; the printer's mark for a missing character shows that one stood here.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_FOREIGN = _("文书含有不允许的外部引用，未生成。")
_RETRY = _("已保存，仅打印失败，请重试。")
log = logging.getLogger(__name__)


class Unprintable(Refusal):
    """The paper could not be rendered; what was issued stays issued."""


class _Closed(URLFetcher):
    """Serves the given assets by key; whatever else is asked for stops the rendering.

    WeasyPrint swallows ordinary exceptions of a fetcher and prints on without the
    picture; only its fatal error, which is no ``Exception``, ends the document. Inside an
    SVG even that is swallowed, so what was asked for is remembered as well.
    """

    def __init__(self, assets: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False, fail_on_errors=True)
        self._assets = assets
        self.refused = 0

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        scheme, _colon, key = url.partition(":")
        if scheme != "asset" or key not in self._assets:
            self.refused += 1
            raise FatalURLFetchingError("a document asked for something that is no asset")
        return URLFetcherResponse(url, self._assets[key])


def render(template: str, context: dict[str, Any], *, at: dt.datetime, assets: dict[str, bytes] | None = None) -> bytes:
    """The PDF/A-2b of a print template; always Chinese, whatever the reader's language.

    ``at`` becomes the date inside the file. Raises ``Unprintable`` when the document asks
    for anything but an ``asset:`` key or cannot be laid out.
    """
    fetcher = _Closed(assets or {})
    moment = timezone.localtime(at).isoformat("T", "seconds")
    try:
        with translation.override("zh-hans"):
            html = render_to_string(template, context | {"rendered_on": moment})
        source = _PRIVATE.sub("〓", html.translate(_INVISIBLE))
        page = HTML(string=source, base_url="asset:", url_fetcher=fetcher)
        pdf: bytes = page.write_pdf(pdf_variant="pdf/a-2b", optimize_images=True)
    except (Exception, FatalURLFetchingError) as error:
        log.exception("%s could not be rendered", template)
        raise Unprintable(str(_FOREIGN if fetcher.refused else _RETRY)) from error
    if fetcher.refused:
        raise Unprintable(str(_FOREIGN))
    return pdf


def pdf_of(paper: Paper) -> bytes:
    """The PDF of a paper: the kept bytes, checked against their SHA-256, else freshly rendered. Writes nothing."""
    if paper.file:
        return fetch_checked(paper.file, paper.sha256)
    context = cast(dict[str, Any], paper.context)
    if "body" not in context and standard(paper.kind):  # issued by a release that had no words of its own in the paper
        context = context | words(standard(paper.kind), defaultdict(str, context))
    return render(paper.spec.template, context, at=paper.issued_at, assets=_pictures(context))


def _pictures(context: dict[str, Any]) -> dict[str, bytes]:
    """The kept files that a paper shows, checked: ``pictures`` of its context names each by its key."""
    named = context.get("pictures") or {}
    return {key: fetch_checked(one["file"], one["sha256"]) for key, one in named.items()}


@functools.cache
def _void_mark() -> bytes:
    """One sheet with 作废 across it."""
    return render("print/void_mark.html", {"title": "作废", "office": ""}, at=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))


def marked_void(pdf: bytes) -> bytes:
    """The same pages with 作废 across each. The kept bytes of the paper stay as they were."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document, pikepdf.open(io.BytesIO(_void_mark())) as mark:
        for page in document.pages:
            page.add_overlay(mark.pages[0], None)
        document.save(out, deterministic_id=True)
    return out.getvalue()


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)
