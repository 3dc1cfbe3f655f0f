"""办理规则: the program's own rules, rendered from the very objects it runs on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases import policy, rulebook
from cases.choices import State
from cases.models import CalendarYear
from cases.views.finding import needs


def rules(request: HttpRequest) -> HttpResponse:
    """States, steps, periods, second persons, categories, grounds and routes as the program applies them."""
    needs(request, "cases.view")
    wanted = request.GET.get("state", "")
    state = wanted if wanted in State.values else ""
    return render(request, "cases/rules.html", {"state": state, "choices": State.choices} | _rules(state))


def _rules(state: str) -> dict[str, Any]:
    return {
        "states": [row for row in rulebook.state_rows() if state in ("", row.code)],
        "steps": rulebook.step_rows(state),
        "periods": rulebook.period_rows(),
        "by_letter": rulebook.set_by_letter(),
        "overlay": settings.POLICY_OVERLAY,
        "pairs": rulebook.pair_rows(),
        "categories": policy.categories().values(),
        "grounds": policy.grounds().values(),
        "routes": policy.routes().values(),
        "reference": rulebook.reference_rows(),
        "years": CalendarYear.objects.all(),
    }
