"""The five tabs of a matter: what each shows is read only when it is asked for."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from approvals.models import Request
from cases import policy
from cases.choices import WITH_A_UNIT
from cases.correcting import first_visit, sheet_of, wants_read_back
from cases.examining import ESCALATES_AT, times_sent_back
from cases.lamps import case_lamp
from cases.models import Case
from cases.shielding import files_of, papers_of, person, shielded
from cases.views import course
from cases.views.attachments import files
from cases.views.correcting import rows

TABS: dict[str, Promise] = {
    "demand": __("诉求"), "course": __("过程"), "papers": __("文书"), "attachments": __("附件"), "related": __("关联"),
}  # fmt: skip
BESIDE = 8  # of the petitioner's other matters


def chosen(name: str) -> str:
    """The tab of this name; the first one for any other."""
    return name if name in TABS else "demand"


def context(case: Case, user: User, now: dt.datetime, tab: str, query: QueryDict) -> dict[str, Any]:
    """The tabs with their counts, and what the chosen one shows."""
    kept = files_of(case, user).filter(voided_at__isnull=True)
    counts = {"papers": papers_of(case, user).count(), "attachments": kept.count()}
    links = [
        {"code": code, "label": label, "count": counts.get(code), "current": code == tab, "key": str(place)}
        for place, (code, label) in enumerate(TABS.items(), start=1)
    ]
    shown = PARTS[tab](case, user, now, query)
    return {
        "case": case,
        "today": timezone.localdate(now),
        "tab": tab,
        "tabs": links,
        "shielded": shielded(case, user),
    } | shown


def demand(case: Case, user: User, now: dt.datetime, query: QueryDict) -> dict[str, Any]:
    known = policy.categories()
    codes = [code for code in (case.category, *case.also_codes) if code in known]
    return {
        "person": person(case, user), "rows": rows(case, user), "first_visit": first_visit(case),
        "visits": case.visit_links.select_related("visit__clerk").order_by("position"),
        "may_see_visits": user.scope == "office" and user.can("reception.view"),
        "category": known.get(case.category), "also": [known[code] for code in codes if code != case.category],
        "alarms": [known[code].alarm for code in codes if case.is_group or known[code].adds_duties],
        "reread": (again := wants_read_back(case) and "office" in user.scopes),
        "sheet": sheet_of(case) if again else None, "may_correct": user.can("cases.correct"),
    } | handling(case, user)  # fmt: skip


def handling(case: Case, user: User) -> dict[str, Any]:
    """What was decided, to whom it was sent, what was reported, and whether it was sent back too often."""
    reports = case.reports.select_related("made_by__unit", "judged_by").order_by("-pk")
    refused = [one for one in reports if one.approved is False]
    times = times_sent_back(case) if refused and "office" in user.scopes and case.state in WITH_A_UNIT else 0
    return {
        "sent_back": times if times >= ESCALATES_AT else 0,
        "may_supervise": user.can("followup.supervise"),
        "assignments": case.assignments.select_related("unit", "sent_by", "taken_by", "answered_by").order_by("-pk"),
        "reports": reports,
        "extension": case.extensions.select_related("approved_by").last(),
        "ground": policy.grounds().get(case.ground),
        "route": policy.routes().get(case.route),
    }


def course_tab(case: Case, user: User, now: dt.datetime, query: QueryDict) -> dict[str, Any]:
    """The story of the matter, and what was sat down for, with its papers and its open duty."""
    return course.page(case, user, query) | {
        "investigations": case.investigations.select_related("unit").order_by("-pk"),
        "hearings": case.hearings.select_related("notice", "record_paper").order_by("-pk"),
        "settlements": case.settlements.select_related("paper", "judged_by").order_by("-pk"),
        "meetings": case.meetings.select_related("paper", "minutes_paper").order_by("-pk"),
        "may_convene": user.can("cases.convene"),
    }  # fmt: skip


def course_part(case: Case, user: User, query: QueryDict) -> dict[str, Any]:
    """Earlier days of the story alone, put after those shown."""
    return {"case": case} | course.page(case, user, query)


def papers(case: Case, user: User, now: dt.datetime, query: QueryDict) -> dict[str, Any]:
    return {
        "papers": papers_of(case, user)
        .select_related("issued_by", "replaces", "replaced_by")
        .prefetch_related("deliveries"),
        "may_void": user.can("documents.void"),
        "may_print_slip": user.can("reception.register") and user.scope == "office",
        "void_asked": voiding_asked(case) if user.can("documents.void") else set(),
    }


def voiding_asked(case: Case) -> set[int]:
    """The papers of the matter whose voiding waits for the second person."""
    asked = Request.objects.undecided().filter(kind="void", matter=case.number)
    return set(asked.values_list("subject_id", flat=True))


def attachments(case: Case, user: User, now: dt.datetime, query: QueryDict) -> dict[str, Any]:
    """The files of a matter and the form for more."""
    return files(case, user)


def related(case: Case, user: User, now: dt.datetime, query: QueryDict) -> dict[str, Any]:
    """The petitioner's other matters as far as the user may know of them, and what waited for a second person."""
    today = timezone.localdate(now)
    others = Case.objects.none()
    if not shielded(case, user):
        others = Case.objects.visible_to(user).same_petitioner(case.petitioner).exclude(pk=case.pk)
    found = list(others.select_related("handling_unit").order_by("-registered_on", "-pk")[: BESIDE + 1])
    asked = Request.objects.filter(matter=case.number).select_related("asked_by__unit", "decided_by", "unit")
    return {
        "others_of_person": [(one, case_lamp(one, today)) for one in found[:BESIDE]], "more_of_person": found[BESIDE:],
        "approvals": asked.order_by("-pk")[:BESIDE] if "office" in user.scopes else [], "person": person(case, user),
    }  # fmt: skip


PARTS: dict[str, Callable[[Case, User, dt.datetime, QueryDict], dict[str, Any]]] = {
    "demand": demand, "course": course_tab, "papers": papers, "attachments": attachments, "related": related,
}  # fmt: skip
