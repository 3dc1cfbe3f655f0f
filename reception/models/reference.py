"""What a registration is sorted by, and the card reader at each window."""

from typing import Self
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from reception.choices import Adapter


class ContentCategory(models.Model):
    """内容分类, three levels, the office's own codes (two digits a level)."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField(default=1)
    path_name = models.CharField(_("全称"), max_length=200)
    is_active = models.BooleanField(_("在用"), default=True)

    unsealed_because = "reference data, changed by the office"

    class Meta:
        ordering = ["code"]
        verbose_name = _("内容分类")
        verbose_name_plural = _("内容分类")

    def __str__(self) -> str:
        return self.path_name


class Region(models.Model):
    """问题属地: places an office sorts by, with the code of GB/T 2260 where it has one."""

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    is_active = models.BooleanField(_("在用"), default=True)

    unsealed_because = "reference data, changed by the office"

    class Meta:
        ordering = ["code"]
        verbose_name = _("问题属地")
        verbose_name_plural = _("问题属地")

    def __str__(self) -> str:
        return self.name


class WorkstationQuerySet(models.QuerySet["Workstation"]):
    def visible_to(self, user: User) -> Self:
        """The windows of one's own office; all of them for whoever keeps the list."""
        if user.can("reception.workstations"):
            return self
        return self.filter(office=user.unit) if user.unit else self.none()


class Workstation(models.Model):
    """The computer at a window and the card reader on it. Browsers keep nothing of this."""

    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="workstations")
    window = models.CharField(_("窗口"), max_length=40)
    adapter = models.CharField(_("读卡方式"), max_length=10, choices=Adapter, default=Adapter.WEDGE)
    address = models.CharField(_("读卡服务地址"), max_length=200, blank=True)
    shows_photo = models.BooleanField(_("显示证件照片"), default=False)

    objects = WorkstationQuerySet.as_manager()

    class Meta:
        ordering = ["office", "window"]
        constraints = [models.UniqueConstraint(fields=["office", "window"], name="one_workstation_per_window")]
        verbose_name = _("窗口设备")
        verbose_name_plural = _("窗口设备")

    def __str__(self) -> str:
        return self.window

    @property
    def origin(self) -> str:
        """Scheme, host and port of the reader's service, or "": what a page may connect to."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}" if self.address else ""
