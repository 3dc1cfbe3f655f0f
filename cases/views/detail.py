"""The page of one matter: what was asked, until when, what happened, the papers, who handles it."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from approvals.models import Request
from audit.models import Event
from cases import ledger, policy
from cases.actions.viewing import look
from cases.agenda import next_step, stages, waiting_for
from cases.clocks import OURS
from cases.lamps import case_lamp, clock_lamp, explain
from cases.models import Case
from cases.shielding import papers_of, person, shielded, shown_name
from cases.views.finding import matter
from cases.workflow import available

# Looking and printing are in the audit trail; on the time line they would bury what happened.
QUIET = ("look", "hand_out", "view_file", "arrange", "print", "reprint", "print_paper", "reveal", "render")
TONES = {
    "accept": "ok", "close": "ok", "serve": "ok", "file": "ok", "answer": "ok",
    "hand_back": "warn", "send_back": "warn", "decline": "warn", "extend": "warn", "reopen": "warn",
    "urge": "late", "supervise": "late", "remind": "warn",
}  # fmt: skip
EVENTS_SHOWN = 200


def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One matter. Opening a protected one is recorded."""
    case, now = matter(request, number), timezone.now()
    if case.protected:
        look(case=case, actor=request.user, at=now)
    return render(request, "cases/detail.html", page(case, request.user, now))


def page(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    """Everything the page shows."""
    today = timezone.localdate(now)
    parts = (header, demand, terms, days, papers, handling, sides)
    context: dict[str, Any] = {"case": case, "today": today}
    for part in parts:
        context |= part(case, user, now)
    return context | {"events": events(case), "lamp": case_lamp(case, today)}


def header(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    main = next_step(case, user, now)
    others = [(name, step) for name, step in available(case, user, now) if not main or name != main[0]]
    return {
        "stages": stages(case), "main": main, "others": others, "waiting": "" if main else waiting_for(case),
        "name": shown_name(case, user),
    }  # fmt: skip


def demand(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    links = case.visit_links.select_related("visit__clerk").order_by("position")
    known = policy.categories()
    codes = [code for code in (case.category, *case.also_codes) if code in known]
    return {
        "person": person(case, user), "shielded": shielded(case, user), "visits": links,
        "may_see_visits": user.scope == "office" and user.can("reception.view"),
        "category": known.get(case.category), "also": [known[code] for code in codes if code != case.category],
        "alarms": [known[code].alarm for code in codes if case.is_group or known[code].adds_duties],
    }  # fmt: skip


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
    late = [
        {"clock": clock, "holder": holder.label, "unit": unit, "days": n}
        for clock in case.clocks.filter(kind__in=OURS)
        for (holder, unit), n in ledger.lateness(clock, stretches, today).items()
    ]
    return {"stretches": stretches, "elapsed": sum(one.days for one in stretches), "late_days": late}


def papers(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    return {
        "papers": papers_of(case, user)
        .select_related("issued_by", "replaces", "replaced_by")
        .prefetch_related("deliveries"),
        "may_void": user.can("documents.void"),
        "void_asked": voiding_asked(case) if user.can("documents.void") else set(),
    }


def voiding_asked(case: Case) -> set[int]:
    """The papers of the matter whose voiding waits for the second person."""
    asked = Request.objects.undecided().filter(kind="void", matter=case.number)
    return set(asked.values_list("subject_id", flat=True))


def handling(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    return {
        "assignments": case.assignments.select_related("unit", "sent_by", "taken_by", "answered_by").order_by("-pk"),
        "reports": case.reports.select_related("made_by__unit", "judged_by").order_by("-pk"),
        "extension": case.extensions.select_related("approved_by").last(),
        "ground": policy.grounds().get(case.ground),
        "route": policy.routes().get(case.route),
    }


def sides(case: Case, user: User, now: dt.datetime) -> dict[str, Any]:
    """Inquiries, hearings, settlements, meetings: what was sat down for, with its papers and its open duty."""
    return {
        "investigations": case.investigations.select_related("unit").order_by("-pk"),
        "hearings": case.hearings.select_related("notice", "record_paper").order_by("-pk"),
        "settlements": case.settlements.select_related("paper", "judged_by").order_by("-pk"),
        "meetings": case.meetings.select_related("paper", "minutes_paper").order_by("-pk"),
        "may_convene": user.can("cases.convene"),
    }


def events(case: Case) -> list[dict[str, Any]]:
    """What happened to the matter and its visits, newest first."""
    numbers = [case.number, *case.visit_links.values_list("visit__number", flat=True)]
    found = Event.objects.filter(matter__in=numbers).exclude(verb__in=QUIET).order_by("-seq")[:EVENTS_SHOWN]
    return [
        {
            "at": event.at, "title": event.title, "note": event.note, "tone": TONES.get(event.verb, ""),
            "actor": " · ".join(part for part in (event.actor_name, event.actor_unit) if part),
        }
        for event in found
    ]  # fmt: skip
