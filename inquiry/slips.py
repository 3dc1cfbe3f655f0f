"""回执单: a small paper with number, code and QR, rendered when it is printed, kept nowhere; no name is on it."""

import datetime as dt
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse

from cases import coding
from cases.models import Case, QueryCode
from cases.papers import chinese_date
from documents.rendering import render
from inquiry.matching import can_be_asked


def address(code: str = "") -> str:
    """Where one asks. The code stands behind ``#``: a browser keeps that part to itself, no server ever sees it."""
    page = settings.SITE_URL.rstrip("/") + reverse("inquiry:ask")
    return f"{page}#{code}" if code else page


def facts(case: Case, row: QueryCode) -> dict[str, Any]:
    """What the slip says. Who left no number gets no code: they could not be told from anybody else."""
    asks, code = can_be_asked(case), str(row.code)
    return {
        "office": case.office.name, "title": "信访事项回执单", "number": case.number, "phone": settings.OFFICE_PHONE,
        "registered_on": chinese_date(case.registered_on), "code": coding.spaced(code) if asks else "",
        "address": address() if asks else "",
        "qr": segno.make(address(code), error="m").svg_inline(scale=1, border=0, omitsize=True) if asks else "",
    }  # fmt: skip


def slip(case: Case, row: QueryCode, at: dt.datetime) -> bytes:
    """The slip as PDF. Raises ``Unprintable`` when it cannot be rendered."""
    return render("print/receipt.html", facts(case, row), at=at)
