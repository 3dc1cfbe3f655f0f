"""Who is told what about a matter: numbers, stages and units only, never names."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.guards import accused_unit_of
from cases.models import Assignment, Case
from notices import outbox


def people_at(unit: Unit, permission: str) -> list[User]:
    """Active users of a unit (or its inner offices) who may do ``permission``."""
    return list(User.objects.with_permission(permission).filter(unit__path__startswith=unit.path))


def may_be_told(case: Case, users: list[User]) -> list[User]:
    """Whoever the matter is about is never told of it, nor is their unit (article 30)."""
    return [
        user
        for user in users
        if user.pk != case.accused_user_id and not (user.unit and accused_unit_of(case, user.unit))
    ]


def tell_unit(case: Case, unit: Unit, assignment: Assignment, at: dt.datetime, occasion: str = "sent") -> None:
    texts = {
        "sent": _("%(number)s 已%(kind)s你单位，请签收；不属于你单位的，5 个工作日内提出异议。"),
        "insisted": _("%(number)s 不同意退回（%(kind)s），请签收办理。"),
        "sent_back": _("%(number)s 的办结报告被退回（%(kind)s），请补充办理。"),
        "closed": _("%(number)s 已同意结案（%(kind)s）。"),
    }
    outbox.put(
        recipients=may_be_told(case, people_at(unit, "cases.take_up")),
        kind=occasion,
        text=texts[occasion] % {"number": case.number, "kind": assignment.get_kind_display()},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}",
        at=at,
    )


def tell_office(case: Case, occasion: str, at: dt.datetime) -> None:
    texts = {
        "objected": _("%(number)s：%(unit)s 提出异议，请核实。"),
        "reported": _("%(number)s：%(unit)s 报送了办结报告，请审查。"),
        "taken_up": _("%(number)s：%(unit)s 已签收。"),
    }
    outbox.put(
        recipients=may_be_told(case, people_at(case.office, "cases.review")),
        kind=occasion,
        text=texts[occasion] % {"number": case.number, "unit": case.handling_unit},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}",
        at=at,
    )
