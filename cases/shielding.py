"""What a unit may see of a protected matter: the facts it must look into, not who told them (article 30)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Case
from documents.choices import Audience
from documents.models import Attachment, Paper
from reception.models import Visit

# Papers that name the petitioner of a protected matter; they are between the office and that person.
NAMING = (
    "visit_form", "readback",
    "accept_notice", "decline_notice", "no_longer_notice", "guide_notice", "whereabouts_notice",
    "extension_notice", "answer_record", "opinion", "delivery_record", "return_visit_record", "receive_notice",
    "ordinary_notice", "withdrawal", "hearing_notice", "hearing_record", "settlement", "review_receipt",
    "review_opinion", "recheck_receipt", "recheck_opinion", "superior_report", "urgent_report",
    "review_receipt", "review_opinion", "recheck_receipt", "recheck_opinion",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """The petitioner as shown on a page: numbers masked, everything masked where identity is protected."""

    name: str
    id_type: str = ""
    id_masked: str = ""
    phone_masked: str = ""
    address: str = ""
    url: str = ""


def shielded(case: Case, user: User) -> bool:
    """Is the petitioner's identity kept from this user?"""
    return case.protected and user.scope == "unit"


def shown_name(case: Case, user: User) -> str:
    """The petitioner's name as this user may read it."""
    return _("身份保密") if shielded(case, user) else case.petitioner.name


def known_numbers(user: User, numbers: set[str]) -> set[str]:
    """Which of these matters the user may know of."""
    return set(Case.objects.visible_to(user).filter(number__in=numbers).values_list("number", flat=True))


def person(case: Case, user: User) -> Person:
    """The petitioner for the page of a matter, masked."""
    if shielded(case, user):
        return Person(_("身份保密（《信访工作条例》第三十条）"))
    known = case.petitioner
    return Person(
        name=known.name,
        id_type=known.get_id_type_display(),
        id_masked=known.masked_identity,
        phone_masked=known.masked_phone,
        address=known.masked_address,
        url=known.get_absolute_url() if user.can("reception.view") and user.scope == "office" else "",
    )


def papers_of(case: Case, user: User) -> models.QuerySet[Paper]:
    """The papers of a matter and of its visits that this user may read."""
    about = models.Q(subject_type=Case._meta.label_lower, subject_id=case.pk)
    if user.scope in ("office", "filed"):
        visits = case.visit_links.values("visit_id")
        about |= models.Q(subject_type=Visit._meta.label_lower, subject_id__in=visits)
    papers = Paper.objects.filter(about)
    return papers.exclude(kind__in=NAMING) if shielded(case, user) else papers


def visible_papers(user: User) -> models.QuerySet[Paper]:
    """The papers of every matter that this user may know of, as ``papers_of`` gives them for one."""
    known = Case.objects.visible_to(user)
    about = models.Q(subject_type=Case._meta.label_lower, subject_id__in=known.values("pk"))
    if user.scope in ("office", "filed"):
        visits = known.values("visit_links__visit_id").filter(visit_links__isnull=False)
        about |= models.Q(subject_type=Visit._meta.label_lower, subject_id__in=visits)
    papers = Paper.objects.filter(about)
    if user.scope == "unit":
        secret = models.Q(subject_id__in=known.filter(protected=True).values("pk"), kind__in=NAMING)
        papers = papers.exclude(secret)
    return papers


def may_read(paper: Paper, user: User) -> bool:
    """May this user open the paper? It belongs to a matter, or a visit, that they may know of."""
    if paper.subject_type == Case._meta.label_lower:
        case = Case.objects.visible_to(user).filter(pk=paper.subject_id).first()
        return case is not None and papers_of(case, user).filter(pk=paper.pk).exists()
    if paper.subject_type == Visit._meta.label_lower:
        matter = Case.objects.filter(visit_links__visit_id=paper.subject_id).first()
        if matter is None:
            return Visit.objects.visible_to(user).filter(pk=paper.subject_id).exists()
        known = Case.objects.visible_to(user).filter(pk=matter.pk).exists()
        return known and papers_of(matter, user).filter(pk=paper.pk).exists()
    return False


def files_of(case: Case, user: User) -> models.QuerySet[Attachment]:
    """The files of a matter that this user may know of: a unit not those meant for the office alone, its own always."""
    found = Attachment.objects.about(case).select_related("added_by__unit", "voided_by")
    if user.scope != "unit" or user.unit is None:
        return found
    own = models.Q(added_by__unit__path__startswith=user.unit.path)
    return found.filter(own | ~models.Q(audience=Audience.OFFICE) & models.Q(voided_at__isnull=True))


def may_change(file: Attachment, user: User) -> bool:
    """May this user correct or void the file? The office any, a unit those it added itself."""
    unit = file.added_by.unit
    own = user.unit is not None and unit is not None and unit.path.startswith(user.unit.path)
    return user.can("cases.attach") and (user.scope == "office" or own)
