"""How every form of briefing is shown and tried: the same page, one verb."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cases.forms import StepForm
from cases.lamps import case_lamp
from cases.models import Case
from cases.shielding import shown_name
from drafts.filling import done, hold
from vault.errors import Refusal, Stale


def attempt(form: StepForm, act: Callable[..., Any], reason: str = "") -> int:
    """Do the verb with the form's fields: 302 when done, 422 or 409 with the reason on the form.

    ``reason``: why the act has become impossible since the form was opened; what was typed stays on the page.
    """
    if reason:
        form.add_error(None, reason)
        return 409
    if not form.is_valid():
        return 422
    try:
        act(**form.for_verb())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return 409 if isinstance(refusal, Stale) else 422
    return 302


def one_act(
    request: HttpRequest, case: Case, kind: type[StepForm], verb: Callable[..., Any], label: Promise, reason: str,
    *, initial: dict[str, Any] | None = None, back: str = "", **around: Any,
) -> HttpResponse:  # fmt: skip
    """Show a form, or do its verb; ``around`` is what else the page shows (``about`` goes to the verb)."""
    if reason and request.method != "POST":
        context = {"case": case, "step": {"label": label}, "reason": reason}
        return render(request, "cases/refused.html", context, status=409)
    now, about = timezone.now(), around.pop("about", {"case": case})
    data = request.POST if request.method == "POST" else None
    form = kind(data, initial=initial, case=case, actor=request.user, today=timezone.localdate(now))
    form = hold(request, form, title=label, matter=case.number, part=around.get("act", ""))
    status = attempt(form, partial(verb, actor=request.user, at=now, **about), reason) if form.is_bound else 200
    if status == 302:
        done(request, now)
        messages.success(request, _("%(number)s 已办理“%(step)s”。") % {"number": case.number, "step": label})
        return redirect(back or case)
    return render(request, "briefing/form.html", facts(request, case, form, label) | around, status=status)


def facts(request: HttpRequest, case: Case, form: StepForm, label: Promise) -> dict[str, Any]:
    """What stands beside the form: the matter as this user may read it."""
    return {
        "case": case, "form": form, "label": label, "lamp": case_lamp(case, form.today),
        "petitioner": shown_name(case, request.user),
    }  # fmt: skip
