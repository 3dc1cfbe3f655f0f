"""审查回告 on one screen: the demand, the report, the course and whose days they were, beside the two verdicts."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from cases import examining, forms
from cases.models import Case
from cases.shielding import files_of
from cases.views import course
from cases.views.detail import days
from cases.workflow import STEPS, refusal
from drafts.filling import hold

VERDICTS: dict[str, type[forms.StepForm]] = {"close": forms.CloseForm, "send_back": forms.SendBackForm}
RECENT = 12  # facts of the course beside the report


def around(request: HttpRequest, case: Case, name: str, form: forms.StepForm, now: dt.datetime) -> dict[str, Any]:
    """What stands on the screen besides the form asked for: the other verdict, demand, course, days."""
    user = request.user
    story = course.page(case, user, QueryDict("show=steps"), RECENT)
    return days(case, user, now) | {
        "verdicts": [_verdict(request, case, one, name, form, now) for one in VERDICTS],
        "points": examining.labelled(case.demand), "times": examining.times_sent_back(case),
        "urgent_from": examining.ESCALATES_AT - 1, "days": story["days"],
        "files": files_of(case, user).filter(voided_at__isnull=True).count(),
        "before": case.reports.filter(approved=False).select_related("judged_by", "made_by__unit").order_by("-pk"),
    }  # fmt: skip


def _verdict(
    request: HttpRequest, case: Case, name: str, asked: str, form: forms.StepForm, now: dt.datetime
) -> dict[str, Any]:
    """One of the two sheets; ``shut`` says why this user cannot give that verdict."""
    shut = refusal(case, name, request.user, now)
    return {
        "name": name, "step": STEPS[name], "shut": shut, "main": name == asked,
        "form": form if name == asked else None if shut else _other(request, case, name, now),
    }  # fmt: skip


def _other(request: HttpRequest, case: Case, name: str, now: dt.datetime) -> forms.StepForm:
    """The form of the other verdict, with its own draft under its own address."""
    form = VERDICTS[name](case=case, actor=request.user, today=timezone.localdate(now), auto_id=f"id_{name}_%s")
    if request.method != "GET":
        return form
    path = reverse("cases:step", args=[case.number, name])
    return hold(request, form, title=STEPS[name].label, matter=case.number, path=path)
