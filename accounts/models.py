"""Units, users and the roles granted to them."""

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import roles


class UnitKind(models.TextChoices):
    OFFICE = "office", _("信访工作机构")
    AGENCY = "agency", _("职能部门")
    INNER = "inner", _("内设机构")
    LOCAL = "local", _("乡镇街道")
    JUSTICE = "justice", _("政法机关")
    DISCIPLINE = "discipline", _("纪检监察机关")
    OTHER = "other", _("其他单位")


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def within(self, unit: "Unit") -> Self:
        """The unit itself and everything below it in the tree."""
        return self.filter(path__startswith=unit.path)

    def receivers(self) -> Self:
        """Units a matter can be sent to."""
        return self.active().exclude(kind=UnitKind.OFFICE)


class Unit(models.Model):
    """One organisation in the tree; ``path`` holds the primary keys from the root, for subtree queries."""

    code = models.CharField(_("代码"), max_length=32, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=UnitKind, default=UnitKind.AGENCY)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    mark = models.CharField(
        _("机关代字"),
        max_length=20,
        blank=True,
        default="",
        help_text=_("发文字号用，如“示住建信”；不填的，用信访工作机构的代字。"),
    )
    path = models.CharField(max_length=255, editable=False, default="", db_index=True)
    region_code = models.CharField(_("行政区划代码"), max_length=12, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    objects = UnitQuerySet.as_manager()
    unsealed_because = "reference data; every change is an event"

    class Meta:
        ordering = ["path"]
        verbose_name = _("单位")
        verbose_name_plural = _("单位")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps ``path`` in step with the parent; moving a unit moves everything below it."""
        if self._state.adding:
            super().save(*args, **kwargs)
            kwargs["force_insert"] = False
        old, new = self.path, f"{self.parent.path if self.parent else '/'}{self.pk}/"
        self.path = new
        super().save(*args, **kwargs)
        if old and old != new:
            for child in self.children.all():
                child.parent = self
                child.save()

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def body(self) -> "Unit":
        """The body that an inner office is a part of; any other unit is its own."""
        unit = self
        while unit.kind == UnitKind.INNER and unit.parent:
            unit = unit.parent
        return unit

    @cached_property
    def body_ids(self) -> frozenset[int]:
        """This unit and, for an inner office, the units it is a part of: who is meant when the body is meant."""
        unit, ids = self, {self.pk}
        while unit.kind == UnitKind.INNER and unit.parent:
            unit = unit.parent
            ids.add(unit.pk)
        return frozenset(ids)


class UserManager(DjangoUserManager["User"]):
    def with_permission(self, permission: str) -> models.QuerySet["User"]:
        """Active users one of whose roles carries ``permission``."""
        return self.filter(is_active=True, grants__role__in=roles.holders(permission)).distinct()

    def search(self, text: str) -> models.QuerySet["User"]:
        """By a part of name, user name or unit; everybody for an empty text."""
        named = Q(display_name__icontains=text) | Q(username__icontains=text) | Q(unit__name__icontains=text)
        return self.filter(named) if text else self.all()


class TextSize(models.TextChoices):
    NORMAL = "", _("标准")
    LARGE = "large", _("大")
    EXTRA = "xl", _("特大")


class User(AbstractUser):
    """A person who signs in. What they may do follows from their roles, never from ``is_superuser``."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    display_name = models.CharField(_("姓名"), max_length=100)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), null=True, on_delete=models.PROTECT, related_name="users")
    window = models.CharField(_("窗口"), max_length=40, blank=True)
    phone = models.CharField(_("办公电话"), max_length=40, blank=True)
    text_size = models.CharField(_("字号"), max_length=8, choices=TextSize, blank=True, default=TextSize.NORMAL)

    # Whose deputy this object is, for one request or one telling (accounts/deputies.py); never a column.
    acting_for: "User | None" = None

    objects: ClassVar[UserManager] = UserManager()
    unsealed_because = "signing in and preferences change it; grants of roles are sealed"

    class Meta:
        ordering = ["username"]
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """The roles held; of a deputy those of the absent that can be acted for, and no others."""
        if self.acting_for is not None:
            return roles.delegable(self.acting_for.role_codes)
        return self.own_codes

    @cached_property
    def own_codes(self) -> frozenset[str]:
        """The roles granted to this very person, whoever they act for."""
        return frozenset(grant.role for grant in self.grants.all())

    @cached_property
    def hands(self) -> frozenset[int]:
        """Whose act it is: one's own, and that of whom one acts for. Neither is a second person to the other."""
        return frozenset({self.pk} | ({self.acting_for.pk} if self.acting_for is not None else set()))

    @cached_property
    def permissions(self) -> frozenset[str]:
        return roles.permissions_of(self.role_codes) if self.is_active else frozenset()

    def can(self, permission: str) -> bool:
        return permission in self.permissions

    def can_twice(self, permission: str) -> bool:
        """May this person do it as themselves, and, where they act for somebody, that person as well?"""
        own = self.acting_for is None or permission in roles.permissions_of(self.own_codes)
        return own and self.can(permission)

    def must(self, permission: str) -> None:
        """Raises ``PermissionDenied`` (a 403 page) when no role of the user carries ``permission``."""
        if not self.can(permission):
            raise PermissionDenied(permission)

    @cached_property
    def scope(self) -> str:
        """The widest of the scopes of the user's roles: office, filed, unit or none."""
        scopes = {roles.ROLES[code].scope for code in self.role_codes}
        return next((scope for scope in ("office", "filed", "unit") if scope in scopes), "none")

    @cached_property
    def scopes(self) -> frozenset[str]:
        """All scopes of the user's roles: a member of an office that also handles matters has both."""
        return frozenset(roles.ROLES[code].scope for code in self.role_codes) - {"none"}

    @property
    def named(self) -> str:
        """As the trail names who did it: a deputy with whom they act for."""
        return f"{self}（代 {self.acting_for}）" if self.acting_for is not None else str(self)

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for code, role in roles.ROLES.items() if code in self.role_codes]


