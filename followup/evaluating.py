"""满意度评价: for how long a petitioner may rate whom, and how that stands.

Rated are the petition office and the handling unit, each apart, about matters of their own;
accusations, matters with a statutory route and what was merged or withdrawn are not rated.
The window runs from the delivery of the answer, or from the answer where none is delivered.
"""

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Event
from cases.choices import State as S
from cases.models import Case
from followup.choices import Rated, Satisfaction
from followup.models import Evaluation

FILE = Path(__file__).resolve().parent / "rules" / "returns.toml"
RATED_IN = (
    S.SERVED, S.LAPSED, S.ANSWERED, S.ENDED, S.REVIEWING, S.REVIEWED, S.REVIEW_SERVED, S.RECHECKING, S.RECHECKED,
    S.CONCLUDED, S.FILED,
)  # fmt: skip


class Standing(models.TextChoices):
    """评价状态; the codes are those of the national data."""

    WAITING = "0", _("待评价")
    NONE = "1", _("未评价")  # not open for rating (yet)
    RATED = "2", _("已评价")
    MISSED = "3", _("超期未评价")


@functools.cache
def numbers() -> dict[str, int]:
    """Attempts, days for handling anew, days for rating (rules/returns.toml)."""
    blocks = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {code: int(values["number"]) for code, values in blocks.items()}


@dataclass(frozen=True)
class Window:
    """How the rating of a matter stands on a day. ``open_to`` are the bodies that can still be rated."""

    standing: Standing
    since: dt.date | None = None
    until: dt.date | None = None
    given: tuple[Evaluation, ...] = ()
    open_to: tuple[Rated, ...] = ()

    @property
    def said(self) -> list[tuple[str, str]]:
        """Whom, and how content."""
        return [(str(Rated(one.body).label), str(Satisfaction(one.value).label)) for one in self.given]


def bodies(case: Case) -> tuple[Rated, ...]:
    """Whom the petitioner of this matter may rate at all."""
    if case.protected or case.route or case.ground or case.main_id or _ended_as(case) not in RATED_IN:
        return ()
    own = case.handling_unit_id is None or case.handling_unit_id == case.office_id
    return (Rated.OFFICE,) if own else (Rated.OFFICE, Rated.UNIT)


def _ended_as(case: Case) -> str:
    """The state; of a filed matter the one it was filed from, as the trail says."""
    filed = Event.objects.of_matter(case.number).filter(verb="file").last() if case.state == S.FILED else None
    return str(filed.data["before"]) if filed else case.state


def window(case: Case, today: dt.date) -> Window:
    """The window of the present answer: its days are calendar days, the first not counted, the last included."""
    since, whom = case.delivered_on or case.answered_on, bodies(case)
    if since is None or not whom:
        return Window(Standing.NONE)
    until = since + dt.timedelta(days=numbers()["evaluate"])
    given = tuple(case.evaluations.filter(since=since).order_by("pk"))
    left = tuple(one for one in whom if one not in {row.body for row in given})
    if not left:
        return Window(Standing.RATED, since, until, given)
    if today > until:
        return Window(Standing.RATED if given else Standing.MISSED, since, until, given)
    return Window(Standing.WAITING, since, until, given, left)
