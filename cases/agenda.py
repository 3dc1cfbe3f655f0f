"""Whose turn it is: the main step of each state, the matters waiting for one user, the strip of stages."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Count, Q, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import UnitKind, User
from accounts.roles import ROLES, holders
from approvals.models import Request
from cases import guards, policy
from cases.choices import ARCHIVABLE, ReviewOutcome, SendRole, State
from cases.models import Assignment, Case, CaseQuerySet, Hearing
from cases.workflow import STEPS, UNDECIDED, Step, refusal
from reception.choices import Purpose

# What a matter waits for in each state, the likeliest first; a finished one waits for filing alone.
MAIN: dict[State, tuple[str, ...]] = {
    State.REGISTERED: ("classify",),
    State.PROPOSED: ("decline", "no_longer"),
    State.ACCEPTED: ("assign", "handle_here", "refer"),
    State.REFERRED: ("take_up", "record_receipt"),
    State.ASSIGNED: ("take_up",),
    State.OBJECTED: ("coordinate", "insist", "assign"),
    State.HANDLING: ("submit", "report", "end_hearing"),
    State.SETTLED: ("performed", "not_performed"),
    State.SIGNING: ("sign",),
    State.CHECKING: ("close", "send_back"),
    State.CLOSED: ("serve",),
    State.REVIEWING: ("decide_review", "end_hearing"),
    State.REVIEWED: ("serve_review",),
    State.REVIEW_SERVED: ("redo",),
    State.RECHECKING: ("decide_recheck", "end_hearing"),
    State.RECHECKED: ("serve_recheck",),
} | {state: ("file",) for state in ARCHIVABLE if state != State.REFERRED}
MAIN[State.CONCLUDED] = ("file", "redo")
# A classified matter waits for what its category's route asks for (categories.toml).
BY_ROUTE: dict[str, tuple[str, ...]] = {
    "statutory": ("guide", "refer"),
    "petition": ("accept", "refer"),
    "reply": ("answer", "refer"),
    "refuse": ("propose_decline",),
    "content": ("accept", "guide", "refer"),
}
ACCUSATION = ("refer", "accept")
GROUP_LIMIT = 50


def main_steps(case: Case) -> tuple[str, ...]:
    """The steps this matter waits for, the likeliest first. An accusation goes to whoever is competent (article 30)."""
    if case.state in UNDECIDED and case.purpose == Purpose.ACCUSATION:
        return ACCUSATION
    if case.state in UNDECIDED:
        category = policy.categories().get(case.category)
        return BY_ROUTE[category.route] if category else ("classify",)
    return MAIN.get(State(case.state), ())


def next_step(case: Case, actor: User, at: dt.datetime) -> tuple[str, Step] | None:
    """The first of the main steps that this user can do now."""
    for name in main_steps(case):
        if not refusal(case, name, actor, at):
            return name, STEPS[name]
    return None


def waiting_for(case: Case) -> str:
    """Whose turn it is, in words: 「等待督办员办理“受理”」; "" when nobody's."""
    names = main_steps(case)
    if not names:
        return ""
    step = STEPS[names[0]]
    roles = _("、").join(str(role.label) for code, role in ROLES.items() if code in holders(step.permission))
    return _("等待%(roles)s办理“%(step)s”") % {"roles": roles, "step": step.label}


def waiting_for_user(user: User) -> CaseQuerySet:
    """The matters whose turn is this user's: visible, in a state with a main step they may do, at their unit."""
    turn = Q(pk__in=[])
    for state, names in MAIN.items():
        for name in names:
            if user.can(STEPS[name].permission):
                turn |= Q(state=state) & _only_when(name)
    codes = [
        code
        for code, category in policy.categories().items()
        if any(user.can(STEPS[name].permission) for name in BY_ROUTE[category.route])
    ]
    classified, accusation = Q(state__in=UNDECIDED), Q(purpose=Purpose.ACCUSATION)
    turn |= classified & Q(category__in=codes) & ~accusation
    if any(user.can(STEPS[name].permission) for name in ACCUSATION):
        turn |= classified & accusation
    cases = Case.objects.visible_to(user).filter(turn)
    if user.scope == "unit" and user.unit:
        cases = cases.filter(handling_unit__path__startswith=user.unit.path)
    return cases


@dataclass(frozen=True)
class Group:
    """One block of the to-do page: matters due in the same span, at most ``GROUP_LIMIT`` of ``count``."""

    code: str
    label: Promise
    level: str
    count: int
    cases: list[Case]


_REDO = Q(state=State.REVIEW_SERVED, review_outcome=ReviewOutcome.REDO) | Q(
    state=State.CONCLUDED, recheck_outcome=ReviewOutcome.REDO
)


def _only_when(name: str) -> Q:
    """Steps that wait in some of the matters of their state only."""
    if name == "record_receipt":
        return Q(handling_unit__kind__in=(UnitKind.JUSTICE, UnitKind.DISCIPLINE))
    if name == "redo":
        return _REDO
    if name == "file":
        return ~_REDO
    if name == "end_hearing":
        return Q(pk__in=Hearing.objects.filter(ended_on__isnull=True).values("case"))
    if name == "handle_here":
        return ~Q(office__kind=UnitKind.OFFICE)
    if name == "coordinate":
        back = Assignment.objects.filter(objected_at__isnull=False, role=SendRole.LEAD).values("case")
        return Q(pk__in=back.annotate(times=Count("pk")).filter(times__gte=guards.THIRD).values("case"))
    return Q()


