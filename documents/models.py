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

from documents.choices import KIND_CHOICES, PAPER_KINDS, Audience, Made, PaperKind
from vault.fields import EncryptedJSONField, EncryptedTextField


class Counter(models.Model):
    """The last number taken of a kind in a year; organs with a mark of their own (机关代字) count for themselves."""

    kind = models.CharField(max_length=40)
    mark = models.CharField(max_length=20, blank=True, default="")
    year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField(default=0)

    unsealed_because = "the gap check compares it with the rows that carry its numbers"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "mark", "year"], name="one_counter_per_mark")]
        verbose_name = _("编号计数")
        verbose_name_plural = _("编号计数")

    def __str__(self) -> str:
        return f"{self.mark}{self.kind} {self.year}: {self.value}"


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
    mark = models.CharField(_("机关代字"), max_length=20, blank=True, default="")
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
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("批准作废人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    replaces = models.OneToOneField(
        "self", verbose_name=_("代替"), null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "mark", "year", "serial"], condition=Q(serial__isnull=False), name="paper_number_once"
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


class Draft(models.Model):
    """The words of a paper changed before its issue: the next paper of this kind and subject is printed with them.

    ``text`` follows the grammar of ``documents.wording``. Once used it is frozen.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    matter = models.CharField(_("编号"), max_length=40, db_index=True)
    kind = models.CharField(_("文书"), max_length=30, choices=KIND_CHOICES)
    text = EncryptedTextField(verbose_name=_("文书稿"))
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(_("修改时间"))
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("修改人"), on_delete=models.PROTECT, related_name="+"
    )
    used_by = models.OneToOneField(Paper, null=True, on_delete=models.PROTECT, related_name="draft")
    # The paper keeps the printed words under its own seal; which draft they came from is a pointer only.
    seal_ignores = ("used_by",)

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"], condition=Q(used_by__isnull=True),
                name="one_open_draft_per_paper",
            ),
        ]  # fmt: skip
        verbose_name = _("文书稿")
        verbose_name_plural = _("文书稿")

    def __str__(self) -> str:
        return f"{self.matter} {self.get_kind_display()}"


class Attachment(models.Model):
    """A file handed in or added to a matter, kept encrypted under a random name.

    ``kind`` is a code of documents/materials.toml; "" for files from before there were kinds.
    ``key`` is the sender's name for one upload: sent again after a lost answer, it is stored once.
    A wrong file is voided with a reason and stays where it is.
    """

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
    kind = models.CharField(_("材料类别"), max_length=12, blank=True, default="")
    made = models.CharField(_("原件或复印件"), max_length=8, choices=Made, blank=True, default="")
    pages = models.PositiveIntegerField(_("页数"), default=0)
    audience = models.CharField(_("给谁看"), max_length=8, choices=Audience, blank=True, default="")
    key = models.CharField(max_length=64, blank=True, default="", editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True, default="")
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("作废人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="one_file_per_upload"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "sha256"], condition=Q(voided_at__isnull=True),
                name="same_bytes_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]
        verbose_name = _("附件")
        verbose_name_plural = _("附件")

    def __str__(self) -> str:
        return self.title


class Arrangement(models.Model):
    """The order somebody gave to the files of a subject: their keys, first to last. Files it does not name come after.

    Who arranges names the version they saw; of two people one wins and the other is told.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    matter = models.CharField(_("编号"), max_length=40, db_index=True)
    order = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    arranged_at = models.DateTimeField(_("排序时间"))
    arranged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("排序人"), on_delete=models.PROTECT, related_name="+"
    )

    objects = AboutQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_order_per_subject"),
        ]
        verbose_name = _("附件顺序")
        verbose_name_plural = _("附件顺序")

    def __str__(self) -> str:
        return f"{self.matter} ({self.version})"
