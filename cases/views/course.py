"""The course of a matter as a story: by day, newest first, by kind of fact, a page at a time."""

from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from audit.models import Event
from cases.correcting import FIELDS
from cases.models import Case
from cases.shielding import papers_of, shielded
from cases.workflow import STEPS
from documents.models import Paper

# Looking and printing are in the audit trail; on the time line they would bury what happened.
QUIET = (
    "look", "hand_out", "view_file", "arrange", "print", "reprint", "print_paper", "reveal", "render", "inquiry",
    "print_slip",
)  # fmt: skip
PRESSING = (
    "urge", "supervise", "remind", "remind_feedback", "remind_promise", "remind_urgent", "feedback",
    "close_supervision", "return_visit",
)  # fmt: skip
ON_PAPER = (
    "issue_form", "edit_draft", "void", "ask_void", "deny_void", "reissue", "deliver", "serve", "serve_review",
    "serve_recheck", "digest", "issue_digest", "edit_digest",
)  # fmt: skip
TONES = {
    "accept": "ok", "close": "ok", "serve": "ok", "file": "ok", "answer": "ok",
    "hand_back": "warn", "send_back": "warn", "decline": "warn", "extend": "warn", "reopen": "warn", "correct": "warn",
    "urge": "late", "supervise": "late", "remind": "warn",
}  # fmt: skip
KINDS: dict[str, tuple[Promise, Q]] = {
    "": (__("全部"), ~Q(verb__in=QUIET)),
    "steps": (__("办理"), Q(verb__in=[name for name in STEPS if name not in (*PRESSING, *ON_PAPER)])),
    "pressing": (__("催办督办"), Q(verb__in=PRESSING)),
    "papers": (__("文书"), Q(verb__in=ON_PAPER)),
    "looks": (__("查看记录"), Q(verb__in=QUIET)),
}  # fmt: skip
PAGE = 30
PAPER = Paper._meta.label_lower + ":"


def may_see_looks(user: User) -> bool:
    """Who opened the matter and took what from it: for those who direct the office's work."""
    return "office" in user.scopes and (user.can("cases.review") or user.can("cases.approve"))


def page(case: Case, user: User, query: QueryDict, most: int = 0) -> dict[str, Any]:
    """One page of the story from ``?before=`` backwards, of the kind ``?show=``, grouped by day."""
    kinds = {code: kind for code, kind in KINDS.items() if code != "looks" or may_see_looks(user)}
    show = query.get("show", "") if query.get("show", "") in kinds else ""
    most = most or PAGE
    events = list(_found(case, user, show, query.get("before", ""))[: most + 1])
    rows = _rows(case, user, events[:most])
    days = [{"day": day, "events": list(some)} for day, some in groupby(rows, key=lambda one: one["day"])]
    links = [{"code": code, "label": label, "current": code == show} for code, (label, _where) in kinds.items()]
    more = events[most - 1].seq if len(events) > most else None
    return {"days": days, "kinds": links, "show": show, "more": more, "earlier": bool(query.get("before"))}


def _found(case: Case, user: User, show: str, before: str) -> QuerySet[Event]:
    """Facts about the matter and its visits, newest first; among papers also the steps that issued one."""
    numbers = [case.number, *case.visit_links.values_list("visit__number", flat=True)]
    where = KINDS[show][1]
    if show == "papers":
        issued = [f"{PAPER}{pk}" for pk in papers_of(case, user).values_list("pk", flat=True)]
        where |= Q(seals__has_any_keys=issued) if issued else Q()
    found = Event.objects.filter(where, matter__in=numbers)
    if before.isdecimal() and len(before) < 18:
        found = found.filter(seq__lt=int(before))
    return found.order_by("-seq")


def _rows(case: Case, user: User, events: list[Event]) -> list[dict[str, Any]]:
    known = _papers(case, user, events)
    return [
        {
            "at": event.at, "day": timezone.localdate(event.at), "title": event.title, "note": _note(event, case, user),
            "who": event.actor_name, "unit": event.actor_unit, "tone": TONES.get(event.verb, ""),
            "change": _change(event, case, user),
            "papers": [known[key] for key in event.seals if key in known],
        }
        for event in events
    ]  # fmt: skip


def _papers(case: Case, user: User, events: list[Event]) -> dict[str, Paper]:
    """The papers these facts wrote, as far as the user may read them, by the key of their seal. One query."""
    keys = {key for event in events for key in event.seals if key.startswith(PAPER)}
    papers = papers_of(case, user).filter(pk__in=[int(key.removeprefix(PAPER)) for key in keys]) if keys else ()
    return {f"{PAPER}{paper.pk}": paper for paper in papers}


def _note(event: Event, case: Case, user: User) -> str:
    """The note; why something was corrected may name whom a unit is not to know."""
    return "" if event.verb == "correct" and "office" not in user.scopes else event.note


def _change(event: Event, case: Case, user: User) -> str:
    """「联系电话：138****5678 → 139****0000」 of a correction, for who may read that field."""
    field = FIELDS.get(event.data.get("field", "")) if event.verb == "correct" else None
    if field is None or ("office" not in user.scopes and (field.shielded or shielded(case, user))):
        return ""
    old, new = (event.data.get(name) or _("（空）") for name in ("old", "new"))
    return _("%(field)s：%(old)s → %(new)s") % {"field": field.label, "old": old, "new": new}
