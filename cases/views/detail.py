"""The page of one matter: a header that stays, five tabs, and beside them the periods and the time ledger."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from cases import examining, ledger
from cases.actions.viewing import look
from cases.agenda import next_step, stages, waiting_for
from cases.lamps import case_lamp, clock_lamp, explain
from cases.models import Case
from cases.shielding import shown_name
from cases.views import tabs
from cases.views.finding import matter
from cases.workflow import Step, available

# Where a step stands in the menu; what is not named here is handling.
TELLING = (
    "inform",
    "answer",
    "guide",
    "record_receipt",
    "serve",
    "deliver",
    "serve_review",
    "serve_recheck",
    "report_up",
)
SIDEWAYS = (
    "to_ordinary", "propose_decline", "hand_back", "request_extension", "extend", "withdraw", "merge", "unmerge",
    "declare_interest", "reopen", "cancel_hearing", "send_back", "return_draft", "return_proposal",
)  # fmt: skip
SENSES: dict[str, Promise] = {"handling": __("办理"), "telling": __("告知与送达"), "sideways": __("例外")}


def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One matter, one tab of it (``?tab=``); by htmx the tabs alone. Opening a protected one is recorded."""
    case, now = matter(request, number), timezone.now()
    if case.protected:
        look(case=case, actor=request.user, at=now)
    tab = tabs.chosen(request.GET.get("tab", ""))
    if request.htmx and "part" in request.GET:
        return render(request, "cases/_day.html", tabs.course_part(case, request.user, request.GET))
    if request.htmx:
        return render(request, "cases/_tabs.html", tabs.context(case, request.user, now, tab, request.GET))
    return render(request, "cases/detail.html", page(case, request.user, now, tab, request.GET))


def page(case: Case, user: User, now: dt.datetime, tab: str, query: Any, **more: Any) -> dict[str, Any]:
    """Everything the page shows: header, the chosen tab, the aside. ``more`` replaces parts, a refused form say."""
    today = timezone.localdate(now)
    context = {"case": case, "today": today, "lamp": case_lamp(case, today)}
    for part in (days, terms, header):
        context |= part(case, user, now)
    return context | tabs.context(case, user, now, tab, query) | more


def header(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    main = next_step(case, user, now)
    others = [(name, step) for name, step in available(case, user, now) if not main or name != main[0]]
    return {
        "stages": stages(case), "main": main, "others": by_sense(others), "waiting": waiting_for(case),
        "name": shown_name(case, user),
    }  # fmt: skip


def sense_of(name: str) -> str:
    """The group of the menu that a step belongs to."""
    return "telling" if name in TELLING else "sideways" if name in SIDEWAYS else "handling"


def by_sense(steps: list[tuple[str, Step]]) -> list[tuple[Promise, list[tuple[str, Step]]]]:
    """The steps in the groups of the menu, in the order of the table; empty groups are left out."""
    groups = [(label, [one for one in steps if sense_of(one[0]) == code]) for code, label in SENSES.items()]
    return [(label, found) for label, found in groups if found]


def terms(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    clocks = case.clocks.order_by("stopped_on", "strict_due", "pk")
    rows = [{"clock": clock, "lamp": clock_lamp(clock, today), "why": explain(clock)} for clock in clocks]
    running = [row for row in rows if row["clock"].stopped_on is None]
    return {"clocks": running, "stopped": [row for row in rows if row not in running]}


def days(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    """The time ledger, who had how many days, and to whom the days after a missed due day are laid."""
    today = timezone.localdate(now)
    stretches = ledger.stretches(case, today)
    holds = stretches[-1] if stretches and stretches[-1].until is None else None
    elapsed = sum(one.days for one in stretches)
    held = [(holder, unit, n) for (holder, unit), n in examining.totals(stretches).items()]
    return {
        "stretches": stretches, "elapsed": elapsed, "late_days": examining.late(case, stretches, today), "holds": holds,
        "held": held,
    }  # fmt: skip
