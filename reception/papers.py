"""The contents of the 来访登记表: a plain dict, dates and words already as printed."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from reception.choices import PetitionerKind
from reception.models import Companion, Petitioner, ReadBack, Visit


def moment(at: dt.datetime) -> str:
    """``2026年3月2日 9时30分`` in the office's time zone."""
    local = timezone.localtime(at)
    return f"{local.year}年{local.month}月{local.day}日 {local.hour}时{local.minute:02d}分"


def visit_form(visit: Visit, categories: list[str], case_number: str) -> dict[str, Any]:
    """来访登记表 (articles 19, 22, 23). ``categories``: the label of the chosen one, then those it also touches.

    It carries the full numbers: the visitor checks them before signing (the copy in the
    file is kept encrypted, and every print is recorded).
    """
    fields = ("occurred", "region", "demand", "facts", "reasons", "history", "accused", "materials", "needs", "agent",
              "confirmed", "confirmed_note", "clerk_note", "visitors", "involved", "is_group")  # fmt: skip
    content = visit.content_category
    return {name: getattr(visit, name) for name in fields} | {
        "office": settings.OFFICE_NAME,
        "office_phone": settings.OFFICE_PHONE,
        "visit_number": visit.number,
        "case_number": case_number,
        "visited_at": moment(visit.visited_at),
        "registered_at": moment(visit.registered_at),
        "channel": visit.get_channel_display(),
        "window": visit.window,
        "clerk": str(visit.clerk),
        "purpose": visit.get_purpose_display(),
        "categories": categories,
        "content": content.path_name if content else "",
        "person": _person(visit.petitioner) | {"id_note": visit.id_note},
        "roster": [_companion(one) for one in visit.companions.all()],
    }


def _person(petitioner: Petitioner) -> dict[str, Any]:
    anonymous = petitioner.kind == PetitionerKind.ANONYMOUS
    return {
        "name": "（匿名）" if anonymous else petitioner.name,
        "kind": petitioner.get_kind_display(),
        "sex": petitioner.get_sex_display() if petitioner.sex else "",
        "birth_date": petitioner.birth_date.isoformat() if petitioner.birth_date else "",
        "ethnicity": petitioner.ethnicity,
        "id_type": petitioner.get_id_type_display() if petitioner.id_type else "",
        "id_number": petitioner.id_number,
        "phone": petitioner.phone,
        "address": petitioner.address,
        "work_unit": petitioner.work_unit,
    }


def _companion(one: Companion) -> dict[str, Any]:
    return {
        "position": one.position,
        "name": one.name,
        "id_number": one.id_number,
        "phone": one.phone,
        "is_representative": one.is_representative,
    }


def readback_sheet(one: ReadBack) -> dict[str, Any]:
    """复述确认单: the words as read back and, once confirmed, how; before that with lines to sign on.

    ``pictures`` names the kept signature, which the PDF shows (documents.rendering).
    """
    visit, signed = one.visit, one.signature
    anonymous = visit.petitioner.kind == PetitionerKind.ANONYMOUS
    return {name: getattr(one, name) for name in ("demand", "facts", "reasons", "version", "text_hash", "way")} | {
        "office": settings.OFFICE_NAME,
        "visit_number": visit.number,
        "petitioner": "（匿名）" if anonymous else visit.petitioner.name,
        "clerk": str(one.confirmed_by or one.made_by),
        "made_at": moment(one.made_at),
        "way_label": one.get_way_display() if one.way else "",
        "signer": one.signer,
        "witness": one.witness,
        "note": one.note,
        "signed_at": moment(one.signed_at) if one.signed_at else "",
        "signature_hash": signed.sha256 if signed else "",
        "pictures": {"signature": {"file": signed.file, "sha256": signed.sha256}} if signed else {},
    }
