"""Verbs of the hall: take, call, call again, skip, send on, finish; and the devices.

Turns of tickets are not facts of the chain (decision 24); giving and taking away the
address of a device is.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from hall import feeding, queueing
from hall.choices import OPEN, DeviceKind, Kind, Source
from hall.models import Device, FeedEvent, Ticket, hall_of
from hall.policy import rules
from hall.workflow import try_turn, turn, unrecorded_verb
from vault.errors import Refusal, Stale

ATTEMPTS = 20


@unrecorded_verb
def take(
    *, office: Unit, actor: User | None, at: dt.datetime, reason: str = "", source: str = Source.COUNTER
) -> Ticket:
    """Take the next number of the day; with a ``reason`` it is a priority number.

    Raises ``Refusal`` for an unknown reason, and at the kiosk when too many wait already.
    """
    if reason and reason not in rules().reasons:
        raise Refusal(_("没有这个优先理由，请重新选择。"))
    if source == Source.KIOSK and queueing.today(office, at).waiting().count() >= rules().most_waiting:
        raise Refusal(_("等候的人已经很多，请到窗口取号。"))
    kind, day = Kind.PRIORITY if reason else Kind.ORDINARY, timezone.localdate(at)
    serial = queueing.next_serial(office, day, kind)
    return Ticket.objects.create(
        office=office, day=day, kind=kind, reason=reason, serial=serial, source=source, taken_at=at, queued_at=at
    )


def call_next(*, actor: User, at: dt.datetime) -> Ticket | None:
    """Call whoever is next to the actor's window; the ticket already there is answered again.

    So a second press of the key changes nothing. None when nobody waits. Raises
    ``Refusal`` for a user without a window.
    """
    for _attempt in range(ATTEMPTS):
        held = queueing.current(actor, at)
        if held is not None:
            return held
        found = queueing.next_ticket(_hall(actor), _window(actor), at)
        if found is None:
            return None
        try:
            return _call(ticket=found, actor=actor, at=at)
        except Stale:
            continue  # another window was faster: look again
    raise Refusal(_("叫号的窗口太多，请再按一次。"))


def call(*, ticket: Ticket, actor: User, at: dt.datetime) -> Ticket:
    """Call this very ticket, waiting or skipped, to the actor's window. Raises ``Refusal`` while another is there."""
    held = queueing.current(actor, at)
    if held is not None and held.pk != ticket.pk:
        raise Refusal(_("本窗口正在接待 %(n)s 号，请先结束或者过号。"), n=held.number)
    return held or _call(ticket=ticket, actor=actor, at=at)


def _call(*, ticket: Ticket, actor: User, at: dt.datetime) -> Ticket:
    try:
        return _called(ticket=ticket, actor=actor, at=at)
    except IntegrityError as error:  # the same window called twice at once
        raise Stale(_("本窗口已呼叫另一个号。")) from error


@unrecorded_verb
def _called(*, ticket: Ticket, actor: User, at: dt.datetime) -> Ticket:
    turn(
        ticket, "call", at=at, window=_window(actor), clerk=actor, called_at=at, calls=ticket.calls + 1,
        first_called_at=ticket.first_called_at or at, for_window="",
    )  # fmt: skip
    return ticket


