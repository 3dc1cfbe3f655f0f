"""Refusing to accept, and no longer accepting: one person proposes, another approves (articles 19, 36, 44)."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from audit import trail
from cases import clocks, papers, policy
from cases.models import Case
from cases.telling import tell_deciders, tell_person
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal


@trail.verb
def propose_decline(*, case: Case, actor: User, at: dt.datetime, ground: str, note: str) -> Request:
    """Propose a refusal on a ground of the closed list; the clock runs on until a second person decides.

    ``note`` tells the ground's facts (which body, which number, which day) and is printed.
    """
    if ground not in policy.grounds():
        raise Refusal(_("请从规定的情形中选择一项。"))
    move(case, "propose_decline", actor=actor, at=at, note=note, ground=ground)
    request = asking.ask(
        "decline", subject=case, matter=case.number, actor=actor, at=at, reason=note, ground=ground
    )  # fmt: skip
    trail.also_wrote(request)
    tell_deciders(case, request, at)
    return request


@trail.verb
def approve_decline(*, request: Request, case: Case, actor: User, at: dt.datetime, verdict: str = "") -> Paper:
    """The second person agrees: the notice is issued and its delivery is owed (articles 19, 36)."""
    ends = policy.grounds()[case.ground].type == "no_longer"
    day = clocks.local_day(at)
    move(
        case, "no_longer" if ends else "decline", actor=actor, at=at, note=verdict, decided_at=at, closed_at=at,
        answered_on=day, answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    stopped = clocks.stop(case, clocks.BEFORE_DECISION, day, "decline")
    paper = issue(
        "no_longer_notice" if ends else "decline_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.decline_notice(case, actor, at, request.reason), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(request, *stopped, paper)
    tell_person(request.asked_by, case, "granted", at)
    return paper


@trail.verb
def return_proposal(*, request: Request, case: Case, actor: User, at: dt.datetime, verdict: str) -> None:
    """The second person does not agree: back to where it was proposed, with the reason."""
    move(case, "return_proposal", actor=actor, at=at, note=verdict, ground="")
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    trail.also_wrote(request)
    tell_person(request.asked_by, case, "denied", at)
