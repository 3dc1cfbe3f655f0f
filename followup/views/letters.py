"""One press for all that is late at a unit: the list, one letter, and what became of each matter."""

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accounts.models import Unit, User
from cases.models import Case
from cases.views.files import as_pdf
from followup import actions, desk, guards
from followup.forms import UnitLetterForm
from followup.models import UrgingLetter
from followup.phrases import URGE_MANY
from vault.errors import Refusal, Stale


def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The late matters of a unit, ticked; posted, one letter to it."""
    request.user.must("followup.urge")
    found = get_object_or_404(Unit, code=code)
    if request.method == "POST":
        return _sent(request, found)
    form = UnitLetterForm(initial={"content": URGE_MANY, "key": uuid.uuid4().hex})
    return _asking(request, found, form, None, 200)


def _asking(request: HttpRequest, found: Unit, form: Any, ticked: set[str] | None, status: int) -> HttpResponse:
    rows = desk.late_at(Case.objects.visible_to(request.user), found, request.user, timezone.localdate())
    context = {"unit": found, "form": form, "rows": rows, "ticked": ticked, "most": desk.MOST}
    return render(request, "followup/unit_letter.html", context, status=status)


def _sent(request: HttpRequest, found: Unit) -> HttpResponse:
    """Make the letter; the page after it says of each matter what became of it."""
    numbers = list(dict.fromkeys(request.POST.getlist("pick")))[: desk.MOST]
    form = UnitLetterForm(request.POST)
    if not form.is_valid():
        return _asking(request, found, form, set(numbers), 422)
    cases, now = _picked(request.user, numbers), timezone.now()
    late = guards.late_keys(cases, timezone.localdate(now))
    refused = {case.pk: guards.not_in_letter(case, found, request.user, late) for case in cases}
    try:
        letter = actions.urge_unit(unit=found, cases=cases, actor=request.user, at=now, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _asking(request, found, form, set(numbers), 409 if isinstance(refusal, Stale) else 422)
    return render(request, "followup/unit_letter_done.html", _outcome(letter, cases, refused, numbers))


def _picked(user: User, numbers: list[str]) -> list[Case]:
    rows = Case.objects.visible_to(user).filter(number__in=numbers).select_related("handling_unit", "petitioner")
    by_number = {case.number: case for case in rows}
    return [by_number[number] for number in numbers if number in by_number]


def _outcome(letter: UrgingLetter, cases: list[Case], refused: dict[int, str], numbers: list[str]) -> dict[str, Any]:
    """What stands in the letter is asked of its rows; the others with the sentence why not."""
    done = set(letter.urgings.values_list("case_id", flat=True))
    known = {case.number for case in cases}
    return {
        "letter": letter, "unit": letter.unit, "done": [case for case in cases if case.pk in done],
        "failed": [(case, refused[case.pk]) for case in cases if case.pk not in done],
        "unknown": [number for number in numbers if number not in known],
    }  # fmt: skip


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as PDF, for those who may know of every matter in it."""
    rows = UrgingLetter.objects.visible_to(request.user).select_related("paper")
    return as_pdf(request, get_object_or_404(rows, pk=pk).paper)
