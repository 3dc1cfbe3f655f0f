"""What hangs on a matter while it is handled: clocks, sendings, extension, reports, deliveries."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.choices import ClockKind, DeliveryWay, Outcome, SendKind, SendRole
from cases.models.matter import Case
from documents.models import Paper


class Clock(models.Model):
    """A running period. Its basis is copied in: a later change of policy does not rewrite it.

    The due days follow from ``started_on``, ``length``, ``extended_by``, ``pauses`` and the
    holiday table, and are computed anew from these whenever one of them changes
    (cases/clocks.py). ``steps`` explains the day. ``thread`` tells several clocks of a
    kind apart: one per assisting unit or instruction.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(_("期限"), max_length=16, choices=ClockKind)
    started_on = models.DateField(_("起算"))
    length = models.PositiveSmallIntegerField(_("天数"))
    unit = models.CharField(max_length=8)
    thread = models.CharField(max_length=40, blank=True, editable=False)
    extended_by = models.PositiveSmallIntegerField(_("延长"), default=0)
    pauses = models.JSONField(_("不计入的时间"), default=list)
    paused_on = models.DateField(_("暂停"), null=True, blank=True)
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
                fields=["case", "kind", "thread"], condition=Q(stopped_on__isnull=True),
                name="one_running_clock_per_kind",
            ),
        ]  # fmt: skip
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
    role = models.CharField(_("分工"), max_length=6, choices=SendRole, default=SendRole.LEAD)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="assignments")
    sent_at = models.DateTimeField(_("发出"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("交办期限"), null=True, blank=True)
    note = models.TextField(_("交办意见"), blank=True)
    taken_at = models.DateTimeField(_("签收"), null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    objected_at = models.DateTimeField(_("提出异议"), null=True, blank=True)
    objection = models.TextField(_("异议理由"), blank=True)
    agreed = models.BooleanField(_("同意退回"), null=True)
    verdict = models.TextField(_("核实意见"), blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(_("核实"), null=True, blank=True)
    answer = models.TextField(_("协办意见"), blank=True)
    answered_at = models.DateTimeField(_("协办报送"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        indexes = [models.Index(fields=["unit", "case"], name="assignment_unit")]
        verbose_name = _("转送交办")
        verbose_name_plural = _("转送交办")

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.unit}"


class Extension(models.Model):
    """One prolongation of a handling period, before it ran out (article 34); handling anew is a period of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    clock = models.OneToOneField(Clock, null=True, on_delete=models.PROTECT, related_name="extension")
    days = models.PositiveSmallIntegerField(_("延长天数"))
    reason = models.TextField(_("延期原因"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("申请人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("批准人"), on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("批准时间"))
    old_due = models.DateField()
    new_due = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gte=1), name="extension_of_a_day_at_least")]
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
    investigators = models.CharField(_("调查人"), max_length=120, blank=True)
    execution = models.CharField(_("执行责任和期限"), max_length=300, blank=True)
    signed_name = models.CharField(_("签发人"), max_length=60, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("签发时间"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("报送时间"))
    approved = models.BooleanField(_("同意结案"), null=True)
    verdict = models.TextField(_("审查意见"), blank=True)
    reasons = models.CharField(_("退回理由"), max_length=120, blank=True, default="")  # codes of rules/verdicts.toml
    days = models.TextField(_("用时小结"), blank=True, default="")  # whose days they were, said when it was closed
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("办结报告")
        verbose_name_plural = _("办结报告")

    def __str__(self) -> str:
        return f"{self.case} {self.made_at:%Y-%m-%d}"

    @property
    def reason_codes(self) -> list[str]:
        return [code for code in self.reasons.split(",") if code]


class Delivery(models.Model):
    """送达: the petitioner's thirty days run from the day on this row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(_("送达方式"), max_length=12, choices=DeliveryWay)
    delivered_on = models.DateField(_("送达日期"))
    receiver = models.CharField(_("签收人"), max_length=120)
    place = models.CharField(_("送达地点"), max_length=120, blank=True)
    proxy = models.CharField(_("代收人及理由"), max_length=120, blank=True)
    refused = models.BooleanField(_("拒收"), default=False)
    witness = models.CharField(_("见证人"), max_length=120, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("送达")
        verbose_name_plural = _("送达")

    def __str__(self) -> str:
        return f"{self.case} {self.delivered_on}"
