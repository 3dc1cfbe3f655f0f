"""回访抽查 and 满意度评价: samples drawn once, what came of each matter, and what petitioners say themselves."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.models import Case
from followup.choices import Rated, SampleEnd, Satisfaction
from followup.models.scope import OfCase


class SampleRun(models.Model):
    """回访抽查 of one office and month, drawn once: what it was drawn from, by which rule, with which seed.

    With frame, rule and seed of this row anybody can draw the same sample again (followup/sampling.py).
    """

    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))  # its first day
    seed = models.CharField(_("种子"), max_length=32)
    rule = models.JSONField(_("抽查规则"))
    frame = models.JSONField(_("抽查范围"))
    drawn_at = models.DateTimeField(_("抽取时间"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-month", "-pk"]
        constraints = [models.UniqueConstraint(fields=["office", "month"], name="one_sample_per_office_and_month")]
        verbose_name = _("回访抽查")
        verbose_name_plural = _("回访抽查")

    def __str__(self) -> str:
        return f"{self.office} {self.month:%Y-%m}"


class SampledQuerySet(OfCase):
    def waiting(self) -> Self:
        """Still to be visited."""
        return self.filter(closed_at__isnull=True)


class Sampled(models.Model):
    """One matter of a sample, with the reasons it was drawn for, and how the work on it ended."""

    run = models.ForeignKey(SampleRun, on_delete=models.PROTECT, related_name="rows")
    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="sampled")
    position = models.PositiveIntegerField(_("序号"))
    reasons = models.CharField(_("抽中理由"), max_length=120)  # codes of rules/sampling.toml
    closed_at = models.DateTimeField(_("了结时间"), null=True, blank=True)
    ended = models.CharField(_("了结情况"), max_length=10, choices=SampleEnd, blank=True)
    end_note = models.CharField(_("了结说明"), max_length=300, blank=True)

    objects = SampledQuerySet.as_manager()

    class Meta:
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="each_matter_once_in_a_sample")]
        indexes = [models.Index(fields=["case"], condition=models.Q(closed_at__isnull=True), name="sampled_waiting")]
        verbose_name = _("抽查事项")
        verbose_name_plural = _("抽查事项")

    def __str__(self) -> str:
        return f"{self.run} {self.case}"

    @property
    def reason_codes(self) -> list[str]:
        return self.reasons.split(",")


class Evaluation(models.Model):
    """满意度评价 by the petitioner, once for each body and answer; it is not changed (decision 34)."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="evaluations")
    body = models.CharField(_("评价对象"), max_length=6, choices=Rated)
    value = models.CharField(_("满意度"), max_length=10, choices=Satisfaction)
    since = models.DateField(_("评价期起"))
    rated_at = models.DateTimeField(_("评价时间"))

    objects = OfCase.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "body", "since"], name="one_rating_per_body_and_answer")]
        verbose_name = _("满意度评价")
        verbose_name_plural = _("满意度评价")

    def __str__(self) -> str:
        return f"{self.case} {self.get_body_display()}"
