"""Counters, issued papers and attached files.

Papers and files belong to a subject named softly (``subject_type``, ``subject_id``),
because the subjects live in later apps; rows are never deleted, so the name stays good.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.choices import KIND_CHOICES, PAPER_KINDS, PaperKind
from vault.fields import EncryptedJSONField


class Counter(models.Model):
    """The last number taken of a kind in a year."""

    kind = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField(default=0)

    unsealed_because = "the gap check compares it with the rows that carry its numbers"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_counter_per_year")]
        verbose_name = _("编号计数")
        verbose_name_plural = _("编号计数")

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.value}"


class AboutQuerySet(models.QuerySet["models.Model"]):
    def about(self, subject: models.Model) -> Self:
        """Rows that belong to this subject."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)


class Paper(models.Model):
    """An issued paper: its number, the snapshot it was made from, and its PDF once rendered.

    The snapshot never changes after issue. The PDF is rendered on first print, kept
    encrypted, and every reprint gives the same bytes.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("文书"), max_length=30, choices=KIND_CHOICES)
    year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("序号"), null=True)
    number = models.CharField(_("文号"), max_length=60, blank=True, db_index=True)
    title = models.CharField(_("标题"), max_length=200)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    matter = models.CharField(_("编号"), max_length=40, db_index=True)
    addressee = models.CharField(_("受文者"), max_length=200, blank=True)
    context = EncryptedJSONField(verbose_name=_("内容"))
    issued_at = models.DateTimeField(_("制发时间"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("制发人"), on_delete=models.PROTECT, related_name="+"
    )
    file = models.CharField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    pages = models.PositiveIntegerField(default=0, editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year", "serial"], condition=Q(serial__isnull=False), name="paper_number_once"
            ),
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="paper_subject")]
        verbose_name = _("文书")
        verbose_name_plural = _("文书")

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def spec(self) -> PaperKind:
        return PAPER_KINDS[self.kind]


class Attachment(models.Model):
    """A file handed in or added to a matter, kept encrypted under a random name."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    matter = models.CharField(_("编号"), max_length=40, db_index=True)
    title = models.CharField(_("名称"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200, editable=False)
    added_at = models.DateTimeField(_("上传时间"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]
        verbose_name = _("附件")
        verbose_name_plural = _("附件")

    def __str__(self) -> str:
        return self.title
