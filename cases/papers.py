"""The contents of each paper of a matter: plain dicts, dates and names already as printed.

A paper keeps this dict frozen; the print template adds layout only.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Unit, UnitKind, User
from cases import policy
from cases.models import Assignment, Case, Delivery, Extension, Report
from reception.choices import PetitionerKind


def chinese_date(day: dt.date | dt.datetime | None) -> str:
    """``2026年11月22日``, no zero padding (GB/T 9704); "" for none."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    return f"{day.year}年{day.month}月{day.day}日"


def body_of(unit: Unit | None) -> Unit | None:
    """The body that an inner office is a part of; any other unit is its own."""
    while unit and unit.kind == UnitKind.INNER and unit.parent:
        unit = unit.parent
    return unit


def issuer(actor: User) -> tuple[str, str]:
    """Name and telephone of the organ that speaks: the petition office, or the body whose member acts.

    An inner office never signs for itself; its body does.
    """
    unit = body_of(actor.unit)
    if unit is None or unit.kind == UnitKind.OFFICE:
        return settings.OFFICE_NAME, settings.OFFICE_PHONE
    return unit.name, unit.phone


def addressed(case: Case) -> str:
    """The petitioner as a paper names them; a group is named by who speaks for it."""
    petitioner = case.petitioner
    if petitioner.kind == PetitionerKind.ANONYMOUS:
        return "来访人"
    return f"{petitioner.name}等{case.visitors}人" if case.is_group else petitioner.name


def heading(case: Case, actor: User, at: dt.datetime) -> dict[str, Any]:
    """What every paper about a matter says: organ, date, petitioner, matter."""
    office, phone = issuer(actor)
    return {
        "office": office,
        "office_phone": phone,
        "date": chinese_date(at),
        "case_number": case.number,
        "case_title": case.title,
        "petitioner": addressed(case),
        "you": "你单位" if case.petitioner.kind == PetitionerKind.ORGANISATION else "你",
        "channel": case.get_channel_display(),
        "registered_on": chinese_date(case.registered_on),
        "contact": str(actor),
    }


def accept_notice(case: Case, actor: User, at: dt.datetime, handle_due: dt.date) -> dict[str, Any]:
    """受理告知书 (article 23): received, procedure, who handles it, until when (calendar days)."""
    unit = case.handling_unit
    periods = policy.deadlines()
    return heading(case, actor, at) | {
        "handling_unit": unit.name if unit else "",
        "due": chinese_date(handle_due),
        "handle_days": periods["handle"].length,
        "extend_days": periods["extend"].length,
        "review_days": periods["request_review"].length,
        "basis": "《信访工作条例》第二十二条、第二十三条、第三十四条",
    }


def decline_notice(case: Case, actor: User, at: dt.datetime, explanation: str) -> dict[str, Any]:
    """不予受理、不再受理告知书: the ground, its legal basis, what is still possible."""
    ground = policy.grounds()[case.ground]
    return heading(case, actor, at) | {
        "no_longer": ground.type == "no_longer",
        "ground": ground.text,
        "basis": ground.basis,
        "tell": ground.tell,
        "explanation": explanation,
    }


def guide_notice(case: Case, actor: User, at: dt.datetime, body: str, explanation: str) -> dict[str, Any]:
    """法定途径告知书: the body, the procedure, the limit, and that registering does not stop it."""
    route = policy.routes()[case.route]
    return heading(case, actor, at) | {
        "route": route.name,
        "body": body or route.body,
        "limit": route.limit,
        "limit_checked": route.checked,
        "basis": route.basis,
        "explanation": explanation,
    }


def sending_letter(case: Case, assignment: Assignment, actor: User, at: dt.datetime) -> dict[str, Any]:
    """转送函、交办函. For a protected matter neither name nor demand stands in the letter (article 30)."""
    return between_units(case, actor, at) | {
        "unit": assignment.unit.name,
        "note": assignment.note,
        "notify_days": policy.deadlines()["notify"].length,
        "object_days": policy.deadlines()["object"].length,
        "due": chinese_date(assignment.due_on),
        "demand": "" if case.protected else case.demand,
        "protected": case.protected,
    }


