"""One row per form that somebody left open: what stood in it, readable for its author alone."""

import datetime as dt
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from vault.fields import EncryptedJSONField


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """One's own and nobody else's, whatever the role."""
        return self.filter(user=user)

    def live(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(closed_at__isnull=True)

    def older_than(self, moment: dt.datetime) -> Self:
        """Last written before that moment, live or closed."""
        return self.filter(saved_at__lt=moment)


class Draft(models.Model):
    """The fields of one form as last typed.

    ``page`` names the page that holds the form and stands in it; closing the page's draft is
    final, so a save that arrives after the form was sent finds the row closed. ``tab`` and
    ``serial`` put the saves of one window in order; ``version`` counts all of them.
    A closed row keeps nothing but its names, until the sweep takes it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("用户"), on_delete=models.PROTECT, related_name="form_drafts"
    )
    form = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    title = models.CharField(_("表单"), max_length=100)
    matter = models.CharField(_("编号"), max_length=40, blank=True)
    url = models.CharField(max_length=200)
    page = models.UUIDField(unique=True)
    tab = models.CharField(max_length=32, blank=True)
    serial = models.PositiveBigIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    typed: Any = EncryptedJSONField()
    saved_at = models.DateTimeField(_("保存时间"), db_index=True)
    parked = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()
    unsealed_because = "rewritten after each pause and gone within days; nothing was done yet"

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "subject"], condition=Q(closed_at__isnull=True), name="draft_one_live"
            )
        ]
        verbose_name = _("草稿")
        verbose_name_plural = _("草稿")

    def __str__(self) -> str:
        return f"{self.form} {self.subject}"
