"""How long a matter is kept: the first rule that applies. An archivist may raise it, never lower it."""

from collections.abc import Callable
from dataclasses import dataclass

from archive.choices import Retention
from archive.models import RetentionRule
from archive.policy import rules
from cases.choices import ClockKind
from cases.models import Case
from reception.choices import Purpose

URGENT = {"C06", "C08"}
# From the shortest to the longest.
LENGTHS = (Retention.TEN, Retention.THIRTY, Retention.PERMANENT)

CONDITIONS: dict[str, Callable[[Case], bool]] = {
    "group": lambda case: case.is_group,
    "urgent": lambda case: bool(URGENT & {case.category, *case.also_codes}),
    "concluded": lambda case: case.recheck_outcome != "",
    "instructed": lambda case: case.clocks.filter(kind=ClockKind.INSTRUCTION).exists(),
    "supervised": lambda case: case.supervisions.exists(),
    "opinion": lambda case: case.outcome != "",
    "accusation": lambda case: case.purpose == Purpose.ACCUSATION,
    "other": lambda case: True,
}


@dataclass(frozen=True)
class Proposal:
    """The proposed period with the rule it comes from and that rule's basis."""

    retention: Retention
    name: str
    basis: str

    @property
    def allowed(self) -> tuple[Retention, ...]:
        """The proposed period and every longer one."""
        return LENGTHS[LENGTHS.index(self.retention) :]


def propose(case: Case) -> Proposal:
    """The period of the first rule that applies, as the office's table has it; the shipped rules fill its gaps."""
    held = {rule.code: rule for rule in RetentionRule.objects.all()}
    order = sorted(rules(), key=lambda rule: held[rule.code].position if rule.code in held else 999)
    shipped = next(rule for rule in order if CONDITIONS[rule.code](case))
    own = held.get(shipped.code, shipped)
    return Proposal(Retention(own.retention), own.name, shipped.basis)
