"""办理规则: the program's own rules, rendered from the very objects it runs on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases import policy
from cases.models import CalendarYear
from cases.rulebook import state_rows, step_rows
from cases.views.finding import needs


def rules(request: HttpRequest) -> HttpResponse:
    """Steps, states, categories, periods, grounds and routes as the program applies them."""
    needs(request, "cases.view")
    context = {
        "steps": step_rows(),
        "states": state_rows(),
        "categories": policy.categories().values(),
        "deadlines": policy.deadlines().values(),
        "grounds": policy.grounds().values(),
        "routes": policy.routes().values(),
        "years": CalendarYear.objects.all(),
    }
    return render(request, "cases/rules.html", context)
