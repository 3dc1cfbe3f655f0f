"""Visits, those who came along, and what was read back to them."""

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from documents.models import Attachment, Paper
from hall.models import Ticket
from reception.choices import Channel, IdSource, Purpose, ReadBackWay
from reception.models.people import Petitioner
from reception.models.reference import ContentCategory
from vault import masking
from vault.fields import EncryptedJSONField, EncryptedTextField

MAX_REPRESENTATIVES = 5  # article 20


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """Visits of the offices in the user's subtree; only for those who may look at registrations.

        Whoever a visit complains about does not see it (article 30), with the same two exceptions
        as its matter: the clerk who took it, and the leader where the office itself is meant.
        """
        if user.scope != "office" or not user.can("reception.view") or user.unit is None:
            return self.none()
        accusing = Visit.objects.accusing(user)
        return self.filter(office__path__startswith=user.unit.path).exclude(pk__in=accusing.values("pk"))

    def accusing(self, user: User) -> Self:
        """Visits that complain about this user or their body, less the exceptions of ``visible_to``."""
        person = Q(case_link__case__accused_user__in=user.hands)
        if user.unit is None:
            return self.filter(person)
        body = Q(case_link__case__accused_unit__in=user.unit.body_ids) & ~Q(clerk=user)
        if user.can_twice("cases.approve"):
            body &= ~Q(office=F("case_link__case__accused_unit"))
        return self.filter(body | person)

    def on_day(self, day: dt.date) -> Self:
        return self.filter(visited_at__date=day)


class Visit(models.Model):
    """One reception: who came when, how many, and the petition in their own words (article 19)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    number = models.CharField(_("登记编号"), max_length=20, unique=True, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)
    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="+")
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("接待人"), on_delete=models.PROTECT, related_name="visits"
    )
    window = models.CharField(_("窗口"), max_length=40, blank=True)
    channel = models.CharField(_("信访形式"), max_length=8, choices=Channel, default=Channel.VISIT)
    visited_at = models.DateTimeField(_("来访时间"), db_index=True)
    registered_at = models.DateTimeField(_("登记时间"))
    petitioner = models.ForeignKey(
        Petitioner, verbose_name=_("信访人"), on_delete=models.PROTECT, related_name="visits"
    )
    visitors = models.PositiveIntegerField(_("来访人数"), default=1)
    involved = models.PositiveIntegerField(_("涉及人数"), default=1)
    is_group = models.BooleanField(_("集体访"), default=False)
    purpose = models.CharField(_("信访目的"), max_length=12, choices=Purpose, default=Purpose.APPEAL)
    category = models.CharField(_("归类"), max_length=3)
    also = models.CharField(_("兼涉"), max_length=40, blank=True)
    content_category = models.ForeignKey(
        ContentCategory, verbose_name=_("内容分类"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.CharField(_("问题属地"), max_length=60, blank=True)
    demand = models.TextField(_("请求"))
    facts = models.TextField(_("事实"), blank=True)
    reasons = models.TextField(_("理由"), blank=True)
    occurred = models.CharField(_("发生时间"), max_length=60, blank=True)
    history = models.TextField(_("此前办理情况"), blank=True)
    accused = models.CharField(_("被反映的人或单位"), max_length=200, blank=True)
    materials = models.TextField(_("提交材料"), blank=True)
    needs = models.CharField(_("需要的便利"), max_length=120, blank=True)
    agent = models.CharField(_("代理人"), max_length=120, blank=True)
    id_note = models.CharField(_("证件说明"), max_length=120, blank=True)
    id_source = models.CharField(_("证件录入"), max_length=8, choices=IdSource, default=IdSource.MANUAL)
    confirmed = models.BooleanField(_("已复述确认"), default=False)
    confirmed_note = models.CharField(_("未确认的原因"), max_length=120, blank=True)
    clerk_note = models.TextField(_("接待意见"), blank=True)
    source = models.CharField(max_length=8, default="counter", editable=False)
    external_no = models.CharField(_("外部编号"), max_length=40, blank=True, db_index=True)
    ticket = models.ForeignKey(
        Ticket, verbose_name=_("号票"), null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="visits",
    )  # fmt: skip

    objects = VisitQuerySet.as_manager()
    numbering_kind = "visit"

    class Meta:
        ordering = ["-visited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="visit_serial_once"),
            models.CheckConstraint(condition=Q(visitors__gte=1, involved__gte=F("visitors")), name="persons_add_up"),
        ]
        verbose_name = _("来访登记")
        verbose_name_plural = _("来访登记")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("reception:visit", args=[self.number])


class Companion(models.Model):
    """Somebody who came along; at most five of a group speak for it (article 20)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Visit, verbose_name=_("来访"), on_delete=models.PROTECT, related_name="companions")
    position = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("姓名"), max_length=120)
    is_representative = models.BooleanField(_("代表"), default=False)
    id_number = EncryptedTextField(verbose_name=_("证件号码"))
    id_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    phone = EncryptedTextField(verbose_name=_("联系电话"))

    class Meta:
        ordering = ["visit", "position"]
        constraints = [models.UniqueConstraint(fields=["visit", "position"], name="companion_position_once")]
        verbose_name = _("同来人员")
        verbose_name_plural = _("同来人员")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_identity(self) -> str:
        return masking.mask_identity(self.id_number)

    @property
    def masked_phone(self) -> str:
        return masking.mask_phone(self.phone)


class ReadBack(models.Model):
    """复述确认单: one version of what was read back to the visitor, and how it was confirmed.

    A version is never overwritten: other words make another version, which has to be
    confirmed anew. ``way`` "" means it waits. The picture of a signature and its strokes are
    kept encrypted; they are evidence, not a reliable electronic signature.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(Visit, verbose_name=_("来访"), on_delete=models.PROTECT, related_name="readbacks")
    version = models.PositiveSmallIntegerField(_("版次"))
    demand = models.TextField(_("请求"))
    facts = models.TextField(_("事实"), blank=True)
    reasons = models.TextField(_("理由"), blank=True)
    text_hash = models.CharField(_("文本校验值"), max_length=64)
    made_at = models.DateTimeField(_("制作时间"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("制作人"), on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField(_("确认方式"), max_length=10, choices=ReadBackWay, blank=True)
    signer = models.CharField(_("签字人"), max_length=120, blank=True)
    witness = models.CharField(_("见证人"), max_length=120, blank=True)
    note = models.CharField(_("原因"), max_length=300, blank=True)
    signed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("经办人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    strokes = EncryptedJSONField(verbose_name=_("笔迹"))
    signature = models.ForeignKey(
        Attachment, verbose_name=_("签字图"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scan = models.ForeignKey(
        Attachment, verbose_name=_("扫描件"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paper = models.ForeignKey(
        Paper, verbose_name=_("确认单"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["visit", "version"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "version"], name="readback_version_once"),
            models.CheckConstraint(
                condition=Q(way="", signed_at__isnull=True, confirmed_by__isnull=True)
                | (~Q(way="") & Q(signed_at__isnull=False, confirmed_by__isnull=False)),
                name="readback_confirmed_by_somebody",
            ),
        ]
        verbose_name = _("复述确认单")
        verbose_name_plural = _("复述确认单")

    def __str__(self) -> str:
        return f"{self.visit} v{self.version}"

    @property
    def stands(self) -> bool:
        """Confirmed, or with the reason why it is not."""
        return bool(self.way)
