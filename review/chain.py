"""The chain of opinions: which level comes next, which body reviews, who may not decide."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind, UnitQuerySet, User
from cases import policy
from cases.choices import WINDOWS, ClockKind
from cases.choices import State as S
from cases.clocks import local_day
from cases.models import Case, Clock
from cases.papers import body_of
from documents.models import Paper
from review.choices import Level
from review.models import Review


@dataclass(frozen=True)
class Stage:
    """What differs between review and recheck: steps, clocks, papers, the column of the matter."""

    level: Level
    ask: str
    decide: str
    clock: ClockKind
    receipt: str
    paper: str
    column: str
    article: str


STAGES = {
    Level.REVIEW: Stage(
        Level.REVIEW, "request_review", "decide_review", ClockKind.REVIEW, "review_receipt", "review_opinion",
        "review_outcome", "第三十五条",
    ),
    Level.RECHECK: Stage(
        Level.RECHECK, "request_recheck", "decide_recheck", ClockKind.RECHECK, "recheck_receipt", "recheck_opinion",
        "recheck_outcome", "第三十六条",
    ),
}  # fmt: skip


def next_stage(case: Case) -> Stage:
    """What the petitioner can ask for next: recheck once a review opinion was given, else review."""
    asked = case.review_outcome or case.state in (S.RECHECKING, S.RECHECKED)
    return STAGES[Level.RECHECK if asked else Level.REVIEW]


def stage_of(review: Review) -> Stage:
    return STAGES[Level(review.level)]


def current(case: Case) -> Review | None:
    """The request that is being looked at now."""
    return case.reviews.with_parts().order_by("-pk").first() if case.state in (S.REVIEWING, S.RECHECKING) else None


def ordered(case: Case) -> Review | None:
    """The last opinion, when it orders the matter to be handled anew and that has not happened yet."""
    last = case.reviews.with_parts().filter(decided_at__isnull=False).order_by("-pk").first()
    return last if last and last.outcome == "redo" and last.redone_at is None else None


def challenged_paper(case: Case, level: Level) -> Paper | None:
    """The opinion that is challenged: the handling opinion, or the review opinion."""
    kind = "opinion" if level == Level.REVIEW else "review_opinion"
    return Paper.objects.about(case).filter(kind=kind, voided_at__isnull=True).last()


def respondent(case: Case, level: Level) -> Unit | None:
    """Whose opinion is challenged: the body of the handling unit; for recheck still that body answers."""
    return body_of(case.handling_unit)


def _opinion_givers(case: Case, level: Level) -> list[Unit]:
    """The bodies that have given an opinion in this round, the last one at the end."""
    bodies = [unit for unit in (respondent(case, level),) if unit]
    if level == Level.RECHECK:
        first = case.reviews.filter(level=Level.REVIEW).select_related("body__parent").order_by("-pk").first()
        bodies += [first.body] if first else []
    return bodies


def bodies(case: Case, level: Level) -> UnitQuerySet:
    """The bodies to choose from: in use, no inner office, neither accused nor one whose opinion is challenged."""
    found = Unit.objects.active().exclude(kind=UnitKind.INNER)
    for unit in _opinion_givers(case, level):
        found = found.exclude(path__startswith=unit.path)
    return found.exclude(pk__in=_accused_ids(case))


def _accused_ids(case: Case) -> frozenset[int]:
    return case.accused_unit.body_ids if case.accused_unit else frozenset()


def default_body(case: Case, level: Level) -> Unit | None:
    """The body directly above the one whose opinion is challenged (articles 35, 36); None where the tree has none."""
    givers = _opinion_givers(case, level)
    above = body_of(givers[-1].parent) if givers else None
    return above if above and bodies(case, level).filter(pk=above.pk).exists() else None


def no_body(case: Case, level: Level, body: Unit, reason: str) -> str:
    """Why this body cannot review, as a sentence; another than the one directly above needs a reason."""
    if not bodies(case, level).filter(pk=body.pk).exists():
        return _("“%(unit)s”不能审查此事项：应当是上一级机关、单位，且不是被反映的单位。") % {"unit": body}
    usual = default_body(case, level)
    if (usual is None or usual.pk != body.pk) and not reason.strip():
        return _("不是上一级机关、单位的，请写明由“%(unit)s”审查的理由。") % {"unit": body}
    return ""


def no_deciding(review: Review, actor: User) -> str:
    """Level 2 is never decided by whoever decided level 1 (articles 28, 36)."""
    earlier = {one.decided_by_id for one in review.case.reviews.all() if one.level == Level.REVIEW}
    if review.level == Level.RECHECK and actor.hands & earlier:
        return _("您作出过此事项的复查意见，不能再作复核。")
    return ""


def deciding(cases: Iterable[int]) -> dict[int, tuple[Unit, frozenset[int]]]:
    """Of these matters (by key) those with an open request: its body, and who may not decide it, having decided before.

    One query however many, two where a recheck is among them (settings.REVIEWED_BY).
    """
    asked: list[Review] = list(Review.objects.open().filter(case__in=cases).select_related("body").order_by("pk"))
    rechecked = [one.case_id for one in asked if one.level == Level.RECHECK]
    before = Review.objects.filter(case__in=rechecked, level=Level.REVIEW, decided_by__isnull=False)
    decided: dict[int, set[int]] = {}
    for case_id, person in before.values_list("case", "decided_by") if rechecked else ():
        decided.setdefault(case_id, set()).add(person)
    return {one.case_id: (one.body, frozenset(decided.get(one.case_id, ()))) for one in asked}


def next_round(case: Case, level: Level) -> int:
    """1, or more after a matter was handled anew; recheck carries the number of its review."""
    last = case.reviews.filter(level=Level.REVIEW).order_by("-round").first()
    if level == Level.RECHECK:
        return last.round if last else 1
    return last.round + 1 if last else 1


def redo_length(days: int | None) -> int:
    """Days to handle anew: as ordered, else as long as any handling."""
    return days or policy.deadlines()["handle"].length


@dataclass(frozen=True)
class Link:
    """One piece of the chain on the page: an opinion with its delivery and the petitioner's window after it."""

    title: str
    paper: Paper
    decided_on: dt.date
    delivered_on: dt.date | None
    window: Clock | None
    review: Review | None


def links(case: Case) -> list[Link]:
    """Every opinion of the matter in order, each with the day it arrived and the window it opened."""
    kinds = ("opinion", "review_opinion", "recheck_opinion")
    found = Paper.objects.about(case).filter(kind__in=kinds, voided_at__isnull=True).prefetch_related("deliveries")
    made = {one.paper_id: one for one in case.reviews.with_parts()}
    windows = list(case.clocks.filter(kind__in=WINDOWS).order_by("pk"))
    return [_link(paper, made.get(paper.pk), windows) for paper in found.order_by("issued_at", "pk")]


WINDOW_AFTER = {"opinion": ClockKind.REQUEST_REVIEW, "review_opinion": ClockKind.REQUEST_RECHECK}


def _link(paper: Paper, review: Review | None, windows: list[Clock]) -> Link:
    delivered = next((one.delivered_on for one in paper.deliveries.all()), None)
    kind = WINDOW_AFTER.get(paper.kind)
    window = next((one for one in windows if delivered and one.kind == kind and one.started_on == delivered), None)
    return Link(paper.title, paper, local_day(paper.issued_at), delivered, window, review)
