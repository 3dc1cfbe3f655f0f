"""The page of reports and instructions, and the panel on a matter's page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from briefing import duties, guards, hours, listing, policy
from briefing.models import Charge, Digest, Instruction, UrgentEvent
from cases.models import Case
from cases.views.finding import matter
from cases.workflow import refusal


def index(request: HttpRequest) -> HttpResponse:
    """What is owed: reports, instructions, duties, digests, of what the user may see."""
    if not listing.may_open(request.user):
        raise PermissionDenied(_("您的岗位不能打开这一页。"))
    context = listing.page(request.user, request.GET.get("tab", ""), request.GET.get("page"), timezone.now())
    return render(request, "briefing/index.html", context)


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Urgent events, duties, instructions and digests of one matter, for its page."""
    case, user, now = matter(request, number), request.user, timezone.now()
    instructions = Instruction.objects.visible_to(user).filter(case=case).with_parts()
    context = {
        "case": case, "buttons": _buttons(case, user, now), "instructions": [],
        "digests": Digest.objects.visible_to(user).filter(links__case=case).select_related("paper", "made_by"),
    }  # fmt: skip
    charges = Charge.objects.visible_to(user).filter(case=case).with_parts()
    context["charges"] = [listing.charge_row(row, user, now) for row in charges]
    context["instructions"] = [listing.instruction_row(row, user, now) for row in instructions]
    return render(request, "briefing/panel.html", context | _office(case, user, now))


def _office(case: Case, user: Any, now: Any) -> dict[str, Any]:
    """What only the office sees: events, duties, hints."""
    if "office" not in user.scopes:
        return {}
    events = UrgentEvent.objects.visible_to(user).filter(case=case).select_related("case")
    quiet = case.is_finished or bool(events)
    codes = duties.codes_of(case)
    return {
        "events": [listing.event_row(event, user, now) for event in events],
        "duties": [{"one": one, "late": one.late(now)} for one in duties.still_open(case)],
        "done": case.done_duties.select_related("done_by"), "may_do": user.can("briefing.duty"),
        "hints": [] if quiet else hours.hints(case.visitors, codes, policy.urgent()),
    }  # fmt: skip


def _buttons(case: Case, user: Any, now: Any) -> list[tuple[str, Any]]:
    possible = (
        ("report_urgent", "briefing:urgent", __("重大紧急报告")),
        ("instruct", "briefing:instruct", __("登记批示")),
        ("digest", "briefing:digest", __("编写摘报")),
    )
    buttons = [(name, label) for step, name, label in possible if not refusal(case, step, user, now)]
    return buttons if guards.no_charge(case, user) else [*buttons, ("briefing:charge", __("领导包案"))]
