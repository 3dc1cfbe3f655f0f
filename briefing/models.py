"""Urgent events and their reports, duties done, leaders' instructions, digest notes. Rows with an event, not states."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from briefing.choices import EventKind, OwedKind, Recipient, ReportKind
from cases.models import Case
from documents.models import Paper


def _person(label: Any = None, **kwargs: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", **kwargs
    )


class OfCase(models.QuerySet["models.Model"]):
    """Rows that hang on a matter: visible where the matter is, to those who work for the office."""

    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user)) if "office" in user.scopes else self.none()


class UrgentEventQuerySet(OfCase):
    def open(self) -> Self:
        """Events whose final report has not been made."""
        return self.filter(~Exists(UrgentReport.objects.filter(event=OuterRef("pk"), kind=ReportKind.FINAL)))


class UrgentEvent(models.Model):
    """重大、紧急情况 (article 25): what happened, where, how many. An attribute of the event, never of a person."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="urgent_events")
    kind = models.CharField(_("性质"), max_length=12, choices=EventKind)
    known_at = models.DateTimeField(_("获知时间"))
    place = models.CharField(_("地点"), max_length=200)
    persons = models.PositiveIntegerField(_("人数"))
    cause = models.TextField(_("起因"))
    demand = models.TextField(_("诉求"))
    phoned_to = models.CharField(_("电话报告给"), max_length=200, blank=True)
    phoned_at = models.DateTimeField(_("电话报告时间"), null=True, blank=True)
    opened_at = models.DateTimeField(_("登记时间"))
    opened_by = _person()
    ended_at = models.DateTimeField(_("处置结束时间"), null=True, blank=True)
    end_note = models.TextField(_("处置结果"), blank=True)
    ended_by = _person(null=True)

    objects = UrgentEventQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(persons__gte=1), name="urgent_event_of_somebody"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="one_running_event_per_matter"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("known_at")), name="event_ends_after_it_begins"
            ),
        ]
        verbose_name = _("重大紧急情况")
        verbose_name_plural = _("重大紧急情况")

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"


class UrgentReport(models.Model):
    """One written report of an event: 首报, 续报 or 终报, with its numbered paper."""

    event = models.ForeignKey(UrgentEvent, on_delete=models.PROTECT, related_name="reports")
    sequence = models.PositiveSmallIntegerField(_("第几次"))
    kind = models.CharField(_("报告"), max_length=6, choices=ReportKind)
    persons = models.PositiveIntegerField(_("人数"))
    situation = models.TextField(_("现场情况"))
    behaviour = models.TextField(_("现场行为"), blank=True)
    measures = models.TextField(_("已采取的措施"))
    next_steps = models.TextField(_("拟采取的措施"), blank=True)
    contact = models.CharField(_("联系人和电话"), max_length=120)
    recipients = models.JSONField(_("报告给"), default=list)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(_("报告时间"))
    reported_by = _person()

    class Meta:
        ordering = ["event", "sequence"]
        constraints = [models.UniqueConstraint(fields=["event", "sequence"], name="report_sequence_once")]
        verbose_name = _("重大紧急报告")
        verbose_name_plural = _("重大紧急报告")

    def __str__(self) -> str:
        return f"{self.event} {self.get_kind_display()}"

    @property
    def to(self) -> list[str]:
        return [str(Recipient(code).label) for code in self.recipients]


class UrgentReminder(models.Model):
    """Somebody was reminded of one owed report: exists once, however often the sweep runs."""

    event = models.ForeignKey(UrgentEvent, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=6, choices=OwedKind)
    sequence = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "kind", "sequence"], name="owed_report_reminded_once")]
        verbose_name = _("报告提醒")
        verbose_name_plural = _("报告提醒")

    def __str__(self) -> str:
        return f"{self.event} {self.kind} {self.sequence}"


