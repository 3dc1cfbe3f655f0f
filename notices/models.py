"""One row per person to be told, with the state of its delivery by mail."""

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class MailState(models.TextChoices):
    NONE = "none", _("仅站内")
    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已送达")
    DEAD = "dead", _("发送失败")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def mail_due(self, now: dt.datetime) -> Self:
        """Mails to send now: waiting and due, or claimed by a worker whose lease ran out."""
        waiting = Q(mail_state=MailState.WAITING, next_try_at__lte=now)
        abandoned = Q(mail_state=MailState.SENDING, leased_until__lt=now)
        return self.filter(waiting | abandoned).order_by("next_try_at", "pk")


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
    mail_state = models.CharField(_("邮件"), max_length=8, choices=MailState, default=MailState.NONE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()
    unsealed_because = "its delivery state changes with every attempt; the act that caused it is in the chain"

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
