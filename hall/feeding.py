"""Messages of an existing calling machine (叫号机): what they may say and what they do here."""

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from hall import queueing
from hall.choices import AT_WINDOW, Kind, Source, State
from hall.models import Device, FeedEvent, Ticket
from hall.policy import rules
from hall.workflow import try_turn

TYPES = ("take", "call", "skip")
ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
MOST = 9999


def wrong(said: Any) -> str:
    """Why a message is not understood, in English for whoever connects the machine; "" when it is."""
    if not isinstance(said, dict) or set(said) - {"id", "type", "kind", "number", "window", "reason"}:
        return "an object with id, type, kind, number, window, reason"
    if not isinstance(said.get("id"), str) or not ID.fullmatch(said["id"]):
        return "id: 1 to 64 letters, digits, . : _ -"
    if said.get("type") not in TYPES:
        return f"type: one of {', '.join(TYPES)}"
    if said.get("kind", Kind.ORDINARY) not in Kind.values:
        return "kind: ordinary or priority"
    number = said.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST:
        return f"number: 1 to {MOST}"
    window, reason = said.get("window", ""), said.get("reason", "")
    if not isinstance(window, str) or len(window) > 40 or (said["type"] == "call" and not window.strip()):
        return "window: up to 40 characters, needed for call"
    return "" if reason == "" or reason in list(rules().reasons) else "reason: a code of rules/hall.toml"


def too_many(device: Device, at: dt.datetime) -> bool:
    """Has the device sent as many messages in the last minute as it may?"""
    recent = FeedEvent.objects.filter(device=device, received_at__gt=at - dt.timedelta(minutes=1))
    return recent.count() >= rules().most_per_minute


def answered(device: Device, event_id: str) -> FeedEvent | None:
    """The answer this message was given before."""
    return FeedEvent.objects.filter(device=device, event_id=event_id).first()


def carry_out(device: Device, said: dict[str, Any], at: dt.datetime) -> FeedEvent:
    """Do what the message says and keep the answer, in the caller's transaction."""
    status, text = _done(device, said, at)
    answer = {"ok": status == 200, "number": said["number"], "said": text}
    return FeedEvent.objects.create(
        device=device, event_id=said["id"], received_at=at, status=status, answer=answer
    )  # fmt: skip


def _done(device: Device, said: dict[str, Any], at: dt.datetime) -> tuple[int, str]:
    kind = said.get("kind", Kind.ORDINARY)
    if said["type"] == "take":
        return _take(device, kind, said, at)
    ticket = queueing.today(device.office, at).filter(kind=kind, serial=said["number"]).first()
    if ticket is None:
        return 404, "no such ticket today"
    if said["type"] == "skip":
        return (200, "skipped") if try_turn(ticket, "skip", at=at) else (409, f"ticket is {ticket.state}")
    return _call(ticket, said["window"].strip(), at)


def _take(device: Device, kind: str, said: dict[str, Any], at: dt.datetime) -> tuple[int, str]:
    day, serial = timezone.localdate(at), said["number"]
    queueing.count_on_from(device.office, day, kind, serial)
    try:
        with transaction.atomic():
            Ticket.objects.create(
                office=device.office, day=day, kind=kind, serial=serial, source=Source.MACHINE, taken_at=at,
                queued_at=at, reason=said.get("reason", "") if kind == Kind.PRIORITY else "",
            )  # fmt: skip
    except IntegrityError:
        return 409, "number was taken before"
    return 200, "taken"


def _call(ticket: Ticket, window: str, at: dt.datetime) -> tuple[int, str]:
    """The machine calls on its own account: whoever stood at that window before is finished or skipped."""
    if ticket.state == State.CALLED and ticket.window == window:
        again = try_turn(ticket, "recall", at=at, called_at=at, calls=ticket.calls + 1)
        return (200, "called again") if again else (409, "changed meanwhile")
    held = Ticket.objects.of_day(ticket.office, ticket.day).filter(window=window, state__in=AT_WINDOW).first()
    if held is not None:
        try_turn(held, "finish" if held.state == State.SERVING else "skip", at=at)
    called = {"window": window, "called_at": at, "calls": ticket.calls + 1, "for_window": ""}
    if try_turn(ticket, "call", at=at, first_called_at=ticket.first_called_at or at, **called):
        return 200, "called"
    return 409, f"ticket is {ticket.state}"
