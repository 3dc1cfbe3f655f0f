"""What the page of reports and instructions shows: four lists, bounded, of what the user may see. Reads only."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from briefing import duties, guards, hours, policy
from briefing.chain import done_of
from briefing.hours import Owed
from briefing.models import Charge, ChargeQuerySet, Digest, Instruction, InstructionQuerySet, UrgentEvent
from cases.lamps import Lamp, lamp
from cases.models import Case

PAGE = 20
SOON, PRESSING = 3, 10  # calendar days; rows of each kind on a start page
TABS: dict[str, Promise] = {
    "reports": __("应作的报告"),
    "instructions": __("待落实的批示"),
    "charges": __("领导包案"),
    "duties": __("另外要做的事"),
    "digests": __("摘报"),
}
PERMISSIONS = ("briefing.report", "briefing.duty", "briefing.digest", "briefing.instruct", "briefing.answer")


def may_open(user: User) -> bool:
    """Does any of the user's roles have a part in this?"""
    return any(user.can(permission) for permission in PERMISSIONS)


def open_instructions(user: User) -> InstructionQuerySet:
    """Instructions not answered yet that this user sees, the earliest day first."""
    return Instruction.objects.visible_to(user).open().with_parts().order_by("due_on", "pk")


def open_charges(user: User) -> ChargeQuerySet:
    """Matters a leader has charge of that this user sees: one's own first, then the earliest day."""
    mine = models.Case(models.When(leader__in=user.hands, then=0), default=1)
    return Charge.objects.visible_to(user).open().with_parts().order_by(mine, "due_on", "pk")


def by_leader(user: User, today: dt.date) -> list[dict[str, Any]]:
    """Per leader how many matters were taken on, run, are late, ended in time or after it. Counts of matters alone."""
    running, ended = models.Q(ended_at__isnull=True), models.Q(ended_at__isnull=False)
    rows: Any = (
        Charge.objects.visible_to(user).order_by("leader_name").values("leader_name").annotate(
            taken=models.Count("pk"), running=models.Count("pk", filter=running),
            late=models.Count("pk", filter=running & models.Q(due_on__lt=today)),
            in_time=models.Count("pk", filter=ended & models.Q(ended_on__lte=models.F("due_on"))),
            over=models.Count("pk", filter=ended & models.Q(ended_on__gt=models.F("due_on"))),
        )
    )  # fmt: skip
    return list(rows)


def pressing(user: User, now: dt.datetime) -> dict[str, Any]:
    """For start pages: instructions late or due within three days that concern this user, and the leader's own charges.

    A deputy finds those of the leader they act for.
    The office sees those of its matters; a unit those given to it. Bounded; a fixed number of queries.
    """
    today = timezone.localdate(now)
    soon = today + dt.timedelta(days=SOON)
    near = open_instructions(user).filter(due_on__lte=soon)
    instructions = list(near.prefetch_related("case__interests")[:PRESSING])
    own = Charge.objects.visible_to(user).open().with_parts()
    if "office" in user.scopes:
        own = own.filter(models.Q(leader__in=user.hands) | models.Q(due_on__lte=soon))
    else:
        own = own.filter(due_on__lte=soon, case__handling_unit__path__startswith=user.unit.path if user.unit else "-")
    charges = list(own.order_by("due_on", "pk")[:PRESSING])
    days = [row.due_on for row in instructions] + [row.due_on for row in charges]
    return {
        "instructions": [instruction_row(row, user, now) for row in instructions],
        "charges": [charge_row(row, user, now) for row in charges], "late": any(day <= today for day in days),
        "may_open": may_open(user),
    }  # fmt: skip


def charge_row(row: Charge, user: User, now: dt.datetime) -> dict[str, Any]:
    """A charge with its lamp, its last progress and whether this user may write."""
    notes = list(row.notes.all())
    return {
        "row": row, "case": row.case, "lamp": charge_lamp(row, timezone.localdate(now)), "notes": notes,
        "last": notes[0] if notes else None, "write": not guards.no_progress(row, user),
    }  # fmt: skip


def charge_lamp(row: Charge, today: dt.date) -> Lamp:
    """By its day until it ends; then whether that was in time."""
    if row.ended_on:
        return Lamp("idle", _("超期结束")) if row.ended_on > row.due_on else Lamp("ok", _("按期结束"))
    return lamp(row.due_on, today)