def primed(cases: list[Case]) -> list[Case]:
    """Read at once, for all rows of a list, what the conditions of their next steps look at."""
    prefetch_related_objects(cases, "interests", "hearings", "assignments")
    signing = set(User.objects.with_permission("cases.sign_off").values_list("unit_id", flat=True))
    requests: dict[int, dict[str, Request]] = {}
    open_ones = Request.objects.undecided().filter(subject_type=Case._meta.label_lower)
    for one in open_ones.filter(subject_id__in=[case.pk for case in cases]).select_related("unit"):
        requests.setdefault(one.subject_id, {})[one.kind] = one
    for case in cases:
        case.__dict__["open_requests"] = requests.get(case.pk, {})
        case.__dict__["head_on_system"] = bool(case.handling_unit and case.handling_unit.body_ids & signing)
    return cases


def spans(today: dt.date) -> dict[str, tuple[Promise, str, Q]]:
    """The six spans by nearest due day: label, lamp level, condition. Together they hold every matter once."""
    soon, sunday = today + dt.timedelta(days=3), today + dt.timedelta(days=6 - today.weekday())
    week = max(soon, sunday)
    return {
        "overdue": (__("已超期"), "late", Q(due_on__lt=today)),
        "today": (__("今日到期"), "late", Q(due_on=today)),
        "3": (__("3 日内"), "warn", Q(due_on__gt=today, due_on__lte=soon)),
        "week": (__("本周"), "ok", Q(due_on__gt=soon, due_on__lte=week)),
        "later": (__("其后"), "ok", Q(due_on__gt=week)),
        "none": (__("无期限"), "idle", Q(due_on__isnull=True)),
    }


def grouped(user: User, today: dt.date) -> Iterator[Group]:
    """The user's to-do list in six groups; empty groups are left out. One query for counts, one per group."""
    waiting = waiting_for_user(user)
    all_spans = spans(today)
    wanted = {f"n_{code}": Count("pk", filter=where) for code, (*_rest, where) in all_spans.items()}
    counts = waiting.aggregate(**wanted)
    for code, (label, level, where) in all_spans.items():
        if counts[f"n_{code}"]:
            rows = primed(list(waiting.filter(where).for_list()[:GROUP_LIMIT]))
            yield Group(code, label, level, counts[f"n_{code}"], rows)


class Stage(TypedDict):
    label: str
    state: str


FULL: tuple[tuple[Promise, tuple[State, ...]], ...] = (
    (__("登记"), (State.REGISTERED,)),
    (__("归类"), (State.CLASSIFIED, State.PROPOSED, State.INFORMED)),
    (__("受理"), (State.ACCEPTED,)),
    (__("交办"), (State.ASSIGNED, State.REFERRED, State.OBJECTED)),
    (__("办理"), (State.HANDLING, State.SIGNING, State.SETTLED)),
    (__("审查"), (State.CHECKING,)),
    (__("送达"), (State.CLOSED, State.SERVED, State.LAPSED, State.CONCLUDED)),
    (__("归档"), (State.FILED,)),
)
# The two ways to a higher unit stand between delivery and filing once somebody takes them.
REVIEW = ((__("复查"), (State.REVIEWING, State.REVIEWED, State.REVIEW_SERVED)),)
RECHECK = ((__("复核"), (State.RECHECKING, State.RECHECKED, State.CONCLUDED)),)
SHORT = (
    State.ANSWERED, State.GUIDED, State.DECLINED, State.NO_LONGER, State.HANDED_OVER, State.ENDED, State.MERGED,
    State.WITHDRAWN,
)  # fmt: skip


def stages(case: Case) -> list[Stage]:
    """The strip of stages: the full way with review and recheck where taken, or the short one of an early end."""
    state = State(case.state)
    strip = _full(case, state)
    if state in SHORT or (state == State.FILED and not case.handling_unit_id):
        end = State(state).label if state in SHORT else _early_end(case).label
        strip = (*FULL[:2], (end, SHORT), FULL[-1])
    current = max(index for index, (_label, states) in enumerate(strip) if state in states)
    return [
        {"label": str(label), "state": "done" if index < current else "current" if index == current else "todo"}
        for index, (label, _states) in enumerate(strip)
    ]


def _full(case: Case, state: State) -> tuple[tuple[Promise, tuple[State, ...]], ...]:
    rechecked = case.recheck_outcome or state in RECHECK[0][1][:2]
    reviewed = case.review_outcome or state in REVIEW[0][1] or rechecked
    return (*FULL[:-1], *(REVIEW if reviewed else ()), *(RECHECK if rechecked else ()), FULL[-1])


def _early_end(case: Case) -> State:
    if case.ground:
        ground = policy.grounds().get(case.ground)
        return State.NO_LONGER if ground and ground.type == "no_longer" else State.DECLINED
    return State.GUIDED if case.route else State.ANSWERED
