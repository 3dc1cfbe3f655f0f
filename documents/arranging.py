"""The order of the files of a subject: by the groups of the dossier, inside a group as somebody arranged them."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from documents.models import Arrangement, Attachment
from documents.policy import Material, materials
from vault.errors import Stale


def material_of(file: Attachment, office: Unit) -> Material:
    """The kind of a file; without one it is material handed in if the office added it, else evidence."""
    if file.kind in materials():
        return materials()[file.kind]
    unit = file.added_by.unit
    own = unit is None or unit.path.startswith(office.path)
    return materials()["petition" if own else "evidence"]


def arrangement_of(subject: models.Model) -> Arrangement | None:
    """The arrangement of the files of a subject; None while nobody has given them an order."""
    return Arrangement.objects.about(subject).select_related("arranged_by").first()


def arranged(files: Iterable[Attachment], order: list[int]) -> list[Attachment]:
    """Files in the order given; those it does not name follow as they were added."""
    place = {key: number for number, key in enumerate(order)}
    return sorted(files, key=lambda file: (place.get(file.pk, len(place)), file.added_at, file.pk))


def write_order(
    *, subject: models.Model, matter: str, order: list[int], version: int, actor: User, at: dt.datetime
) -> Arrangement:
    """Write the order, inside a verb, if ``version`` is still the present one (0: none yet). Raises ``Stale``."""
    row = Arrangement.objects.about(subject)
    if version == 0:
        try:
            with transaction.atomic():
                return Arrangement.objects.create(
                    subject_type=subject._meta.label_lower, subject_id=subject.pk, matter=matter, order=order,
                    arranged_at=at, arranged_by=actor,
                )  # fmt: skip
        except IntegrityError:
            pass
    said = {"order": order, "arranged_at": at, "arranged_by": actor}
    if version == 0 or not row.filter(version=version).update(version=F("version") + 1, **said):
        raise Stale(_("顺序刚刚已由他人调整，已为您刷新，请再看一遍。"))
    return row.get()
