"""Windows, tickets and the devices of the hall. No name and no document number stands in any of these rows."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from hall.choices import AT_WINDOW, DeviceKind, Kind, Source, State


def hall_of(user: User) -> Unit | None:
    """The office whose hall this user works in: the body of their unit."""
    return user.unit.body if user.unit else None


class Window(models.Model):
    """A window of an office; its name is the text that stands in ``User.window`` of whoever sits there."""

    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.CASCADE, related_name="windows")
    name = models.CharField(_("窗口"), max_length=40, help_text=_("与“人员”中的窗口写法一致，如“1 号窗口”。"))
    position = models.PositiveSmallIntegerField(_("顺序"), default=1)
    is_active = models.BooleanField(_("在用"), default=True)

    unsealed_because = "reference data, changed by the office"

    class Meta:
        ordering = ["office", "position", "name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="window_once")]
        verbose_name = _("窗口")
        verbose_name_plural = _("窗口")

    def __str__(self) -> str:
        return self.name


class TicketCounter(models.Model):
    """The last number taken of a kind on a day; every day begins at 1."""

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.PositiveIntegerField(default=0)

    unsealed_because = "raised with every ticket; the tickets themselves show a gap"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "day", "kind"], name="one_ticket_counter_a_day")]
        verbose_name = _("取号计数")
        verbose_name_plural = _("取号计数")

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.value}"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> Self:
        """The tickets of the user's own hall, for those who may look at registrations."""
        office = hall_of(user)
        if office is None or user.scope != "office" or not user.can("reception.view"):
            return self.none()
        return self.filter(office=office)

    def of_day(self, office: Unit, day: dt.date) -> Self:
        return self.filter(office=office, day=day)

    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def in_order(self) -> Self:
        """As the queue stands: by when they joined it, or joined it again."""
        return self.order_by("queued_at", "pk")

    def lately_called(self) -> Self:
        """Those that were called, the latest first."""
        return self.filter(called_at__isnull=False, calls__gt=0).order_by("-called_at", "-pk")


class Ticket(models.Model):
    """号票: one number on one day, and what became of it."""

    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("日期"))
    kind = models.CharField(_("号别"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    reason = models.CharField(_("优先理由"), max_length=20, blank=True)
    serial = models.PositiveIntegerField(_("号码"))
    source = models.CharField(_("取号方式"), max_length=8, choices=Source, default=Source.COUNTER)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    version = models.PositiveIntegerField(default=1)
    taken_at = models.DateTimeField(_("取号时间"))
    queued_at = models.DateTimeField(_("排队时间"))
    for_window = models.CharField(_("转到窗口"), max_length=40, blank=True)
    window = models.CharField(_("窗口"), max_length=40, blank=True)
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("接待人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    first_called_at = models.DateTimeField(_("首次呼叫"), null=True, blank=True)
    called_at = models.DateTimeField(_("最近呼叫"), null=True, blank=True)
    calls = models.PositiveSmallIntegerField(_("呼叫次数"), default=0)
    served_at = models.DateTimeField(_("开始接待"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()
    unsealed_because = "a place in the queue is no act of the office (decision 24); the visit names its ticket"

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "day", "kind", "serial"], name="ticket_serial_once"),
            models.UniqueConstraint(
                fields=["office", "day", "window"], condition=Q(state__in=AT_WINDOW), name="one_ticket_per_window"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AT_WINDOW) | (Q(called_at__isnull=False) & ~Q(window="")),
                name="called_to_a_window",
            ),
        ]
        indexes = [models.Index(fields=["office", "day", "state"], name="ticket_queue")]
        verbose_name = _("号票")
        verbose_name_plural = _("号票")

    def __str__(self) -> str:
        return f"{self.day} {self.number}"

    @property
    def number(self) -> str:
        """The number as shown and called: priority numbers carry 优先 in front."""
        if self.kind == Kind.PRIORITY:
            return gettext("优先 %(n)s") % {"n": self.serial}
        return str(self.serial)


class Device(models.Model):
    """A screen, kiosk or calling machine that nobody signs in at; its token is kept as a digest only."""

    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("用途"), max_length=8, choices=DeviceKind)
    name = models.CharField(_("名称"), max_length=40)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("设立时间"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设立人"), on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        ordering = ["kind", "name", "pk"]
        verbose_name = _("叫号设备")
        verbose_name_plural = _("叫号设备")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"


class FeedEvent(models.Model):
    """One message of a calling machine and what it was answered: the same id is answered the same."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=64)
    received_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(default=dict)

    unsealed_because = "kept some days to know a message again, then deleted"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "event_id"], name="feed_event_once")]
        verbose_name = _("叫号机消息")
        verbose_name_plural = _("叫号机消息")

    def __str__(self) -> str:
        return f"{self.device_id} {self.event_id}"
