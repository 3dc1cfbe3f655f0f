"""The supervision desk, and the panel on a matter's page."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from cases.models import Case
from cases.shielding import shielded
from cases.views.finding import matter
from cases.workflow import refusal as refusal_of_step
from followup import adopting, desk, evaluating, guards
from followup.choices import VisitOutcome
from followup.filters import DeskFilter
from followup.models import ReturnVisit, Suggestion, Supervision


def index(request: HttpRequest) -> HttpResponse:
    """The desk: what is late by unit, supervisions without feedback, return visits to make."""
    request.user.must("cases.view")
    now = timezone.now()
    cases = Case.objects.visible_to(request.user)
    found = DeskFilter(request.GET, queryset=cases, user=request.user, today=timezone.localdate(now))
    context = desk.page(request.user, request.GET.get("tab", ""), found.qs, request.GET.get("page"), now)
    context["may_rehearse"] = request.user.can("followup.urge") or request.user.can("followup.supervise")
    context["tabs"] = desk.tabs(request.user, context["tab"], found.qs, request.GET, now)
    return render(request, "followup/index.html", context | {"filter": found})


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Urgings, supervisions and return visits of one matter, for its page."""
    case, user, now = matter(request, number), request.user, timezone.now()
    orders = [_with_acts(order, user, now) for order in case.supervisions.with_rounds()]
    visits = [] if shielded(case, user) else list(case.return_visits.select_related("visited_by", "paper"))
    advice = Suggestion.objects.visible_to(user).filter(cases=case).with_parts()
    context = {
        "suggestions": [adopting.row_of(one, user, now) for one in advice],
        "reopen": not refusal_of_step(case, "reopen", user, now),
        "case": case, "orders": orders,
        "urgings": case.urgings.select_related("unit", "urged_by", "paper", "letter__paper"),
        "after": _after(case, visits[0], user, now) if visits else [],
        "rating": evaluating.window(case, timezone.localdate(now)),
        "visits": visits, "reminders": desk.reminders(case), "buttons": _buttons(case, user),
    }  # fmt: skip
    return render(request, "followup/panel.html", context)


def _after(case: Case, visit: ReturnVisit, user: Any, now: dt.datetime) -> list[tuple[str, Promise]]:
    """What can be done about a visit that found the matter not handled properly."""
    if visit.outcome != VisitOutcome.NOT_PROPER:
        return []
    possible = (
        ("followup:rework", __("退回承办单位重办"), guards.no_rework(case, visit, user, now)),
        ("followup:anew", __("另立新事项"), guards.no_anew(case, visit, user, now)),
    )
    return [(name, label) for name, label, reason in possible if not reason]


def _with_acts(order: Supervision, user: Any, now: dt.datetime) -> dict[str, Any]:
    return {
        "row": order, "lamp": desk.feedback_lamp(order, timezone.localdate(now)),
        "feed": not guards.no_feedback(order, user), "close": not guards.no_closing(order, user),
        "back": not guards.no_returning(order, user),
    }  # fmt: skip


def _buttons(case: Case, user: Any) -> list[tuple[str, Promise]]:
    possible = (
        ("followup:urge", __("催办"), guards.no_urging(case, user)),
        ("followup:supervise", __("督办"), guards.no_supervision(case, user)),
        ("followup:suggest", __("三项建议"), adopting.no_suggesting(user)),
        ("followup:return_visit", __("登记回访"), guards.no_return_visit(case, user)),
    )
    return [(name, label) for name, label, reason in possible if not reason]
