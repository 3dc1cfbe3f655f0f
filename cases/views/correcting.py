"""Corrections in place: a row of the matter's page turns into a form and back; a page of its own without script."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from cases import correcting
from cases.actions import correcting as verbs
from cases.correcting import FIELDS
from cases.forms.correcting import CorrectForm
from cases.models import Case, Correction
from cases.shielding import shielded
from cases.views.finding import matter, needs
from cases.views.lost import lost
from vault.errors import Refusal, Stale

PAGES = {
    "correct": ("cases/correct.html", "cases/_correct.html"),
    "correct_shut": ("cases/correct_shut.html", "cases/_correct_shut.html"),
}


@dataclass(frozen=True)
class Row:
    """One line of what was registered: its value as shown, whether it may be corrected here, earlier texts."""

    field: str
    value: str
    may: bool
    earlier: list[Correction]

    @property
    def label(self) -> str:
        return str(FIELDS[self.field].label)

    @property
    def words(self) -> bool:
        return FIELDS[self.field].words


def rows(case: Case, user: User) -> dict[str, Row]:
    """The lines of a matter as this user may read them. Three queries, whatever was corrected."""
    seen = [name for name, spec in FIELDS.items() if not (spec.shielded and shielded(case, user))]
    office = "office" in user.scopes
    made = case.corrections.select_related("made_by").order_by("-pk") if office else ()
    earlier: dict[str, list[Correction]] = {}
    for one in made:
        one.said = correcting.shown(one.field, one.old)
        earlier.setdefault(one.field, []).append(one)
    values = {name: correcting.shown(name, correcting.current(case, name)) for name in seen}
    may = not correcting.refusal(case, "title", user)
    return {name: Row(name, values[name], may, earlier.get(name, [])) for name in seen}


def correct(request: HttpRequest, number: str, field: str) -> HttpResponse:
    """The form of one field, or the correction. 403 for the wrong role, 409 when it is no longer possible."""
    needs(request, correcting.PERMISSION)
    case, now = matter(request, number), timezone.now()
    if field not in FIELDS:
        raise Http404
    if "row" in request.GET or (reason := correcting.refusal(case, field, request.user)):
        return _line(request, case, field) if "row" in request.GET else _shut(request, case, field, reason)
    form = CorrectForm(request.POST if request.method == "POST" else None, case=case, field=field)
    status = attempt(case, form, request.user, now) if request.method == "POST" else 200
    if status == 302:
        messages.success(request, _("%(number)s 已更正“%(field)s”。") % {"number": number, "field": form.spec.label})
        return _line(request, case, field) if request.htmx else redirect(_after(case, request.user, field))
    return render(request, _template(request, "correct"), page(request, case, form, status), status=status)


def attempt(case: Case, form: CorrectForm, actor: User, now: dt.datetime) -> int:
    """Correct; returns 302 when done, else 422 (to correct) or 409 (too late). What was typed stays in the form."""
    valid = form.is_valid()
    if form.stale:
        return 409
    try:
        if valid:
            said = {name: form.cleaned_data[name] for name in ("value", "reason")}
            verbs.correct(case=case, actor=actor, at=now, field=form.field, seen=form.now, **said)
        return 302 if valid else 422
    except Refusal as no:
        case.refresh_from_db()
        form.now = correcting.current(case, form.field)
        if not isinstance(no, Stale):
            form.add_error("value", str(no))
        return 409 if isinstance(no, Stale) else 422


def page(request: HttpRequest, case: Case, form: CorrectForm, status: int) -> dict[str, Any]:
    """The form, and after a lost race who was faster, with the value as it is now."""
    late = lost(case, request.user) if status == 409 else None
    row = Row(form.field, correcting.shown(form.field, form.now), True, [])
    return {"case": case, "form": form, "row": row, "lost": late, "htmx": request.htmx}


def _line(request: HttpRequest, case: Case, field: str) -> HttpResponse:
    """The row as it is now; where it cannot be seen any more, the list instead."""
    fresh = Case.objects.visible_to(request.user).filter(pk=case.pk).select_related("petitioner").first()
    if fresh is None:
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = _after(case, request.user, field)
        return answer
    row = rows(fresh, request.user)[field]
    changed = request.method == "POST"
    return render(request, "cases/_fact_answer.html", {"case": fresh, "row": row, "changed": changed, "focus": True})


def _shut(request: HttpRequest, case: Case, field: str, reason: str) -> HttpResponse:
    context = {"case": case, "row": Row(field, "", False, []), "reason": reason, "htmx": request.htmx}
    return render(request, _template(request, "correct_shut"), context, status=409)


def _template(request: HttpRequest, name: str) -> str:
    whole, part = PAGES[name]
    return part if request.htmx else whole


def _after(case: Case, user: User, field: str) -> str:
    """Back to the row; to the list when the correction took the matter out of this user's sight."""
    if Case.objects.visible_to(user).filter(pk=case.pk).exists():
        return f"{case.get_absolute_url()}?tab=demand#fact-{field}"
    return redirect("cases:list").url


@require_POST
def read_back(request: HttpRequest, number: str) -> HttpResponse:
    """The corrected words were read back to the petitioner, who confirmed them."""
    needs(request, correcting.PERMISSION)
    case = matter(request, number)
    try:
        verbs.read_back(case=case, actor=request.user, at=timezone.now())
        messages.success(request, _("已登记重新复述确认。"))
    except Refusal as no:
        messages.error(request, str(no))
    return redirect(f"{case.get_absolute_url()}?tab=demand")
