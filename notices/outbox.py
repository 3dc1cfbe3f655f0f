"""Putting notices into the same transaction as the act that causes them."""

import datetime as dt
from collections.abc import Iterable

from accounts.models import User
from notices.models import MailState, Notice


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
) -> int:
    """Tell each recipient once; returns how many rows were asked for.

    ``key`` names the occasion: the same key never tells the same person twice, however
    often it is put. The text carries number, stage and unit only, no names and no
    personal numbers, because it may leave the house by mail.
    """
    rows = [
        Notice(
            recipient=user,
            kind=kind,
            tone=tone,
            text=text[:300],
            url=url,
            matter=matter,
            key=f"{key}:{user.pk}",
            created_at=at,
            mail_state=MailState.WAITING if user.email else MailState.NONE,
            next_try_at=at if user.email else None,
        )
        for user in {user.pk: user for user in recipients}.values()
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def withdraw(key: str, *, at: dt.datetime) -> int:
    """Cancel what was put under ``key`` (or below it) and has not left the house yet; returns how many."""
    unsent = Notice.objects.filter(key__startswith=f"{key}:", mail_state=MailState.WAITING)
    return unsent.update(mail_state=MailState.NONE, next_try_at=None)
