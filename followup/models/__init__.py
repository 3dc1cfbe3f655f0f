"""Urgings, supervision orders, return visits and the reminders that went out. Rows with an event, not states."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.choices import ClockKind, SendRole, State
from cases.models import Assignment, Case
from documents.models import Paper
from followup.choices import ContactWay, Reached, Satisfaction, SupervisionGround, UrgeWay, VisitOutcome
from followup.models.reminding import Reminder
from followup.models.sampling import Evaluation, Sampled, SampledQuerySet, SampleRun
from followup.models.scope import OfCase
from followup.models.suggesting import Suggestion, SuggestionCase, SuggestionQuerySet

__all__ = [
    "Evaluation",
    "FeedbackRound",
    "Reminder",
    "ReturnVisit",
    "SampleRun",
    "Sampled",
    "SampledQuerySet",
    "Suggestion",
    "SuggestionCase",
    "SuggestionQuerySet",
    "Supervision",
    "SupervisionQuerySet",
    "Urging",
    "UrgingLetter",
    "UrgingQuerySet",
]


# The unit has to do something; not while the office looks at its report or objection, nor once it settled.
IN_HAND = (State.REFERRED, State.ASSIGNED, State.HANDLING, State.SIGNING)
# And what it owes then: neither the office's own periods nor those of a unit that assists or of a body that reviews.
THE_UNITS = (ClockKind.NOTIFY, ClockKind.HANDLE, ClockKind.SIMPLE_HANDLE, ClockKind.ASSIGNED)


class UrgingQuerySet(OfCase):
    def broken_promises(self, today: dt.date) -> Self:
        """Promises whose day has passed while the unit still works on the matter, not yet reminded of."""
        return self.still_lying().filter(promised_on__lt=today, reminded_at__isnull=True)

    def still_lying(self) -> Self:
        """Urgings after which the unit still works on the matter.

        A matter sent anew since (handed back, taken up again) is another one than was promised about.
        """
        anew = Assignment.objects.filter(case=models.OuterRef("case"), role=SendRole.LEAD)
        lying = self.filter(case__state__in=IN_HAND, case__handling_unit=models.F("unit"))
        return lying.exclude(models.Exists(anew.filter(sent_at__gt=models.OuterRef("urged_at"))))


class UrgingLetterQuerySet(models.QuerySet["UrgingLetter"]):
    def visible_to(self, user: User) -> Self:
        """Where every matter it speaks of is visible: the accused never sees any of it (article 30)."""
        if not user.can("cases.view"):
            return self.none()
        hidden = Urging.objects.filter(letter=models.OuterRef("pk")).exclude(case__in=Case.objects.visible_to(user))
        return self.filter(~models.Exists(hidden))


class UrgingLetter(models.Model):
    """一函多件: one 催办函 to a unit about several matters, each with an urging of its own."""

    key = models.CharField(max_length=40, unique=True, editable=False)
    unit = models.ForeignKey(Unit, verbose_name=_("被催办单位"), on_delete=models.PROTECT, related_name="+")
    content = models.TextField(_("催办内容"))
    reply_by = models.DateField(_("答复期限"), null=True, blank=True)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("制发时间"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = UrgingLetterQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("催办函（多件）")
        verbose_name_plural = _("催办函（多件）")

    def __str__(self) -> str:
        return f"{self.unit} {self.made_at:%Y-%m-%d}"


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
    letter = models.ForeignKey(UrgingLetter, null=True, blank=True, on_delete=models.PROTECT, related_name="urgings")
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

    @property
    def paper_url(self) -> str:
        """Where its letter is read, its own or the one about several matters; "" for a talk."""
        if self.letter_id:
            return reverse("followup:letter_paper", args=[self.letter_id])
        return reverse("cases:paper", args=[self.paper_id]) if self.paper_id else ""

    @property
    def paper_number(self) -> str:
        paper = self.letter.paper if self.letter else self.paper
        return paper.number if paper else ""


class SupervisionQuerySet(OfCase):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def unanswered(self, today: dt.date) -> Self:
        """Open orders whose day for feedback has passed without any."""
        return self.open().filter(feedback_at__isnull=True, due_on__lt=today)

    def with_parts(self) -> Self:
        return self.select_related("case", "unit", "paper", "ordered_by", "feedback_by")

    def with_rounds(self) -> Self:
        """And the feedback that was sent back before."""
        earlier = FeedbackRound.objects.select_related("feedback_by", "returned_by")
        return self.with_parts().prefetch_related(models.Prefetch("rounds", earlier))


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
    round = models.PositiveSmallIntegerField(_("第几次反馈"), default=1, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("督办")
        verbose_name_plural = _("督办")

    def __str__(self) -> str:
        return f"{self.case} {self.get_ground_display()}"


class FeedbackRound(models.Model):
    """A feedback that was not enough: what it said, why it was sent back, and the next day for it."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("第几次"))
    due_on = models.DateField(_("反馈期限"))
    feedback = models.TextField(_("反馈"))
    feedback_at = models.DateTimeField(_("反馈时间"))
    feedback_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("退回的理由"))
    returned_at = models.DateTimeField(_("退回时间"))
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["supervision", "number"]
        constraints = [models.UniqueConstraint(fields=["supervision", "number"], name="feedback_round_once")]
        verbose_name = _("退回的反馈")
        verbose_name_plural = _("退回的反馈")

    def __str__(self) -> str:
        return f"{self.supervision} {self.number}"


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
