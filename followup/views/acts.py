"""The forms of following up: urge, supervise, answer, suggest, visit again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_POST

from briefing.views.page import attempt
from cases.forms import StepForm
from cases.lamps import case_lamp
from cases.models import Case
from cases.shielding import shielded, shown_name
from cases.views.finding import matter
from drafts.filling import done, hold
from followup import actions, adopting, forms, guards
from followup.choices import UrgeWay
from followup.models import ReturnVisit, Supervision
from followup.phrases import URGE_LATE, URGE_SOON
from vault.errors import Refusal


def urge(request: HttpRequest, number: str) -> HttpResponse:
    """催办 in one of the four ways."""
    case = matter(request, number)
    request.user.must("followup.urge")
    return _page(request, case, forms.UrgeForm, actions.urge, __("催办"), guards.no_urging(case, request.user))


@require_POST
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """One click on the desk: a 催办函 in the standing words, answered by the new line of the list."""
    case, now = matter(request, number), timezone.now()
    request.user.must("followup.urge")
    late = case.due_on and case.due_on < timezone.localdate(now)
    try:
        words = URGE_LATE if late else URGE_SOON
        made = actions.urge(case=case, actor=request.user, at=now, way=UrgeWay.LETTER, content=words)
        messages.success(request, _("已制发 %(paper)s（%(number)s）。") % {"paper": made.paper, "number": number})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("followup:index")


def supervise(request: HttpRequest, number: str) -> HttpResponse:
    """督办 on a ground of article 40."""
    case = matter(request, number)
    request.user.must("followup.supervise")
    reason = guards.no_supervision(case, request.user)
    return _page(request, case, forms.SuperviseForm, actions.supervise, __("督办"), reason)


def feedback(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The supervised unit answers."""
    case = matter(request, number)
    request.user.must("followup.feedback")
    order = get_object_or_404(case.supervisions.with_parts(), pk=pk)
    reason = guards.no_feedback(order, request.user)
    return _page(request, case, forms.FeedbackForm, actions.give_feedback, __("反馈督办"), reason, supervision=order)


def return_feedback(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The feedback is not enough."""
    case = matter(request, number)
    request.user.must("followup.supervise")
    order = get_object_or_404(case.supervisions.with_parts(), pk=pk)
    reason = guards.no_returning(order, request.user)
    return _page(request, case, forms.ReturnFeedbackForm, actions.return_feedback, __("退回反馈"), reason, order)


def suggest(request: HttpRequest, number: str) -> HttpResponse:
    """改进工作、完善政策或者追究责任建议, starting from a matter."""
    case = matter(request, number)
    request.user.must("followup.supervise")
    reason = adopting.no_suggesting(request.user)
    return _page(request, case, forms.SuggestForm, actions.suggest, __("制发建议书"), reason, about={})


def close_supervision(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """销号."""
    case = matter(request, number)
    request.user.must("followup.supervise")
    order = get_object_or_404(case.supervisions.with_parts(), pk=pk)
    reason = guards.no_closing(order, request.user)
    return _page(request, case, forms.CloseForm, actions.close_supervision, __("督办销号"), reason, supervision=order)


def return_visit(request: HttpRequest, number: str) -> HttpResponse:
    """回访, reached or not."""
    case = matter(request, number)
    request.user.must("followup.return_visit")
    reason = guards.no_return_visit(case, request.user)
    verb = actions.record_return_visit
    return _page(request, case, forms.ReturnVisitForm, verb, __("登记回访"), reason)


def rework(request: HttpRequest, number: str) -> HttpResponse:
    """退回重办: the last return visit found the matter not handled properly."""
    case, visit = _visited(request, number)
    request.user.must("cases.reopen")
    reason = guards.no_rework(case, visit, request.user, timezone.now())
    verb = partial(actions.rework, visit=visit)
    return _page(request, case, forms.ReworkForm, verb, __("回访退回重办"), reason)


def anew(request: HttpRequest, number: str) -> HttpResponse:
    """另立新事项: the same, where the matter is too long over."""
    case, visit = _visited(request, number)
    request.user.must("followup.return_visit")
    reason = guards.no_anew(case, visit, request.user, timezone.now())
    verb = partial(actions.open_linked, visit=visit)
    return _page(request, case, forms.AnewForm, verb, __("另立新事项"), reason)


def _visited(request: HttpRequest, number: str) -> tuple[Case, ReturnVisit]:
    """The matter and its last return visit; 404 where there is none."""
    case = matter(request, number)
    visit = case.return_visits.first()
    if visit is None:
        raise Http404
    return case, visit


def _page(
    request: HttpRequest, case: Case, kind: type[StepForm], verb: Callable[..., Any], label: Promise, reason: str,
    supervision: Supervision | None = None, about: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or do its verb: 409 when it is not possible now, 422 when something must be corrected."""
    if reason and request.method != "POST":  # what was typed stays on the page when it comes too late
        context = {"case": case, "step": {"label": label}, "reason": reason}
        return render(request, "cases/refused.html", context, status=409)
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = kind(data, case=case, actor=request.user, today=timezone.localdate(now))
    form = hold(request, form, title=label, matter=case.number)
    about = {"supervision": supervision} if supervision else {"case": case} if about is None else about
    status = attempt(form, partial(verb, actor=request.user, at=now, **about), reason) if form.is_bound else 200
    if status == 302:
        done(request, now)
        messages.success(request, _("%(number)s 已办理“%(step)s”。") % {"number": case.number, "step": label})
        return redirect(case)
    return render(request, "followup/form.html", _around(request, case, form, label, supervision), status=status)


def _around(
    request: HttpRequest, case: Case, form: StepForm, label: Promise, supervision: Supervision | None
) -> dict[str, Any]:
    """What stands beside the form: the matter, what was done before, the order that is answered."""
    visiting = isinstance(form, forms.ReturnVisitForm | forms.ReworkForm | forms.AnewForm)
    return {
        "case": case, "form": form, "label": label, "supervision": supervision,
        "lamp": case_lamp(case, form.today), "petitioner": shown_name(case, request.user),
        "urgings": case.urgings.select_related("unit")[:5], "visits": _visits(case) if visiting else (),
        "phone": case.petitioner.masked_phone if visiting and not shielded(case, request.user) else "",
        "visiting": visiting,
    }  # fmt: skip


def _visits(case: Case) -> list[ReturnVisit]:
    return list(case.return_visits.select_related("visited_by")[:5])