def lists(user: User) -> dict[str, Any]:
    """The lists this user has, each unevaluated where it is a query."""
    found: dict[str, Any] = {}
    if user.can("briefing.report"):
        found["reports"] = UrgentEvent.objects.visible_to(user).open().select_related("case").order_by("known_at", "pk")
    if user.can("briefing.answer") or user.can("briefing.instruct"):
        found["instructions"] = open_instructions(user)
    if user.can("briefing.instruct"):
        found["charges"] = open_charges(user)
    if user.can("briefing.duty"):
        found["duties"] = duties.everything_open(Case.objects.visible_to(user))
    if user.can("briefing.digest") or user.can("briefing.instruct"):
        found["digests"] = Digest.objects.visible_to(user).select_related("paper", "made_by")
    return found


def page(user: User, tab: str, number: str | None, now: dt.datetime) -> dict[str, Any]:
    """The tabs with their counts, and one page of the chosen list."""
    found = lists(user)
    tab = tab if tab in found else next(iter(found))
    shown = Paginator(found[tab], PAGE).get_page(number)
    dress: dict[str, Callable[..., dict[str, Any]]] = {
        "reports": event_row,
        "instructions": instruction_row,
        "charges": charge_row,
        "duties": duty_row,
        "digests": digest_row,
    }
    tabs = [
        {"url": f"?tab={code}", "label": TABS[code], "count": _count(rows), "current": code == tab}
        for code, rows in found.items()
    ]
    context = {"tab": tab, "tabs": tabs, "page_obj": shown, "rows": [dress[tab](row, user, now) for row in shown]}
    return context | {"by_leader": by_leader(user, timezone.localdate(now)) if tab == "charges" else ()}


def _count(rows: Any) -> int:
    return len(rows) if isinstance(rows, list) else rows.count()


def event_row(event: UrgentEvent, user: User, now: dt.datetime) -> dict[str, Any]:
    """An event with what is owed of it."""
    owed = hours.owed(done_of(event), policy.urgent())
    return {
        "event": event, "case": event.case, "owed": [{"owed": one, "lamp": owed_lamp(one, now)} for one in owed],
        "reports": list(event.reports.select_related("paper", "reported_by")),
        "call": not guards.no_call(event, user), "end": not guards.no_end(event, user),
        "write": not guards.no_report(event, user),
    }  # fmt: skip


def owed_lamp(owed: Owed, now: dt.datetime) -> Lamp:
    """Minutes left or over; hours from two hours on."""
    minutes = round((owed.due - now).total_seconds() / 60)
    span = abs(minutes)
    words = _("%(n)s 小时") % {"n": span // 60} if span >= 120 else _("%(n)s 分钟") % {"n": span}
    if owed.late(now):
        return Lamp("late", _("已超 %(span)s") % {"span": words})
    return Lamp("warn" if minutes <= 30 else "ok", _("还剩 %(span)s") % {"span": words})


def instruction_row(row: Instruction, user: User, now: dt.datetime) -> dict[str, Any]:
    """An instruction with its lamp and what this user may do with it."""
    return {
        "row": row, "case": row.case, "lamp": instruction_lamp(row, timezone.localdate(now)),
        "answer": not guards.no_answer(row, user), "withdraw": not guards.no_withdrawal(row, user),
    }  # fmt: skip


def instruction_lamp(row: Instruction, today: dt.date) -> Lamp:
    """By its day until it is answered; an answer says whether it was in time."""
    if row.withdrawn_at:
        return Lamp("idle", _("已撤销"))
    if row.answered_at:
        late = timezone.localdate(row.answered_at) > row.due_on
        return Lamp("idle", _("超期反馈")) if late else Lamp("ok", _("已反馈"))
    return lamp(row.due_on, today)


def duty_row(pair: tuple[Case, list[duties.OpenDuty]], user: User, now: dt.datetime) -> dict[str, Any]:
    """A matter with its open duties."""
    case, left = pair
    return {"case": case, "left": [{"one": one, "late": one.late(now)} for one in left]}


def digest_row(row: Digest, user: User, now: dt.datetime) -> dict[str, Any]:
    return {"row": row, "cases": list(row.cases.all()), "edit": not guards.no_change(row, user)}
