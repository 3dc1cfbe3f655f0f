"""Households, dossiers and their contents; retention rules an office can change."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models import Request
from archive.choices import Retention
from cases.models import Case
from reception.models import Petitioner


class Household(models.Model):
    """户: all files of one petitioner (按信访人立户)."""

    petitioner = models.OneToOneField(
        Petitioner, verbose_name=_("信访人"), on_delete=models.PROTECT, related_name="household"
    )
    serial = models.PositiveIntegerField(unique=True)
    code = models.CharField(_("户号"), max_length=20, unique=True)
    opened_at = models.DateTimeField(_("立户时间"))

    numbering_kind = "household"

    class Meta:
        ordering = ["serial"]
        verbose_name = _("信访户")
        verbose_name_plural = _("信访户")

    def __str__(self) -> str:
        return self.code


class RetentionRule(models.Model):
    """How long which matters are kept. Changed by the office with its archives authority's approval."""

    code = models.CharField(_("情形"), max_length=30, unique=True)
    name = models.CharField(_("说明"), max_length=100)
    retention = models.CharField(_("保管期限"), max_length=4, choices=Retention)
    position = models.PositiveSmallIntegerField(_("优先顺序"), default=0)

    unsealed_because = "reference data, changed by the office"

    class Meta:
        ordering = ["position"]
        verbose_name = _("保管期限规则")
        verbose_name_plural = _("保管期限规则")

    def __str__(self) -> str:
        return self.name


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> Self:
        """Dossiers of the matters this user may see, for those who may look into the archive."""
        return self.filter(case__in=Case.objects.visible_to(user)) if user.can("archive.view") else self.none()

    def for_list(self) -> Self:
        """Ordered by year and household, joined for lists."""
        joined = self.select_related("household__petitioner", "case", "filed_by")
        return joined.order_by("-year", "household__serial", "serial")


class Dossier(models.Model):
    """案卷: one matter, filed under its petitioner and year (分年立卷)."""

    case = models.OneToOneField(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="dossier")
    household = models.ForeignKey(Household, verbose_name=_("户"), on_delete=models.PROTECT, related_name="dossiers")
    year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("案卷号"))
    code = models.CharField(_("档号"), max_length=40, unique=True)
    title = models.CharField(_("案卷题名"), max_length=300)
    retention = models.CharField(_("保管期限"), max_length=4, choices=Retention)
    first_day = models.DateField(_("起始日期"))
    last_day = models.DateField(_("终止日期"))
    note = models.TextField(_("本卷情况说明"), blank=True)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    filed_at = models.DateTimeField(_("归档时间"))
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("立卷人"), on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.CharField(_("检查人"), max_length=100, blank=True)
    file = models.CharField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveSmallIntegerField(_("版次"), default=1, editable=False)
    taken_apart_at = models.DateTimeField(_("拆卷时间"), null=True, blank=True, editable=False)

    objects = DossierQuerySet.as_manager()
    numbering_kind = "dossier"

    class Meta:
        ordering = ["-year", "serial"]
        constraints = [models.UniqueConstraint(fields=["year", "serial"], name="dossier_serial_once")]
        verbose_name = _("案卷")
        verbose_name_plural = _("案卷")

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("archive:dossier", args=[self.code])

    @property
    def is_apart(self) -> bool:
        """Taken apart and not bound again yet."""
        return self.taken_apart_at is not None

    @property
    def lines(self) -> list["DossierItem"]:
        """The catalogue of the present version; none while the dossier is taken apart."""
        return [item for item in self.items.all() if item.version == self.version]

    @property
    def printed_code(self) -> str:
        """The code as DA/T 13 writes it; an address does without the middle dot: ``J001-ZY·2026-D30-0012``."""
        fonds, rest = self.code.split("-ZY-", 1)
        return f"{fonds}-ZY·{rest}"


class DossierItem(models.Model):
    """One line of the catalogue (卷内文件目录): a paper or an attachment with its pages."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(_("顺序号"))
    number = models.CharField(_("文号"), max_length=60, blank=True)
    responsible = models.CharField(_("责任者"), max_length=120)
    title = models.CharField(_("题名"), max_length=200)
    day = models.DateField(_("日期"))
    first_page = models.PositiveIntegerField(_("页号"), default=0)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    source_type = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    note = models.CharField(_("备注"), max_length=200, blank=True)

    version = models.PositiveSmallIntegerField(_("版次"), default=1, editable=False)

    class Meta:
        ordering = ["dossier", "version", "position"]
        constraints = [models.UniqueConstraint(fields=["dossier", "version", "position"], name="item_position_once")]
        verbose_name = _("卷内文件")
        verbose_name_plural = _("卷内文件")

    def __str__(self) -> str:
        return self.title

    @property
    def span(self) -> str:
        """``3`` or ``3–5``; a dash before the dossier is bound."""
        last = self.first_page + self.pages - 1
        return "—" if not self.pages else f"{self.first_page}" if self.pages == 1 else f"{self.first_page}–{last}"


class DossierVolume(models.Model):
    """An earlier version of a dossier taken apart: its PDF and its catalogue stay as they were bound."""

    dossier = models.ForeignKey(Dossier, verbose_name=_("案卷"), on_delete=models.PROTECT, related_name="volumes")
    version = models.PositiveSmallIntegerField(_("版次"))
    request = models.OneToOneField(Request, verbose_name=_("审批"), on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveIntegerField(_("页数"))
    note = models.TextField(_("本卷情况说明"), blank=True)
    file = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    taken_apart_at = models.DateTimeField(_("拆卷时间"))

    class Meta:
        ordering = ["dossier", "version"]
        constraints = [models.UniqueConstraint(fields=["dossier", "version"], name="volume_version_once")]
        verbose_name = _("旧卷")
        verbose_name_plural = _("旧卷")

    def __str__(self) -> str:
        return f"{self.dossier} ({self.version})"

    @property
    def lines(self) -> list[DossierItem]:
        """Its catalogue, as it was bound."""
        return [item for item in self.dossier.items.all() if item.version == self.version]
