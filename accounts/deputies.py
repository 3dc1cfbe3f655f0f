"""Deputies (代理): who acts in whose stead now, and when somebody may be appointed.

A deputy in force changes nothing by itself. It counts where the deputy switches it on for
a session (accounts/middleware.py), and where somebody is told of a matter
(cases.telling). In both the deputy is the person they are, in the roles of the absent
instead of their own: ``acting``. What must be true of who acts – not accused, not recused,
not the one who asked – is asked of both (``User.hands``, ``User.can_twice``).
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import Deputyship, DeputyshipQuerySet, User
from accounts.policy import rules
from audit.models import Event

ACTING = "acting"  # in the session: the key of the deputyship that was switched on
ADJOINING = dt.timedelta(days=1)  # two absences with less between them are one


def acting(row: Deputyship) -> User:
    """The deputy as they act for the absent: a fresh object, so that nothing of it stays after its use."""
    person = User.objects.select_related("unit").get(pk=row.deputy_id)
    person.acting_for = row.absent
    return person


def mine(user: User, at: dt.datetime) -> list[Deputyship]:
    """The deputyships in force that this person may switch on, by who is away."""
    if user.acting_for is not None or not user.is_active:
        return []
    rows = Deputyship.objects.running(at).filter(deputy=user).with_people().order_by("ends_at", "pk")
    return [row for row in rows if _stands(row)]


def _stands(row: Deputyship) -> bool:
    """The absent still has a role to act in, and the deputy has not become an administrator meanwhile."""
    return bool(_business(row.absent)) and row.deputy.own_codes == _business(row.deputy) != frozenset()


def shown(user: User) -> DeputyshipQuerySet:
    """The deputyships this person may know of: their own on either side, and those of the units they answer for."""
    seen = Q(absent=user.pk) | Q(deputy=user.pk)
    if user.acting_for is None and user.can("accounts.appoint_deputies") and user.unit:
        seen |= Q(absent__unit__path__startswith=user.unit.path)
    return Deputyship.objects.filter(seen).with_people().order_by("-starts_at", "-pk")


def in_force() -> list[Deputyship]:
    """All deputyships that run now: read once by whoever asks of many matters (a sweep)."""
    return list(Deputyship.objects.running().with_people().order_by("pk"))


def standing_in(people: Iterable[User], known: Iterable[Deputyship] | None = None) -> list[User]:
    """The deputies now acting for any of these, each as they act; nobody who is among these anyway.

    ``known`` are those in force, where they were read before.
    """
    absent = {one.pk for one in people if one.acting_for is None}
    if not absent:
        return []
    if known is None:
        known = Deputyship.objects.running().filter(absent__in=absent).with_people().order_by("pk")
    ours = [row for row in known if row.absent_id in absent and row.deputy_id not in absent]
    return [acting(row) for row in ours if _stands(row)]


def acted_for(user: User, deputy: int, verbs: Iterable[str], matter: str) -> bool:
    """Did this deputy do one of these things to a matter in the stead of ``user``? Then it is the user's own work."""
    if not Deputyship.objects.filter(absent=user.pk, deputy=deputy).exists():
        return False
    done = Event.objects.of_matter(matter).filter(verb__in=list(verbs), actor=deputy)
    return done.filter(data__acting_for=user.username).exists()


def may_appoint_for(actor: User, absent: User) -> bool:
    """Oneself; or somebody of the unit one answers for, or below it. A deputy appoints nobody."""
    if actor.acting_for is not None or absent.unit is None:
        return False
    above = actor.can("accounts.appoint_deputies") and actor.unit is not None
    return actor.pk == absent.pk or (above and absent.unit.path.startswith(actor.unit.path))  # type: ignore[union-attr]


def eligible(absent: User) -> list[User]:
    """Who could stand in: active people of the same unit who are no administrators."""
    if absent.unit is None:
        return []
    near = User.objects.filter(unit=absent.unit, is_active=True).exclude(pk=absent.pk).order_by("display_name")
    return [one for one in near.prefetch_related("grants") if one.own_codes and one.own_codes == _business(one)]


def _business(user: User) -> frozenset[str]:
    return roles.delegable(user.own_codes)


def no_deputy(absent: User, deputy: User, actor: User) -> str:
    """Why this person cannot stand in for that one, as a sentence; "" when they can."""
    if not may_appoint_for(actor, absent):
        return _("只能为本人或者本单位人员指定代理；代理期间不能再转托他人。")
    if absent.pk == deputy.pk:
        return _("请选择另一个人代理。")
    if not _business(absent):
        return _("系统、安全、审计管理员的职责不能代理。")
    if not deputy.is_active or not deputy.own_codes or deputy.own_codes != _business(deputy):
        return _("“%(who)s”没有业务角色，或者是管理员，不能代理。") % {"who": deputy}
    return "" if absent.unit_id == deputy.unit_id else _("代理人应当是同一单位的人员。")


def bad_span(absent: User, deputy: User, starts: dt.datetime, ends: dt.datetime, actor: User, at: dt.datetime) -> str:
    """From now on, not too long, one deputy at a time, and nobody stands in who is away themselves."""
    if ends <= starts or ends <= at:
        return _("结束时间应当在开始时间和现在之后。")
    if starts < at - dt.timedelta(minutes=10):
        return _("开始时间不能早于现在。")
    if (ends - starts) > dt.timedelta(days=rules().longest_days):
        return _("代理一次不超过 %(n)s 日。") % {"n": rules().longest_days}
    if actor.pk == absent.pk and _whole(absent, starts, ends) > dt.timedelta(days=rules().own_days):
        return _("自行指定代理连续不超过 %(n)s 日；超过的，请单位领导指定。") % {"n": rules().own_days}
    others = Deputyship.objects.overlapping(starts, ends)
    if others.filter(absent=absent).exists():
        return _("“%(who)s”在这段时间已有代理人，请先撤销。") % {"who": absent}
    if others.filter(absent=deputy).exists() or others.filter(deputy=absent).exists():
        return _("离岗的人不能代理他人，代理中的人也不能再由他人代理。")
    return ""


def _whole(absent: User, starts: dt.datetime, ends: dt.datetime) -> dt.timedelta:
    """How long the absence is with those before and after it that one appointed for oneself."""
    own = Deputyship.objects.filter(absent=absent, appointed_by=absent, revoked_at__isnull=True)
    rows = sorted(own.values_list("starts_at", "ends_at"))
    for _turn in rows:  # each may bring the next one within reach
        for first, last in rows:
            if first - ends < ADJOINING and starts - last < ADJOINING:  # a sum would end after the last year there is
                starts, ends = min(starts, first), max(ends, last)
    return ends - starts


def no_revoking(row: Deputyship, actor: User, at: dt.datetime) -> str:
    """The absent, the deputy and the leader may end it early."""
    if actor.acting_for is not None or not (
        actor.pk in (row.absent_id, row.deputy_id) or may_appoint_for(actor, row.absent)
    ):
        return _("只有离岗人、代理人和单位领导可以撤销代理。")
    return "" if row.revoked_at is None and row.ends_at > at else _("这项代理已经结束。")
