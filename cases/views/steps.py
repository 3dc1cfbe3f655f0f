"""The one page of every step: the form, what the law says, what will be issued; then one verb."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import forms, policy
from cases.actions import (
    answering,
    deciding,
    ending,
    handling,
    hearing,
    merging,
    recusing,
    refusing,
    sending,
    serving,
    settling,
    superior,
)
from cases.choices import SendRole
from cases.drafting import announced
from cases.forms import meetings
from cases.models import Case
from cases.shielding import shown_name
from cases.sides import sent_to
from cases.views import examining
from cases.views.finding import matter
from cases.views.lost import lost
from cases.workflow import STEPS, refusal, who_was_faster
from drafts.filling import done, hold
from vault.errors import Refusal, Stale

SCREENS: dict[str, tuple[type[forms.StepForm], Callable[..., Any]]] = {
    "classify": (forms.ClassifyForm, deciding.classify),
    "inform": (forms.InformForm, deciding.inform),
    "answer": (forms.AnswerForm, deciding.answer),
    "accept": (forms.AcceptForm, deciding.accept),
    "accept_simple": (forms.AcceptForm, deciding.accept_simple),
    "to_ordinary": (forms.ToOrdinaryForm, deciding.to_ordinary),
    "propose_decline": (forms.DeclineForm, refusing.propose_decline),
    "guide": (forms.GuideForm, deciding.guide),
    "reopen": (forms.ReopenForm, deciding.reopen),
    "refer": (forms.SendForm, sending.refer),
    "assign": (forms.AssignForm, sending.assign),
    "coordinate": (forms.CoordinateForm, sending.coordinate),
    "handle_here": (forms.HandleHereForm, sending.handle_here),
    "record_receipt": (forms.RecordReceiptForm, sending.record_receipt),
    "take_up": (forms.TakeUpForm, answering.take_up),
    "hand_back": (forms.HandBackForm, answering.hand_back),
    "insist": (forms.InsistForm, answering.insist),
    "assist": (forms.AssistForm, answering.assist),
    "request_extension": (forms.RequestExtensionForm, handling.request_extension),
    "investigate": (forms.InvestigateForm, handling.investigate),
    "submit": (forms.SubmitForm, handling.submit),
    "sign": (forms.SignForm, handling.sign),
    "return_draft": (forms.ReturnDraftForm, handling.return_draft),
    "report": (forms.ReportForm, handling.report),
    "send_back": (forms.SendBackForm, handling.send_back),
    "close": (forms.CloseForm, handling.close),
    "report_up": (forms.ReportUpForm, handling.report_up),
    "serve": (forms.ServeForm, serving.serve),
    "conclude": (forms.ConcludeForm, ending.conclude),
    "withdraw": (forms.WithdrawForm, ending.withdraw),
    "call_hearing": (meetings.CallHearingForm, hearing.call_hearing),
    "end_hearing": (meetings.EndHearingForm, hearing.end_hearing),
    "cancel_hearing": (meetings.CancelHearingForm, hearing.cancel_hearing),
    "settle": (meetings.SettleForm, settling.settle),
    "performed": (meetings.PerformedForm, settling.performed),
    "not_performed": (meetings.NotPerformedForm, settling.not_performed),
    "note_superior": (meetings.NoteSuperiorForm, superior.note_superior),
    "merge": (forms.MergeForm, merging.merge),
    "unmerge": (forms.UnmergeForm, merging.unmerge),
    "declare_interest": (forms.DeclareInterestForm, recusing.declare_interest),
}


def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Show the form of a step, or do the step. 403 for the wrong role, 409 when it is no longer possible."""
    case, now = matter(request, number), timezone.now()
    if step in STEPS and STEPS[step].page and step not in SCREENS:
        return redirect(STEPS[step].page, number)
    if step not in SCREENS:
        raise Http404
    reason = refusal(case, step, request.user, now)
    if reason and (request.method != "POST" or not request.user.can(STEPS[step].permission)):
        return refused(request, case, step, reason)
    form = _form(request, case, step, now)
    status = attempt(case, step, form, request.user, now) if request.method == "POST" else 200
    if status == 302:
        done(request, now)
        messages.success(request, _("%(number)s 已办理“%(step)s”。") % {"number": number, "step": STEPS[step].label})
        return redirect(f"{reverse('cases:todo')}?next=1") if request.GET.get("next") == "todo" else redirect(case)
    return _shown(request, case, step, form, now, status)


