"""Invented visits for the tests of early warning."""

import datetime as dt

from cases.models import Case
from reception.models import ContentCategory
from tests import factories

ACCUSED = "示范市人力资源和社会保障局"


def at(day: str, hour: int = 10) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{hour:02d}:00:00+08:00")


def content(code: str = "0101", name: str = "物业服务") -> ContentCategory:
    made, _new = ContentCategory.objects.get_or_create(
        code=code, defaults={"name": name, "path_name": name, "level": 2}
    )
    return made


def come(clerk, day: str, **said) -> Case:
    """One visit that opens a matter."""
    return factories.visit(clerk, at(day), **said).case_link.case


def again(clerk, day: str, case: Case, **said):
    """The same person comes again about the same matter."""
    from cases.actions import intake

    data = factories.visit_data(visited_at=at(day), petitioner=case.petitioner, **said)
    return intake.register(data=data, actor=clerk, at=at(day), join=case)


def accuse(clerk, day: str, **said) -> Case:
    return come(clerk, day, **{"purpose": "accusation", "accused": ACCUSED} | said)


def found(alarm) -> tuple:
    """What a test compares: rule, about what, opened when, which matters on which days."""
    rows = alarm.evidence.order_by("day", "visit").values_list("case__number", "day")
    return alarm.rule, alarm.about, alarm.opened_on.isoformat(), [(number, day.isoformat()) for number, day in rows]
