"""Whose turn it is: the main step of each state, the matters waiting for one user, the strip of stages."""

import datetime as dt
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
MENU_LIMIT = 100


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


def turns(user: User) -> dict[str, Q]:
    """The steps that wait for this user's roles: step → which matters, each under the likeliest step alone."""
    found: dict[str, Q] = {}
    for state, names in MAIN.items():
        rest = Q(state=state)
        for name in _theirs(user, names):
            only = _only_when(name)
            found[name] = found.get(name, Q(pk__in=[])) | rest & only
            if not only:
                break
            rest &= ~only
    classified, accusation = Q(state__in=UNDECIDED), Q(purpose=Purpose.ACCUSATION)
    for code, category in policy.categories().items():
        for name in _theirs(user, BY_ROUTE[category.route])[:1]:
            found[name] = found.get(name, Q(pk__in=[])) | classified & Q(category=code) & ~accusation
    for name in _theirs(user, ACCUSATION)[:1]:
        found[name] = found.get(name, Q(pk__in=[])) | classified & accusation
    return found


def _theirs(user: User, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if user.can(STEPS[name].permission)]


def waiting_for_user(user: User, step: str = "") -> CaseQuerySet:
    """The matters whose turn is this user's: visible, in a state with a main step they may do, at their unit.

    With ``step`` only those that wait for this one.
    """
    known = turns(user)
    turn = Q(pk__in=[])
    for name in known if not step else (step,):
        turn |= known.get(name, Q(pk__in=[]))
    cases = Case.objects.visible_to(user).filter(turn)
    if user.scope == "unit" and user.unit:
        cases = cases.filter(handling_unit__path__startswith=user.unit.path)
    return cases


def how_many_wait(user: User) -> int:
    """The number beside the menu's entry: one query, counted up to ``MENU_LIMIT``."""
    return waiting_for_user(user).order_by()[:MENU_LIMIT].count()


def next_to_come(user: User, today: dt.date) -> Case | None:
    """The matter whose day comes next after today, of those that wait for this user."""
    coming = waiting_for_user(user).filter(due_on__gt=today)
    return coming.order_by("due_on", "pk").first()


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


def grouped(waiting: CaseQuerySet, today: dt.date) -> list[Group]:
    """A to-do list in six groups, the fire first; empty groups are left out.

    One query for the counts, one a group, and those of ``primed`` once for all rows.
    """
    all_spans = spans(today)
    wanted = {f"n_{code}": Count("pk", filter=where) for code, (*_rest, where) in all_spans.items()}
    counts = waiting.order_by().aggregate(**wanted)
    groups = [
        Group(code, label, level, counts[f"n_{code}"], list(waiting.filter(where).for_list()[:GROUP_LIMIT]))
        for code, (label, level, where) in all_spans.items()
        if counts[f"n_{code}"]
    ]
    primed([case for group in groups for case in group.cases])
    return groups


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
