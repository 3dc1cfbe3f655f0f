"""领导包案: taking charge, noting progress, ending; and what presses on this user's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as __

from briefing import forms, guards, listing
from briefing.actions import charging
from briefing.models import Charge
from briefing.views.page import one_act
from cases.views.finding import matter, needs


def take(request: HttpRequest, number: str) -> HttpResponse:
    """A leader takes charge of a matter."""
    needs(request, "briefing.instruct")
    case = matter(request, number)
    reason = guards.no_charge(case, request.user)
    return one_act(request, case, forms.ChargeForm, charging.take_charge, __("领导包案"), reason)


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done about it."""
    needs(request, "briefing.instruct")
    row = _charge(request, pk)
    return one_act(
        request, row.case, forms.ProgressForm, charging.note_progress, __("登记包案进展"),
        guards.no_progress(row, request.user), about={"charge": row}, charge=row,
    )  # fmt: skip


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The charge is over."""
    needs(request, "briefing.instruct")
    row = _charge(request, pk)
    return one_act(
        request, row.case, forms.EndChargeForm, charging.end_charge, __("结束包案"),
        guards.no_progress(row, request.user), about={"charge": row}, charge=row,
    )  # fmt: skip


def _charge(request: HttpRequest, pk: int) -> Charge:
    return get_object_or_404(Charge.objects.visible_to(request.user).with_parts(), pk=pk)


def pressing(request: HttpRequest) -> HttpResponse:
    """Instructions and charges due today or soon, for the start pages of leaders and units."""
    needs(request, "cases.view")
    return render(request, "briefing/pressing.html", listing.pressing(request.user, timezone.now()))
