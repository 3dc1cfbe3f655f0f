"""Counts of tries at the public page. No address and no code is kept, only keyed digests of them, for two days."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bucket(models.Model):
    """How often one address, or one code, was wrong in one stretch of time."""

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=64)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    unsealed_because = "a count of wrong tries, changed by everybody who asks and forgotten after two days"

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key", "since"], name="one_bucket_per_stretch")]
        verbose_name = _("查错次数")
        verbose_name_plural = _("查错次数")

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


class Tally(models.Model):
    """A day at the public page: how many looks, wrong tries and refusals. Numbers only."""

    day = models.DateField(_("日期"), primary_key=True)
    looks = models.PositiveIntegerField(_("查询"), default=0)
    wrong = models.PositiveIntegerField(_("查错"), default=0)
    shut = models.PositiveIntegerField(_("超过次数"), default=0)

    unsealed_because = "counts of a day, written by everybody who asks"

    class Meta:
        ordering = ["-day"]
        verbose_name = _("查询统计")
        verbose_name_plural = _("查询统计")

    def __str__(self) -> str:
        return f"{self.day} {self.looks}"
