"""A group matter that grows: how many came each time, and how many of those listed had not been listed before.

It counts what happened at each visit and says nothing of any person: document numbers are
compared as blind indexes and only their number is given out.
"""

import datetime as dt
from dataclasses import dataclass

from cases.models import Case
from reception.models import Companion

MOST = 60  # visits shown, the latest ones
WIDTH = 360  # of the longest bar


@dataclass(frozen=True)
class Step:
    """One visit of the matter. ``fresh`` counts documents not seen at an earlier visit, ``unknown`` no document."""

    position: int
    number: str
    visited_at: dt.datetime
    visitors: int
    involved: int
    listed: int
    fresh: int
    unknown: int
    more: int
    bar: int

    @property
    def first(self) -> bool:
        return self.position == 1


def steps(case: Case) -> list[Step]:
    """The visits of the matter in their order. Two queries."""
    links = list(
        case.visit_links.select_related("visit__petitioner").order_by("position").values_list(
            "position", "visit_id", "visit__number", "visit__visited_at", "visit__visitors", "visit__involved",
            "visit__petitioner__id_index",
        )
    )  # fmt: skip
    listed: dict[int, list[str]] = {}
    rows = Companion.objects.filter(visit__in=[link[1] for link in links]).order_by()
    for visit, index in rows.values_list("visit_id", "id_index"):
        listed.setdefault(visit, []).append(index)
    most = max((link[4] for link in links), default=1)
    seen: set[str] = set()
    made: list[Step] = []
    before = 0
    for position, visit, number, at, visitors, involved, petitioner in links:
        came = listed.get(visit, [])
        known = {index for index in came if index}
        fresh = known - seen - {petitioner}
        made.append(
            Step(
                position, number, at, visitors, involved, len(came), len(fresh), came.count(""),
                visitors - before if made else 0, max(1, round(WIDTH * visitors / most)),
            )
        )  # fmt: skip
        seen |= known | {petitioner}
        before = visitors
    return made[-MOST:]
