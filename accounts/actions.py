"""Managing people: grant and take back roles."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import RoleGrant, User
from audit import trail
from vault.errors import Refusal


@trail.verb
def grant(*, user: User, role: str, actor: User | None, at: dt.datetime) -> RoleGrant:
    """Give a role. Raises ``Refusal`` when administrators would mix with other roles (三员分立)."""
    if roles.clash(frozenset(user.grants.values_list("role", flat=True)) | {role}):
        raise Refusal(_("系统、安全、审计管理员必须由不同的人担任,也不能兼任业务角色。"))
    if user.grants.filter(role=role).exists():
        raise Refusal(_("该用户已有此角色。"))
    made = RoleGrant.objects.create(user=user, role=role, granted_by=actor, granted_at=at)
    trail.record(actor=actor, verb="grant", title=_("授予角色"), subject=made, at=at, user=user.username, role=role)
    return made


@trail.verb
def revoke(*, user: User, role: str, actor: User | None, at: dt.datetime) -> None:
    """Take a role back; the user's next request already runs without it."""
    held = user.grants.filter(role=role).first()
    if held is None:
        raise Refusal(_("该用户没有此角色。"))
    trail.record(
        actor=actor, verb="revoke", title=_("收回角色"), subject=user, at=at, username=user.username, role=role,
        removed=[f"{held._meta.label_lower}:{held.pk}"],
    )  # fmt: skip
    held.delete()
