"""The words that leave the house: number, stage and link; no names, no personal numbers (the text was put that way).

Groups and platforms are read by people this system does not know: they get the number,
the urgency and the link, not the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from notices.choices import SHARED
from notices.delivering import TRIAL
from notices.models import Delivery, Notice
from vault.masking import mask_text


@dataclass(frozen=True)
class Message:
    """What a channel sends. ``id`` stays the same however often the same message is tried."""

    id: str
    subject: str
    text: str
    link: str
    number: str
    tone: str

    @property
    def whole(self) -> str:
        return f"{self.text}\n\n{self.link}\n"

    @property
    def line(self) -> str:
        return f"{self.text} {self.link}"


def compose(held: Sequence[Delivery]) -> Message:
    """One message of one delivery, or of a whole digest."""
    first = held[0]
    if first.bundle:
        return _digest(held)
    notice = first.notice
    text = _short(notice) if first.channel in SHARED else mask_text(notice.text)
    return Message(
        str(first.uid), _("信访接待系统：%(number)s 有新的提醒") % {"number": notice.matter or _("您")}, text,
        _link(notice), notice.matter, notice.tone,
    )  # fmt: skip


def _digest(held: Sequence[Delivery]) -> Message:
    """All of a digest in one message: in a mail each notice with its link, elsewhere how many there are."""
    first, many = held[0], len(held)
    subject = _("信访接待系统：%(n)s 条新的通知") % {"n": many}
    if first.channel == "mail":
        text = "\n\n".join(f"{n}. {mask_text(row.notice.text)}\n{_link(row.notice)}" for n, row in enumerate(held, 1))
    else:
        text = _("有 %(n)s 条新的通知，请登录系统查看。") % {"n": many}
    return Message(str(first.bundle), subject, text, f"{settings.SITE_URL}/notices/", "", "info")


def _link(notice: Notice) -> str:
    return f"{settings.SITE_URL}{notice.url}" if notice.url else f"{settings.SITE_URL}/notices/"


def _short(notice: Notice) -> str:
    if notice.kind == TRIAL:
        return notice.text
    said = {
        "late": _("%(number)s 有红色提醒，请登录系统办理。"),
        "warn": _("%(number)s 有新的提醒，请登录系统办理。"),
    }.get(notice.tone, _("%(number)s 有新的通知，请登录系统查看。"))
    return said % {"number": notice.matter or _("信访接待系统")}