def between_units(case: Case, actor: User, at: dt.datetime) -> dict[str, Any]:
    """The heading of a paper between office and unit: who accused somebody is not named in it."""
    head = heading(case, actor, at)
    return head | {"petitioner": "信访人（身份保密）", "case_title": "检举控告事项"} if case.protected else head


def whereabouts_notice(case: Case, assignment: Assignment, actor: User, at: dt.datetime) -> dict[str, Any]:
    """去向告知书 (article 23): where the matter was sent, how and when, and what the unit owes."""
    unit = assignment.unit
    return heading(case, actor, at) | {
        "unit": unit.name,
        "unit_phone": unit.phone,
        "sent": assignment.get_kind_display(),
        "notify_days": policy.deadlines()["notify"].length,
    }


def extension_notice(case: Case, extension: Extension, actor: User, at: dt.datetime) -> dict[str, Any]:
    """延长办理期限告知书 (article 34): reason and new date."""
    return heading(case, actor, at) | {
        "reason": extension.reason,
        "old_due": chinese_date(extension.old_due),
        "new_due": chinese_date(extension.new_due),
    }


def answer_record(case: Case, actor: User, at: dt.datetime, view: str) -> dict[str, Any]:
    """当场答复记录: the demand, the answer, the visitor's view of it."""
    return heading(case, actor, at) | {"demand": case.demand, "answer": case.answer, "view": view}


def result_report(case: Case, report: Report, actor: User, at: dt.datetime) -> dict[str, Any]:
    """办结报告 of the unit to the sender."""
    return between_units(case, actor, at) | {
        "to": case.office.name,
        "demand": case.demand,
        "findings": report.findings,
        "opinion": report.opinion,
        "legal_basis": report.legal_basis,
        "outcome": report.get_outcome_display(),
        "petitioner_view": report.petitioner_view,
    }


def opinion(case: Case, report: Report, actor: User, at: dt.datetime) -> dict[str, Any]:
    """处理意见书 (article 32): demand, facts and reasons, opinion, legal basis; then the remedy (article 35)."""
    body = body_of(case.handling_unit)
    return heading(case, actor, at) | {
        "office": body.name if body else settings.OFFICE_NAME,
        "office_phone": (body.phone if body else "") or settings.OFFICE_PHONE,
        "contact": str(case.handler or actor),
        "superior": body.parent.name if body and body.parent else "上一级机关、单位",
        "accepted_on": chinese_date(case.accepted_at),
        "demand": case.demand,
        "facts": case.facts,
        "findings": report.findings,
        "opinion": report.opinion,
        "legal_basis": report.legal_basis,
        "outcome": report.get_outcome_display(),
        "review_days": policy.deadlines()["request_review"].length,
    }


def delivery_record(case: Case, delivery: Delivery, actor: User, at: dt.datetime) -> dict[str, Any]:
    """送达回证."""
    paper = delivery.paper
    return heading(case, actor, at) | {
        "paper_title": paper.title if paper else "",
        "paper_number": paper.number if paper else "",
        "way": delivery.get_way_display(),
        "delivered_on": chinese_date(delivery.delivered_on),
        "receiver": delivery.receiver,
        "review_days": policy.deadlines()["request_review"].length,
        "note": delivery.note,
    }


# Which papers a step issues; the page of the step announces them, a test holds it against the verbs.
ISSUED: dict[str, tuple[str, ...]] = {
    "answer": ("answer_record",),
    "accept": ("accept_notice",),
    "decline": ("decline_notice", "no_longer_notice"),
    "guide": ("guide_notice",),
    "refer": ("refer_letter", "whereabouts_notice"),
    "assign": ("assign_letter", "whereabouts_notice"),
    "take_up": ("accept_notice",),
    "extend": ("extension_notice",),
    "report": ("result_report",),
    "close": ("opinion",),
    "serve": ("delivery_record",),
}
