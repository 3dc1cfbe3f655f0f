"""Which rows a figure is counted over. Every base is a QuerySet of matters or of visits.

Judged as of a day: clocks are read with the last day they had then, and nothing that
happened later is known. A matter that was reopened keeps what its earlier clocks say.
What a matter *is* (category, place, purpose) is taken as registered now.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from briefing.models import Charge, Instruction
from cases import clocks, models
from cases.choices import ClockKind
from followup.choices import Reached
from followup.models import ReturnVisit, Suggestion
from reception.choices import Channel
from reception.models import Visit
from reports.periods import ONE_DAY, Period, midnight

# The ends of a clock that answer the petitioner.
ANSWERING = ("answer", "decline", "guide", "close")

LONGEST_EXTENSION = dt.timedelta(days=30)  # article 34

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Scope:
    """What the reader may know of; ``visits`` is None for roles that do not see registrations."""

    cases: Rows
    visits: Rows | None
    suggestions: Rows
    instructions: Rows
    charges: Rows

    @classmethod
    def of(cls, user: User) -> Self:
        """The matters and visits visible to a user; visits of a matter hidden from them are left out."""
        cases = models.Case.objects.visible_to(user)
        others = (
            Suggestion.objects.visible_to(user),
            Instruction.objects.visible_to(user),
            Charge.objects.visible_to(user),
        )
        if not user.can("reception.view"):
            return cls(cases, None, *others)
        known = Q(case_link__isnull=True) | Exists(cases.filter(pk=OuterRef("case_link__case")))
        return cls(cases, Visit.objects.visible_to(user).filter(known), *others)

    @classmethod
    def everything(cls) -> Self:
        """All rows: for the command line, where nobody is signed in."""
        others = (Suggestion.objects.all(), Instruction.objects.all(), Charge.objects.all())
        return cls(models.Case.objects.all(), Visit.objects.all(), *others)


def registered(scope: Scope, period: Period) -> Rows:
    """Matters registered in the period, with the day of the first answer known as of then."""
    days = (period.first, period.until)
    return _with_answer(scope.cases.filter(registered_on__range=days), period)


def answered(scope: Scope, period: Period) -> Rows:
    """Those of them that were answered by then."""
    return registered(scope, period).filter(first_answer__isnull=False)


def _with_answer(cases: Rows, period: Period) -> Rows:
    """Annotate ``first_answer`` and ``waited`` (a span of calendar days); both empty before the answer.

    Only for a reopened matter (a second transfer clock, started later) the clocks are asked;
    for all others the matter itself says when it was answered.
    """
    again = models.Clock.objects.filter(
        case__registered_on__range=(period.first, period.until),
        kind=ClockKind.TRANSFER,
        started_on__gt=F("case__registered_on"),
    )
    ended = models.Clock.objects.filter(case=OuterRef("pk"), stop_reason__in=ANSWERING)
    first = ended.order_by().values("case").annotate(day=Min("stopped_on")).values("day")
    day = Case(
        When(pk__in=again.values("case"), then=Coalesce(Subquery(first), F("answered_on"))),
        default=F("answered_on"),
        output_field=DateField(),
    )
    known = cases.annotate(ever_answered=day)
    known = known.annotate(first_answer=Case(When(ever_answered__lte=period.as_of, then=F("ever_answered"))))
    waited = ExpressionWrapper(F("first_answer") - F("registered_on"), output_field=DurationField())
    return known.annotate(waited=waited)


def visits(scope: Scope, period: Period) -> Rows:
    """Visits in person on the days of the period."""
    start, end = period.moments()
    rows = Visit.objects.none() if scope.visits is None else scope.visits
    return rows.filter(channel=Channel.VISIT, visited_at__gte=start, visited_at__lt=end)


def transfer_due(scope: Scope, period: Period) -> Rows:
    """Matters whose period for transfer or a decision ends in the period."""
    return _due(scope, period, (ClockKind.TRANSFER,))


def handle_due(scope: Scope, period: Period) -> Rows:
    """Matters whose handling period, extension included, ends in the period."""
    return _due(scope, period, (ClockKind.HANDLE, ClockKind.SIMPLE_HANDLE))


def _due(scope: Scope, period: Period, kinds: tuple[ClockKind, ...]) -> Rows:
    """Settled by then or run out by then; what still runs inside its period is neither good nor late."""
    near = (period.first, period.last + LONGEST_EXTENSION)  # cheap to look for; what was due then lies within
    ending = clocks_as_of(period.as_of).filter(kind__in=kinds, strict_due__range=near)
    ending = ending.filter(due__range=(period.first, period.last))
    # Another period took their place; that one is counted.
    ending = ending.exclude(stop_reason__in=("to_ordinary", "merged"))
    if ClockKind.TRANSFER in kinds:
        # An old register tells when a matter was answered, not when it was decided.
        ending = ending.exclude(stop_reason="import")
    counted = ending.filter(Q(open=False) | Q(due__lt=period.as_of))
    late = ending.filter(Q(open=True, due__lt=period.as_of) | Q(open=False, stopped_on__gt=F("due")))
    is_late = Case(When(pk__in=late.values("case"), then=True), default=False)
    return scope.cases.filter(pk__in=counted.values("case")).annotate(late=is_late)


def overdue(scope: Scope, period: Period) -> Rows:
    """Matters with a period of ours that had run out without being kept, as of the day."""
    near = period.as_of + LONGEST_EXTENSION
    running = clocks_as_of(period.as_of).filter(kind__in=clocks.OURS, strict_due__lt=near, open=True)
    late = running.filter(due__lt=period.as_of)
    return scope.cases.filter(pk__in=late.values("case"))


def clocks_as_of(day: dt.date) -> Rows:
    """The clocks that had started by a day: ``due`` as it stood then, ``open`` when it still ran at its end."""
    prolonged_later = models.Extension.objects.filter(
        case=OuterRef("case"), new_due=OuterRef("strict_due"), approved_at__gte=midnight(day + ONE_DAY)
    )
    due = Case(
        When(
            kind=ClockKind.HANDLE,
            version__gt=1,
            then=Coalesce(Subquery(prolonged_later.values("old_due")[:1]), F("strict_due")),
        ),
        default=F("strict_due"),
    )
    running = Q(stopped_on__isnull=True) | Q(stopped_on__gt=day)
    started = models.Clock.objects.filter(started_on__lte=day)
    return started.annotate(due=due, open=Case(When(running, then=True), default=False))


def return_visited(scope: Scope, period: Period) -> Rows:
    """Matters whose petitioner the office tried to reach in the period, with the last evaluation given."""
    start, end = period.moments()
    made = ReturnVisit.objects.filter(visited_at__gte=start, visited_at__lt=end)
    given = made.filter(case=OuterRef("pk"), reached=Reached.YES).exclude(satisfaction="")
    last = given.order_by("-visited_at", "-pk").values("satisfaction")[:1]
    return scope.cases.filter(pk__in=made.values("case")).annotate(evaluation=Subquery(last))


def evaluated(scope: Scope, period: Period) -> Rows:
    """Those of them that gave an evaluation."""
    return return_visited(scope, period).filter(evaluation__isnull=False)


def suggestions(scope: Scope, period: Period) -> Rows:
    """三项建议 issued in the period, with what of them was adopted by then; "" while nobody had answered."""
    start, end = period.moments()
    known = Case(When(answered_on__lte=period.as_of, then=F("adoption")), default=Value(""), output_field=CharField())
    return scope.suggestions.filter(issued_at__gte=start, issued_at__lt=end).annotate(adoption_then=known)


def instructions(scope: Scope, period: Period) -> Rows:
    """Leaders' instructions given in the period and not withdrawn by then; ``in_time``: answered by their day."""
    made = scope.instructions.filter(given_on__range=(period.first, period.until))
    midnight_after = midnight(period.as_of + ONE_DAY)
    made = made.exclude(withdrawn_at__lt=midnight_after)
    kept = Q(answered_at__lt=midnight_after) & Q(answered_at__date__lte=F("due_on"))
    return made.annotate(in_time=Case(When(kept, then=True), default=False))


