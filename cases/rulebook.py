"""The rules as rows of text, for the page 办理规则 and for docs/workflow.md: one source, two renderings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.roles import ROLES, holders
from cases.choices import State
from cases.guards import SAYS
from cases.models import Case
from cases.papers import ISSUED
from cases.workflow import STEPS, Step, targets
from documents.choices import PAPER_KINDS


@dataclass(frozen=True)
class StepRow:
    """One step in words: from which states to which, who may, what must be filled in, what holds, what is issued."""

    name: str
    label: str
    sources: list[str]
    target: str
    roles: list[str]
    required: list[str]
    conditions: list[str]
    papers: list[str]
    basis: str


@dataclass(frozen=True)
class StateRow:
    """One state in words, and the steps that lead out of it to which state."""

    code: str
    label: str
    ways: list[tuple[str, str]]


def step_rows() -> list[StepRow]:
    return [_step_row(name, step) for name, step in STEPS.items()]


def _step_row(name: str, step: Step) -> StepRow:
    return StepRow(
        name=name,
        label=str(step.label),
        sources=[str(state.label) for state in step.sources],
        target=step.target_label,
        roles=[str(role.label) for code, role in ROLES.items() if code in holders(step.permission)],
        required=[_field_label(field) for field in step.required],
        conditions=[str(SAYS[guard]) for guard in step.guards],
        papers=[str(PAPER_KINDS[kind].label) for kind in ISSUED.get(name, ())],
        basis=step.basis,
    )


def _field_label(field: str) -> str:
    found: Any = Case._meta.get_field(field)
    return str(found.verbose_name)


def state_rows() -> list[StateRow]:
    return [StateRow(state.value, str(state.label), _ways(state)) for state in State]


def _ways(state: State) -> list[tuple[str, str]]:
    return [(str(step.label), step.target_label) for step in STEPS.values() if state in step.sources and not step.side]


def edges() -> Iterator[tuple[State, State, str]]:
    """Every arrow of the diagram: from, to, step; steps that leave the state alone are no arrows."""
    for step in STEPS.values():
        for source in step.sources:
            for target in targets(step, source):
                if target != source:
                    yield source, target, str(step.label)
