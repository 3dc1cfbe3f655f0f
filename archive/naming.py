"""Household, code and title of a dossier (按信访人立户, 分年立卷)."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction

from archive.models import Household
from cases.models import Case
from documents.numbering import next_serial
from reception.choices import PetitionerKind
from reception.models import Petitioner

CLASS_CODE = "ZY"  # 专业档案


def household_of(petitioner: Petitioner, at: dt.datetime) -> Household:
    """The household of a petitioner, opened on first need; a merged petitioner's is that of the surviving one."""
    while petitioner.merged_into is not None:
        petitioner = petitioner.merged_into
    found = Household.objects.filter(petitioner=petitioner).first()
    if found:
        return found
    try:
        with transaction.atomic():
            serial = next_serial("household", 0)
            return Household.objects.create(petitioner=petitioner, serial=serial, code=f"H{serial:06d}", opened_at=at)
    except IntegrityError:  # somebody else opened it in the same moment; the number went back with the savepoint
        return Household.objects.get(petitioner=petitioner)


def dossier_code(year: int, retention: str, serial: int) -> str:
    """``J001-ZY-2026-D30-0012``: fonds, class, year, period, volume (DA/T 13), safe in an address."""
    return f"{settings.ARCHIVE_FONDS}-{CLASS_CODE}-{year}-{retention}-{serial:04d}"


def dossier_title(case: Case) -> str:
    """Who is responsible, who asked, what about. An accusation does not name who made it (article 30)."""
    responsible = case.handling_unit.name if case.handling_unit else case.office.name
    title = case.title.strip("。")
    return f"{responsible}关于{petitioner_shown(case)}反映“{title}”信访事项的案卷"[:300]


def petitioner_shown(case: Case) -> str:
    """The petitioner as a cover may name them."""
    if case.protected:
        return "信访人（身份保密）"
    return "匿名信访人" if case.petitioner.kind == PetitionerKind.ANONYMOUS else case.petitioner.name