def charges(scope: Scope, period: Period) -> Rows:
    """Matters a leader took charge of in the period; ``in_time``: ended by its day."""
    taken = scope.charges.filter(since__range=(period.first, period.until))
    kept = Q(ended_on__lte=period.as_of) & Q(ended_on__lte=F("due_on"))
    return taken.annotate(in_time=Case(When(kept, then=True), default=False))


def with_unit(cases: Rows, as_of: dt.date) -> Rows:
    """Annotate ``unit_then``: the unit the matter lay with as of the day, 0 when it was with the office.

    A matter carries the unit it was last sent to; only where it was sent on later is the sending before that looked up.
    """
    midnight_after = midnight(as_of + ONE_DAY)
    sent_later = models.Assignment.objects.filter(sent_at__gte=midnight_after)
    sent = models.Assignment.objects.filter(case=OuterRef("pk"), sent_at__lt=midnight_after)
    unit = Case(
        When(pk__in=sent_later.values("case"), then=Subquery(sent.order_by("-pk").values("unit")[:1])),
        default=F("handling_unit_id"),
        output_field=BigIntegerField(),
    )
    return cases.annotate(unit_then=Coalesce(unit, 0))


BASES: dict[str, Callable[[Scope, Period], Rows]] = {
    "registered": registered,
    "answered": answered,
    "visits": visits,
    "transfer_due": transfer_due,
    "handle_due": handle_due,
    "overdue": overdue,
    "return_visited": return_visited,
    "evaluated": evaluated,
    "suggestions": suggestions,
    "instructions": instructions,
    "charges": charges,
}
