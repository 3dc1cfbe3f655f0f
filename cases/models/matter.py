"""The matter itself, its visits, whose day it is, who stays out of it."""

import datetime as dt
import re
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from approvals.models import Request
from cases.choices import (
    ARCHIVABLE,
    FINISHED,
    UNDER_WAY,
    Holder,
    InterestKind,
    Outcome,
    Procedure,
    ReviewOutcome,
    State,
)  # fmt: skip
from cases.models.words import TEXTS, CaseWords
from reception.choices import Channel, Purpose
from reception.models import ContentCategory, Petitioner, Visit

NUMBER = re.compile(r"XF[0-9]{1,10}")
SERIAL = re.compile(r"[0-9]{1,6}")
YEARS = range(1949, 2100)  # named so that the index of year and serial is used


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """The matters this user may know of; everything else does not exist for them (404).

        Office roles see the matters registered in their subtree; a unit sees what is or was
        sent to it, and what it registered and handles itself; the archivist sees what is
        ready to be filed. A unit or person complained about never sees the matter, whatever
        their role (article 30).
        """
        if user.unit is None or not user.can("cases.view"):
            return self.none()
        found = self._in_scope(user, user.unit).exclude(self._accused(user, user.unit))
        return found.exclude(self._barred(user.acting_for)) if user.acting_for is not None else found

    def _in_scope(self, user: User, unit: Unit) -> Self:
        """The union of what each of the user's roles opens; a body may both register and handle."""
        in_office, open_to = Q(office__path__startswith=unit.path), Q(pk__in=[])
        if "office" in user.scopes:
            open_to |= in_office
        if "filed" in user.scopes:
            open_to |= in_office & Q(state__in=(*ARCHIVABLE, State.FILED))
        if "unit" in user.scopes:
            sent = apps.get_model("cases", "Assignment").objects.filter(case=OuterRef("pk"))
            open_to |= Q(Exists(sent.filter(unit__path__startswith=unit.path)))
            open_to |= in_office & Q(handling_unit=F("office"))
        return self.filter(open_to)

    @staticmethod
    def _accused(user: User, unit: Unit) -> Q:
        """Matters about the user or their body. One about the registering office itself must not
        get lost: the clerk who took it and the leader who answers for it still see it."""
        own_body = Q(accused_unit_id__in=unit.body_ids)
        if user.can_twice("cases.approve"):
            own_body &= ~Q(office_id=F("accused_unit_id"))
        own_body &= ~Q(office_id=F("accused_unit_id"), created_by=user)
        return Q(accused_unit__isnull=False) & own_body | Q(accused_user__isnull=False, accused_user=user)

    @staticmethod
    def _barred(absent: User) -> Q:
        """What the absent must not touch is closed to who acts for them: matters about them, and those they
        withdrew from (articles 28, 30)."""
        withdrew = Interest.objects.filter(user=absent, kind=InterestKind.DECLARED)
        return Q(accused_user__isnull=False, accused_user=absent) | Q(pk__in=withdrew.values("case"))

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def overdue(self, today: dt.date) -> Self:
        return self.filter(due_on__lt=today)

    def due_within(self, today: dt.date, days: int) -> Self:
        return self.filter(due_on__gte=today, due_on__lte=today + dt.timedelta(days=days))

    def for_list(self) -> Self:
        """Ordered and joined for lists: the most pressing first."""
        joined = self.select_related(
            "petitioner", "office", "handling_unit", "handler", "created_by", "content_category"
        )
        return joined.order_by(F("due_on").asc(nulls_last=True), "-pk")

    def saying(self, text: str) -> Self:
        """Matters whose title, demand, facts or reasons contain every word typed, each exactly."""
        return self.filter(pk__in=CaseWords.objects.containing(text).order_by().values("case"))

    def numbered(self, text: str) -> Self:
        """By the beginning of the number, its serial, or the number another office gave."""
        found = Q(external_no=text)
        if NUMBER.fullmatch(text.upper()):
            found |= Q(number__begins=text.upper())
        if SERIAL.fullmatch(text):
            found |= Q(year__in=YEARS, serial=int(text))
        return self.filter(found)

    def matching(self, text: str, user: User) -> Self:
        """By number, name, pinyin or initials of the petitioner, or words of the text.

        The three ways are one list of keys, so that each is answered from its own index. A unit
        does not find a protected matter by who told of it (article 30).
        """
        called = Petitioner.objects.called(text).order_by()
        told = Case.objects.filter(Q(petitioner__in=called.values("pk")) | Q(petitioner__in=called.merged_kin()))
        if user.scope == "unit":
            told = told.filter(protected=False)
        ways = [told, Case.objects.saying(text), Case.objects.numbered(text)]
        first, *others = [way.order_by().values("pk") for way in ways]
        return self.filter(pk__in=first.union(*others))

    def newest_keys(self, limit: int) -> list[int]:
        """Keys of the newest of these, at most ``limit``.

        Found first and sorted then: with an order that an index knows, a planner walks that index
        from its end and looks at every matter when nothing is found.
        """
        return list(self.order_by((F("pk") + 0).desc()).values_list("pk", flat=True)[:limit])

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """The searchable words go with the rows."""
        made = super().bulk_create(objs, *args, **kwargs)
        CaseWords.objects.keep(made)
        return made

    def same_petitioner(self, petitioner: Petitioner) -> Self:
        """Matters of this person, under whichever of their merged rows (并户)."""
        return self.filter(petitioner__in=petitioner.family_ids)


