"""Lists of matters: all that the user may see, and what waits for them."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.agenda import GROUP_LIMIT, grouped, next_step
from cases.dayplan import provisional_due
from cases.filters import CaseFilter
from cases.lamps import case_lamp
from cases.models import Case, CaseQuerySet
from cases.shielding import shown_name
from cases.views.finding import needs

PER_PAGE = 25


def cases(request: HttpRequest) -> HttpResponse:
    """All visible matters with filters, chips and pages; htmx gets the list alone."""
    needs(request, "cases.view")
    today = timezone.localdate()
    visible = Case.objects.visible_to(request.user)
    listed = visible.for_list().annotate(provisional=provisional_due())
    found = CaseFilter(request.GET, listed, user=request.user, today=today)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    template = "cases/_list.html" if request.htmx else "cases/list.html"
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [row(case, request.user, today) for case in page],
        "chips": chips(visible, request, today),
    }
    return render(request, template, context)


def todo(request: HttpRequest) -> HttpResponse:
    """What waits for this user, by urgency, each with its next step."""
    needs(request, "cases.view")
    now, today = timezone.now(), timezone.localdate()
    groups = [
        {"group": group, "rows": [row(case, request.user, today, now) for case in group.cases]}
        for group in grouped(request.user, today)
    ]
    return render(request, "cases/todo.html", {"groups": groups, "limit": GROUP_LIMIT})


def row(case: Case, user: User, today: dt.date, now: dt.datetime | None = None) -> dict[str, Any]:
    """One line of a list; with ``now`` also the next step the user can do."""
    step = next_step(case, user, now) if now else None
    return {
        "case": case,
        "name": shown_name(case, user),
        "category": _("%(n)s 类") % {"n": int(case.category[1:])} if case.category[1:].isdigit() else case.category,
        "lamp": case_lamp(case, today),
        "step": {"name": step[0], "label": step[1].label, "page": step[1].page} if step else None,
    }


def chips(visible: CaseQuerySet, request: HttpRequest, today: dt.date) -> list[dict[str, Any]]:
    """Short cuts above the list with their counts; the current one is marked."""
    mine = Q(handler=request.user) | Q(created_by=request.user)
    soon = Q(due_on__gte=today, due_on__lte=today + dt.timedelta(days=5))
    counts = visible.aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)), soon=Count("pk", filter=soon),
        mine=Count("pk", filter=mine), group=Count("pk", filter=Q(is_group=True)),
    )  # fmt: skip
    entries = [
        ("", _("全部"), "all"), ("due=overdue", _("超期"), "overdue"), ("due=5", _("5 日内"), "soon"),
        ("mine=1", _("我经办的"), "mine"), ("group=1", _("集体访"), "group"),
    ]  # fmt: skip
    used = request.GET.urlencode()
    return [{"url": f"?{q}", "label": label, "count": counts[key], "current": used == q} for q, label, key in entries]
