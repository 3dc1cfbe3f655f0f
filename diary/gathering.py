"""What falls on which day, of what a user may see: numbers, kinds and stages; nobody's name. Reads only."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from briefing.models import Instruction
from cases.choices import ClockKind, State
from cases.clocks import MAKES_DUE, OURS
from cases.models import Case, CaseQuerySet, Clock, Hearing, Meeting
from diary.models import LeaderDay
from diary.policy import rules
from followup.desk import to_visit
from followup.models import Supervision

MOST = 3000  # rows of a kind; a month of a large office has fewer
KINDS: dict[str, Promise] = {
    "deadline": __("办理期限"),
    "order": __("督办反馈"),
    "instruction": __("批示落实"),
    "meeting": __("会议、听证"),
    "visit": __("回访"),
    "leader": __("领导接访"),
}


@dataclass(frozen=True)
class Entry:
    """One thing of one day. ``uid`` names it for good; ``since`` and ``version`` say when it last changed."""

    kind: str
    uid: str
    day: dt.date
    label: str
    number: str
    stage: str
    url: str
    since: dt.datetime
    version: int = 0
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    about: str = ""  # the matter's title: for the page of who may see the matter, never for a feed

    @property
    def title(self) -> str:
        """What it is, as a calendar program shows it: the number and the kind."""
        return f"{self.number} {self.label}".strip()

    @property
    def order(self) -> tuple[dt.date, bool, dt.datetime, str, str]:
        return self.day, self.starts is not None, self.starts or self.since, self.number, self.uid

    def tone(self, today: dt.date) -> str:
        """The tone of a lamp: what is owed turns yellow five days ahead and red on its day."""
        if self.kind in ("meeting", "leader"):
            return "idle" if self.day < today else "held"
        left = (self.day - today).days
        return "late" if left <= 0 else "warn" if left <= 5 else "ok"


def entries(
    user: User, first: dt.date, last: dt.date, *, kinds: frozenset[str] = frozenset(KINDS), mine: bool = False
) -> list[Entry]:
    """Everything from ``first`` to ``last``, both among them, in the order of time. One query a kind.

    ``mine``: of matters that the user registered or handles alone.
    """
    cases = Case.objects.visible_to(user)
    if mine:
        cases = cases.filter(Q(handler=user) | Q(created_by=user))
    found = [one for kind, gather in GATHER.items() if kind in kinds for one in gather(user, cases, first, last)]
    return sorted(found, key=lambda one: one.order)


def _deadlines(user: User, cases: CaseQuerySet, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """Running periods that somebody owes, by their strict last day. Instructions come from their own rows."""
    owed = [kind for kind in OURS if kind != ClockKind.INSTRUCTION]
    rows = Clock.objects.filter(MAKES_DUE, stopped_on__isnull=True, kind__in=owed, case__in=cases)
    for one in rows.filter(strict_due__range=(first, last)).order_by("strict_due", "pk").values(
        "pk", "kind", "strict_due", "version", "started_on", "case__number", "case__state", "case__title"
    )[:MOST]:  # fmt: skip
        label = _("%(kind)s到期") % {"kind": ClockKind(one["kind"]).label}
        yield _of_case("deadline", f"clock-{one['pk']}", one["strict_due"], label, one, one["started_on"])


def _orders(user: User, cases: CaseQuerySet, first: dt.date, last: dt.date) -> Iterator[Entry]:
    rows = Supervision.objects.visible_to(user).open().filter(feedback_at__isnull=True, case__in=cases)
    for one in rows.filter(due_on__range=(first, last)).order_by("due_on", "pk").values(
        "pk", "due_on", "ordered_at", "case__number", "case__state", "case__title"
    )[:MOST]:  # fmt: skip
        yield _of_case("order", f"order-{one['pk']}", one["due_on"], _("督办反馈到期"), one, one["ordered_at"])


def _instructions(user: User, cases: CaseQuerySet, first: dt.date, last: dt.date) -> Iterator[Entry]:
    rows = Instruction.objects.visible_to(user).open().filter(case__in=cases)
    for one in rows.filter(due_on__range=(first, last)).order_by("due_on", "pk").values(
        "pk", "due_on", "recorded_at", "case__number", "case__state", "case__title"
    )[:MOST]:  # fmt: skip
        since = one["recorded_at"]
        yield _of_case("instruction", f"instruction-{one['pk']}", one["due_on"], _("批示落实到期"), one, since)


def _meetings(user: User, cases: CaseQuerySet, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """Meetings to come or held, and hearings; what was called off is not there."""
    fields = ("pk", "day", "planned_at", "case__number", "case__state", "case__title")
    meetings = Meeting.objects.filter(case__in=cases, cancelled_at__isnull=True)
    hearings = Hearing.objects.filter(case__in=cases, cancelled_at__isnull=True)
    for name, label, rows, since in (
        ("meeting", _("调度会"), meetings, "convened_at"),
        ("hearing", _("听证"), hearings, "called_at"),
    ):
        inside = rows.annotate(day=TruncDate("planned_at")).filter(day__gte=first, day__lte=last)
        for one in inside.order_by("planned_at", "pk").values(*fields, since)[:MOST]:
            yield _of_case("meeting", f"{name}-{one['pk']}", one["day"], label, one, one[since], one["planned_at"])


def _visits(user: User, cases: CaseQuerySet, first: dt.date, last: dt.date) -> Iterator[Entry]:
    """The last day of the window for a return visit, for who makes them."""
    if not user.can("followup.return_visit"):
        return
    span = dt.timedelta(days=rules().return_visit_days)
    rows = to_visit(cases).annotate(told=Coalesce("delivered_on", "answered_on"))
    for one in rows.filter(told__range=(first - span, last - span)).order_by("told", "pk").values(
        "pk", "told", "number", "state", "title"
    )[:MOST]:  # fmt: skip
        row = {"case__number": one["number"], "case__state": one["state"], "case__title": one["title"]}
        yield _of_case("visit", f"visit-{one['pk']}", one["told"] + span, _("回访截止"), row, one["told"])


def _leader_days(user: User, cases: CaseQuerySet, first: dt.date, last: dt.date) -> Iterator[Entry]:
    for one in LeaderDay.objects.visible_to(user).standing().filter(day__range=(first, last)):
        label = _("领导接访日") if one.published_at else _("领导接访日（未公布）")
        starts, ends = (timezone.make_aware(dt.datetime.combine(one.day, time)) for time in (one.starts, one.ends))
        yield Entry(
            "leader", f"leader-{one.pk}", one.day, label, "", "", one.get_absolute_url(), one.made_at, one.version,
            starts, ends,
        )  # fmt: skip


GATHER = {
    "deadline": _deadlines, "order": _orders, "instruction": _instructions, "meeting": _meetings, "visit": _visits,
    "leader": _leader_days,
}  # fmt: skip


def _of_case(
    kind: str, uid: str, day: dt.date, label: str, row: Mapping[str, Any], since: dt.date | dt.datetime,
    starts: dt.datetime | None = None,
) -> Entry:  # fmt: skip
    number = row["case__number"]
    if not isinstance(since, dt.datetime):
        since = dt.datetime.combine(since, dt.time(), dt.UTC)
    return Entry(
        kind, uid, day, label, number, str(State(row["case__state"]).label), reverse("cases:detail", args=[number]),
        since, row.get("version", 0), starts, starts + dt.timedelta(hours=1) if starts else None,
        row["case__title"],
    )  # fmt: skip
