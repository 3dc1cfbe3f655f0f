"""Merging of persons (并户): which two rows may stand for one person, and writing the pointer that says so.

Nothing is moved: visits, matters, documents and households stay with the row they were
written for, and ``merged_into`` alone says that both are one person. Taking the pointer
away therefore brings everything back. No rule looks at the matters of the two: refusing
for a matter the asker may not know of would tell of it.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Request
from reception.choices import PetitionerKind
from reception.models import Petitioner, PetitionerQuerySet
from vault.errors import Refusal

KIND = "merge_persons"


def candidates(person: Petitioner, user: User, text: str = "") -> PetitionerQuerySet:
    """Main rows that may be the same person: by ``text`` (name, pinyin), else by the same name or telephone."""
    seen = Petitioner.objects.visible_to(user).living().filter(kind=person.kind).exclude(pk=person.pk)
    seen = seen.exclude(kind=PetitionerKind.ANONYMOUS)
    if text:
        return seen.called(text).order_by("-pk")
    phone = Q(phone_index=person.phone_index) & ~Q(phone_index="")
    return seen.filter(Q(name=person.name) | phone).order_by("-pk")


def documents_differ(one: Petitioner, other: Petitioner) -> bool:
    """Do both rows carry a document, and not the same one?"""
    return bool(one.id_index and other.id_index and one.id_index != other.id_index)


def insist_on_pair(main: Petitioner, other: Petitioner, documents: str) -> None:
    """Raises ``Refusal`` when ``other`` cannot be merged into ``main``; ``documents`` says why these differ."""
    if main.pk == other.pk:
        raise Refusal(_("请选择另一位信访人。"))
    if PetitionerKind.ANONYMOUS in (main.kind, other.kind):
        raise Refusal(_("匿名的信访人不能并户。"))
    if main.kind != other.kind:
        raise Refusal(_("个人与单位不能并户。"))
    merged = next((one for one in (main, other) if one.merged_into_id), None)
    if merged is not None:
        raise Refusal(_("“%(name)s”已经并入另一位信访人，请刷新后再看。"), name=merged.name)
    if documents_differ(main, other) and len(documents.strip()) < 2:
        raise Refusal(_("两位的证件号码不同，请写明为什么是同一人（如换证、改号）。"))


def insist_on_undoing(person: Petitioner) -> None:
    """Raises ``Refusal`` when there is nothing to undo, or another main row bears the same document by now."""
    if not person.merged_into_id:
        raise Refusal(_("“%(name)s”没有并入另一位信访人。"), name=person.name)
    same = Petitioner.objects.living().filter(id_type=person.id_type, id_index=person.id_index)
    if person.id_index and same.exists():
        raise Refusal(_("另一位信访人已登记同一证件，不能撤销并户。"))


def locked(*persons: int) -> list[Petitioner]:
    """The rows as they are now, held until the commit, so that no two merges make a ring."""
    rows = {one.pk: one for one in Petitioner.objects.select_for_update().filter(pk__in=persons).order_by("pk")}
    return [rows[pk] for pk in persons]


def pair_of(request: Request) -> tuple[Petitioner, Petitioner]:
    """(main, other) of a request to merge or to undo it."""
    rows = Petitioner.objects.in_bulk([request.facts["main"], request.subject_id])
    return rows[request.facts["main"]], rows[request.subject_id]


def undoes(request: Request) -> bool:
    return bool(request.facts.get("undo"))
