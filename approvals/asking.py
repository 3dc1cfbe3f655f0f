"""Asking for a second person's decision and giving it: called inside the verbs that do the act.

``ask`` writes the open request; the granting verb calls ``decide`` first and then does
what the payload says, in one transaction. The row alone says who may decide.
"""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Request
from notices import outbox
from vault.errors import Refusal, Stale


def ask(
    kind: str, *, subject: models.Model, actor: User, at: dt.datetime, reason: str, matter: str = "", **payload: Any
) -> Request:
    """Write the request; the caller records it in the trail.

    Raises ``Refusal`` without a reason, or when the same is already asked for.
    """
    if not reason.strip():
        raise Refusal(_("请写明理由，供审批人判断。"))
    if pending(kind, subject):
        raise Refusal(_("“%(kind)s”已经提出，正在等待审批。"), kind=Request(kind=kind).get_kind_display())
    if actor.acting_for is not None:
        payload = payload | {"acting_for": actor.acting_for.pk}
    return Request.objects.create(
        kind=kind, subject_type=subject._meta.label_lower, subject_id=subject.pk, matter=matter, payload=payload,
        reason=reason.strip(), unit=actor.unit, asked_by=actor, asked_at=at,
    )  # fmt: skip


def pending(kind: str, subject: models.Model) -> Request | None:
    """The open request of this kind about a subject."""
    return Request.objects.about(subject).undecided().filter(kind=kind).first()


def no_deciding(request: Request, actor: User) -> str:
    """Why ``actor`` is not the second person of this request, as a sentence; "" when they are."""
    if not request.is_open:
        return _("此项已由 %(who)s 审批。") % {"who": request.decided_by}
    if not actor.can(request.spec.permission):
        return _("您的角色不能审批“%(kind)s”。") % {"kind": request.get_kind_display()}
    if {request.asked_by_id, request.facts.get("acting_for")} & actor.hands:
        return _("提出人不能审批自己提出的事项，请由另一人审批。")
    if request.spec.own_body and not (request.unit and actor.unit and request.unit.path.startswith(actor.unit.path)):
        return _("此项应当由提出单位的负责人审批。")
    return ""


def decide(request: Request, *, actor: User, at: dt.datetime, granted: bool, verdict: str = "") -> None:
    """Grant or deny, once, by another person than who asked.

    Raises ``Refusal`` when ``actor`` may not decide or denies without a word, ``Stale``
    when somebody else decided since the request was read.
    """
    reason = no_deciding(request, actor)
    if reason:
        raise Refusal(reason)
    if not granted and not verdict.strip():
        raise Refusal(_("不同意的，请写明理由。"))
    changed = Request.objects.filter(pk=request.pk, decided_at__isnull=True).update(
        granted=granted, decided_by=actor, decided_at=at, verdict=verdict
    )
    if changed != 1:
        hold(request)
    request.granted, request.decided_by, request.decided_at, request.verdict = granted, actor, at, verdict


def hold(request: Request) -> None:
    """Keep everybody else from deciding this request until the commit: for verbs that look before they decide.

    Without the lock two could both find the request open, and who comes second would be told
    what the first changed instead of who decided. Called first. Raises ``Stale``, naming who
    was faster, when the request was decided since it was read.
    """
    now = Request.objects.select_for_update(no_key=True).get(pk=request.pk)  # a join would show the name as it was
    if not now.is_open:
        raise Stale(_("此项已由 %(who)s 审批。"), who=now.decided_by)


def tell_deciders(request: Request, at: dt.datetime) -> None:
    """Tell those who may decide a request that is about no matter: at the unit that asks, or above it.

    Of requests about a matter the matter's own rules say who may know (cases.telling).
    """
    path = request.unit.path if request.unit else ""
    able = User.objects.with_permission(request.spec.permission).select_related("unit").exclude(pk=request.asked_by_id)
    outbox.put(
        recipients=[one for one in able if one.unit and path.startswith(one.unit.path)], kind="ask",
        text=_("有“%(kind)s”待您审批。") % {"kind": request.get_kind_display()}, url=request.get_absolute_url(),
        key=f"ask:{request.pk}", at=at,
    )  # fmt: skip


def tell_asker(request: Request, at: dt.datetime) -> None:
    """Tell who asked what became of it."""
    said = _("您提出的“%(kind)s”已获批准。") if request.granted else _("您提出的“%(kind)s”未获批准，请看审批意见。")
    outbox.put(
        recipients=[request.asked_by] if request.asked_by.is_active else [], kind="decided",
        text=said % {"kind": request.get_kind_display()}, url=request.get_absolute_url(),
        key=f"decided:{request.pk}", at=at,
    )  # fmt: skip
