"""Putting notices into the same transaction as the act that causes them, and taking them back."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from notices import kicking, planning
from notices.choices import State
from notices.models import Delivery, Notice


def put(
    *,
    recipients: Iterable[User],
    kind: str,
    text: str,
    at: dt.datetime,
    key: str,
    url: str = "",
    matter: str = "",
    tone: str = "info",
    occasion: str = "",
) -> int:
    """Tell each recipient once; returns how many rows were asked for.

    In the house it is there at once. Out of the house ``tone`` decides: ``late`` at any hour,
    ``warn`` in working hours, ``info`` with the digest of the next working day. ``key`` names the
    occasion: the same key never tells the same person twice, however often it is put. A group or a
    platform hears of an ``occasion`` once; it is the key, unless each recipient has a key of their own. The text
    carries number, stage and unit only, no names and no personal numbers, because it may leave
    the house.
    """
    rows = [
        Notice(
            recipient=user, kind=kind, tone=tone, text=text[:300], url=url, matter=matter, key=f"{key}:{user.pk}",
            created_at=at,
        )
        for user in {user.pk: user for user in recipients}.values()
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    _plan(rows, at, occasion or key)
    return len(rows)


def _plan(rows: list[Notice], at: dt.datetime, occasion: str) -> None:
    """The ways out for the rows that are new; a dispatcher is woken after the commit if one is due already."""
    planned = planning.deliveries(rows, at, occasion)
    if not planned:
        return
    new = dict(Notice.objects.filter(uid__in=[row.uid for row in rows]).values_list("uid", "pk"))
    for row in rows:
        row.pk = new.get(row.uid)
    fresh = [delivery for delivery in planned if delivery.notice.pk]
    for delivery in fresh:
        delivery.notice_id = delivery.notice.pk
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
    if any(delivery.next_try_at <= at for delivery in fresh):
        wake()


def wake() -> None:
    """Wake a dispatcher once the act is committed: something is due now."""
    transaction.on_commit(kicking.kick)


def withdraw(key: str, *, at: dt.datetime) -> int:
    """Take back everything put under ``key``, whoever was told; returns how many deliveries will not go out.

    What was sent is sent. In the house the rows stay; where not read they say 已撤回.
    """
    under = Notice.objects.under(key)
    under.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    unsent = Delivery.objects.filter(notice__in=under, state__in=(State.WAITING, State.DEAD))
    return unsent.update(state=State.WITHDRAWN, dead_at=None)
