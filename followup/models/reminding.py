"""Reminders: what was recorded of the computed set (followup/planning.py), one row each."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Clock


class Reminder(models.Model):
    """One rung of the ladder for one version of what is owed and one recipient: exists once, whatever ran how often.

    ``key`` is ``rule:matter:row-version:rung:recipient``. ``superseded``: the rung was passed, but when
    the sweep came a more severe one was reached already, so nobody was told of this one. A row with
    no recipient is one of before the ladder knew recipients; it stands for everybody of its rung.
    """

    key = models.CharField(max_length=120, unique=True, null=True, editable=False)
    source = models.CharField(max_length=60, blank=True, default="", db_index=True, editable=False)
    rule = models.CharField(max_length=12, blank=True, default="", editable=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    clock = models.ForeignKey(Clock, null=True, on_delete=models.PROTECT, related_name="reminders")
    version = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=20)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提醒对象"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded = models.BooleanField(default=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    seal_ignores = ("withdrawn_at",)  # follows from what became of the period; the act that did it is in the chain

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["source"], condition=models.Q(withdrawn_at__isnull=True), name="reminder_standing"
            ),
        ]  # fmt: skip
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")

    def __str__(self) -> str:
        return self.key or f"{self.clock} {self.stage}"
