"""A made-up office of some hundred matters, written straight into the tables: cheap, and with every odd case.

Nothing here went through a verb, so it carries no events; it serves to add things up.
"""

import datetime as dt
import random

from accounts.models import User
from cases.choices import ClockKind
from cases.models import Assignment, Case, CaseVisit, Clock, Extension
from followup.models import ReturnVisit
from reception.models import ContentCategory, Petitioner, Visit
from tests import factories
from tests.factories import SHANGHAI

FIRST = dt.date(2025, 1, 1)
DAYS = 450
REGIONS = ["", *[f"第{n}街道" for n in range(1, 27)], "=1+1", "和平街道&x=1 #?%"]


def moment(day, hour=10):
    return dt.datetime(day.year, day.month, day.day, hour, 15, tzinfo=SHANGHAI)


def furnish(matters=220, seed=7):
    """Fill the tables; the same seed gives the same office. Returns its clerk."""
    dice = random.Random(seed)
    clerk = factories.user("supervisor")
    units = [
        factories.housing(),
        factories.labour(),
        *[factories._unit(f"U{n}", f"第{n}局", "agency") for n in range(24)],
    ]
    contents = [
        ContentCategory.objects.create(code=f"{n:02}", name=f"内容{n}", path_name=f"内容{n}") for n in range(1, 24)
    ]
    deep = [
        ContentCategory.objects.create(code=f"{top.code}01", name="下级", level=2, parent=top, path_name=f"{top}/下级")
        for top in contents
    ]
    petitioner = Petitioner.objects.create(name="张三", created_at=moment(FIRST))
    pools = (units, [None, *contents, *deep])
    for number in range(1, matters + 1):
        _matter(dice, clerk, petitioner, number, *pools)
    for number in range(1, 16):
        _visit(dice, clerk, petitioner, 9000 + number, FIRST + dt.timedelta(days=dice.randrange(DAYS)), {})
    return clerk


def _matter(dice, clerk: User, petitioner, number, units, contents):
    day = FIRST + dt.timedelta(days=dice.randrange(DAYS))
    kinds = {
        "category": f"C{dice.choice([1, 2, 3, 3, 3, 10]):02}",
        "content_category": dice.choice(contents),
        "region": dice.choice(REGIONS),
        "purpose": dice.choice(["appeal", "appeal", "accusation", "suggestion", "other"]),
        "channel": dice.choice(["visit", "visit", "visit", "web", "letter"]),
    }
    waited = dice.choice([None, 0, 3, 14, 15, 16, 40, 59, 60, 61, 75, 100])
    answered = None if waited is None else day + dt.timedelta(days=waited)
    case = Case.objects.create(
        year=day.year, serial=number, number=f"XF{number:08}", title=f"事项{number}", office=clerk.unit,
        petitioner=petitioner, created_by=clerk, demand="要求", registered_on=day, registered_at=moment(day),
        answered_on=answered, answer_days=waited, protected=number % 9 == 0, **kinds,
    )  # fmt: skip
    for position in range(1, dice.choice([1, 1, 1, 2, 4]) + 1):
        came = day if position == 1 else day + dt.timedelta(days=dice.randrange(200))
        visit = _visit(dice, clerk, petitioner, number * 10 + position, came, kinds)
        CaseVisit.objects.create(case=case, visit=visit, position=position, linked_at=moment(came))
    _clocks(dice, clerk, case, day, answered, units)
    for _ in range(dice.choice([0, 0, 1, 2])):
        reached = dice.choice(["yes", "yes", "no", "refused"])
        ReturnVisit.objects.create(
            case=case, way="phone", reached=reached, visited_by=clerk,
            satisfaction=dice.choice(["satisfied", "fairly", "not", ""]) if reached == "yes" else "",
            visited_at=moment(day + dt.timedelta(days=dice.randrange(150))),
        )  # fmt: skip


def _clocks(dice, clerk, case, day, answered, units):
    decided = dice.choice([None, 0, 5, 15, 16, 30])
    if answered and answered < day + dt.timedelta(days=decided or 0):
        _clock(case, ClockKind.TRANSFER, day, 15, answered, "answer")
        return
    decided_on = None if decided is None else day + dt.timedelta(days=decided)
    _clock(case, ClockKind.TRANSFER, day, 15, decided_on, "accept" if decided_on else "")
    if not decided_on:
        return
    extended = dice.random() < 0.3
    due = _clock(case, ClockKind.HANDLE, decided_on, 90 if extended else 60, answered, "close" if answered else "")
    if extended:
        Clock.objects.filter(pk=due.pk).update(version=2)
        Extension.objects.create(
            case=case, days=30, reason="情况复杂", approved_by=clerk, approved_at=moment(decided_on, 16),
            old_due=due.strict_due - dt.timedelta(days=30), new_due=due.strict_due,
        )  # fmt: skip
    for sent in range(dice.choice([0, 1, 1, 2])):
        unit = dice.choice(units)
        Assignment.objects.create(
            case=case,
            kind="assign",
            unit=unit,
            sent_by=clerk,
            sent_at=moment(decided_on + dt.timedelta(days=sent * 20)),
        )
        case.handling_unit = unit
        case.save(update_fields=["handling_unit"])


def _clock(case, kind, start, length, stopped, reason):
    due = start + dt.timedelta(days=length)
    return Clock.objects.create(
        case=case, kind=kind, started_on=start, length=length, unit="calendar", strict_due=due, legal_due=due,
        basis="第二十二条", stopped_on=stopped, stop_reason=reason,
    )  # fmt: skip


def _visit(dice, clerk, petitioner, number, day, kinds):
    visitors = dice.choice([1, 1, 1, 2, 5, 12])
    return Visit.objects.create(
        year=day.year, serial=number, number=f"LF{number:08}", key=f"made-{number}", office=clerk.unit, clerk=clerk,
        visited_at=moment(day, dice.randrange(24)), registered_at=moment(day), petitioner=petitioner,
        visitors=visitors, involved=visitors, is_group=visitors >= 5, demand="要求", **{"category": "C03"} | kinds,
    )  # fmt: skip
