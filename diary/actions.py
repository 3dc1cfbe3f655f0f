"""Planning, publishing and calling off leaders' reception days; making and revoking one's own feed."""

import datetime as dt
import secrets
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from diary.feeding import digest
from diary.models import Feed, LeaderDay
from notices import outbox
from vault.errors import Refusal, Stale

LONGEST = dt.timedelta(days=400)
TOLD = ("leader", "day", "starts", "ends", "place")  # what the leader must hear of when it changes after publishing
FIELDS = ("leader", "leader_name", "post", "day", "starts", "ends", "place", "notice")


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


def no_planning(actor: User) -> str:
    """Supervisors and leaders plan the reception days of their own office."""
    if not actor.can("diary.plan"):
        return _("您的角色不能安排领导接访日。")
    return "" if actor.unit else _("您的账号没有所属单位，不能安排领导接访日。")


def no_change(row: LeaderDay, actor: User, today: dt.date) -> str:
    """A day that is over or was called off stays as it is."""
    if reason := no_planning(actor):
        return reason
    if row.cancelled_at:
        return _("这个接访日已经取消。")
    return _("这个接访日已经过去。") if row.day < today else ""


def bad_day(said: dict[str, Any], today: dt.date) -> str:
    """A leader, a place and a text; from today within some thirteen months; it ends after it starts."""
    if not all(str(said.get(name) or "").strip() for name in ("leader_name", "place", "notice")):
        return _("请填写接访领导、地点和公告内容。")
    if not today <= said["day"] <= today + LONGEST:
        return _("接访日期应当在今日以后、400 日以内。")
    return "" if said["starts"] < said["ends"] else _("结束时间应当晚于开始时间。")


@trail.verb
def plan_day(*, actor: User, at: dt.datetime, **said: Any) -> LeaderDay:
    """Plan one reception day of a leader; nobody is told before it is published."""
    _insist(no_planning(actor) or bad_day(said, timezone.localdate(at)))
    row = LeaderDay(office=actor.unit, made_at=at, made_by=actor, **{name: said[name] for name in FIELDS})
    _save(row, force_insert=True)
    trail.record(actor=actor, verb="plan_leader_day", title=_("安排领导接访日"), subject=row, at=at, day=str(row.day))
    return row


@trail.verb
def change_day(*, row: LeaderDay, version: int, actor: User, at: dt.datetime, **said: Any) -> None:
    """Change a day, published or not. ``version`` is the one that was read; raises ``Stale`` otherwise.

    Of a published day the leader is told of the new day, time or place; one who is no longer the one is told so.
    """
    today = timezone.localdate(at)
    _insist(no_change(row, actor, today) or bad_day(said, today))
    _insist_same(row, version)
    moved = [name for name in TOLD if row.published_at and getattr(row, name) != said[name]]
    row.version = version + 1
    if "leader" in moved:
        _tell(row, _("您 %(day)s %(time)s 的接访已经取消。"), at)
    for name in FIELDS:
        setattr(row, name, said[name])
    _save(row)
    trail.record(actor=actor, verb="change_leader_day", title=_("调整领导接访日"), subject=row, at=at, day=str(row.day))
    if moved:
        _tell(row, _("您的接访安排有调整：%(day)s %(time)s，请查看。"), at)


@trail.verb
def publish_day(*, row: LeaderDay, version: int, actor: User, at: dt.datetime) -> None:
    """Put the day on the list that the public reads, and tell the leader."""
    _insist(no_change(row, actor, timezone.localdate(at)))
    _insist("" if row.published_at is None else _("这个接访日已经公布。"))
    _insist_same(row, version)
    row.version, row.published_at, row.published_by = version + 1, at, actor
    row.save()
    trail.record(
        actor=actor, verb="publish_leader_day", title=_("公布领导接访日"), subject=row, at=at, day=str(row.day)
    )
    _tell(row, _("您 %(day)s %(time)s 接访，已经公布。"), at)


@trail.verb
def cancel_day(*, row: LeaderDay, version: int, reason: str, actor: User, at: dt.datetime) -> None:
    """Call the day off, with the reason; it stays on record and leaves the list."""
    _insist(no_change(row, actor, timezone.localdate(at)) or ("" if reason.strip() else _("请写明取消的理由。")))
    _insist_same(row, version)
    row.version, row.cancelled_at, row.cancelled_why = version + 1, at, reason.strip()[:200]
    row.save()
    title = _("取消领导接访日")
    trail.record(actor=actor, verb="cancel_leader_day", title=title, subject=row, at=at, note=reason, day=str(row.day))
    if row.published_at:
        _tell(row, _("您 %(day)s %(time)s 的接访已经取消。"), at)


def _insist_same(row: LeaderDay, version: int) -> None:
    """Of two who change it at once the second is told."""
    if not LeaderDay.objects.filter(pk=row.pk, version=version).update(version=F("version") + 1):
        raise Stale(_("他人已先行修改，请刷新后再看。"))


def _save(row: LeaderDay, **how: Any) -> None:
    try:
        row.save(**how)
    except IntegrityError:
        raise Refusal(_("这位领导在这个时间已有接访安排。")) from None


def _tell(row: LeaderDay, text: str, at: dt.datetime) -> None:
    if row.leader is None:
        return
    facts = {"day": row.day.isoformat(), "time": f"{row.starts:%H:%M}–{row.ends:%H:%M}"}
    outbox.put(
        recipients=[row.leader], kind="leader_day", text=text % facts, url=row.get_absolute_url(),
        key=f"leader_day:{row.pk}:{row.version}", at=at,
    )  # fmt: skip


@trail.verb
def make_feed(*, actor: User, at: dt.datetime) -> tuple[Feed, str]:
    """A new address for one's own diary; the one before is no longer answered. The token is kept nowhere."""
    _insist("" if actor.can("cases.view") else _("您的角色没有日程。"))
    old = _revoked(actor, at)
    token = secrets.token_urlsafe(32)
    try:
        made = Feed.objects.create(user=actor, digest=digest(token), made_at=at)
    except IntegrityError:
        raise Refusal(_("您刚刚在另一个窗口设立了新的地址，请刷新后再看。")) from None
    trail.record(actor=actor, verb="make_feed", title=_("设立日历订阅"), subject=made, at=at, rows=old)
    return made, token


@trail.verb
def revoke_feed(*, actor: User, at: dt.datetime) -> None:
    """One's own address is no longer answered. Raises ``Refusal`` when there is none."""
    old = _revoked(actor, at)
    _insist("" if old else _("您没有日历订阅。"))
    trail.record(actor=actor, verb="revoke_feed", title=_("停用日历订阅"), subject=old[0], at=at)


def _revoked(user: User, at: dt.datetime) -> list[Feed]:
    rows = list(Feed.objects.filter(user=user, revoked_at__isnull=True))
    for row in rows:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
    return rows
