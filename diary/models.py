"""Leaders' reception days, and the addresses at which calendar programs fetch a person's diary."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User


class LeaderDayQuerySet(models.QuerySet["LeaderDay"]):
    def visible_to(self, user: User) -> Self:
        """Of one's own office and those below it; what is not published yet only to who plans these days."""
        if user.unit is None or not user.can("cases.view"):
            return self.none()
        inside = Q(office__path__startswith=user.unit.path) | Q(office__in=user.unit.body_ids)
        found = self.filter(inside)
        return found if user.can("diary.plan") else found.filter(published_at__isnull=False)

    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def published(self) -> Self:
        return self.standing().filter(published_at__isnull=False)


class LeaderDay(models.Model):
    """领导接访日: which leader receives visitors when and where, and what the public is told about it."""

    office = models.ForeignKey(Unit, verbose_name=_("接访机构"), on_delete=models.PROTECT, related_name="+")
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("领导账号"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    leader_name = models.CharField(_("接访领导"), max_length=60)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    day = models.DateField(_("接访日期"))
    starts = models.TimeField(_("开始"))
    ends = models.TimeField(_("结束"))
    place = models.CharField(_("接访地点"), max_length=120)
    notice = models.TextField(_("公告内容"))
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(_("安排时间"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("安排人"), on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("公布人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cancelled_why = models.CharField(_("取消理由"), max_length=200, blank=True)

    objects = LeaderDayQuerySet.as_manager()

    class Meta:
        ordering = ["day", "starts", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "leader_name", "day", "starts"], condition=Q(cancelled_at__isnull=True),
                name="leader_receives_once_at_a_time",
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="leader_day_ends_after_it_starts"),
        ]  # fmt: skip
        verbose_name = _("领导接访日")
        verbose_name_plural = _("领导接访日")

    def __str__(self) -> str:
        return f"{self.leader_name} {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("diary:leader_day", args=[self.pk])


class Feed(models.Model):
    """The address of one person's diary for calendar programs. Of its token only a digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("用户"), on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("设立时间"))
    fetched_at = models.DateTimeField(_("最近读取"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    # When a program last asked is told to its owner and changes by itself, at most once an hour.
    seal_ignores = ("fetched_at",)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at__isnull=True), name="one_feed_per_person"),
        ]
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"
