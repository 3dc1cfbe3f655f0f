"""What becomes of the matter: classify, answer, accept, decline, guide, reopen."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, papers, policy
from cases.choices import ClockKind
from cases.deadlines import Calendar
from cases.models import Case
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
    stopped = clocks.stop(case, (ClockKind.TRANSFER,), day, "answer")
    paper = issue(
        "answer_record", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.answer_record(case, actor, at, note), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, paper)
    return paper


@trail.verb
def accept(*, case: Case, actor: User, at: dt.datetime, note: str = "") -> Paper:
    """Accept the matter (article 22): transfer clock off, handling clock on (60 calendar days), notice issued."""
    day = clocks.local_day(at)
    move(case, "accept", actor=actor, at=at, note=note, accepted_at=at, decided_at=at)
    stopped = clocks.stop(case, (ClockKind.TRANSFER,), day, "accept")
    clock = clocks.start(case, ClockKind.HANDLE, day, Calendar.load())
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    paper = issue(
        "accept_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.accept_notice(case, actor, at, clock.legal_due), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, clock, paper)
    return paper


@trail.verb
def decline(*, case: Case, actor: User, at: dt.datetime, ground: str, note: str = "") -> Paper:
    """Refuse on a ground of the closed list; always with a paper. ``note`` explains, it does not replace the ground."""
    if ground not in policy.grounds():
        raise Refusal(_("请从规定的情形中选择一项。"))
    day = clocks.local_day(at)
    move(
        case, "decline", actor=actor, at=at, note=note, ground=ground, decided_at=at, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    stopped = clocks.stop(case, (ClockKind.TRANSFER,), day, "decline")
    kind = "no_longer_notice" if policy.grounds()[ground].type == "no_longer" else "decline_notice"
    paper = issue(
        kind, subject=case, matter=case.number, actor=actor, at=at,
        context=papers.decline_notice(case, actor, at, note), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(*stopped, paper)
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
    stopped = clocks.stop(case, (ClockKind.TRANSFER, ClockKind.HANDLE), day, "guide")
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
    stopped = clocks.stop(case, (ClockKind.REQUEST_REVIEW, ClockKind.HANDLE), day, "reopen")
    move(
        case, "reopen", actor=actor, at=at, note=note, closed_at=None, answered_on=None, answer_days=None,
        delivered_on=None, outcome="", ground="", route="",
    )  # fmt: skip
    clock = clocks.start(case, ClockKind.TRANSFER, day, Calendar.load())
    trail.also_wrote(*stopped, clock)
