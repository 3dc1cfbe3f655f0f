"""What becomes of the matter: classify, inform, answer, accept, guide, reopen."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, papers, policy
from cases.choices import WINDOWS, ClockKind, Procedure
from cases.deadlines import Calendar
from cases.models import Case
from cases.opening import first_clock
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal


@trail.verb
def classify(
    *, case: Case, actor: User, at: dt.datetime, category: str, also: str = "", purpose: str = "", note: str = ""
) -> None:
    """Put the matter into another of the ten categories; before any decision only."""
    move(case, "classify", actor=actor, at=at, note=note, category=category, also=also, purpose=purpose or case.purpose)


@trail.verb
def answer(*, case: Case, actor: User, at: dt.datetime, answer: str, note: str = "") -> Paper:
    """Answer on the spot; the record is printed for both signatures. Stops the transfer clock."""
    day = clocks.local_day(at)
    move(
        case, "answer", actor=actor, at=at, note=note, answer=answer, decided_at=at, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    stopped = clocks.stop(case, clocks.BEFORE_DECISION, day, "answer")
    paper = issue(
        "answer_record", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.answer_record(case, actor, at, note), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, paper)
    return paper


@trail.verb
def inform(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """书面告知 (article 23): a unit that received the matter itself says so, and by which way it will be handled."""
    move(case, "inform", actor=actor, at=at, note=note)
    stopped = clocks.stop(case, (ClockKind.NOTIFY,), clocks.local_day(at), "inform")
    paper = issue(
        "receive_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.receive_notice(case, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, paper)
    return paper


@trail.verb
def accept(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """Accept the matter (article 22): transfer clock off, handling clock on (60 calendar days), notice issued."""
    return _accept(case, "accept", ClockKind.HANDLE, actor, at, note, Procedure.ORDINARY)


def _accept(case: Case, step: str, kind: str, actor: User, at: dt.datetime, note: str, procedure: str) -> Paper:
    day, calendar = clocks.local_day(at), Calendar.load()
    move(case, step, actor=actor, at=at, note=note, accepted_at=at, decided_at=at, procedure=procedure)
    stopped = clocks.stop(case, clocks.BEFORE_DECISION, day, step)
    if procedure == Procedure.SIMPLE:
        stopped.append(clocks.past(case, ClockKind.SIMPLE_ACCEPT, case.registered_on, day, step, calendar))
    clock = clocks.start(case, kind, day, calendar)
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "accept_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.accept_notice(case, actor, at, clock), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, clock, paper)
    return paper


@trail.verb
def accept_simple(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """Accept for the simple procedure: ten working days instead of sixty days, notice issued."""
    return _accept(case, "accept_simple", ClockKind.SIMPLE_HANDLE, actor, at, note, Procedure.SIMPLE)


@trail.verb
def to_ordinary(*, case: Case, actor: User, at: dt.datetime, note: str) -> Paper:
    """转普通程序 by the head: sixty calendar days, counted from the day the simple procedure accepted it."""
    if not note.strip():
        raise Refusal(_("请写明不适用简易办理的理由。"))
    move(case, "to_ordinary", actor=actor, at=at, note=note, procedure=Procedure.ORDINARY)
    stopped = clocks.stop(case, (ClockKind.SIMPLE_HANDLE,), clocks.local_day(at), "to_ordinary")
    accepted = clocks.local_day(case.accepted_at or at)
    clock = clocks.start(case, ClockKind.HANDLE, accepted, Calendar.load())
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "ordinary_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.ordinary_notice(case, actor, at, clock.legal_due, note), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, clock, paper)
    return paper


@trail.verb
def guide(*, case: Case, actor: User, at: dt.datetime, route: str, body: str = "", note: str = "") -> Paper:
    """Guide to a statutory route (article 31 items 1 to 5) with its time limit in writing."""
    if route not in policy.routes():
        raise Refusal(_("请从法定途径表中选择一项。"))
    day = clocks.local_day(at)
    move(
        case, "guide", actor=actor, at=at, note=note, route=route, decided_at=case.decided_at or at, closed_at=at,
        answered_on=day, answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    stopped = clocks.stop(case, clocks.OURS, day, "guide")
    paper = issue(
        "guide_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.guide_notice(case, actor, at, body, note), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, paper)
    return paper


@trail.verb
def reopen(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """Take a finished matter up again, inside the office's window; a fresh transfer clock runs from today."""
    if not note.strip():
        raise Refusal(_("请写明重新办理的理由。"))
    day = clocks.local_day(at)
    move(
        case, "reopen", actor=actor, at=at, note=note, closed_at=None, answered_on=None, answer_days=None,
        delivered_on=None, outcome="", review_outcome="", ground="", route="", accepted_at=None, procedure="",
    )  # fmt: skip
    stopped = clocks.stop(case, (*WINDOWS, *clocks.HANDLING), day, "reopen")
    clock = clocks.start(case, first_clock(case), day, Calendar.load())
    trail.also_wrote(*stopped, clock)
