"""三项建议 (article 40): advice to a unit, with a paper, a day for the written answer, and the answer."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models import Case
from documents.models import Paper
from followup.choices import Adoption, SuggestionKind, SupervisionGround


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: User) -> Self:
        """The office where every matter in it is visible; a unit what is addressed to it. Never the accused (30)."""
        if user.unit is None or not user.can("cases.view"):
            return self.none()
        links = SuggestionCase.objects.filter(suggestion=OuterRef("pk"))
        hidden = links.exclude(case__in=Case.objects.visible_to(user))
        about = Q(case__accused_unit_id__in=user.unit.body_ids) | Q(case__accused_user=user)
        seen = Q(pk__in=[])
        if "office" in user.scopes:
            below = links.filter(case__office__path__startswith=user.unit.path)
            own = Q(issued_by__unit__path__startswith=user.unit.path) | Q(Exists(below))
            seen |= Q(~Exists(hidden)) & own
        if "unit" in user.scopes:
            seen |= Q(unit__path__startswith=user.unit.path) & Q(~Exists(links.filter(about)))
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def unanswered(self) -> Self:
        """No written answer yet."""
        return self.open().filter(answered_at__isnull=True)

    def late(self, today: dt.date) -> Self:
        return self.unanswered().filter(due_on__lt=today)

    def with_parts(self) -> Self:
        return self.select_related("unit__parent", "paper", "issued_by", "answered_by", "closed_by")


class Suggestion(models.Model):
    """改进工作、完善政策或者追究责任建议: to whom, why, what, by when to say in writing what was adopted."""

    cases: "models.ManyToManyField[Case, SuggestionCase]" = models.ManyToManyField(
        Case, through="SuggestionCase", related_name="suggestions"
    )
    kind = models.CharField(_("建议种类"), max_length=8, choices=SuggestionKind)
    unit = models.ForeignKey(Unit, verbose_name=_("建议对象"), on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("情形"), max_length=16, choices=SupervisionGround, blank=True)
    facts = models.TextField(_("发现的问题"))
    text = models.TextField(_("建议内容"))
    due_on = models.DateField(_("反馈期限"))
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("制发时间"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    adoption = models.CharField(_("采纳情况"), max_length=8, choices=Adoption, blank=True)
    answer = models.TextField(_("落实情况"), blank=True)
    reasons = models.TextField(_("不采纳的理由"), blank=True)
    answered_on = models.DateField(_("反馈日期"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    close_note = models.TextField(_("销号说明"), blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, adoption="")
                | Q(answered_at__isnull=False) & ~Q(adoption="") & Q(answered_on__isnull=False),
                name="suggestion_answer_says_adoption",
            ),
            models.CheckConstraint(
                condition=~Q(adoption__in=["partly", "not"]) | ~Q(reasons=""), name="not_adopted_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(answered_at__isnull=True, closed_at__isnull=True), name="suggestion_owed"
            ),
        ]  # fmt: skip
        verbose_name = _("三项建议")
        verbose_name_plural = _("三项建议")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("followup:suggestion", args=[self.pk])


class SuggestionCase(models.Model):
    """Which matters a suggestion rests on."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="suggestion_links")

    class Meta:
        ordering = ["suggestion", "pk"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "case"], name="matter_once_per_suggestion")]
        verbose_name = _("建议所涉事项")
        verbose_name_plural = _("建议所涉事项")

    def __str__(self) -> str:
        return f"{self.suggestion} {self.case}"
