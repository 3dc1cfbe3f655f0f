"""Panel: how a group matter grew from visit to visit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases import growth
from cases.views.finding import matter


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Head counts of every visit of a group matter that came again; nothing for any other matter."""
    case, user = matter(request, number), request.user
    steps = growth.steps(case) if case.is_group else []
    context = {
        "case": case, "steps": steps if len(steps) > 1 else [], "height": 34 * len(steps),
        "bars": [(step, 34 * place) for place, step in enumerate(steps)],
        "may_see_visits": user.scope == "office" and user.can("reception.view"),
    }  # fmt: skip
    return render(request, "cases/_growth.html", context)
