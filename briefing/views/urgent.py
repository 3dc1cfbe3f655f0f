"""重大紧急报告: the event, its chain of reports, the call, the end."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as __

from briefing import forms, guards, listing, policy
from briefing.actions import urgent as acts
from briefing.chain import next_kind
from briefing.models import UrgentEvent
from briefing.views.page import one_act
from cases.models import Case
from cases.views.finding import matter, needs
from cases.workflow import refusal


def urgent(request: HttpRequest, number: str) -> HttpResponse:
    """The next report of the running event, or the form that registers one."""
    needs(request, "briefing.report")
    case = matter(request, number)
    event = _events(request, case).open().first()
    if event is None or request.POST.get("act") == "open":
        return _open(request, case)
    written, reason = event.reports.count(), guards.no_report(event, request.user)
    return one_act(
        request, case, forms.ReportForm, acts.report, next_kind(event, written).label, reason,
        shown_version=written + 1, act="report", about={"event": event}, **_around(request, case),
    )  # fmt: skip


def _open(request: HttpRequest, case: Case) -> HttpResponse:
    reason, around = refusal(case, "report_urgent", request.user, timezone.now()), _around(request, case)
    label = __("登记重大紧急情况")
    return one_act(request, case, forms.EventForm, acts.open_event, label, reason, act="open", **around)


def _around(request: HttpRequest, case: Case) -> dict[str, Any]:
    """The chain beside the form, and where the form leads back to."""
    chain = [listing.event_row(one, request.user, timezone.now()) for one in _events(request, case)]
    return {"rules": policy.urgent(), "chain": chain, "back": reverse("briefing:urgent", args=[case.number])}


def _events(request: HttpRequest, case: Case) -> Any:
    return UrgentEvent.objects.visible_to(request.user).filter(case=case).select_related("case")


def call(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The call that comes before the written report."""
    event = _event(request, number, pk)
    reason = guards.no_call(event, request.user)
    return _about(request, event, forms.CallForm, acts.record_call, __("登记电话报告"), reason)


def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The event is over."""
    event = _event(request, number, pk)
    reason = guards.no_end(event, request.user)
    return _about(request, event, forms.EndForm, acts.end_event, __("处置结束"), reason)


def _event(request: HttpRequest, number: str, pk: int) -> UrgentEvent:
    """An event of a matter the user may know of; 403 without the right to report, 404 otherwise."""
    needs(request, "briefing.report")
    return get_object_or_404(_events(request, matter(request, number)), pk=pk)


def _about(request: HttpRequest, event: UrgentEvent, form: Any, verb: Any, label: Any, reason: str) -> HttpResponse:
    now = timezone.localtime(timezone.now()).replace(second=0, microsecond=0, tzinfo=None)
    around = _around(request, event.case) | {"initial": {"phoned_at": now, "ended_at": now}}
    return one_act(request, event.case, form, verb, label, reason, about={"event": event}, **around)
