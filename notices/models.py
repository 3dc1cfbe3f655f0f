"""Who is told what (``Notice``) and each way out of the house (``Delivery``); what the office and each person set."""

import datetime as dt
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices.choices import OPEN, Cause, MailState, State, Way
from vault.fields import EncryptedTextField


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(recipient=user)

    def unread(self) -> Self:
        """Not read, and not taken back meanwhile."""
        return self.filter(read_at__isnull=True, withdrawn_at__isnull=True)

    def under(self, key: str) -> Self:
        """Everything put under ``key``, whoever was told."""
        return self.filter(key__begins=f"{key}:")


class Notice(models.Model):
    """A message to one user. ``key`` makes it exist once, however often it is put."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(_("类别"), max_length=30)
    tone = models.CharField(max_length=8, default="info")
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(max_length=200, blank=True)
    matter = models.CharField(_("编号"), max_length=40, blank=True, db_index=True)
    key = models.CharField(max_length=160, unique=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    # The mail of the first release: moved to Delivery, written by nobody, dropped in the next release.
    mail_state = models.CharField(_("邮件"), max_length=8, choices=MailState, default=MailState.NONE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()
    unsealed_because = "reading and taking back change it; the act that caused it is in the chain"

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notice_recipient"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(mail_state__in=["waiting", "sending"]),
                name="notice_mail_due",
            ),
        ]
        verbose_name = _("通知")
        verbose_name_plural = _("通知")

    def __str__(self) -> str:
        return self.text


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: dt.datetime) -> Self:
        """To send now, digests last, else the longest waiting first: due, or held by a worker whose lease ran out."""
        waiting = Q(state=State.WAITING, next_try_at__lte=now)
        abandoned = Q(state=State.SENDING, leased_until__lt=now)
        return self.filter(waiting | abandoned).order_by("digest", "next_try_at", "pk")

    def dead(self) -> Self:
        return self.filter(state=State.DEAD)


class Delivery(models.Model):
    """One notice on one way out of the house. ``uid`` is its name outside: it never changes, so a copy is told.

    ``not_before`` is when it may first go out (urgency, working hours, quiet hours);
    ``next_try_at`` begins there and moves with every failure. ``digest`` rows of one
    person go out in one message; which, is fixed when they are first taken (``bundle``).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, verbose_name=_("通知"), on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("渠道"), max_length=10, choices=Way)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    digest = models.BooleanField(_("并入每日汇总"), default=False)
    bundle = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    not_before = models.DateTimeField(_("发送时间"))
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    held_by = models.UUIDField(null=True, blank=True, editable=False)
    cause = models.CharField(_("原因"), max_length=12, choices=Cause, blank=True, default="")
    last_error = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    dead_at = models.DateTimeField(_("失败时间"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()
    unsealed_because = "its state changes with every attempt; the act that caused the notice is in the chain"

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel"),
            models.CheckConstraint(
                condition=Q(state="sending", leased_until__isnull=False)
                | (~Q(state="sending") & Q(leased_until__isnull=True)),
                name="held_while_sending",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=list(OPEN)), name="delivery_due"),
            models.Index(fields=["-dead_at"], condition=Q(state="dead"), name="delivery_dead"),
        ]
        verbose_name = _("外发")
        verbose_name_plural = _("外发")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.get_state_display()}"

    @property
    def lamp(self) -> str:
        """Colour and shape of its state; the words stand beside it."""
        return {State.SENT: "ok", State.SENDING: "warn", State.DEAD: "late"}.get(State(self.state), "idle")


class Channel(models.Model):
    """How the office reaches one way out: on or off, its address and secret (encrypted, both may open the door)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("渠道"), max_length=10, choices=Way, unique=True)
    is_on = models.BooleanField(_("启用"), default=False)
    address = EncryptedTextField(_("接口地址"))
    secret = EncryptedTextField(_("密钥"))
    body = models.JSONField(_("短信内容格式"), default=dict, blank=True)
    success = models.CharField(_("成功标志"), max_length=60, blank=True, default="")
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("通知渠道")
        verbose_name_plural = _("通知渠道")

    def __str__(self) -> str:
        return self.get_code_display()


class Contact(models.Model):
    """How one person wants to be reached: the mobile number (encrypted), and what they turned off."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contact")
    mobile = EncryptedTextField(_("手机号码"))
    has_mobile = models.BooleanField(default=False, editable=False)
    mail_on = models.BooleanField(_("接收邮件"), default=True)
    sms_on = models.BooleanField(_("接收短信"), default=True)

    class Meta:
        verbose_name = _("接收方式")
        verbose_name_plural = _("接收方式")

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whether there is a number is known without decrypting it."""
        self.has_mobile = bool(self.mobile)
        super().save(*args, **kwargs)


class Beat(models.Model):
    """A sign of life: when the named thing last ran, and how often something happened to it."""

    name = models.CharField(max_length=30, unique=True)
    ran_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    unsealed_because = "a heart-beat, written every few seconds"

    class Meta:
        verbose_name = _("运行记录")
        verbose_name_plural = _("运行记录")

    def __str__(self) -> str:
        return f"{self.name} {self.ran_at:%Y-%m-%d %H:%M:%S}"
