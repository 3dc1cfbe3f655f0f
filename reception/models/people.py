"""Petitioners and the keys their names are found by. Personal numbers are encrypted columns."""

import uuid
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reception.choices import IdType, PetitionerKind, Sex
from vault import masking, spelling
from vault.fields import EncryptedTextField
from vault.keyring import blind_index


class PetitionerQuerySet(models.QuerySet["Petitioner"]):
    def visible_to(self, user: User) -> Self:
        """Whoever registers or works in the petition office; units see people only through their matters.

        Somebody on file for nothing but an accusation is not on file for the accused (article 30).
        """
        if user.scope != "office" or not user.can("reception.view"):
            return self.none()
        visits = apps.get_model("reception", "Visit").objects
        accusing = visits.accusing(user)
        other = visits.filter(petitioner=OuterRef("pk")).exclude(pk__in=accusing.values("pk"))
        return self.exclude(Q(pk__in=accusing.values("petitioner")) & ~Q(Exists(other)))

    def living(self) -> Self:
        return self.filter(merged_into__isnull=True)

    def main_first(self) -> Self:
        """Main rows before those merged into another, each by age."""
        return self.order_by(F("merged_into").asc(nulls_first=True), "pk")

    def with_identity(self, number: str) -> Self:
        """The person with this (normalised) document number; a merged row keeps its own document."""
        return self.filter(id_index=blind_index("identity", number)).main_first() if number else self.none()

    def with_name_and_phone(self, name: str, phone: str) -> Self:
        if not phone:
            return self.none()
        return self.filter(name=name, phone_index=blind_index("phone", phone)).main_first()

    def called(self, text: str) -> Self:
        """By a part of the name, or the beginning of its pinyin or initials, of the given name alone as well."""
        begins = Q(pk__in=[])
        for form in spelling.typed(text):
            begins |= Q(key__begins=form)
        return self.filter(pk__in=NameKey.objects.filter(begins).order_by().values("petitioner"))

    def newest_keys(self, limit: int) -> list[int]:
        """Keys of the newest of these, at most ``limit``; found first, sorted then."""
        return list(self.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)[:limit])

    def family_of(self, person: "Petitioner") -> Self:
        """All rows that stand for the same person as this one: the main row and those merged into it."""
        return self.filter(pk__in=person.family_ids)

    def merged_kin(self) -> set[int]:
        """Keys of every row merged with one of these rows, these among them; rows never merged are left out.

        One query where nobody was merged, and one for each step of a chain of mergers.
        """
        linked = self.order_by().filter(Q(merged_into__isnull=False) | Q(merged__isnull=False))
        found: set[int] = set()
        level = set(linked.values_list("pk", flat=True))
        while level:
            found |= level
            near = Petitioner.objects.order_by().filter(Q(merged_into__in=level) | Q(merged__in=level))
            level = set(near.values_list("pk", flat=True)) - found
        return found


class Petitioner(models.Model):
    """信访人: a person, an organisation, or somebody who stays anonymous (article 17)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("身份"), max_length=12, choices=PetitionerKind, default=PetitionerKind.PERSON)
    name = models.CharField(_("姓名(名称)"), max_length=120, db_index=True)
    initials = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    pinyin = models.CharField(max_length=400, blank=True, editable=False)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    ethnicity = models.CharField(_("民族"), max_length=20, blank=True)
    id_type = models.CharField(_("证件类型"), max_length=3, choices=IdType, blank=True)
    id_number = EncryptedTextField(verbose_name=_("证件号码"))
    id_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    phone = EncryptedTextField(verbose_name=_("联系电话"))
    phone_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    address = EncryptedTextField(verbose_name=_("住址"))
    work_unit = models.CharField(_("工作单位"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("建档时间"))
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    objects = PetitionerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_type", "id_index"],
                condition=Q(merged_into__isnull=True) & ~Q(id_index=""),
                name="one_petitioner_per_document",
            ),
        ]
        verbose_name = _("信访人")
        verbose_name_plural = _("信访人")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reception:person", args=[self.pk])

    @property
    def main(self) -> "Petitioner":
        """The row this person is shown under: itself, unless it was merged into another."""
        person = self
        while person.merged_into is not None:
            person = person.merged_into
        return person

    @property
    def family_ids(self) -> list[int]:
        """Keys of all rows that stand for this person, the main one first. One query for each row deep, and one."""
        found = level = [self.main.pk]
        while level:
            level = list(Petitioner.objects.filter(merged_into__in=level).order_by("pk").values_list("pk", flat=True))
            found = found + level
        return found

    @property
    def masked_identity(self) -> str:
        return masking.mask_identity(self.id_number)

    @property
    def masked_phone(self) -> str:
        return masking.mask_phone(self.phone)

    @property
    def masked_address(self) -> str:
        return masking.mask_address(self.address)


class NameKey(models.Model):
    """One way to type a name, in one spelling: its end from any sign on, pinyin or initials in one reading.

    What is typed is looked for at the beginning of a key (reception/naming.py writes them).
    """

    petitioner = models.ForeignKey(Petitioner, on_delete=models.CASCADE, related_name="name_keys")
    key = models.CharField(max_length=400, db_index=True)

    unsealed_because = "derived from the name; manage.py reindex_search makes it again"

    class Meta:
        ordering = ["pk"]
        verbose_name = _("姓名检索")
        verbose_name_plural = _("姓名检索")

    def __str__(self) -> str:
        return self.key
