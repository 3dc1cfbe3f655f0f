"""The matter and what hangs on it. ``state`` is written by cases/workflow.py alone."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.choices import (
    ARCHIVABLE,
    FINISHED,
    UNDER_WAY,
    ClockKind,
    DayKind,
    DeliveryWay,
    Outcome,
    SendKind,
    State,
)  # fmt: skip
from documents.models import Paper
from reception.choices import Channel, Purpose
from reception.models import ContentCategory, Petitioner, Visit


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """The matters this user may know of; everything else does not exist for them (404).

        Office roles see the matters registered in their subtree; a unit sees what is or was
        sent to it; the archivist sees what is ready to be filed. A unit or person complained
        about never sees the matter, whatever their role (article 30).
        """
        if user.unit is None or not user.can("cases.view"):
            return self.none()
        return self._in_scope(user, user.unit).exclude(self._accused(user, user.unit))

    def _in_scope(self, user: User, unit: Unit) -> Self:
        in_office = Q(office__path__startswith=unit.path)
        if user.scope == "office":
            return self.filter(in_office)
        if user.scope == "filed":
            return self.filter(in_office, state__in=(*ARCHIVABLE, State.FILED))
        if user.scope == "unit":
            sent = Assignment.objects.filter(case=OuterRef("pk"), unit__path__startswith=unit.path)
            return self.filter(Exists(sent))
        return self.none()

    @staticmethod
    def _accused(user: User, unit: Unit) -> Q:
        """Matters about the user or their body. One about the registering office itself must not
        get lost: the clerk who took it and the leader who answers for it still see it."""
        own_body = Q(accused_unit_id__in=unit.body_ids)
        if user.can("cases.approve"):
            own_body &= ~Q(office_id=F("accused_unit_id"))
        own_body &= ~Q(office_id=F("accused_unit_id"), created_by=user)
        return Q(accused_unit__isnull=False) & own_body | Q(accused_user__isnull=False, accused_user=user)

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def overdue(self, today: dt.date) -> Self:
        return self.filter(due_on__lt=today)

    def due_within(self, today: dt.date, days: int) -> Self:
        return self.filter(due_on__gte=today, due_on__lte=today + dt.timedelta(days=days))

    def for_list(self) -> Self:
        """Ordered and joined for lists: the most pressing first."""
        joined = self.select_related("petitioner", "handling_unit", "handler", "created_by", "content_category")
        return joined.order_by(F("due_on").asc(nulls_last=True), "-pk")

    def same_petitioner(self, petitioner: Petitioner) -> Self:
        return self.filter(petitioner=petitioner)


class Case(models.Model):
    """信访事项. One matter, however often the petitioner comes about it."""

    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    number = models.CharField(_("事项编号"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("标题"), max_length=200)
    state = models.CharField(_("环节"), max_length=12, choices=State, default=State.REGISTERED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="+")
    petitioner = models.ForeignKey(Petitioner, verbose_name=_("信访人"), on_delete=models.PROTECT, related_name="cases")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(_("信访形式"), max_length=8, choices=Channel, default=Channel.VISIT)
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
    accused = models.CharField(_("被反映的人或单位"), max_length=200, blank=True)
    accused_unit = models.ForeignKey(
        Unit, verbose_name=_("被反映单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accused_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("被反映人员"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    protected = models.BooleanField(_("保密"), default=False)
    is_group = models.BooleanField(_("集体访"), default=False)
    visitors = models.PositiveIntegerField(_("来访人数"), default=1)
    involved = models.PositiveIntegerField(_("涉及人数"), default=1)
    source = models.CharField(max_length=8, default="counter", editable=False)
    external_no = models.CharField(_("外部编号"), max_length=40, blank=True, db_index=True)

    handling_unit = models.ForeignKey(
        Unit, verbose_name=_("承办单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("承办人"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    ground = models.CharField(_("不予受理情形"), max_length=30, blank=True)
    route = models.CharField(_("法定途径"), max_length=30, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    outcome = models.CharField(_("处理意见"), max_length=14, choices=Outcome, blank=True)

    registered_on = models.DateField(_("登记日期"), db_index=True)
    registered_at = models.DateTimeField(_("登记时间"))
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    answer_days = models.IntegerField(_("答复用时(自然日)"), null=True, blank=True)
    delivered_on = models.DateField(_("送达日期"), null=True, blank=True)
    decide_due = models.DateField(_("决定期限"), null=True, blank=True)
    handle_due = models.DateField(_("办结期限"), null=True, blank=True)
    due_on = models.DateField(_("最近到期"), null=True, blank=True, editable=False)
    due_kind = models.CharField(max_length=16, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()
    numbering_kind = "case"

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="case_serial_once"),
            models.UniqueConstraint(
                fields=["office", "external_no", "source"], condition=~Q(external_no=""), name="case_external_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="case_open_due"),
            models.Index(fields=["state", "due_on"], name="case_state_due"),
            models.Index(fields=["handling_unit", "state"], name="case_unit_state"),
            models.Index(fields=["petitioner", "-registered_on"], name="case_petitioner"),
        ]
        verbose_name = _("信访事项")
        verbose_name_plural = _("信访事项")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", args=[self.number])

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def also_codes(self) -> list[str]:
        return [code for code in self.also.split(",") if code]


class CaseVisit(models.Model):
    """Which visit belongs to which matter: the first one opened it, later ones repeat it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visit_links")
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="case_link")
    position = models.PositiveIntegerField(default=1)
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "position"]
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="visit_position_once")]
        verbose_name = _("事项来访")
        verbose_name_plural = _("事项来访")

    def __str__(self) -> str:
        return f"{self.case} · {self.visit}"

    @property
    def is_repeat(self) -> bool:
        return self.position > 1