class DoneDuty(models.Model):
    """A duty of categories 6 to 10 that was done. What is open is the table minus these rows."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="done_duties")
    key = models.CharField(max_length=30)
    text = models.CharField(_("要做的事"), max_length=200)
    note = models.TextField(_("怎样落实"))
    done_on = models.DateField(_("落实日期"))
    done_by = _person()
    recorded_at = models.DateTimeField()

    objects = OfCase.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="duty_done_once")]
        verbose_name = _("已落实的事")
        verbose_name_plural = _("已落实的事")

    def __str__(self) -> str:
        return f"{self.case} {self.key}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: User) -> Self:
        """Internal to the office, and only where every matter in it is visible: the accused never sees any of it."""
        if "office" not in user.scopes or not (user.can("briefing.digest") or user.can("briefing.instruct")):
            return self.none()
        hidden = DigestCase.objects.filter(digest=OuterRef("pk")).exclude(case__in=Case.objects.visible_to(user))
        return self.filter(~Exists(hidden))


class Digest(models.Model):
    """信访摘报: for leaders, changed until it is issued, frozen after."""

    cases: "models.ManyToManyField[Case, DigestCase]" = models.ManyToManyField(
        Case, through="DigestCase", related_name="digests"
    )
    title = models.CharField(_("标题"), max_length=200)
    situation = models.TextField(_("主要情况"))
    analysis = models.TextField(_("研判"), blank=True)
    suggestion = models.TextField(_("建议"))
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(_("编写时间"))
    made_by = _person()
    issued_at = models.DateTimeField(_("制发时间"), null=True, blank=True)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("摘报")
        verbose_name_plural = _("摘报")

    def __str__(self) -> str:
        return self.title


class DigestCase(models.Model):
    """Which matters a digest speaks of."""

    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="digest_links")

    class Meta:
        ordering = ["digest", "pk"]
        constraints = [models.UniqueConstraint(fields=["digest", "case"], name="matter_once_per_digest")]
        verbose_name = _("摘报事项")
        verbose_name_plural = _("摘报事项")

    def __str__(self) -> str:
        return f"{self.digest} {self.case}"


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: User) -> Self:
        """The office sees all of a visible matter; a unit sees those given to it or to its people."""
        known = self.filter(case__in=Case.objects.visible_to(user))
        if "office" in user.scopes or user.unit is None:
            return known
        own = Q(to_unit__path__startswith=user.unit.path) | Q(to_user=user)
        return known.filter(own | Q(to_user__unit__path__startswith=user.unit.path))

    def open(self) -> Self:
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)

    def with_parts(self) -> Self:
        return self.select_related("case", "to_unit", "to_user__unit", "leader", "recorded_by", "answered_by", "digest")


class Instruction(models.Model):
    """领导批示: who said what, to whom, by when it is answered. Its own clock runs until the answer."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="instructions")
    digest = models.ForeignKey(Digest, null=True, blank=True, on_delete=models.PROTECT, related_name="instructions")
    leader_name = models.CharField(_("批示领导"), max_length=60)
    leader = _person(null=True, blank=True)
    text = models.TextField(_("批示内容"))
    given_on = models.DateField(_("批示日期"))
    to_unit = models.ForeignKey(
        Unit, verbose_name=_("交由单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_user = _person(_("交由人员"), null=True, blank=True)
    due_on = models.DateField(_("落实期限"))
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    answer = models.TextField(_("落实情况"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = _person(null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = _person(null=True)
    withdraw_reason = models.CharField(_("撤销理由"), max_length=300, blank=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_unit__isnull=True, to_user__isnull=False)
                | Q(to_unit__isnull=False, to_user__isnull=True),
                name="instruction_to_unit_or_officer",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(withdrawn_at__isnull=True), name="instruction_ends_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="instruction_open_due",
            ),
        ]  # fmt: skip
        verbose_name = _("批示")
        verbose_name_plural = _("批示")

    def __str__(self) -> str:
        return f"{self.case} {self.leader_name}"

    @property
    def thread(self) -> str:
        """The thread of its clock."""
        return f"instruction:{self.pk}"

    @property
    def target(self) -> str:
        """Who answers, as shown."""
        return str(self.to_unit or self.to_user)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None


class ChargeQuerySet(models.QuerySet["Charge"]):
    def visible_to(self, user: User) -> Self:
        """Whoever may know of the matter knows which leader has taken charge of it."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def with_parts(self) -> Self:
        joined = self.select_related("case__handling_unit", "leader__unit", "recorded_by", "ended_by")
        notes = models.Prefetch("notes", ChargeNote.objects.select_related("made_by"))
        return joined.prefetch_related(notes, "case__interests")


class Charge(models.Model):
    """领导包案: which leader answers for a matter, since when, until when, and how it ended."""

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="charges")
    leader_name = models.CharField(_("包案领导"), max_length=60)
    leader = _person(null=True, blank=True)
    task = models.TextField(_("包案要求"), blank=True)
    since = models.DateField(_("包案日期"))
    due_on = models.DateField(_("办结期限"))
    recorded_at = models.DateTimeField()
    recorded_by = _person()
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = _person(null=True)
    result = models.TextField(_("包案结果"), blank=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="one_leader_in_charge"),
            models.CheckConstraint(condition=Q(due_on__gte=F("since")), name="charge_due_after_since"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_on__isnull=True)
                | Q(ended_at__isnull=False, ended_on__isnull=False) & ~Q(result=""),
                name="charge_ends_with_a_result",
            ),
        ]
        verbose_name = _("领导包案")
        verbose_name_plural = _("领导包案")

    def __str__(self) -> str:
        return f"{self.case} {self.leader_name}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class ChargeNote(models.Model):
    """What was done about a matter a leader has charge of."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("进展"))
    made_at = models.DateTimeField(_("时间"))
    made_by = _person()

    class Meta:
        ordering = ["charge", "-pk"]
        verbose_name = _("包案进展")
        verbose_name_plural = _("包案进展")

    def __str__(self) -> str:
        return f"{self.charge} {self.made_at:%Y-%m-%d}"
