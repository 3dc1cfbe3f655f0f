"""Petitioners, visits and the people who came along. Personal numbers are encrypted columns."""

import datetime as dt
import uuid
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from documents.models import Attachment, Paper
from hall.models import Ticket
from reception.choices import Adapter, Channel, IdSource, IdType, PetitionerKind, Purpose, ReadBackWay, Sex
from vault import masking, spelling
from vault.fields import EncryptedJSONField, EncryptedTextField
from vault.keyring import blind_index

MAX_REPRESENTATIVES = 5  # article 20


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


class PetitionerQuerySet(models.QuerySet["Petitioner"]):
    def visible_to(self, user: User) -> Self:
        """Whoever registers or works in the petition office; units see people only through their matters.

        Somebody on file for nothing but an accusation is not on file for the accused (article 30).
        """
        if user.scope != "office" or not user.can("reception.view"):
            return self.none()
        accusing = Visit.objects.accusing(user)
        other = Visit.objects.filter(petitioner=OuterRef("pk")).exclude(pk__in=accusing.values("pk"))
        return self.exclude(Q(pk__in=accusing.values("petitioner")) & ~Q(Exists(other)))

    def living(self) -> Self:
        return self.filter(merged_into__isnull=True)

    def main_first(self) -> Self:
        """Main rows before those merged into another, each by age."""
        return self.order_by(F("merged_into").asc(nulls_first=True), "pk")

    def with_identity(self, number: str) -> Self:
        """The person with this (normalised) document number; a merged row keeps its own document."""
        return self.filter(id_index=blind_index("identity", number)).main_first() if number else self.none()

    def with_name_and_phone(self, name: str, phone: str) -> Self:
        if not phone:
            return self.none()
        return self.filter(name=name, phone_index=blind_index("phone", phone)).main_first()

    def called(self, text: str) -> Self:
        """By a part of the name, or the beginning of its pinyin or initials, of the given name alone as well."""
        begins = Q(pk__in=[])
        for form in spelling.typed(text):
            begins |= Q(key__begins=form)
        return self.filter(pk__in=NameKey.objects.filter(begins).order_by().values("petitioner"))

    def newest_keys(self, limit: int) -> list[int]:
        """Keys of the newest of these, at most ``limit``; found first, sorted then."""
        return list(self.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)[:limit])

    def family_of(self, person: "Petitioner") -> Self:
        """All rows that stand for the same person as this one: the main row and those merged into it."""
        return self.filter(pk__in=person.family_ids)

    def merged_kin(self) -> set[int]:
        """Keys of every row merged with one of these rows, these among them; rows never merged are left out.

        One query where nobody was merged, and one for each step of a chain of mergers.
        """
        linked = self.order_by().filter(Q(merged_into__isnull=False) | Q(merged__isnull=False))
        found: set[int] = set()
        level = set(linked.values_list("pk", flat=True))
        while level:
            found |= level
            near = Petitioner.objects.order_by().filter(Q(merged_into__in=level) | Q(merged__in=level))
            level = set(near.values_list("pk", flat=True)) - found
        return found


class Petitioner(models.Model):
    """信访人: a person, an organisation, or somebody who stays anonymous (article 17)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("身份"), max_length=12, choices=PetitionerKind, default=PetitionerKind.PERSON)
    name = models.CharField(_("姓名(名称)"), max_length=120, db_index=True)
    initials = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    pinyin = models.CharField(max_length=400, blank=True, editable=False)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    ethnicity = models.CharField(_("民族"), max_length=20, blank=True)
    id_type = models.CharField(_("证件类型"), max_length=3, choices=IdType, blank=True)
    id_number = EncryptedTextField(verbose_name=_("证件号码"))
    id_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    phone = EncryptedTextField(verbose_name=_("联系电话"))
    phone_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    address = EncryptedTextField(verbose_name=_("住址"))
    work_unit = models.CharField(_("工作单位"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("建档时间"))
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    objects = PetitionerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["id_type", "id_index"],
                condition=Q(merged_into__isnull=True) & ~Q(id_index=""),
                name="one_petitioner_per_document",
            ),
        ]
        verbose_name = _("信访人")
        verbose_name_plural = _("信访人")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reception:person", args=[self.pk])

    @property
    def main(self) -> "Petitioner":
        """The row this person is shown under: itself, unless it was merged into another."""
        person = self
        while person.merged_into is not None:
            person = person.merged_into
        return person

    @property
    def family_ids(self) -> list[int]:
        """Keys of all rows that stand for this person, the main one first. One query for each row deep, and one."""
        found = level = [self.main.pk]
        while level:
            level = list(Petitioner.objects.filter(merged_into__in=level).order_by("pk").values_list("pk", flat=True))
            found = found + level
        return found

    @property
    def masked_identity(self) -> str:
        return masking.mask_identity(self.id_number)

    @property
    def masked_phone(self) -> str:
        return masking.mask_phone(self.phone)

    @property
    def masked_address(self) -> str:
        return masking.mask_address(self.address)


class NameKey(models.Model):
    """One way to type a name, in one spelling: its end from any sign on, pinyin or initials in one reading.

    What is typed is looked for at the beginning of a key (reception/naming.py writes them).
    """

    petitioner = models.ForeignKey(Petitioner, on_delete=models.CASCADE, related_name="name_keys")
    key = models.CharField(max_length=400, db_index=True)

    unsealed_because = "derived from the name; manage.py reindex_search makes it again"

    class Meta:
        ordering = ["pk"]
        verbose_name = _("姓名检索")
        verbose_name_plural = _("姓名检索")

    def __str__(self) -> str:
        return self.key


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
        person = Q(case_link__case__accused_user=user)
        if user.unit is None:
            return self.filter(person)
        body = Q(case_link__case__accused_unit__in=user.unit.body_ids) & ~Q(clerk=user)
        if user.can("cases.approve"):
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