class Case(models.Model):
    """信访事项. One matter, however often the petitioner comes about it."""

    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    number = models.CharField(_("事项编号"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("标题"), max_length=200)
    state = models.CharField(_("环节"), max_length=16, choices=State, default=State.REGISTERED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    resume_state = models.CharField(max_length=16, blank=True, editable=False)  # where a side way leads back to

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

    procedure = models.CharField(_("办理程序"), max_length=8, choices=Procedure, blank=True, default=Procedure.ORDINARY)
    main = models.ForeignKey(
        "self", verbose_name=_("并入的事项"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    apart_from = models.ForeignKey(
        "self", verbose_name=_("疑似同一事项"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    apart_reason = models.CharField(_("另立的理由"), max_length=300, blank=True)
    superior = models.CharField(_("交办的上级机关"), max_length=100, blank=True)
    superior_number = models.CharField(_("上级交办文号"), max_length=60, blank=True)

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
    review_outcome = models.CharField(_("复查意见"), max_length=10, choices=ReviewOutcome, blank=True)
    recheck_outcome = models.CharField(_("复核意见"), max_length=10, choices=ReviewOutcome, blank=True)

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The searchable words are written with the texts, in the same transaction."""
        fields = kwargs.get("update_fields")
        if fields is not None and not set(TEXTS) & set(fields):
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            CaseWords.objects.keep([self])

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", args=[self.number])

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def is_simple(self) -> bool:
        return self.procedure == Procedure.SIMPLE

    @cached_property
    def recused_ids(self) -> frozenset[int]:
        """Users who declared an interest in this matter; read once for all steps of a page."""
        return frozenset(one.user_id for one in self.interests.all() if one.kind == InterestKind.DECLARED)

    @cached_property
    def open_requests(self) -> dict[str, Request]:
        """What waits for a second person, by kind."""
        return {one.kind: one for one in Request.objects.about(self).undecided()}

    @cached_property
    def head_on_system(self) -> bool:
        """Has the body that handles this somebody on the system who signs for it?"""
        if self.handling_unit is None:
            return False
        signers = User.objects.with_permission("cases.sign_off")
        return signers.filter(unit__in=self.handling_unit.body_ids).exists()

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


class Holding(models.Model):
    """A stretch of days that belongs to one holder. Written by the workflow alone (cases/ledger.py).

    A day belongs to whoever holds the matter at its end; a stretch of no days is kept
    for the record of the change.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holdings")
    holder = models.CharField(_("责任方"), max_length=10, choices=Holder)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("起"))
    until = models.DateField(_("止"), null=True, blank=True)
    step = models.CharField(max_length=20)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(until__isnull=True), name="one_holder_at_a_time"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="holding_ends_after_it_begins"
            ),
        ]
        verbose_name = _("时间台账")
        verbose_name_plural = _("时间台账")

    def __str__(self) -> str:
        return f"{self.case} {self.get_holder_display()} {self.since}"


class Interest(models.Model):
    """Recusal (article 28): an officer's declared interest in a matter, or why a hint of one means nothing."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("性质"), max_length=10, choices=InterestKind)
    hint = models.CharField(_("线索"), max_length=120, blank=True)
    reason = models.CharField(_("说明"), max_length=300)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user", "kind"], name="one_interest_per_kind")]
        verbose_name = _("回避")
        verbose_name_plural = _("回避")

    def __str__(self) -> str:
        return f"{self.case} {self.user} {self.get_kind_display()}"
