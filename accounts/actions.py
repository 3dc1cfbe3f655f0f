"""Managing people and units: roles, accounts, passwords, preferences."""

import datetime as dt
from typing import Any

from axes.utils import reset as clear_failures
from django.contrib.sessions.models import Session
from django.db.models import F, Model
from django.utils.translation import gettext as _

from accounts import deputies, roles
from accounts.models import Deputyship, RoleGrant, TextSize, Unit, User
from audit import trail
from vault.errors import Refusal

CONTACTS = ("display_name", "unit", "window", "phone", "email")
UNIT_FIELDS = ("name", "short_name", "kind", "parent", "region_code", "phone", "address", "is_active")


@trail.verb
def grant(*, user: User, role: str, actor: User | None, at: dt.datetime) -> RoleGrant:
    """Give a role. Raises ``Refusal`` when administrators would mix with other roles (三员分立)."""
    if role not in roles.ROLES:
        raise Refusal(_("没有这个角色。"))
    if roles.clash(frozenset(user.grants.values_list("role", flat=True)) | {role}):
        raise Refusal(_("系统、安全、审计管理员必须由不同的人担任，也不能兼任业务角色。"))
    if user.grants.filter(role=role).exists():
        raise Refusal(_("该用户已有此角色。"))
    made = RoleGrant.objects.create(user=user, role=role, granted_by=actor, granted_at=at)
    trail.record(actor=actor, verb="grant", title=_("授予角色"), subject=made, at=at, user=user.username, role=role)
    return made


@trail.verb
def revoke(*, user: User, role: str, actor: User | None, at: dt.datetime) -> None:
    """Take a role back; the user's next request already runs without it.

    Raises ``Refusal`` for a role not held, and for the last active administrator of a kind.
    """
    held = user.grants.filter(role=role).first()
    if held is None:
        raise Refusal(_("该用户没有此角色。"))
    _keep_one_administrator(user, {role})
    trail.record(
        actor=actor, verb="revoke", title=_("收回角色"), subject=user, at=at, username=user.username, role=role,
        removed=[f"{held._meta.label_lower}:{held.pk}"],
    )  # fmt: skip
    held.delete()


def _keep_one_administrator(user: User, codes: set[str]) -> None:
    """Without a system or security administrator nobody could ever appoint one again."""
    for code in sorted(codes & {"sysadmin", "secadmin"}):
        others = RoleGrant.objects.filter(role=code, user__is_active=True).exclude(user=user)
        if user.is_active and not others.exists():
            raise Refusal(_("这是最后一名%(role)s，请先指定另一名。"), role=roles.ROLES[code].label)


