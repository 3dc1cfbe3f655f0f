"""The second person's page: what is asked, by whom and why; agree or disagree."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from approvals.asking import no_deciding, pending
from approvals.models import Request
from cases import policy
from cases.actions import handling, refusing
from cases.forms import Words
from cases.models import Case
from cases.shielding import shown_name
from cases.views.finding import matter
from vault.errors import Refusal, Stale

Verbs = tuple[Callable[..., Any], Callable[..., Any]]
VERBS: dict[str, Verbs] = {
    "decline": (refusing.approve_decline, refusing.return_proposal),
    "extend": (handling.extend, handling.deny_extension),
}


class VerdictForm(forms.Form):
    """A word with the decision; without one nobody is turned down."""

    verdict = Words(label=__("审批意见"), required=False, rows=4)


def proposal(request: HttpRequest, number: str) -> HttpResponse:
    """Approve a proposed refusal, or send it back."""
    return decided(request, number, "decline")


def extension(request: HttpRequest, number: str) -> HttpResponse:
    """Approve an extension, or not."""
    return decided(request, number, "extend")


def decided(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Show the open request of a matter, or decide it; 409 when there is none or it is somebody else's."""
    case, now = matter(request, number), timezone.now()
    asked = pending(kind, case)
    reason = no_deciding(asked, request.user) if asked else _("没有待审批的申请，可能已由他人审批。")
    form = VerdictForm(request.POST or None)
    if asked and request.method == "POST" and not reason and form.is_valid():
        reason = attempt(case, asked, request.user, now, form.cleaned_data["verdict"], "grant" in request.POST)
        if not reason:
            messages.success(request, _("%(number)s 已审批。") % {"number": number})
            return redirect(case)
    context = page(case, asked, form, reason, request.user)
    return render(request, "cases/request.html", context, status=409 if reason else 200)


def attempt(case: Case, asked: Request, actor: User, now: dt.datetime, verdict: str, grant: bool) -> str:
    """Grant or deny; "" or the sentence why that cannot be."""
    try:
        VERBS[asked.kind][0 if grant else 1](request=asked, case=case, actor=actor, at=now, verdict=verdict)
    except (Refusal, Stale) as no:
        return str(no)
    return ""


def page(case: Case, asked: Request | None, form: VerdictForm, reason: str, user: User) -> dict[str, Any]:
    return {
        "case": case, "asked": asked, "form": form, "reason": reason, "petitioner": shown_name(case, user),
        "ground": policy.grounds().get(case.ground) if asked and asked.kind == "decline" else None,
        "may_decide": asked is not None and not no_deciding(asked, user),
    }  # fmt: skip