@unrecorded_verb
def recall(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """Call the number once more to the window it was called to."""
    turn(ticket, "recall", at=at, called_at=at, calls=ticket.calls + 1)


@unrecorded_verb
def serve(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """The person sits at the window: registration has begun."""
    turn(ticket, "serve", at=at, served_at=at)


@unrecorded_verb
def skip(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """Nobody came: 过号. It may be called again or put back into the queue."""
    turn(ticket, "skip", at=at)


@unrecorded_verb
def back(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """A skipped person came after all: behind as many waiting ones as rules/hall.toml says."""
    turn(ticket, "back", at=at, queued_at=queueing.rejoining_at(ticket, at), window="")


@unrecorded_verb
def transfer(*, ticket: Ticket, actor: User, at: dt.datetime, window: str) -> None:
    """Send to another window, which calls it before anybody else. Raises ``Refusal`` for a window not in use."""
    if window == ticket.window or window not in queueing.windows(ticket.office):
        raise Refusal(_("请选择要转到的窗口。"))
    turn(ticket, "transfer", at=at, for_window=window, window="", clerk=None, served_at=None)


@unrecorded_verb
def undo(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """The call was a mistake: back to the old place in the queue, as if it had not been called."""
    calls = ticket.calls - 1
    first = ticket.first_called_at if calls else None
    turn(ticket, "undo", at=at, window="", clerk=None, calls=calls, first_called_at=first)


@unrecorded_verb
def finish(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """The reception ended without a registration, a question answered for instance."""
    turn(ticket, "finish", at=at, served_at=ticket.served_at or at)


@unrecorded_verb
def leave(*, ticket: Ticket, actor: User, at: dt.datetime) -> None:
    """The person went away and will not come."""
    turn(ticket, "leave", at=at)


# What a button on a page may ask for by name; transfer takes a window besides.
ACTS: dict[str, Callable[..., object]] = {
    "call": call, "recall": recall, "serve": serve, "skip": skip, "back": back, "transfer": transfer, "undo": undo,
    "finish": finish, "leave": leave,
}  # fmt: skip


@unrecorded_verb
def close_day(*, ticket: Ticket, actor: User | None, at: dt.datetime) -> bool:
    """A ticket left open on an earlier day has left; the sweep's verb for one row. False when nothing was to do."""
    if ticket.day >= timezone.localdate(at) or ticket.state not in OPEN:
        return False
    return try_turn(ticket, "close", at=at)


@unrecorded_verb
def forget_messages(*, actor: User | None, at: dt.datetime) -> int:
    """Delete the messages of calling machines that are older than rules/hall.toml keeps them."""
    old = FeedEvent.objects.filter(received_at__lt=at - dt.timedelta(days=rules().kept_days))
    return int(old.delete()[0])


def feed(*, device: Device, said: dict[str, Any], actor: None, at: dt.datetime) -> FeedEvent:
    """Carry out one message of a calling machine once; the same id again gets the first answer.

    ``said`` was found right by ``feeding.wrong``.
    """
    for _attempt in range(ATTEMPTS):
        done = feeding.answered(device, said["id"])
        if done is not None:
            return done
        try:
            return _feed(device=device, said=said, actor=actor, at=at)
        except IntegrityError:
            continue  # the same message, or the same window, a moment earlier
    raise Refusal(_("叫号机的消息没有处理完，请再发一次。"))


@unrecorded_verb
def _feed(*, device: Device, said: dict[str, Any], actor: None, at: dt.datetime) -> FeedEvent:
    return feeding.carry_out(device, said, at)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@trail.verb
def add_device(*, office: Unit, kind: str, name: str, actor: User, at: dt.datetime) -> tuple[Device, str]:
    """Set up a screen, kiosk or machine; returns it with its token, which is shown once and kept nowhere."""
    if kind not in DeviceKind.values or not name.strip():
        raise Refusal(_("请选择用途，填写名称。"))
    token = secrets.token_urlsafe(32)
    made = Device.objects.create(
        office=office, kind=kind, name=name.strip()[:40], digest=digest(token), made_at=at, made_by=actor
    )
    trail.record(actor=actor, verb="add_device", title=_("设立叫号设备"), subject=made, at=at, device=str(made))
    return made, token


@trail.verb
def revoke_device(*, device: Device, actor: User, at: dt.datetime) -> None:
    """The address or token of a device is no longer answered. Raises ``Refusal`` when it was revoked before."""
    if device.revoked_at is not None:
        raise Refusal(_("该设备已经停用。"))
    device.revoked_at = at
    device.save(update_fields=["revoked_at"])
    trail.record(actor=actor, verb="revoke_device", title=_("停用叫号设备"), subject=device, at=at, device=str(device))


def _hall(user: User) -> Unit:
    office = hall_of(user)
    if office is None:
        raise Refusal(_("您的账号没有单位，不能叫号。"))
    return office


def _window(user: User) -> str:
    if not user.window:
        raise Refusal(_("您的账号没有填写窗口，请系统管理员在“人员”中填写。"))
    return user.window