class RoleGrant(models.Model):
    """One role held by one user. Granted and taken back by the security administrator."""

    user = models.ForeignKey(User, verbose_name=_("用户"), on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("角色"), max_length=12, choices=roles.CHOICES)
    granted_by = models.ForeignKey(
        User, verbose_name=_("授予人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(_("授予时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role"),
            models.CheckConstraint(condition=Q(role__in=list(roles.ROLES)), name="grant_names_a_role"),
        ]
        verbose_name = _("角色授予")
        verbose_name_plural = _("角色授予")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class DeputyshipQuerySet(models.QuerySet["Deputyship"]):
    def running(self, at: dt.datetime | None = None) -> Self:
        """In force at ``at``, by default at the moment the database is asked: begun, not over, not revoked,
        both people active and still of one unit."""
        moment: Any = at or Now()
        return self.filter(
            revoked_at__isnull=True, starts_at__lte=moment, ends_at__gt=moment, absent__is_active=True,
            deputy__is_active=True, absent__unit__isnull=False, absent__unit=F("deputy__unit"),
        )  # fmt: skip

    def overlapping(self, starts: dt.datetime, ends: dt.datetime) -> Self:
        return self.filter(revoked_at__isnull=True, starts_at__lt=ends, ends_at__gt=starts)

    def with_people(self) -> Self:
        return self.select_related("absent__unit", "deputy__unit", "appointed_by", "revoked_by")


class Deputyship(models.Model):
    """代理: while one person is away another of the same unit acts in their stead. Ends by itself."""

    absent = models.ForeignKey(User, verbose_name=_("离岗人"), on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(User, verbose_name=_("代理人"), on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    reason = models.CharField(_("事由"), max_length=200)
    appointed_by = models.ForeignKey(User, verbose_name=_("指定人"), on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField(_("指定时间"))
    revoked_by = models.ForeignKey(
        User, verbose_name=_("撤销人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = DeputyshipQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="deputyship_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="nobody_deputises_for_themselves"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="deputyship_revoked_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["absent", "ends_at"], name="deputyship_absent")]
        verbose_name = _("代理")
        verbose_name_plural = _("代理")

    def __str__(self) -> str:
        return f"{self.deputy} 代 {self.absent}"
