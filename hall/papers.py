"""The slip of a ticket: a small PDF, rendered when it is printed and kept nowhere."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from documents.rendering import render
from hall.models import Ticket
from hall.policy import reason_label, rules

HEIGHT = {58: 70, 80: 70}  # millimetres of paper by its width


def facts(ticket: Ticket) -> dict[str, str | int]:
    """What the slip says: number, kind, how many waited before it, when. No name, no code to scan."""
    before = Ticket.objects.of_day(ticket.office, ticket.day).waiting().filter(queued_at__lt=ticket.queued_at)
    taken = timezone.localtime(ticket.taken_at)
    return {
        "office": ticket.office.name or settings.OFFICE_NAME, "title": "号票", "number": ticket.number,
        "kind": str(ticket.get_kind_display()), "reason": reason_label(ticket.reason), "ahead": before.count(),
        "taken": taken.strftime("%Y-%m-%d %H:%M"), "words": rules().words, "width": rules().width,
        "height": HEIGHT[rules().width],
    }  # fmt: skip


def slip(ticket: Ticket, at: dt.datetime) -> bytes:
    """The slip as PDF. Raises ``Unprintable`` when it cannot be rendered."""
    return render("print/ticket.html", facts(ticket), at=at)
