"""What people sit down for: investigations, hearings, settlements, coordination meetings."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.choices import HearingStage, SettlementKind
from cases.models.matter import Case
from documents.models import Paper


class Investigation(models.Model):
    """调查: one inquiry by at least two people, with what it found."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="investigations")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), null=True, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(_("调查日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    persons = models.CharField(_("调查人（不少于二人）"), max_length=120)
    asked = models.CharField(_("询问对象、查阅材料"), max_length=300, blank=True)
    findings = models.TextField(_("查明的情况"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("记录时间"))

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("调查")
        verbose_name_plural = _("调查")

    def __str__(self) -> str:
        return f"{self.case} {self.held_on}"


class Settlement(models.Model):
    """调解、和解 (article 33): the agreement of the parties, and whether it was performed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="settlements")
    kind = models.CharField(_("方式"), max_length=12, choices=SettlementKind)
    parties = models.CharField(_("当事人"), max_length=300)
    facts = models.TextField(_("基本事实"))
    terms = models.TextField(_("协议内容"))
    agreed_on = models.DateField(_("签订日期"))
    perform_by = models.DateField(_("履行期限"))
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("登记时间"))
    performed = models.BooleanField(_("已履行"), null=True)
    outcome_note = models.CharField(_("履行情况"), max_length=300, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case", "pk"]
        verbose_name = _("调解和解协议")
        verbose_name_plural = _("调解和解协议")

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.agreed_on}"


class Hearing(models.Model):
    """听证 (articles 31, 36): notice, record, opinion. In recheck its days are not counted.

    Open until it ended or was called off; a hearing called off excludes no days.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hearings")
    stage = models.CharField(_("阶段"), max_length=8, choices=HearingStage)
    planned_at = models.DateTimeField(_("听证时间"))
    place = models.CharField(_("听证地点"), max_length=120)
    host = models.CharField(_("主持人"), max_length=60)
    members = models.CharField(_("听证员"), max_length=200, blank=True)
    attending = models.CharField(_("参加人"), max_length=300)
    subject = models.TextField(_("听证事项"))
    notice = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("发出通知"))
    begins_on = models.DateField(_("听证开始"))
    ended_on = models.DateField(_("听证结束"), null=True, blank=True)
    record = models.TextField(_("听证笔录"), blank=True)
    opinion = models.TextField(_("听证意见"), blank=True)
    record_paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_why = models.CharField(_("取消理由"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    in_public = models.BooleanField(_("公开举行"), default=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_on__isnull=True, cancelled_at__isnull=True),
                name="one_hearing_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("begins_on")), name="hearing_ends_after_begin"
            ),
        ]
        verbose_name = _("听证")
        verbose_name_plural = _("听证")

    def __str__(self) -> str:
        return f"{self.case} {self.begins_on}"

    @property
    def is_open(self) -> bool:
        return self.ended_on is None and self.cancelled_at is None


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """The meetings about matters this user may know of."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def untold(self) -> Self:
        """Held, and the visitor not yet told what came of it."""
        return self.filter(held_on__isnull=False, told_on__isnull=True)

    def planned(self) -> Self:
        return self.filter(held_on__isnull=True, cancelled_at__isnull=True)


class Meeting(models.Model):
    """约定调度: units meet about a matter; the visitor is told the result whether or not they attended."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    planned_at = models.DateTimeField(_("会议时间"))
    place = models.CharField(_("会议地点"), max_length=120)
    attending = models.CharField(_("参加单位"), max_length=300)
    unit_ids = models.JSONField(_("参加的系统内单位"), default=list)
    topic = models.TextField(_("议题"))
    visitor_attends = models.BooleanField(_("请信访人参加"), default=False)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    convened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField(_("约定时间"))
    held_on = models.DateField(_("召开日期"), null=True, blank=True)
    minutes = models.TextField(_("会议纪要"), blank=True)
    result = models.TextField(_("议定结果"), blank=True)
    minutes_paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(_("告知信访人日期"), null=True, blank=True)
    told_how = models.CharField(_("告知方式和信访人意见"), max_length=200, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cancelled_why = models.CharField(_("取消理由"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        indexes = [
            models.Index(fields=["held_on"], condition=Q(told_on__isnull=True), name="meeting_result_untold"),
        ]
        verbose_name = _("调度会")
        verbose_name_plural = _("调度会")

    def __str__(self) -> str:
        return f"{self.case} {self.planned_at:%Y-%m-%d}"

    @property
    def is_planned(self) -> bool:
        return self.held_on is None and self.cancelled_at is None

    @property
    def is_untold(self) -> bool:
        """The duty that stays open: held, and the visitor has not been told the result."""
        return self.held_on is not None and self.told_on is None
