"""What a year's hand-over says of each dossier: a line of the catalogue and a record of metadata."""

from typing import Any

from django.utils import timezone

from archive.models import Dossier
from audit.models import Event

COLUMNS = (
    "档号",
    "题名",
    "年度",
    "保管期限",
    "起始日期",
    "终止日期",
    "件数",
    "页数",
    "户号",
    "立卷人",
    "归档日期",
    "SHA-256",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def catalogue_line(dossier: Dossier) -> list[str]:
    """One line for a spreadsheet; nothing in it can be taken for a formula."""
    values = (
        dossier.printed_code, dossier.title, dossier.year, dossier.get_retention_display(), dossier.first_day,
        dossier.last_day, len(dossier.lines), dossier.pages, dossier.household.code, dossier.filed_by,
        timezone.localtime(dossier.filed_at).date(), dossier.sha256,
    )  # fmt: skip
    return [_plain(str(value)) for value in values]


def metadata(dossier: Dossier) -> dict[str, Any]:
    """The dossier, its contents and the process that made it, from the audit chain."""
    last = Event.objects.about(dossier).order_by("-seq").first()
    return {
        "code": dossier.printed_code,
        "file": f"{dossier.code}.pdf",
        "sha256": dossier.sha256,
        "title": dossier.title,
        "year": dossier.year,
        "retention": dossier.retention,
        "household": dossier.household.code,
        "version": dossier.version,
        "matter": dossier.case.number,
        "from": dossier.first_day.isoformat(),
        "to": dossier.last_day.isoformat(),
        "pages": dossier.pages,
        "filed_by": str(dossier.filed_by),
        "filed_at": dossier.filed_at.isoformat(),
        "items": [
            {
                "position": item.position, "number": item.number, "title": item.title,
                "responsible": item.responsible, "date": item.day.isoformat(), "first_page": item.first_page,
                "pages": item.pages,
            }
            for item in dossier.lines
        ],
        "events": list(
            Event.objects.of_matter(dossier.case.number).values("seq", "verb", "title", "actor_name", "hash")
        ),
        "audit": {"seq": last.seq, "hash": last.hash} if last else None,
    }  # fmt: skip


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