class Clock(models.Model):
    """A running period. Its basis is copied in: a later change of policy does not rewrite it.

    ``steps`` explains the day: start, length, every skipped day with its reason, extension.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(_("期限"), max_length=16, choices=ClockKind)
    started_on = models.DateField(_("起算"))
    length = models.PositiveSmallIntegerField(_("天数"))
    unit = models.CharField(max_length=8)
    strict_due = models.DateField(_("到期日"))
    legal_due = models.DateField(_("顺延后到期日"))
    basis = models.CharField(_("依据"), max_length=200)
    steps = models.JSONField(default=dict)
    provisional = models.BooleanField(_("暂定"), default=False)
    version = models.PositiveSmallIntegerField(default=1)
    stopped_on = models.DateField(_("停止"), null=True, blank=True)
    stop_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(stopped_on__isnull=True), name="one_running_clock_per_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["strict_due"], condition=Q(stopped_on__isnull=True), name="clock_running"),
        ]
        verbose_name = _("期限")
        verbose_name_plural = _("期限")

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.strict_due}"


class Assignment(models.Model):
    """One sending of a matter to a unit (转送 or 交办), with what the unit did about it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(_("方式"), max_length=8, choices=SendKind)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="assignments")
    sent_at = models.DateTimeField(_("发出"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("交办期限"), null=True, blank=True)
    note = models.TextField(_("交办意见"), blank=True)
    taken_at = models.DateTimeField(_("签收"), null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objected_at = models.DateTimeField(_("提出异议"), null=True, blank=True)
    objection = models.TextField(_("异议理由"), blank=True)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        indexes = [models.Index(fields=["unit", "case"], name="assignment_unit")]
        verbose_name = _("转送交办")
        verbose_name_plural = _("转送交办")

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.unit}"


class Extension(models.Model):
    """One prolongation of the handling period, at most thirty days, before it ran out (article 34)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="extension")
    days = models.PositiveSmallIntegerField(_("延长天数"))
    reason = models.TextField(_("延期原因"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("批准人"), on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("批准时间"))
    old_due = models.DateField()
    new_due = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gte=1, days__lte=30), name="extension_at_most_30")]
        verbose_name = _("延期")
        verbose_name_plural = _("延期")

    def __str__(self) -> str:
        return f"{self.case} +{self.days}"


class Report(models.Model):
    """办结报告: what the unit found and proposes, and the sender's verdict on it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="reports")
    findings = models.TextField(_("调查认定的事实"))
    opinion = models.TextField(_("处理意见"))
    legal_basis = models.TextField(_("法律法规依据"))
    outcome = models.CharField(_("结论"), max_length=14, choices=Outcome)
    petitioner_view = models.CharField(_("信访人态度"), max_length=120, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("报送时间"))
    approved = models.BooleanField(_("同意结案"), null=True)
    verdict = models.TextField(_("审查意见"), blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("办结报告")
        verbose_name_plural = _("办结报告")

    def __str__(self) -> str:
        return f"{self.case} {self.made_at:%Y-%m-%d}"


class Delivery(models.Model):
    """送达: the petitioner's thirty days run from the day on this row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(_("送达方式"), max_length=12, choices=DeliveryWay)
    delivered_on = models.DateField(_("送达日期"))
    receiver = models.CharField(_("签收人"), max_length=120)
    note = models.CharField(_("备注(拒收、见证人)"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("送达")
        verbose_name_plural = _("送达")

    def __str__(self) -> str:
        return f"{self.case} {self.delivered_on}"


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
