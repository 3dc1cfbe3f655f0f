"""What the supervision desk shows: three lists, the late ones by unit, and lamps. Reads only."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import Unit, User
from cases.lamps import Lamp, case_lamp, lamp
from cases.models import Case, CaseQuerySet
from cases.shielding import shielded, shown_name
from followup import guards, owing, planning, policy
from followup.choices import Reached
from followup.models import Reminder, ReturnVisit, Suggestion, Supervision, SupervisionQuerySet, Urging

PAGE = 20
MOST = 100  # matters in one letter
SOON = 5  # calendar days
OWED = {"feedback": __("督办反馈"), "adoption": __("采纳情况反馈"), "charge": __("领导包案")}
TABS: dict[str, Promise] = {"late": __("超期与临期"), "orders": __("督办未销号"), "visits": __("待回访")}


def pressing(cases: CaseQuerySet, today: dt.date) -> CaseQuerySet:
    """Matters that are late or due within five calendar days."""
    return cases.filter(due_on__lte=today + dt.timedelta(days=SOON))


def open_orders(cases: CaseQuerySet) -> SupervisionQuerySet:
    """Supervisions of these matters not closed yet, the earliest day for feedback first."""
    return Supervision.objects.open().filter(case__in=cases).with_parts().order_by("due_on", "pk")


def to_visit(cases: CaseQuerySet) -> CaseQuerySet:
    """Matters answered and not yet filed whose petitioner nobody has reached."""
    reached = ReturnVisit.objects.filter(case=OuterRef("pk"), reached__in=(Reached.YES, Reached.REFUSED))
    return cases.filter(~Exists(reached), state__in=guards.TO_VISIT)


def tabs(user: User, current: str, cases: CaseQuerySet, query: Any, now: dt.datetime) -> list[dict[str, Any]]:
    """The three lists with their counts; the filters stay in the address."""
    today = timezone.localdate(now)
    counts = {"late": pressing(cases, today).count(), "orders": open_orders(cases).count()}
    if user.can("followup.return_visit"):
        counts["visits"] = to_visit(cases).count()
    kept = [(key, value) for key, value in query.items() if key not in ("tab", "page") and value]
    lists = [
        {"url": "?" + urlencode([*kept, ("tab", code)]), "label": TABS[code], "count": n, "current": code == current}
        for code, n in counts.items()
    ]
    owed = Suggestion.objects.visible_to(user).unanswered().count()
    return [*lists, {"url": reverse("followup:suggestions"), "label": _("三项建议"), "count": owed, "current": False}]


def page(user: User, tab: str, cases: CaseQuerySet, number: str | None, now: dt.datetime) -> dict[str, Any]:
    """The chosen list, one page of it, each row with its lamp and what may be done."""
    today = timezone.localdate(now)
    tab = tab if tab in TABS and (tab != "visits" or user.can("followup.return_visit")) else "late"
    lists: dict[str, tuple[Any, Callable[[Any, User, dt.date], dict[str, Any]]]] = {
        "late": (_late(cases, today), _late_row),
        "orders": (open_orders(cases), _order_row),
        "visits": (_visits(cases), _visit_row),
    }
    rows, dress = lists[tab]
    shown = Paginator(rows, PAGE).get_page(number)
    shown.object_list = list(shown.object_list)
    if tab == "late":
        _advised(shown.object_list, today)
    context = {"tab": tab, "page_obj": shown, "rows": [dress(row, user, today) for row in shown]}
    return context | {"by_unit": by_unit(cases, today) if tab == "late" else ()}


def _late(cases: CaseQuerySet, today: dt.date) -> CaseQuerySet:
    urgings = Prefetch("urgings", Urging.objects.select_related("paper", "letter__paper"), to_attr="urged")
    return pressing(cases, today).for_list().prefetch_related(urgings)


def _advised(cases: list[Case], today: dt.date) -> None:
    """Read at once for a page of matters what the ladder suggests for each."""
    known = planning.advice(Case.objects.filter(pk__in=[case.pk for case in cases]), today)
    for case in cases:
        case.__dict__["advice"] = known.get(case.pk, "")


def _late_row(case: Case, user: User, today: dt.date) -> dict[str, Any]:
    urged: list[Urging] = case.urged  # type: ignore[attr-defined]  # prefetched by _late()
    return {
        "case": case, "lamp": case_lamp(case, today), "last": urged[0] if urged else None, "times": len(urged),
        "urge": not guards.no_urging(case, user), "advice": getattr(case, "advice", ""),  # by _advised()
        "supervise": not guards.no_supervision(case, user),
    }  # fmt: skip


def _order_row(order: Supervision, user: User, today: dt.date) -> dict[str, Any]:
    return {
        "row": order, "case": order.case, "lamp": feedback_lamp(order, today),
        "feed": not guards.no_feedback(order, user), "close": not guards.no_closing(order, user),
        "back": not guards.no_returning(order, user),
    }  # fmt: skip


def _visits(cases: CaseQuerySet) -> CaseQuerySet:
    joined = to_visit(cases).select_related("petitioner", "handling_unit", "office")
    return joined.annotate(attempts=Count("return_visits")).order_by("answered_on", "pk")


def _visit_row(case: Case, user: User, today: dt.date) -> dict[str, Any]:
    hidden = shielded(case, user)
    return {"case": case, "name": shown_name(case, user), "phone": "" if hidden else case.petitioner.masked_phone}


def by_unit(cases: CaseQuerySet, today: dt.date) -> list[dict[str, Any]]:
    """Late matters by the unit that is late with them, the most first; the others in two lines without a unit.

    Those still with the office have no unit; of the rest the day belongs to somebody else: the
    office that looks at a report, a unit that assists, a body that reviews.
    """
    owed = owing.late_by_unit(Case.objects.filter(pk=OuterRef("pk")), today)
    late = cases.overdue(today).order_by().annotate(owed=Exists(owed))
    names = ("handling_unit__code", "handling_unit__short_name", "handling_unit__name")
    found: dict[str, dict[str, Any]] = {}
    for code, short, name, its_own, n in late.values_list(*names, "owed").annotate(n=Count("pk")):
        code, name = (code, short or name) if its_own else ("", _("不在承办单位") if code else _("尚未转交"))
        found.setdefault(name, {"code": code, "name": name, "n": 0})["n"] += n
    return sorted(found.values(), key=lambda one: (-one["n"], one["code"]))


def late_at(cases: CaseQuerySet, unit: Unit, user: User, today: dt.date) -> list[dict[str, Any]]:
    """The late matters of one unit, the latest first, each with the reason why it is not urged for, if any."""
    rows = list(_late(cases.overdue(today).filter(handling_unit=unit), today)[:MOST])
    late = guards.late_keys(rows, today)
    return [_late_row(case, user, today) | {"reason": guards.not_in_letter(case, unit, user, late)} for case in rows]


def feedback_lamp(order: Supervision, today: dt.date) -> Lamp:
    """The lamp of a supervision: by its day for feedback until there is some."""
    if order.closed_at:
        return Lamp("idle", _("已销号"))
    if order.feedback_at:
        return Lamp("ok", _("已反馈，待销号"))
    return lamp(order.due_on, today, supervised=True)


def reminders(case: Case) -> list[dict[str, Any]]:
    """Reminders that went out about a matter, the newest first: the day, the rung, and who was told."""
    sent = Reminder.objects.filter(Q(case=case) | Q(clock__case=case), superseded=False)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sent.select_related("clock", "recipient").order_by("-at", "-pk"):
        day = timezone.localdate(row.at)
        line = found.setdefault((day, row.source, row.clock_id, row.stage), {
            "day": day, "what": row.clock.get_kind_display() if row.clock else OWED.get(row.rule, ""),
            "stage": policy.labels().get(row.stage, row.stage), "people": [],
        })  # fmt: skip
        line["people"] += [str(row.recipient)] if row.recipient else []
    return list(found.values())
