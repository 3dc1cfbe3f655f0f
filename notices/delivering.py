"""The row is the queue: which mails are due, who may send one, what becomes of it. No verbs here.

A worker claims a row by conditional update and holds it for forty seconds, longer than
a send can take (EMAIL_TIMEOUT is fifteen). A worker that dies leaves the row to the next
sweep. A mail is therefore sent at least once; its Message-ID stays the same, so a reader
can tell a second copy.
"""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Count, F, Min, Q
from django.utils.translation import gettext as _

from accounts.models import User
from notices.models import MailState, Notice, NoticeQuerySet
from vault.masking import mask_text

LEASE = dt.timedelta(seconds=40)
TRIES = 8
# How long to wait after the first, second … failure; the eighth is the last.
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600, 86400))


def claim(now: dt.datetime) -> Notice | None:
    """Take the next mail that is due, for forty seconds; None when nothing is due.

    Two workers never hold the same row: the one whose update finds it unchanged has it.
    """
    due = Notice.objects.mail_due(now).filter(Q(attempts__lt=TRIES)).select_related("recipient")
    for notice in due[:20]:
        mine = Notice.objects.filter(
            pk=notice.pk, mail_state=notice.mail_state, attempts=notice.attempts, leased_until=notice.leased_until
        ).update(mail_state=MailState.SENDING, attempts=F("attempts") + 1, leased_until=now + LEASE)
        if mine:
            notice.attempts += 1
            notice.mail_state, notice.leased_until = MailState.SENDING, now + LEASE
            return notice
    return None


def letter(notice: Notice) -> EmailMessage:
    """The mail: number, stage and link; no names, no personal numbers (the text was put that way)."""
    host = settings.SITE_URL.split("//", 1)[-1].split("/")[0].split(":")[0]
    link = f"{settings.SITE_URL}{notice.url}" if notice.url else settings.SITE_URL
    return EmailMessage(
        subject=_("信访接待系统：%(number)s 有新的提醒") % {"number": notice.matter or _("您")},
        body=f"{mask_text(notice.text)}\n\n{link}\n",
        to=[notice.recipient.email],
        headers={"Message-ID": f"<{notice.uid}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def confirm(notice: Notice) -> None:
    """It went out."""
    _mine(notice).update(mail_state=MailState.SENT, leased_until=None, last_error="")


def put_off(notice: Notice, error: Exception, now: dt.datetime) -> None:
    """It did not: try again later, or give up after the eighth time, visibly."""
    dead = notice.attempts >= TRIES
    wait = BACK_OFF[min(notice.attempts, len(BACK_OFF)) - 1]
    _mine(notice).update(
        mail_state=MailState.DEAD if dead else MailState.WAITING,
        next_try_at=now + wait,
        leased_until=None,
        last_error=mask_text(f"{type(error).__name__}: {error}")[:300],
    )


def _mine(notice: Notice) -> NoticeQuerySet:
    """The row as long as this worker still holds it: a later claim has raised ``attempts``."""
    return Notice.objects.filter(pk=notice.pk, mail_state=MailState.SENDING, attempts=notice.attempts)


def bury_abandoned(now: dt.datetime) -> int:
    """Mails whose eighth try was cut off in the middle are given up too; returns how many."""
    cut_off = Notice.objects.filter(mail_state=MailState.SENDING, leased_until__lt=now, attempts__gte=TRIES)
    return cut_off.update(mail_state=MailState.DEAD, leased_until=None, last_error="interrupted")


def send_again(user: User, pk: int, now: dt.datetime) -> bool:
    """Put a dead mail of this user back into the queue with a fresh count."""
    dead = Notice.objects.visible_to(user).filter(pk=pk, mail_state=MailState.DEAD)
    return bool(dead.update(mail_state=MailState.WAITING, attempts=0, next_try_at=now, last_error=""))


def mark_read(user: User, now: dt.datetime, pk: int | None = None) -> int:
    """Mark one or all of the user's notices as read; what was read stays read at its first time."""
    unread = Notice.objects.visible_to(user).unread()
    return (unread.filter(pk=pk) if pk else unread).update(read_at=now)


def health(now: dt.datetime) -> dict[str, int]:
    """Seconds the oldest overdue mail has been waiting since it was due, and how many mails were given up."""
    waiting = Q(mail_state__in=(MailState.WAITING, MailState.SENDING), next_try_at__lte=now)
    figures = Notice.objects.aggregate(
        oldest=Min("next_try_at", filter=waiting), dead=Count("pk", filter=Q(mail_state=MailState.DEAD))
    )
    oldest = figures["oldest"]
    return {
        "oldest_unsent_seconds": int((now - oldest).total_seconds()) if oldest else 0,
        "dead_notices": figures["dead"],
    }
