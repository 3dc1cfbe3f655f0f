"""Pages of review and recheck: the list, the panel on a matter's page, the request, the opinion, the order anew."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.forms import StepForm
from cases.lamps import clock_lamp, lamp
from cases.models import Case, Clock
from cases.papers import ISSUED
from cases.shielding import shielded, shown_name
from cases.views.finding import matter, needs
from cases.views.steps import refused
from cases.workflow import STEPS, refusal, who_was_faster
from documents.choices import PAPER_KINDS
from drafts.filling import done, hold
from review import actions, chain, forms
from review.models import Review
from vault.errors import Refusal, Stale

PER_PAGE = 25


def index(request: HttpRequest) -> HttpResponse:
    """What waits for an opinion, the most pressing first, and what must be handed out anew."""
    needs(request, "cases.view")
    user, today = request.user, timezone.localdate(timezone.now())
    waiting = Review.objects.visible_to(user).open().for_list().order_by("case__due_on", "pk")
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    redo = [one for one in _to_redo(user) if not refusal(one.case, "redo", user, timezone.now())]
    context = {"page_obj": page, "rows": [_row(one, user, today) for one in page], "redo": redo}
    return render(request, "review/index.html", context)


def _to_redo(user: Any) -> Any:
    rows = Review.objects.visible_to(user).for_list().filter(outcome="redo", redone_at__isnull=True)
    return rows.filter(case__state__in=STEPS["redo"].sources).order_by("decided_at", "pk")[:PER_PAGE]


def _row(review: Review, user: Any, today: Any) -> dict[str, Any]:
    case = review.case
    return {
        "review": review, "case": case, "name": shown_name(case, user), "lamp": lamp(case.due_on, today),
        "decide": not _no_deciding(review, user),
    }  # fmt: skip


def _no_deciding(review: Review, user: Any) -> str:
    step = chain.stage_of(review).decide
    return refusal(review.case, step, user, timezone.now()) or chain.no_deciding(review, user)


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The chain of one matter: opinion, delivery, window, request, opinion … for its page."""
    case, user, now = matter(request, number), request.user, timezone.now()
    today = timezone.localdate(now)
    links = [{"link": link, "lamp": link.window and _window(link.window, today)} for link in chain.links(case)]
    asked = [_asked(review, today) for review in case.reviews.with_parts()]
    acts = [(STEPS[name].label, STEPS[name].page) for name in PAGES if not refusal(case, name, user, now)]
    context = {"case": case, "links": links, "reviews": asked, "acts": acts, "hidden": shielded(case, user)}
    return render(request, "review/panel.html", context)


def _window(clock: Clock, today: Any) -> Any:
    """The petitioner's window is a right, not a duty: a passed one is no fault of anybody."""
    return lamp(clock.legal_due, today, finished=bool(clock.stopped_on) or clock.legal_due < today)


def _asked(review: Review, today: Any) -> dict[str, Any]:
    clock = review.case.clocks.filter(kind=chain.stage_of(review).clock, started_on=review.requested_on).last()
    return {"row": review, "clock": clock, "lamp": clock and clock_lamp(clock, today)}


PAGES = ("request_review", "request_recheck", "decide_review", "decide_recheck", "redo")


def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Take a request for review or recheck."""
    case = matter(request, number)
    return _page(request, case, chain.next_stage(case).ask, forms.RequestForm, actions.request)


def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Give the opinion."""
    case = matter(request, number)
    review = chain.current(case)
    name = chain.next_stage(case).decide if review is None else chain.stage_of(review).decide
    why = chain.no_deciding(review, request.user) if review else ""
    return _page(request, case, name, forms.DecideForm, actions.decide, review, why)


def redo(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the matter to the unit anew."""
    case = matter(request, number)
    return _page(request, case, "redo", forms.RedoForm, actions.redo, chain.ordered(case))


def _page(
    request: HttpRequest, case: Case, name: str, kind: type[StepForm], verb: Callable[..., Any],
    review: Review | None = None, why: str = "",
) -> HttpResponse:  # fmt: skip
    """Show a form or do its verb: 403 for the wrong role, 409 when it is not possible now, 422 to correct."""
    now = timezone.now()
    if reason := refusal(case, name, request.user, now) or why:
        return refused(request, case, name, reason)
    data = request.POST if request.method == "POST" else None
    form = kind(data, case=case, actor=request.user, today=timezone.localdate(now))
    form = hold(request, form, title=STEPS[name].label, matter=case.number)
    about = {"case": case, "actor": request.user, "at": now} | ({"review": review} if review else {})
    status = _attempt(form, case, lambda **fields: verb(**about, **fields)) if data else 200
    if status == 302:
        done(request, now)
        messages.success(request, _("%(number)s 已办理“%(step)s”。") % {"number": case, "step": STEPS[name].label})
        return redirect(case)
    return render(request, "review/form.html", _around(request, case, name, form, review), status=status)


def _attempt(form: StepForm, case: Case, act: Callable[..., Any]) -> int:
    valid = form.is_valid()
    if form.cleaned_data.get("version") not in (None, case.version):
        form.add_error(None, who_was_faster(case))
        return 409
    try:
        if valid:
            act(**form.for_verb())
        return 302 if valid else 422
    except Refusal as no:
        case.refresh_from_db()
        form.add_error(None, str(no))
        return 409 if isinstance(no, Stale) else 422


def _around(request: HttpRequest, case: Case, name: str, form: StepForm, review: Review | None) -> dict[str, Any]:
    """What stands beside the form: the effect, the opinions so far, the request that is judged."""
    level = review.level if review else chain.next_stage(case).level
    return {
        "case": case, "form": form, "step": STEPS[name], "review": review, "petitioner": shown_name(case, request.user),
        "papers": [PAPER_KINDS[one].label for one in ISSUED.get(name, ())], "links": chain.links(case),
        "usual": chain.default_body(case, level) if name.startswith("request") else None,
        "asking": name.startswith("request"), "hidden": shielded(case, request.user),
        "days": chain.redo_length(review.redo_days) if review and name == "redo" else None,
    }  # fmt: skip
