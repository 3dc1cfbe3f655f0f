"""The chain of events and its head."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> Self:
        """Events whose subject is this row."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))

    def of_matter(self, number: str) -> Self:
        """Everything that happened to one matter (or one visit without a matter), oldest first."""
        return self.filter(matter=number).order_by("seq")


class Event(models.Model):
    """One fact: who did what to which row when, sealed into the chain.

    ``seals`` holds a keyed digest of every row the act wrote, as it stood when the act
    ended; a later change that left no event behind no longer matches (trust.md A6).
    """

    seq = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("操作人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField(max_length=100)
    actor_unit = models.CharField(max_length=100, blank=True)
    actor_roles = models.CharField(max_length=100, blank=True)
    verb = models.CharField(_("动作"), max_length=40)
    title = models.CharField(_("事项"), max_length=100)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    matter = models.CharField(_("编号"), max_length=40, blank=True)
    note = models.TextField(_("说明"), blank=True)
    data = models.JSONField(default=dict)
    seals = models.JSONField(default=dict)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()
    unsealed_because = "the chain itself"

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["matter", "seq"], name="event_matter"),
            models.Index(fields=["subject_type", "subject_id"], name="event_subject"),
            models.Index(fields=["verb", "at"], name="event_verb"),
        ]
        verbose_name = _("审计事件")
        verbose_name_plural = _("审计事件")

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"


class Head(models.Model):
    """The end of the chain: its number and hash. One row; its lock orders the writers."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    unsealed_because = "the chain itself"

    class Meta:
        verbose_name = _("链头")
        verbose_name_plural = _("链头")

    def __str__(self) -> str:
        return str(self.seq)
