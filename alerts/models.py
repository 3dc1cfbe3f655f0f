"""Alarms, the visits they rest on, and the note written for the leader."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from alerts.choices import AlarmState, Harm
from cases.models import Case
from documents.models import Paper
from reception.models import ContentCategory, Visit


def _person(label: Any = None, **kwargs: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", **kwargs
    )


class AlarmQuerySet(models.QuerySet["Alarm"]):
    def visible_to(self, user: User) -> Self:
        """Alarms of offices in the user's subtree every matter of which the user may know of (article 30).

        Nobody of the unit that an alarm is about sees it, whatever became of the matters since;
        where the office itself is meant, the leader who answers for it does.
        """
        if user.unit is None or "office" not in user.scopes or not user.can("alerts.view"):
            return self.none()
        hidden = AlarmVisit.objects.filter(alarm=OuterRef("pk")).exclude(case__in=Case.objects.visible_to(user))
        own = Q(unit__isnull=False, unit__in=user.unit.body_ids)
        if user.can_twice("cases.approve"):
            own &= ~Q(unit=F("office"))
        return self.filter(~Exists(hidden), office__path__startswith=user.unit.path).exclude(own)

    def waiting(self, today: dt.date) -> Self:
        """Nobody has said anything about them yet, and they have not run out."""
        return self.filter(state=AlarmState.OPEN, expires_on__gte=today)

    def expired(self, today: dt.date) -> Self:
        """Run out without a word: still to be answered for."""
        return self.filter(state=AlarmState.OPEN, expires_on__lt=today)

    def handled(self) -> Self:
        return self.exclude(state=AlarmState.OPEN)

    def with_parts(self) -> Self:
        return self.select_related("office", "unit", "content", "case", "handled_by")


class Alarm(models.Model):
    """预警: one wave of one rule about one thing. Exists once; the rule is copied in as it stood.

    About an event (a unit, a place, a subject, one matter), never about a person.
    """

    rule = models.CharField(max_length=20)
    label = models.CharField(_("规则"), max_length=40)
    counted = models.CharField(_("条件"), max_length=120)
    basis = models.CharField(_("依据"), max_length=200)
    tone = models.CharField(max_length=8)
    office = models.ForeignKey(Unit, verbose_name=_("登记机构"), on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)
    unit = models.ForeignKey(
        Unit, verbose_name=_("被反映单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.CharField(_("问题属地"), max_length=60, blank=True)
    content = models.ForeignKey(
        ContentCategory, verbose_name=_("内容分类"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(
        Case, verbose_name=_("事项"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    harm = models.CharField(_("言语性质"), max_length=12, choices=Harm, blank=True)
    opened_on = models.DateField(_("达到条件之日"))
    first_on = models.DateField(_("首次来访"))
    last_on = models.DateField(_("最近来访"))
    matters = models.PositiveIntegerField(_("件数"))
    visits = models.PositiveIntegerField(_("来访次数"))
    heads = models.PositiveIntegerField(_("最多人数"))
    expires_on = models.DateField(_("过期"))
    raised_at = models.DateTimeField(_("预警时间"))
    state = models.CharField(_("处置"), max_length=8, choices=AlarmState, default=AlarmState.OPEN)
    version = models.PositiveIntegerField(default=1)
    handled_at = models.DateTimeField(_("处置时间"), null=True, blank=True)
    handled_by = _person(_("处置人"), null=True, blank=True)
    handled_note = models.TextField(_("处置情况"), blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "office", "subject", "opened_on"], name="each_wave_once"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("opened_on"), opened_on__lte=F("last_on")), name="alarm_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state=AlarmState.OPEN, handled_at__isnull=True, handled_by__isnull=True)
                | (~Q(state=AlarmState.OPEN) & Q(handled_at__isnull=False, handled_by__isnull=False)),
                name="alarm_handled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_on"], name="alarm_waiting")]
        verbose_name = _("预警")
        verbose_name_plural = _("预警")

    def __str__(self) -> str:
        return f"{self.label} {self.opened_on}"

    def get_absolute_url(self) -> str:
        return reverse("alerts:alarm", args=[self.pk])

    @property
    def about(self) -> str:
        """What it is about, in words: the unit, the place and subject, or the number of the matter."""
        if self.case_id:
            number = str(self.case)
            return f"{number} · {self.get_harm_display()}" if self.harm else number
        parts = (self.unit.name if self.unit else "", self.region, str(self.content) if self.content else "")
        return " · ".join(part for part in parts if part)

    @property
    def is_open(self) -> bool:
        return self.state == AlarmState.OPEN


class AlarmVisit(models.Model):
    """The evidence: which visit of which matter, on which day, and the words that were noticed."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="evidence")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="alarm_links")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("来访日期"))
    heads = models.PositiveIntegerField(_("来访人数"))
    words = models.JSONField(_("词语"), default=list)

    class Meta:
        ordering = ["alarm", "day", "visit"]
        constraints = [models.UniqueConstraint(fields=["alarm", "visit"], name="visit_once_per_alarm")]
        verbose_name = _("预警依据")
        verbose_name_plural = _("预警依据")

    def __str__(self) -> str:
        return f"{self.alarm} {self.day}"


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(alarm__in=Alarm.objects.visible_to(user))


class Note(models.Model):
    """预警摘报: one page for the leader, drafted from an alarm, changed until it is issued, frozen after.

    It names matters by number and nobody by name.
    """

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="notes")
    title = models.CharField(_("标题"), max_length=200)
    situation = models.TextField(_("主要情况"))
    analysis = models.TextField(_("研判"), blank=True)
    suggestion = models.TextField(_("建议"))
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(_("编写时间"))
    made_by = _person(_("编写人"))
    issued_at = models.DateTimeField(_("制发时间"), null=True, blank=True)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alarm"], condition=Q(issued_at__isnull=True), name="one_open_note_per_alarm"
            ),
        ]
        verbose_name = _("预警摘报")
        verbose_name_plural = _("预警摘报")

    def __str__(self) -> str:
        return self.title
