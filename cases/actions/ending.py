"""The end of a matter without a further answer: windows that passed, withdrawal, conclusion."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, papers
from cases.choices import WINDOWS, ClockKind
from cases.models import Case
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal


@trail.verb
def lapse(*, case: Case, actor: User | None, at: dt.datetime) -> None:
    """The thirty days after delivery passed without a request (articles 35, 36). Done by the sweep."""
    move(case, "lapse", actor=actor, at=at)
    trail.also_wrote(*clocks.stop(case, WINDOWS, clocks.local_day(at), "lapse"))


@trail.verb
def conclude(*, case: Case, actor: User, at: dt.datetime, note: str) -> None:
    """审核认定办结 by the head, where the office's own rules know it; new facts make a new matter."""
    if not note.strip():
        raise Refusal(_("请写明认定的理由和依据。"))
    move(case, "conclude", actor=actor, at=at, note=note)


@trail.verb
def withdraw(*, case: Case, actor: User, at: dt.datetime, words: str) -> Paper:
    """The petitioner withdraws in their own words, signed; all periods end. They may come again at any time."""
    if not words.strip():
        raise Refusal(_("请按信访人原话记录撤回的理由。"))
    day = clocks.local_day(at)
    move(
        case, "withdraw", actor=actor, at=at, note=words, closed_at=at, answered_on=day,
        answer_days=(day - case.registered_on).days,
    )  # fmt: skip
    stopped = clocks.stop(case, (*clocks.OURS, *WINDOWS, ClockKind.OBJECT), day, "withdraw")
    paper = issue(
        "withdrawal", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.withdrawal(case, actor, at, words), addressee=case.office.name,
    )  # fmt: skip
    for one in case.assignments.filter(ended_at__isnull=True):
        one.ended_at = at
        one.save(update_fields=["ended_at"])
        trail.also_wrote(one)
    trail.also_wrote(*stopped, paper)
    return paper
