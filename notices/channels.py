"""One way to send on any channel: compose, find the address, hand over, fifteen seconds at most."""

import smtplib
import threading
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from notices import gateways
from notices.choices import Cause, Way
from notices.composing import Message, compose
from notices.delivering import TRIAL, Undelivered
from notices.gateways import Line
from notices.models import Channel, Contact, Delivery

HARD_SECONDS = 15  # less than delivering.LEASE, whatever a server does to drag it out


class NotWanted(Exception):
    """The channel is off, or the person cannot be reached on it any more: nothing to send, nothing failed."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


def lines() -> dict[str, Line]:
    """Every channel as it is set up now; mail needs no row, it is set up by the environment."""
    found = {
        row.code: Line(row.code, row.is_on, str(row.address), str(row.secret), row.body, row.success)
        for row in Channel.objects.all()
    }  # fmt: skip
    return {Way.MAIL.value: Line(Way.MAIL)} | found


def send(held: Sequence[Delivery], known: dict[str, Line]) -> None:
    """Send what is held. Raises ``Undelivered`` when it did not go out, ``NotWanted`` when it shall not."""
    first = held[0]
    line = known.get(first.channel)
    trial = first.notice.kind == TRIAL
    if line is None or not (line.is_on or trial):
        raise NotWanted(Cause.OFF)
    if not first.notice.recipient.is_active:
        raise NotWanted(Cause.GONE)
    to, message = _address(first), compose(held)
    sender = mail if first.channel == Way.MAIL else gateways.SENDERS[first.channel]
    within(HARD_SECONDS, lambda: sender(message, line, to))


def _address(delivery: Delivery) -> str:
    """Where it goes: the person's own address on personal channels. Raises ``NotWanted`` where there is none."""
    user = delivery.notice.recipient
    if delivery.channel not in (Way.MAIL, Way.SMS):
        return ""
    if delivery.channel == Way.MAIL:
        to = str(user.email)
    else:
        contact = Contact.objects.filter(user=user).first()
        to = str(contact.mobile) if contact else ""
    if not to:
        raise NotWanted(Cause.GONE)
    return to


def within(seconds: float, act: Callable[[], None]) -> None:
    """Run ``act`` and wait for so long, no longer: a server that answers byte by byte does not keep us.

    What is still running then is left to itself. It counts as failed; should it arrive
    after all, the next try has the same name.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="outbox-send", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise Undelivered(Cause.TIMEOUT, f"{seconds} s")
    if failed:
        raise failed[0]


def letter(message: Message, to: str) -> EmailMessage:
    """The mail. Its Message-ID is the message's own name, the same on every try."""
    host = settings.SITE_URL.split("//", 1)[-1].split("/")[0].split(":")[0]
    return EmailMessage(
        subject=message.subject,
        body=message.whole,
        to=[to],
        headers={"Message-ID": f"<{message.id}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def mail(message: Message, line: Line, to: str) -> None:
    """Hand a mail to the office's server, and say which kind of no it answered."""
    try:
        letter(message, to).send()
    except smtplib.SMTPRecipientsRefused as error:
        worst = max((code for code, _text in error.recipients.values()), default=0)
        raise Undelivered(Cause.RECEIVER, f"SMTP {worst}", for_good=worst >= 500) from None
    except smtplib.SMTPAuthenticationError as error:
        raise Undelivered(Cause.SETTINGS, f"SMTP {error.smtp_code}") from None
    except smtplib.SMTPResponseException as error:
        for_good = error.smtp_code >= 500
        raise Undelivered(
            Cause.REFUSED if for_good else Cause.BUSY, f"SMTP {error.smtp_code}", for_good=for_good
        ) from None
    except TimeoutError as error:
        raise Undelivered(Cause.TIMEOUT, type(error).__name__) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered(Cause.CONNECTION, f"{type(error).__name__}: {error}") from None
