"""The contents of receipts and opinions of review and recheck: plain dicts, as printed."""

import datetime as dt
from typing import Any

from django.conf import settings

from accounts.models import User
from cases import policy
from cases.choices import ReviewOutcome
from cases.models import Case, Clock
from cases.papers import chinese_date, heading
from review.chain import redo_length, stage_of
from review.choices import Level
from review.models import Review


def _about(review: Review, actor: User, at: dt.datetime) -> dict[str, Any]:
    """What receipt and opinion share: the reviewing body speaks, the challenged opinion is named."""
    case, stage = review.case, stage_of(review)
    return heading(case, actor, at) | {
        "office": review.body.name,
        "office_phone": review.body.phone or settings.OFFICE_PHONE,
        "respondent": review.respondent.name,
        "original_by": _author(review),
        "original_title": review.challenged.title,
        "original_number": review.challenged.number,
        "original_date": chinese_date(review.challenged.issued_at),
        "requested_on": chinese_date(review.requested_on),
        "request": review.request,
        "facts_and_reasons": review.facts_and_reasons,
        "late_reason": review.late_reason,
        "article": stage.article,
    }


def _author(review: Review) -> str:
    """Who gave the opinion that is challenged."""
    if review.level == Level.RECHECK:
        first = review.case.reviews.filter(level=Level.REVIEW).select_related("body").order_by("-pk").first()
        return first.body.name if first else ""
    return review.respondent.name


def receipt(review: Review, actor: User, at: dt.datetime, clock: Clock) -> dict[str, Any]:
    """受理告知书: received when, who reviews, until when (the printed, legal due day)."""
    return _about(review, actor, at) | {"days": clock.length, "due": chinese_date(clock.legal_due)}


def opinion(review: Review, actor: User, at: dt.datetime) -> dict[str, Any]:
    """复查、复核意见书: parties, request, original opinion, facts found, opinion with its basis, remedy."""
    redo = review.outcome == ReviewOutcome.REDO
    above = review.body.parent
    return _about(review, actor, at) | {
        "original": _original(review.case, Level(review.level)),
        "findings": review.findings,
        "outcome": review.get_outcome_display(),
        "outcome_code": review.outcome,
        "opinion": review.opinion,
        "legal_basis": review.legal_basis,
        "redo": redo,
        "settled": not redo,
        "redo_days": redo_length(review.redo_days) if redo else "",
        "superior": above.name if above else "上一级机关、单位",
        "recheck_days": policy.deadlines()["request_recheck"].length,
        "hearing": _hearing(review),
    }


def _original(case: Case, level: Level) -> str:
    """The gist of the opinion that is challenged."""
    if level == Level.RECHECK:
        first = case.reviews.filter(level=Level.REVIEW, decided_at__isnull=False).order_by("-pk").first()
        return f"{first.get_outcome_display()}。{first.opinion}" if first else ""
    last = case.reports.filter(approved=True).order_by("-pk").first()
    return last.opinion if last else case.answer


def _hearing(review: Review) -> str:
    """The days of a hearing held in this stage, which a recheck does not count."""
    stage = "recheck" if review.level == Level.RECHECK else "review"
    held = review.case.hearings.filter(stage=stage, ended_on__gte=review.requested_on, cancelled_why="").last()
    return f"{chinese_date(held.begins_on)}至{chinese_date(held.ended_on)}" if held else ""


def order_to_redo(review: Review, note: str) -> str:
    """What the letter to the unit says: which opinion orders it, and that the same opinion may not come again."""
    paper = review.paper
    number = f"（{paper.number}）" if paper and paper.number else ""
    title = paper.title if paper else ""
    # what the reviewer wrote may name the petitioner: a protected one stays out of letters to units (article 30)
    opinion = "" if review.case.protected else review.opinion
    said = f"{review.body.name}{chinese_date(review.decided_at)}作出的《{title}》{number}责令重新办理。"
    ban = "重新办理不得以同一事实和理由作出与原意见相同的意见。"
    return "\n".join(part for part in (said, opinion, ban, note.strip()) if part)
