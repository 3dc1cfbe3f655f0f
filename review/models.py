"""A request for review or recheck and what became of it. The opinion itself is a paper; the state is the matter's."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.choices import ReviewOutcome, State
from cases.models import Case
from documents.models import Paper
from review.choices import Level

IN_REVIEW = (State.REVIEWING, State.RECHECKING)


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> Self:
        """Exactly where the matter is visible."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self) -> Self:
        """Asked for and not yet decided; a matter withdrawn meanwhile waits for nothing."""
        return self.filter(decided_at__isnull=True, case__state__in=IN_REVIEW)

    def for_list(self) -> Self:
        """With what the conditions of deciding look at, read at once."""
        return self.with_parts().prefetch_related("case__reports", "case__interests", "case__hearings", "case__reviews")

    def with_parts(self) -> Self:
        joined = self.select_related(
            "case__petitioner", "body", "respondent", "received_by", "decided_by", "receipt", "paper"
        )
        return joined.prefetch_related("paper__deliveries")


class Review(models.Model):
    """One 复查 or 复核: who asked what of whom and when, and the four contents of the opinion."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="reviews")
    level = models.PositiveSmallIntegerField(_("程序"), choices=Level)
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    requested_on = models.DateField(_("收到请求之日"))
    late_reason = models.TextField(_("逾期的正当理由"), blank=True)
    request = models.TextField(_("请求"))
    facts_and_reasons = models.TextField(_("事实和理由"))
    new_facts = models.BooleanField(_("提出了新的事实和理由"), default=False)
    challenged = models.ForeignKey(Paper, verbose_name=_("原意见"), on_delete=models.PROTECT, related_name="+")
    respondent = models.ForeignKey(Unit, verbose_name=_("被申请单位"), on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Unit, verbose_name=_("复查复核机关"), on_delete=models.PROTECT, related_name="+")
    body_reason = models.CharField(_("改由该机关的理由"), max_length=200, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField(_("登记时间"))
    receipt = models.ForeignKey(
        Paper, verbose_name=_("受理告知书"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("审查意见"), max_length=10, choices=ReviewOutcome, blank=True)
    findings = models.TextField(_("查明的事实"), blank=True)
    opinion = models.TextField(_("意见和理由"), blank=True)
    legal_basis = models.TextField(_("法律法规依据"), blank=True)
    redo_days = models.PositiveSmallIntegerField(_("重新办理期限（日）"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("审查人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("作出时间"), null=True, blank=True)
    paper = models.ForeignKey(Paper, verbose_name=_("意见书"), null=True, on_delete=models.PROTECT, related_name="+")
    redone_at = models.DateTimeField(_("交重新办理"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "level", "round"], name="one_review_per_level_and_round"),
            models.CheckConstraint(
                condition=Q(redo_days__isnull=True) | Q(outcome=ReviewOutcome.REDO, redo_days__gte=1),
                name="review_days_only_to_redo",
            ),
        ]
        indexes = [models.Index(fields=["received_at"], condition=Q(decided_at__isnull=True), name="review_open")]
        verbose_name = _("复查复核")
        verbose_name_plural = _("复查复核")

    def __str__(self) -> str:
        return f"{self.case} {self.get_level_display()} {self.round}"

    @property
    def delivered_on(self) -> dt.date | None:
        """The day the opinion reached the petitioner; None while it has not."""
        deliveries = list(self.paper.deliveries.all()) if self.paper else []
        return deliveries[0].delivered_on if deliveries else None
