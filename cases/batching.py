"""Many matters at once: which steps may be done so, for which rows, and what a ticked row says.

A batch is no act of its own. Each row goes through the verb of its step, in a transaction
of its own; what is here only reads the choice and tells beforehand what will be refused.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from cases.agenda import primed
from cases.models import Case
from cases.workflow import STEPS, Step, office_kind, refusal

# Steps whose form holds nothing that differs from matter to matter, in the order of the process.
MANY = ("inform", "accept", "accept_simple", "refer", "assign", "take_up", "close")
MOST = 100  # rows of one batch
PICK = re.compile(r"^([0-9A-Z]{1,20}):([0-9]{1,9})$")
JOINED = (
    "petitioner", "handling_unit__parent", "handler", "office", "created_by__unit", "content_category", "accused_unit",
)  # fmt: skip


@dataclass
class Row:
    """One ticked matter. ``version`` is the one the user saw; ``reason`` why the step cannot be done, or ""."""

    case: Case
    version: int
    reason: str = ""

    @property
    def pick(self) -> str:
        """The row as a ticked box says it."""
        return pick(self.case)


def pick(case: Case) -> str:
    """Number and version of a matter: a row that somebody changes meanwhile is refused, not overwritten."""
    return f"{case.number}:{case.version}"


def read(values: Iterable[str]) -> dict[str, int]:
    """Numbers and versions of the ticked rows, in their order; what is no such pair is left out."""
    found = (PICK.match(value) for value in values)
    return {hit[1]: int(hit[2]) for hit in found if hit}


def offered(user: User) -> list[tuple[str, Step]]:
    """The steps this user's roles may do with many matters at once."""
    return [(name, STEPS[name]) for name in MANY if user.can(STEPS[name].permission)]


def likely(case: Case, names: Iterable[str]) -> list[str]:
    """Of these steps, those that fit state and office of the matter; reads nothing, promises nothing."""
    kind = office_kind(case)
    return [name for name in names if case.state in STEPS[name].sources and STEPS[name].office in ("", kind)]


def rows(picked: dict[str, int], name: str, user: User, at: dt.datetime) -> list[Row]:
    """The ticked matters this user may know of, each with the reason why the step cannot be done; the rest is not."""
    visible = Case.objects.visible_to(user).filter(number__in=list(picked)).select_related(*JOINED)
    cases = {case.number: case for case in primed(list(visible))}
    known = [cases[number] for number in picked if number in cases]
    return [Row(case, picked[case.number], refusal(case, name, user, at)) for case in known]
