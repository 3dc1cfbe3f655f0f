"""The rules as rows of text, for the page 办理规则 and for docs/workflow.md: one source, two renderings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.roles import ROLES, holders
from approvals.choices import KINDS
from cases import policy
from cases.choices import SET_BY_HAND, UNDER_WAY, ClockKind
from cases.choices import State as S
from cases.guards import SAYS, not_the_author
from cases.ledger import holder_of
from cases.models import Case
from cases.papers import ISSUED
from cases.workflow import OPEN, STEPS, Step, targets
from documents.choices import PAPER_KINDS

# A phase begins with the step (or the state) named and goes on to the next one, in the order of the table.
STEP_PHASES: dict[str, Promise] = {
    "classify": __("登记、归类、决定"),
    "refer": __("转送、交办、退回"),
    "request_extension": __("办理"),
    "close": __("审查、送达"),
    "lapse": __("复查、复核、终结"),
    "withdraw": __("旁支"),
    "import_history": __("了结"),
}
STATE_PHASES: dict[S, Promise] = {
    S.REGISTERED: __("登记、归类、决定"),
    S.REFERRED: __("转送、交办、退回"),
    S.HANDLING: __("办理"),
    S.CHECKING: __("审查、送达"),
    S.LAPSED: __("复查、复核、终结"),
    S.ANSWERED: __("了结"),
}
OFFICES: dict[str, Promise] = {
    "A": __("信访工作机构登记的事项"),
    "B": __("其他机关、单位自己收到的事项"),
}
EXTENDED_BY = {"handle": "extend"}  # period → the rule that says by how much it may be extended

# The list of states worked out from the Regulations and the national system, and where each is found here.
REFERENCE: tuple[tuple[str, Promise, tuple[S, ...], Promise | str], ...] = (
    ("S01", __("草稿、候访"), (), __("候访是来访，登记以后才有信访事项")),
    ("S02", __("已登记"), (S.REGISTERED, S.CLASSIFIED), __("归类单设环节")),
    ("S03", __("当场办结"), (S.ANSWERED,), ""),
    ("S04", __("待审批"), (S.PROPOSED,), __("只有不予受理、不再受理停在此环节；延期等其他审批是一项申请，环节不变")),
    ("S05", __("已转送"), (S.REFERRED,), ""),
    ("S06", __("异议、退件审核"), (S.OBJECTED,), ""),
    ("S07", __("已交办"), (S.ASSIGNED,), ""),
    ("S08", __("已告知（程序性受理）"), (S.INFORMED, S.ACCEPTED), __("告知和受理分设")),
    ("S09", __("导入法定途径"), (S.GUIDED, S.HANDED_OVER), __("转政法、纪检监察机关并已签收的为“已移送”")),
    ("S10", __("办理中"), (S.HANDLING, S.SIGNING), __("报单位负责人签发时单设环节")),
    ("S11", __("延期办理"), (), __("不是环节：办理期限延长，事项仍在办理中")),
    ("S12", __("处理意见已作出，待送达"), (S.CLOSED,), ""),
    ("S13", __("达成调解、和解"), (S.SETTLED,), ""),
    ("S14", __("审查回告"), (S.CHECKING,), ""),
    ("S15", __("已送达，可以请求复查"), (S.SERVED,), ""),
    ("S16", __("复查中"), (S.REVIEWING, S.REVIEWED), __("意见作出后、送达前单设环节")),
    ("S17", __("超期未申请复查、复核"), (S.LAPSED,), ""),
    ("S18", __("复查意见已送达，可以请求复核"), (S.REVIEW_SERVED,), ""),
    ("S19", __("复核中"), (S.RECHECKING, S.RECHECKED), __("意见作出后、送达前单设环节")),
    ("S20", __("办结"), (S.ENDED, S.DECLINED, S.NO_LONGER), __("按办结方式分设；另见 S03、S09")),
    ("S21", __("终结"), (S.CONCLUDED,), ""),
    ("S22", __("已归档"), (S.FILED,), ""),
    ("S99", __("撤回、离开"), (S.WITHDRAWN,), __("登记以前离开的，只是来访")),
    ("—", __("参照表没有的"), (S.MERGED,), __("并入主件，可以撤销")),
)  # fmt: skip


@dataclass(frozen=True)
class StepRow:
    """One step in words: from which states to which, who may, what must be filled in, what holds, what is issued."""

    name: str
    label: str
    phase: str
    sources: list[str]
    target: str
    roles: list[str]
    office: str
    second: str
    system: bool
    required: list[str]
    conditions: list[str]
    papers: list[str]
    basis: str


@dataclass(frozen=True)
class StateRow:
    """One state in words: whose days it takes, the steps that end it, the side processes that leave it as it is."""

    code: str
    label: str
    phase: str
    holder: str
    ways: list[tuple[str, str]]
    besides: list[str]


@dataclass(frozen=True)
class PeriodRow:
    """One period in words; ``local`` when the local rules in force say so."""

    code: str
    name: str
    length: str
    starts: str
    hearing: str
    extension: str
    basis: str
    local: bool


@dataclass(frozen=True)
class PairRow:
    """One act that takes two people: what it is, and the roles of the second."""

    code: str
    label: str
    roles: list[str]
    own_body: bool


def step_rows(state: str = "") -> list[StepRow]:
    """Every step in the order of the table; with ``state``, those that can be done there."""
    rows, phase = [], ""
    for name, step in STEPS.items():
        phase = str(STEP_PHASES.get(name, phase))
        if not state or state in step.sources:
            rows.append(_step_row(name, step, phase))
    return rows


def _step_row(name: str, step: Step, phase: str) -> StepRow:
    return StepRow(
        name=name,
        label=str(step.label),
        phase=phase,
        sources=_sources(step.sources),
        target=step.target_label,
        roles=_roles(step.permission),
        office=str(OFFICES.get(step.office, "")),
        second=_second(step),
        system=step.system,
        required=[_field_label(field) for field in step.required],
        conditions=[str(SAYS[guard]) for guard in step.guards],
        papers=[str(PAPER_KINDS[kind].label) for kind in ISSUED.get(name, ())],
        basis=step.basis,
    )


def _sources(states: tuple[S, ...]) -> list[str]:
    known = {OPEN: _("归档、并案以前的各环节"), UNDER_WAY: _("办结以前的各环节")}
    return [known[states]] if states in known else [str(state.label) for state in states]


def _second(step: Step) -> str:
    """Which act of two people this step decides, "" when one is enough."""
    if not_the_author in step.guards:
        return _("起草、签发")
    return next((str(kind.label) for kind in KINDS.values() if step.page and kind.page == step.page), "")


def _roles(permission: str) -> list[str]:
    return [str(role.label) for code, role in ROLES.items() if code in holders(permission)]


def _field_label(field: str) -> str:
    found: Any = Case._meta.get_field(field)
    return str(found.verbose_name)


def state_rows() -> list[StateRow]:
    """Every state in the order of the process."""
    rows, phase = [], ""
    for state in S:
        phase = str(STATE_PHASES.get(state, phase))
        rows.append(_state_row(state, phase))
    return rows


def _state_row(state: S, phase: str) -> StateRow:
    holder = holder_of(state)
    out = [step for step in STEPS.values() if state in step.sources]
    return StateRow(
        code=state.value,
        label=str(state.label),
        phase=phase,
        holder=str(holder.label) if holder else "",
        ways=[(str(step.label), step.target_label) for step in out if step.target not in (None, state)],
        besides=[str(step.label) for step in out if step.target in (None, state)],
    )


def period_rows() -> list[PeriodRow]:
    """Every period of the rules in force, local ones among them."""
    rules, local = policy.deadlines(), policy.local_periods()
    return [_period_row(rule, code in local) for code, rule in rules.items()]


def _period_row(rule: policy.DeadlineRule, local: bool) -> PeriodRow:
    longer = policy.deadlines().get(EXTENDED_BY.get(rule.code, ""))
    return PeriodRow(
        code=rule.code,
        name=rule.name,
        length=in_days(rule),
        starts=rule.starts,
        hearing=_("不计入") if rule.hearing_pauses else _("计入"),
        extension=_("一次，最多 %(days)s") % {"days": in_days(longer)} if longer else "",
        basis=rule.basis,
        local=local,
    )


def in_days(rule: policy.DeadlineRule) -> str:
    """The length with its unit: calendar or working days."""
    words = _("%(n)s 个工作日") if rule.unit == "working" else _("%(n)s 日")
    return words % {"n": rule.length}


def set_by_letter() -> list[str]:
    """Periods whose last day somebody sets in a letter or an agreement."""
    return [str(ClockKind(kind).label) for kind in SET_BY_HAND]


def pair_rows() -> list[PairRow]:
    """Every act that takes a second person, from the list the program asks."""
    return [PairRow(code, str(kind.label), _roles(kind.permission), kind.own_body) for code, kind in KINDS.items()]


def reference_rows() -> list[tuple[str, str, list[str], str]]:
    """Code, name, our states and remark of each state of the reference list."""
    return [(code, str(name), [str(state.label) for state in ours], str(note)) for code, name, ours, note in REFERENCE]


def edges() -> Iterator[tuple[S, S, str, str]]:
    """Every arrow of the diagrams: from, to, step, phase; steps that leave the state alone are no arrows."""
    phase = ""
    for name, step in STEPS.items():
        phase = str(STEP_PHASES.get(name, phase))
        for source in step.sources:
            for target in targets(step, source):
                if target != source:
                    yield source, target, str(step.label), phase