@trail.verb
def create_user(
    *, username: str, display_name: str, unit: Unit, password: str, actor: User | None, at: dt.datetime,
    window: str = "", phone: str = "", email: str = "",
) -> User:  # fmt: skip
    """Open an account. It may do nothing until the security administrator grants a role."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refusal(_("用户名“%(name)s”已有人使用。"), name=username)
    made = User.objects.create_user(
        username, password=password, display_name=display_name, unit=unit, window=window, phone=phone, email=email
    )
    trail.record(
        actor=actor, verb="create_user", title=_("新建用户"), subject=made, at=at, username=username, unit=unit.name
    )
    return made


@trail.verb
def change_user(*, user: User, actor: User, at: dt.datetime, **fields: Any) -> None:
    """Change name, unit, window, phone or e-mail; the event names the columns that changed, not their contents."""
    changed = [name for name in CONTACTS if name in fields and getattr(user, name) != fields[name]]
    for name in changed:
        setattr(user, name, fields[name])
    user.save(update_fields=changed)
    trail.record(
        actor=actor, verb="change_user", title=_("修改用户"), subject=user, at=at, username=user.username,
        changed=changed, unit=user.unit.name if user.unit else "",
    )  # fmt: skip


@trail.verb
def deactivate(*, user: User, actor: User, at: dt.datetime) -> None:
    """Stop an account at once: it can neither sign in nor go on with an open session."""
    if user.pk == actor.pk:
        raise Refusal(_("不能停用自己。"))
    if not user.is_active:
        raise Refusal(_("该用户已经停用。"))
    _keep_one_administrator(user, set(user.role_codes))
    user.is_active = False
    user.save(update_fields=["is_active"])
    trail.record(
        actor=actor, verb="deactivate", title=_("停用用户"), subject=user, at=at, username=user.username,
        sessions=_end_sessions(user, at),
    )  # fmt: skip


@trail.verb
def activate(*, user: User, actor: User, at: dt.datetime) -> None:
    """Let a stopped account sign in again, with the roles it still holds."""
    if user.is_active:
        raise Refusal(_("该用户并未停用。"))
    user.is_active = True
    user.save(update_fields=["is_active"])
    trail.record(actor=actor, verb="activate", title=_("启用用户"), subject=user, at=at, username=user.username)


@trail.verb
def unlock(*, user: User, actor: User, at: dt.datetime) -> None:
    """Forget failed sign-ins of this name and end its open sessions."""
    clear_failures(username=user.username)
    trail.record(
        actor=actor, verb="unlock", title=_("解除锁定、结束会话"), subject=user, at=at, username=user.username,
        sessions=_end_sessions(user, at),
    )  # fmt: skip


def _end_sessions(user: User, at: dt.datetime) -> int:
    """Delete the user's open sessions; reads all live ones, which an office has some hundreds of."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(pk__in=own).delete()
    return len(own)


@trail.verb
def reset_password(*, user: User, password: str, actor: User, at: dt.datetime) -> None:
    """Set a new first password and end open sessions. An administrator's is never set by another person's page."""
    if any(roles.ROLES[code].administrative for code in user.role_codes):
        raise Refusal(_("管理员的密码不能由他人重置，请本人修改；忘记的，由运行维护人员在服务器上设置。"))
    user.set_password(password)
    user.save(update_fields=["password"])
    trail.record(
        actor=actor, verb="reset_password", title=_("重置密码"), subject=user, at=at, username=user.username,
        sessions=_end_sessions(user, at),
    )  # fmt: skip


@trail.verb
def change_password(*, password: str, actor: User, at: dt.datetime) -> None:
    """Change one's own password; sessions elsewhere end by themselves, because they carry the old password's digest."""
    actor.set_password(password)
    actor.save(update_fields=["password"])
    trail.record(actor=actor, verb="change_password", title=_("修改密码"), subject=actor, at=at)


@trail.verb
def set_text_size(*, text_size: str, actor: User, at: dt.datetime) -> None:
    """Keep the person's size of type for every page and every machine."""
    if text_size not in TextSize.values:
        raise Refusal(_("没有这种字号。"))
    actor.text_size = text_size
    actor.save(update_fields=["text_size"])
    trail.record(actor=actor, verb="text_size", title=_("调整字号"), subject=actor, at=at, text_size=text_size)


@trail.verb
def sign_in(*, actor: User, at: dt.datetime) -> None:
    """Say in the trail that somebody signed in."""
    trail.record(actor=actor, verb="sign_in", title=_("登录"), subject=actor, at=at)


@trail.verb
def appoint_deputy(
    *, absent: User, deputy: User, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, actor: User,
    at: dt.datetime,
) -> Deputyship:  # fmt: skip
    """Let ``deputy`` stand in for ``absent`` from ``starts_at`` to ``ends_at`` (calendar days, rules/deputies.toml).

    Raises ``Refusal`` for people of different units, administrators, spans too long or overlapping.
    """
    # Of two appointments at once for the same people the second waits here, and then sees the first.
    User.objects.filter(pk__in=(absent.pk, deputy.pk)).order_by("pk").update(display_name=F("display_name"))
    reasons = (
        deputies.no_deputy(absent, deputy, actor), deputies.bad_span(absent, deputy, starts_at, ends_at, actor, at),
        "" if reason.strip() else _("请写明离岗的事由。"),
    )  # fmt: skip
    if refused := next(filter(None, reasons), ""):
        raise Refusal(refused)
    made = Deputyship.objects.create(
        absent=absent, deputy=deputy, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:200],
        appointed_by=actor, appointed_at=at,
    )  # fmt: skip
    trail.record(
        actor=actor, verb="appoint_deputy", title=_("指定代理"), subject=made, at=at, note=reason,
        absent=absent.username, deputy=deputy.username, until=ends_at.isoformat(),
    )  # fmt: skip
    return made