def _shown(
    request: HttpRequest, case: Case, name: str, form: forms.StepForm, now: dt.datetime, status: int
) -> HttpResponse:
    """The page of the step; a report is judged on a screen of its own as long as it can be."""
    context = page(case, name, form, request.user, status)
    if name not in examining.VERDICTS or context["shut"] or not context["report"]:
        return render(request, "cases/step.html", context, status=status)
    context |= examining.around(request, case, name, form, now)
    return render(request, "cases/examine.html", context, status=status)


def refused(request: HttpRequest, case: Case, name: str, reason: str) -> HttpResponse:
    """The step is not this user's (403) or not possible now (409): the reason and the way back."""
    status = 409 if request.user.can(STEPS[name].permission) else 403
    return render(request, "cases/refused.html", {"case": case, "step": STEPS[name], "reason": reason}, status=status)


def attempt(case: Case, name: str, form: forms.StepForm, actor: User, now: dt.datetime) -> int:
    """Do the step; returns 302 when done, else 422 (to correct) or 409 (too late), the reason on the form."""
    valid = form.is_valid()
    if form.cleaned_data.get("version") not in (None, case.version):
        form.add_error(None, who_was_faster(case))
        return 409
    try:
        if valid:
            SCREENS[name][1](case=case, actor=actor, at=now, **form.for_verb())
        return 302 if valid else 422
    except Refusal as no:
        case.refresh_from_db()
        form.add_error(None, str(no))
        return 409 if isinstance(no, Stale) else 422


def _form(request: HttpRequest, case: Case, name: str, now: dt.datetime) -> forms.StepForm:
    data = request.POST if request.method == "POST" else None
    form = SCREENS[name][0](data, case=case, actor=request.user, today=timezone.localdate(now))
    return hold(request, form, title=STEPS[name].label, matter=case.number)


def tell(case: Case, name: str) -> list[str]:
    """What the visitor must be told with this step: by category, for a refusal by ground."""
    category = policy.categories().get(case.category)
    if name == "propose_decline":
        return [ground.tell for ground in policy.grounds().values() if ground.active]
    if name == "guide" and (category is None or category.route != "statutory"):
        category = next(one for one in policy.categories().values() if one.route == "statutory")
    return category.tell if category and name in ("answer", "inform", "accept", "accept_simple", "guide") else []


JUDGING = ("close", "send_back", "sign", "return_draft")


def page(case: Case, name: str, form: forms.StepForm, user: User, status: int = 200) -> dict[str, Any]:
    """The form with its surroundings: basis, papers, what to tell, routes where they are to be chosen.

    After a lost race also who was faster, and whether the step can still be done at all.
    """
    late = status == 409
    return (sent_to(case) if name == "coordinate" else {}) | {
        "lost": lost(case, user, form) if late else None, "judging": name in JUDGING,
        "shut": refusal(case, name, user, timezone.now()) if late else "",
        "case": case, "name": name, "step": STEPS[name], "form": form, "petitioner": shown_name(case, user),
        "papers": announced(case, name, user),
        "tell": tell(case, name),
        "categories": policy.categories().values() if name == "classify" else (),
        "routes": policy.routes().values() if name == "guide" else (),
        "report": case.reports.select_related("made_by__unit").last() if name in JUDGING else None,
        "assignment": case.assignments.filter(ended_at__isnull=True, role=SendRole.LEAD).last(),
    }  # fmt: skip
