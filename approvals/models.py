"""One row per act that needs a second person: what is asked, by whom, and what became of it."""

import uuid
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from approvals.choices import CHOICES, KINDS, Kind
from vault.fields import EncryptedJSONField


class RequestQuerySet(models.QuerySet["Request"]):
    def undecided(self) -> Self:
        return self.filter(decided_at__isnull=True)

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def decidable_by(self, user: User) -> Self:
        """Open requests this user is the second person for. Which matters they may know of is asked elsewhere."""
        if user.unit is None:
            return self.none()
        turn = Q(pk__in=[])
        for code, kind in KINDS.items():
            if user.can(kind.permission):
                within = Q(unit__path__startswith=user.unit.path) if kind.own_body else Q()
                turn |= Q(kind=code) & within
        return self.undecided().filter(turn).exclude(asked_by__in=user.hands)


class Request(models.Model):
    """A request for a second person's decision. ``payload`` is what will be done once it is granted."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("事由"), max_length=20, choices=CHOICES)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    matter = models.CharField(_("编号"), max_length=40, blank=True, db_index=True)
    payload = EncryptedJSONField(verbose_name=_("内容"))
    reason = models.TextField(_("理由"))
    unit = models.ForeignKey(Unit, verbose_name=_("提出单位"), null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("提出时间"))
    granted = models.BooleanField(_("同意"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("审批人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    verdict = models.TextField(_("审批意见"), blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"], condition=Q(decided_at__isnull=True),
                name="one_open_request_per_subject",
            ),
            # two different people, whatever the program above forgets
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")), name="two_different_people"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="request_subject")]
        verbose_name = _("审批事项")
        verbose_name_plural = _("审批事项")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.matter}".strip()

    def get_absolute_url(self) -> str:
        return reverse(self.spec.page, args=[self.matter if self.spec.of_matter else self.pk])

    @property
    def facts(self) -> dict[str, Any]:
        """The payload, for what reads it."""
        return cast(dict[str, Any], self.payload)

    @property
    def spec(self) -> Kind:
        return KINDS[self.kind]

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