@trail.verb
def revoke_deputy(*, row: Deputyship, actor: User, at: dt.datetime) -> None:
    """End a deputyship before its time; the deputy's next request already runs without it."""
    if reason := deputies.no_revoking(row, actor, at):
        raise Refusal(reason)
    row.revoked_at, row.revoked_by = at, actor
    row.save(update_fields=["revoked_at", "revoked_by"])
    trail.record(actor=actor, verb="revoke_deputy", title=_("撤销代理"), subject=row, at=at, deputy=row.deputy.username)


@trail.verb
def begin_acting(*, row: Deputyship, actor: User, at: dt.datetime) -> None:
    """Say in the trail that the deputy acts for the absent from now on in this session."""
    if row.pk not in {one.pk for one in deputies.mine(actor, at)}:
        raise Refusal(_("这项代理没有生效，或者已经结束。"))
    trail.record(actor=actor, verb="begin_acting", title=_("开始代理"), subject=row, at=at, absent=row.absent.username)


@trail.verb
def stop_acting(*, row: Deputyship, actor: User, at: dt.datetime) -> None:
    """Say in the trail that the deputy is themselves again."""
    trail.record(actor=actor, verb="stop_acting", title=_("结束代理"), subject=row, at=at, absent=row.absent.username)


@trail.verb
def create_unit(*, code: str, name: str, kind: str, actor: User | None, at: dt.datetime, **fields: Any) -> Unit:
    """Add a unit below ``parent``. Raises ``Refusal`` for a code that exists."""
    if Unit.objects.filter(code=code).exists():
        raise Refusal(_("单位代码“%(code)s”已经使用。"), code=code)
    made = Unit(code=code, name=name, kind=kind, **fields)
    made.save()
    trail.record(actor=actor, verb="create_unit", title=_("新建单位"), subject=made, at=at, code=code, name=name)
    return made


@trail.verb
def change_unit(*, unit: Unit, actor: User, at: dt.datetime, **fields: Any) -> None:
    """Change a unit; moving it moves everything below it. Raises ``Refusal`` for a place below itself."""
    parent = fields.get("parent", unit.parent)
    if parent and parent.path.startswith(unit.path):
        raise Refusal(_("上级单位不能是它自己或它的下级。"))
    changed = [name for name in UNIT_FIELDS if name in fields and getattr(unit, name) != fields[name]]
    for name in changed:
        setattr(unit, name, fields[name])
    unit.save()
    trail.record(actor=actor, verb="change_unit", title=_("修改单位"), subject=unit, at=at, changed=changed)


@trail.verb
def keep_reference(*, row: Model, changed: list[str], actor: User, at: dt.datetime) -> None:
    """Save one row of reference data; the event names the row and the columns."""
    new = row._state.adding
    row.save()
    trail.record(
        actor=actor, verb="keep_reference", title=_("新增参考数据") if new else _("修改参考数据"), subject=row, at=at,
        row=str(row), changed=list(changed),
    )  # fmt: skip


@trail.verb
def drop_reference(*, row: Model, actor: User, at: dt.datetime) -> None:
    """Delete one row of reference data that nothing points to."""
    trail.record(actor=actor, verb="drop_reference", title=_("删除参考数据"), subject=row, at=at, row=str(row))
    row.delete()
