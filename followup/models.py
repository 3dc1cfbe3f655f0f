"""Urgings, supervision orders, return visits and the reminders that went out. Rows with an event, not states."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.choices import WITH_A_UNIT
from cases.models import Case, Clock
from documents.models import Paper
from followup.choices import (
    ContactWay,
    Rated,
    Reached,
    SampleEnd,
    Satisfaction,
    Stage,
    SupervisionGround,
    UrgeWay,
    VisitOutcome,
)

# The matter lies with a unit that owes something.


class OfCase(models.QuerySet["models.Model"]):
    """Rows that hang on a matter: visible exactly where the matter is."""

    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))


class UrgingQuerySet(OfCase):
    def broken_promises(self, today: dt.date) -> Self:
        """Promises whose day has passed while the matter is still with the unit, not yet reminded of."""
        lying = self.filter(case__state__in=WITH_A_UNIT, case__handling_unit=models.F("unit"))
        return lying.filter(promised_on__lt=today, reminded_at__isnull=True)


class Urging(models.Model):
    """催办: who spoke to whom, what was promised. A promise becomes the next day to look again."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="urgings")
    unit = models.ForeignKey(Unit, verbose_name=_("被催办单位"), on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("方式"), max_length=8, choices=UrgeWay)
    spoke_to = models.CharField(_("联系人"), max_length=120, blank=True)
    content = models.TextField(_("催办内容"))
    promise = models.TextField(_("对方答复"), blank=True)
    promised_on = models.DateField(_("承诺日期"), null=True, blank=True)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    urged_at = models.DateTimeField(_("催办时间"))
    urged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UrgingQuerySet.as_manager()

    class Meta:
        ordering = ["-urged_at", "-pk"]
        verbose_name = _("催办")
        verbose_name_plural = _("催办")

    def __str__(self) -> str:
        return f"{self.case} {self.get_way_display()}"


class SupervisionQuerySet(OfCase):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def unanswered(self, today: dt.date) -> Self:
        """Open orders whose day for feedback has passed without any."""
        return self.open().filter(feedback_at__isnull=True, due_on__lt=today)

    def with_parts(self) -> Self:
        return self.select_related("case", "unit", "paper", "ordered_by", "feedback_by")


class Supervision(models.Model):
    """督办: an order with a ground of article 40, a day for written feedback, and a close-out."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="supervisions")
    unit = models.ForeignKey(Unit, verbose_name=_("被督办单位"), on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("督办情形"), max_length=16, choices=SupervisionGround)
    requirement = models.TextField(_("督办要求"))
    due_on = models.DateField(_("反馈期限"))
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(_("督办时间"))
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    feedback = models.TextField(_("反馈"), blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    feedback_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    close_note = models.TextField(_("销号说明"), blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("督办")
        verbose_name_plural = _("督办")

    def __str__(self) -> str:
        return f"{self.case} {self.get_ground_display()}"


class ReturnVisit(models.Model):
    """回访: one attempt to reach the petitioner; satisfaction is kept apart from correctness."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="return_visits")
    way = models.CharField(_("方式"), max_length=8, choices=ContactWay)
    reached = models.CharField(_("联系结果"), max_length=8, choices=Reached)
    satisfaction = models.CharField(_("满意度"), max_length=10, choices=Satisfaction, blank=True)
    properly_handled = models.BooleanField(_("处理是否妥当"), null=True)
    remaining = models.TextField(_("仍有的问题"), blank=True)
    explanation = models.TextField(_("解释情况"), blank=True)
    outcome = models.CharField(_("回访结论"), max_length=14, choices=VisitOutcome, blank=True, default="")
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    visited_at = models.DateTimeField(_("回访时间"))
    visited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = OfCase.as_manager()

    class Meta:
        ordering = ["-visited_at", "-pk"]
        verbose_name = _("回访")
        verbose_name_plural = _("回访")

    def __str__(self) -> str:
        return f"{self.case} {self.get_reached_display()}"


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


class Reminder(models.Model):
    """A stage of the ladder that was reached by one version of one clock: exists once, whatever ran how often."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="reminders")
    version = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=10, choices=Stage)
    superseded = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["clock", "version", "stage"], name="each_stage_once")]
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")

    def __str__(self) -> str:
        return f"{self.clock} {self.stage}"


class SweepRun(models.Model):
    """When each sweep last ran to its end: the heart beat that /healthz reports."""

    name = models.CharField(max_length=20, primary_key=True)
    ran_at = models.DateTimeField()

    unsealed_because = "a heart beat, rewritten by every sweep"

    class Meta:
        verbose_name = _("定时任务")
        verbose_name_plural = _("定时任务")

    def __str__(self) -> str:
        return f"{self.name} {self.ran_at:%Y-%m-%d %H:%M:%S}"
