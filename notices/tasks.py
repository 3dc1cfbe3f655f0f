"""The delivery sweep: sends what is due, one mail at a time, and goes on after a failure."""

import logging

from celery import shared_task
from django.utils import timezone

from notices import delivering

log = logging.getLogger(__name__)
AT_ONCE = 100  # mails per sweep; the next sweep comes within seconds


@shared_task
def deliver_mail() -> int:
    """Send the mails that are due, at most ``AT_ONCE``; returns how many went out."""
    delivering.bury_abandoned(timezone.now())
    sent = 0
    for _turn in range(AT_ONCE):
        notice = delivering.claim(timezone.now())
        if notice is None:
            break
        try:
            delivering.letter(notice).send()
        except Exception as error:
            log.warning("mail %s failed, try %s: %s", notice.uid, notice.attempts, type(error).__name__)
            delivering.put_off(notice, error, timezone.now())
        else:
            delivering.confirm(notice)
            sent += 1
    return sent
