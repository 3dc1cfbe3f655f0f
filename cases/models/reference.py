"""Reference data of an office: holiday table and which unit decides what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.choices import DayKind
from reception.models import ContentCategory


class CalendarYear(models.Model):
    """A year of the holiday table; until confirmed, dates that need it are provisional."""

    year = models.PositiveSmallIntegerField(_("年度"), primary_key=True)
    confirmed = models.BooleanField(_("已按国务院办公厅通知核对"), default=False)
    source = models.CharField(_("来源"), max_length=200, blank=True)

    unsealed_because = "reference data, changed by the office"

    class Meta:
        ordering = ["year"]
        verbose_name = _("节假日年度")
        verbose_name_plural = _("节假日年度")

    def __str__(self) -> str:
        return str(self.year)


class Holiday(models.Model):
    """A day that is off though it is a weekday, or worked though it is a weekend (调休)."""

    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("安排"), max_length=4, choices=DayKind)
    name = models.CharField(_("名称"), max_length=40)

    unsealed_because = "reference data, changed by the office"

    class Meta:
        ordering = ["day"]
        verbose_name = _("节假日")
        verbose_name_plural = _("节假日")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Routing(models.Model):
    """Which unit decides matters of a content category in this place: the office's own table."""

    content_category = models.ForeignKey(ContentCategory, on_delete=models.CASCADE, related_name="+")
    region = models.CharField(_("问题属地"), max_length=60, blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_("承办单位"), on_delete=models.PROTECT, related_name="+")

    unsealed_because = "reference data, changed by the office"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_category", "region"], name="one_unit_per_content")]
        verbose_name = _("承办单位对照")
        verbose_name_plural = _("承办单位对照")

    def __str__(self) -> str:
        return f"{self.content_category} → {self.unit}"
