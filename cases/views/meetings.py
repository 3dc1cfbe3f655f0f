"""约定调度: the page where a meeting is called, the one where it is recorded and told, and the list of open duties."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case as When
from django.db.models import IntegerField, Value
from django.db.models import When as Where
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from cases.actions import convening
from cases.forms.base import StepForm
from cases.forms.meetings import CancelMeetingForm, ConveneForm, HoldMeetingForm, TellResultForm
from cases.models import Case, Meeting
from cases.shielding import shown_name
from cases.sides import common_superior, invited, sent_to
from cases.views.finding import matter, needs
from cases.workflow import STEPS, refusal
from vault.errors import Refusal, Stale

PER_PAGE = 25
PERMISSION = STEPS["convene"].permission
JOINED = ("case__petitioner", "convened_by", "paper", "minutes_paper", "told_by")
ACTS: dict[str, tuple[Promise, type[StepForm], Callable[..., Meeting]]] = {
    "hold": (__("登记会议结果"), HoldMeetingForm, convening.hold_meeting),
    "tell": (__("登记已告知信访人"), TellResultForm, convening.tell_result),
    "cancel": (__("取消会议"), CancelMeetingForm, convening.cancel_meeting),
}


def meeting(request: HttpRequest, number: str) -> HttpResponse:
    """Call a meeting about a matter, beside those held before. 403 without the right to, 409 when too late."""
    needs(request, PERMISSION)
    case, now = matter(request, number), timezone.now()
    reason = refusal(case, "convene", request.user, now)
    tried = request.method == "POST" and not reason
    form = _form(ConveneForm, request.POST if tried else None, case, request.user, now)
    status = attempt(form, convening.convene, case=case, actor=request.user, at=now) if tried else 200
    if status == 302:
        messages.success(request, _("%(number)s 已约定调度会。") % {"number": number})
        return redirect(case)
    context = page(case, form, request.user) | {"reason": reason}
    return render(request, "cases/meeting.html", context, status=409 if reason else status)


def outcome(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Record what a meeting agreed, that the visitor was told, or that it does not take place; 409 when too late."""
    needs(request, PERMISSION)
    case, now = matter(request, number), timezone.now()
    row = get_object_or_404(Meeting.objects.select_related(*JOINED), case=case, pk=pk)
    name = next((act for act in open_acts(row) if act in request.POST), "")
    data = {name: request.POST}
    forms = {act: _form(ACTS[act][1], data.get(act), case, request.user, now, act) for act in open_acts(row)}
    status = attempt(forms[name], ACTS[name][2], meeting=row, actor=request.user, at=now) if name else 200
    if status == 302:
        messages.success(request, _("%(number)s 已办理“%(step)s”。") % {"number": number, "step": ACTS[name][0]})
        return redirect(case)
    late = request.method == "POST" and not name
    context = about(case, row, forms, request.user) | {"tried": name, "late": late}
    return render(request, "cases/meeting_outcome.html", context, status=409 if late else status)


def index(request: HttpRequest) -> HttpResponse:
    """Meetings about visible matters: results the visitor was not told first, then those to come, then the rest."""
    needs(request, "cases.view")
    rows = Meeting.objects.visible_to(request.user).select_related("case", *JOINED)
    urgency = When(
        Where(held_on__isnull=False, told_on__isnull=True, then=Value(0)),
        Where(held_on__isnull=True, cancelled_at__isnull=True, then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    found = rows.alias(urgency=urgency).order_by("urgency", "planned_at", "pk")
    current = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": current, "rows": [line(row, request.user) for row in current],
        "untold": rows.untold().count(), "may_act": request.user.can(PERMISSION), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "cases/meetings.html", context)


def attempt(form: StepForm, verb: Callable[..., Any], **given: Any) -> int:
    """Do it; returns 302 when done, else 422 (to correct) or 409 (too late), the reason on the form."""
    if not form.is_valid():
        return 422
    try:
        verb(**given, **form.for_verb())
    except Refusal as no:
        form.add_error(None, str(no))
        return 409 if isinstance(no, Stale) else 422
    return 302


def open_acts(row: Meeting) -> list[str]:
    """What can be recorded of a meeting now."""
    if row.is_planned:
        return ["hold", "cancel"]
    return ["tell"] if row.is_untold else []


def line(row: Meeting, user: User) -> dict[str, Any]:
    return {"meeting": row, "case": row.case, "name": shown_name(row.case, user), "acts": open_acts(row)}


def page(case: Case, form: StepForm, user: User) -> dict[str, Any]:
    """The form with the meetings held before, and who decides when the units handling it cannot agree."""
    return sent_to(case) | {
        "case": case, "form": form, "petitioner": shown_name(case, user), "step": STEPS["convene"],
        "meetings": case.meetings.select_related("paper", "minutes_paper").order_by("-pk"),
    }  # fmt: skip


def about(case: Case, row: Meeting, forms: dict[str, StepForm], user: User) -> dict[str, Any]:
    units = invited(row)
    acts = [{"name": name, "label": ACTS[name][0], "form": form} for name, form in forms.items()]
    return {
        "case": case, "meeting": row, "acts": acts, "petitioner": shown_name(case, user), "units": units,
        "superior": common_superior(units) if len(units) > 1 else None,
    }  # fmt: skip


def _form(
    kind: type[StepForm], data: QueryDict | None, case: Case, actor: User, now: dt.datetime, name: str = ""
) -> StepForm:
    auto_id = f"id_{name}_%s" if name else "id_%s"  # two forms may stand on one page
    return kind(data, case=case, actor=actor, today=timezone.localdate(now), auto_id=auto_id)
