"""Lists of matters: all that the user may see, and what waits for them."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import batching, saved
from cases.agenda import GROUP_LIMIT, grouped, next_step, next_to_come, waiting_for_user
from cases.dayplan import provisional_due
from cases.filters import CaseFilter, TodoFilter
from cases.lamps import case_lamp
from cases.models import Case, CaseQuerySet
from cases.shielding import shown_name
from cases.views.finding import needs
from cases.workflow import Step

PER_PAGE = 25
PAGE = "list"


def cases(request: HttpRequest) -> HttpResponse:
    """All visible matters with filters, chips and pages; htmx gets the list alone."""
    needs(request, "cases.view")
    if not request.GET and (first := saved.first_shown(request.user, PAGE)):
        return redirect(first)
    today = timezone.localdate()
    visible = Case.objects.visible_to(request.user)
    listed = visible.for_list().annotate(provisional=provisional_due())
    found = CaseFilter(request.GET, listed, user=request.user, today=today)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    steps = batching.offered(request.user)
    context = {
        "filter": found, "page_obj": page, "steps": steps, "chips": chips(visible, request, today),
        "rows": [row(case, request.user, today) | _batch(case, steps) for case in page],
    } | shelf(request, PAGE)  # fmt: skip
    return render(request, "cases/_list.html" if request.htmx else "cases/list.html", context)


def _batch(case: Case, steps: list[tuple[str, Step]]) -> dict[str, str]:
    """What the row's box says, and the steps its state allows: for the counts on the bar of a batch."""
    return {"pick": batching.pick(case), "can": " ".join(batching.likely(case, [name for name, _step in steps]))}


def shelf(request: HttpRequest, page: str) -> dict[str, Any]:
    """The saved views of a page: for its menu of views. One query."""
    views = saved.shelf(request.user, page)
    shown = next((view for view in views if view.shows(request.GET)), None)
    used = request.GET.copy()
    used.pop("page", None)
    return {"views": views, "view_shown": shown, "view_page": page, "view_query": used.urlencode()}


def todo(request: HttpRequest) -> HttpResponse:
    """What waits for this user, by urgency, each with its next step; filters by unit, category, kind of step."""
    needs(request, "cases.view")
    now, today, user = timezone.now(), timezone.localdate(), request.user
    found = TodoFilter(request.GET, waiting_for_user(user), user=user)
    groups = [
        {"group": group, "rows": [row(case, user, today, now) for case in group.cases]}
        for group in grouped(found.qs, today)
    ]
    due = sum(item["group"].count for item in groups if item["group"].code in ("overdue", "today"))
    context = {"groups": groups, "limit": GROUP_LIMIT, "filter": found, "due": due, "here": reverse("cases:todo")}
    if not due:
        context["coming"] = next_to_come(user, today)
    return render(request, "cases/_todo.html" if request.htmx else "cases/todo.html", context)


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
        ("all=1", _("全部"), "all"), ("due=overdue", _("超期"), "overdue"), ("due=5", _("5 日内"), "soon"),
        ("mine=1", _("我经办的"), "mine"), ("group=1", _("集体访"), "group"),
    ]  # fmt: skip
    used = request.GET.urlencode() or "all=1"
    return [{"url": f"?{q}", "label": label, "count": counts[key], "current": used == q} for q, label, key in entries]
