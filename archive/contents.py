"""What belongs into a dossier, in the order an archive keeps: conclusions first, then what led to them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q
from django.utils import timezone

from alerts.models import Note
from briefing.models import DigestCase
from cases.models import Case
from documents.arranging import arranged, arrangement_of, material_of
from documents.models import Attachment, Paper
from reception.models import Visit

# Conclusion, delivery, reports and records, instructions and letters, notices, registration, material, return visit.
RANKS = {
    "opinion": 0, "decline_notice": 0, "no_longer_notice": 0, "guide_notice": 0, "answer_record": 0,
    "review_opinion": 0, "recheck_opinion": 0, "settlement": 0, "withdrawal": 0,
    "delivery_record": 1,
    "result_report": 2, "investigation_report": 2, "superior_report": 2, "hearing_record": 2, "meeting_minutes": 2,
    "assign_letter": 4, "refer_letter": 4, "assist_letter": 4, "urge_letter": 4, "supervision_letter": 4,
    "urgent_report": 4, "digest": 4, "meeting_notice": 4,
    "accept_notice": 5, "receive_notice": 5, "ordinary_notice": 5, "whereabouts_notice": 5, "extension_notice": 5,
    "hearing_notice": 5, "review_receipt": 5, "recheck_receipt": 5,
    "visit_form": 6, "readback": 6,
    "return_visit_record": 8,
}  # fmt: skip
LAST, CONCLUSION = 9, 0  # where files go is said in documents/materials.toml


@dataclass(frozen=True)
class Entry:
    """One paper or attachment as the catalogue will name it."""

    rank: int
    moment: dt.datetime
    source: Paper | Attachment
    number: str
    responsible: str
    title: str
    note: str = ""
    place: int = 0  # of a file among the files; papers of a group stand before them

    @property
    def day(self) -> dt.date:
        return timezone.localtime(self.moment).date()

    @property
    def key(self) -> str:
        """Names the paper or file among those of a matter."""
        return f"{self.source._meta.model_name}:{self.source.pk}"

    @property
    def sort_key(self) -> tuple[int, int, float, str]:
        """Conclusions newest first, other papers as they were issued, files as somebody arranged them."""
        seconds = self.moment.timestamp()
        return self.rank, self.place, -seconds if self.rank == CONCLUSION else seconds, f"{self.source.pk:012d}"


def contents_of(case: Case) -> list[Entry]:
    """Every paper that was not voided and every file, of the matter and of its visits, in order.

    A note of early warning, and a digest about several matters, speak of other people's matters and are no part
    of anybody's file.
    """
    about = _about(case)
    papers = Paper.objects.filter(about | Q(matter=case.number), voided_at__isnull=True)
    shared = DigestCase.objects.exclude(case=case).filter(digest__paper__matter=case.number)
    papers = papers.exclude(subject_type=Note._meta.label_lower).exclude(pk__in=shared.values("digest__paper"))
    files = Attachment.objects.filter(about | Q(matter=case.number), voided_at__isnull=True)
    entries = [_paper(paper) for paper in papers.select_related("issued_by__unit")]
    order = arrangement_of(case)
    lying = arranged(files.select_related("added_by__unit"), order.order if order else [])
    entries += [_file(case, file, place) for place, file in enumerate(lying, start=1)]
    return sorted(entries, key=lambda entry: entry.sort_key)


def _about(case: Case) -> Q:
    visits = case.visit_links.values("visit_id")
    return Q(subject_type=Case._meta.label_lower, subject_id=case.pk) | Q(
        subject_type=Visit._meta.label_lower, subject_id__in=visits
    )


def _paper(paper: Paper) -> Entry:
    """Responsible is the body in the letterhead."""
    unit = paper.issued_by.unit
    responsible = cast(dict[str, Any], paper.context).get("office") or (unit.name if unit else str(paper.issued_by))
    return Entry(RANKS.get(paper.kind, LAST), paper.issued_at, paper, paper.number, str(responsible), paper.title)


def _file(case: Case, file: Attachment, place: int) -> Entry:
    """Its kind says which group it goes into: material handed in, evidence, answers, and so on."""
    unit = file.added_by.unit
    responsible = "" if unit is None else unit.name
    rank = material_of(file, case.office).place
    note = "，".join(part for part in ("附件", file.get_made_display()) if part)
    return Entry(rank, file.added_at, file, "", responsible or str(file.added_by), file.title, note, place)
