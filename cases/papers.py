"""The contents of each paper of a matter: plain dicts, dates and names already as printed.

A paper keeps this dict frozen; the print template adds layout only.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Unit, UnitKind, User
from cases import policy
from cases.guards import own_rules
from cases.models import Assignment, Case, Clock, Delivery, Extension, Investigation, Report
from documents.models import Attachment, Paper
from reception.choices import PetitionerKind

HIDDEN = "信访人（身份保密）"


def chinese_date(day: dt.date | dt.datetime | None) -> str:
    """``2026年11月22日``, no zero padding (GB/T 9704); "" for none."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    return f"{day.year}年{day.month}月{day.day}日"


def body_of(unit: Unit | None) -> Unit | None:
    """The body that an inner office is a part of; any other unit is its own."""
    return unit.body if unit else None


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


def last_number(case: Case, *kinds: str) -> str:
    """The number of the newest valid paper of these kinds about the matter; "" for none."""
    found = Paper.objects.about(case).filter(kind__in=kinds, voided_at__isnull=True).order_by("-pk").first()
    return found.number if found else ""


def accept_notice(case: Case, actor: User, at: dt.datetime, clock: Clock) -> dict[str, Any]:
    """受理告知书 (article 23): received, procedure, who handles it, until when (the printed, legal due day)."""
    periods, received = policy.deadlines(), receive_notice(case, actor, at)
    return received | {
        "due": chinese_date(clock.legal_due),
        "simple": case.is_simple,
        "handle_days": clock.length,
        "day_unit": "个工作日" if clock.unit == "working" else "日",
        "extend_days": periods["extend"].length,
        "review_days": periods["request_review"].length,
        "basis": f"《信访工作条例》第二十二条、第二十三条，{clock.basis}" if case.is_simple else received["basis"],
    }


def receive_notice(case: Case, actor: User, at: dt.datetime) -> dict[str, Any]:
    """接收告知书 (article 23): what was received, who has it, which way it goes."""
    unit = body_of(case.handling_unit)
    category = policy.categories().get(case.category)
    return heading(case, actor, at) | {
        "handling_unit": unit.name if unit else "",
        "due": chinese_date(case.handle_due),
        "procedure": case.get_procedure_display(),
        "taken_by": category.taken_by if category else "",
        "basis": "《信访工作条例》第二十二条、第二十三条、第三十四条",
    }


def ordinary_notice(case: Case, actor: User, at: dt.datetime, handle_due: dt.date, reason: str) -> dict[str, Any]:
    """转普通程序告知书: why the simple procedure does not do, and the new day."""
    return heading(case, actor, at) | {"reason": reason, "due": chinese_date(handle_due)}


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
        "receiver": body or route.body,
        "limit": route.limit,
        "limit_said": f"提出的时限为：{route.limit}{'' if route.checked else '（以法律规定为准）'}。",
        "limit_checked": route.checked,
        "basis": route.basis,
        "explanation": explanation,
    }


def sending_letter(case: Case, assignment: Assignment, actor: User, at: dt.datetime) -> dict[str, Any]:
    """转送函、交办函. For a protected matter neither name nor demand stands in the letter (article 30)."""
    return between_units(case, actor, at) | {
        "unit": assignment.unit.name,
        "lead": case.handling_unit.name if case.handling_unit else "",
        "own_rules": own_rules(assignment.unit),
        "note": assignment.note,
        "notify_days": policy.deadlines()["notify"].length,
        "object_days": policy.deadlines()["object"].length,
        "due": chinese_date(assignment.due_on),
        "demand": "" if case.protected else case.demand,
        "protected": case.protected,
        "attachments": Attachment.objects.about(case).filter(voided_at__isnull=True).count(),
    }


def between_units(case: Case, actor: User, at: dt.datetime) -> dict[str, Any]:
    """The heading of a paper between office and unit: who accused somebody is not named in it."""
    head = heading(case, actor, at)
    return head | {"petitioner": HIDDEN, "case_title": "检举控告事项"} if case.protected else head


def whereabouts_notice(case: Case, assignment: Assignment, actor: User, at: dt.datetime) -> dict[str, Any]:
    """去向告知书 (article 23): where the matter was sent, how and when, and what the unit owes."""
    unit = assignment.unit
    return heading(case, actor, at) | {
        "unit": unit.name,
        "unit_phone": unit.phone,
        "sent": assignment.get_kind_display(),
        "own_rules": own_rules(unit),
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
        "sent_number": last_number(case, "assign_letter", "refer_letter"),
        "demand": case.demand,
        "findings": report.findings,
        "opinion": report.opinion,
        "legal_basis": report.legal_basis,
        "outcome": report.get_outcome_display(),
        "execution": report.execution,
        "petitioner_view": report.petitioner_view,
        "made_by": str(report.made_by),
        "signed_by": report.signed_name,
    }


def investigation_report(case: Case, report: Report, actor: User, at: dt.datetime) -> dict[str, Any]:
    """调查处理报告: origin, who inquired when, facts, conclusion, basis, suggested handling, the petitioner's view."""
    return result_report(case, report, actor, at) | {
        "investigators": report.investigators,
        "inquiries": [
            {"on": chinese_date(one.held_on), "persons": one.persons, "asked": one.asked, "findings": one.findings}
            for one in Investigation.objects.filter(case=case)
        ],
    }


def superior_report(case: Case, actor: User, at: dt.datetime, note: str) -> dict[str, Any]:
    """关于…信访事项办理情况的报告 to the superior that assigned the matter, with its number."""
    last = case.reports.filter(approved=True).order_by("-pk").first()
    unit = body_of(case.handling_unit)
    return between_units(case, actor, at) | {
        "to": case.superior,
        "their_number": case.superior_number,
        "upward": str(actor),
        "handling_unit": unit.name if unit else "",
        "opinion_number": last_number(case, "opinion"),
        "demand": case.demand,
        "findings": last.findings if last else "",
        "opinion": last.opinion if last else case.answer,
        "legal_basis": last.legal_basis if last else "",
        "outcome": case.get_outcome_display(),
        "delivered_on": chinese_date(case.delivered_on),
        "note": note,
    }


def superior_title(case: Case) -> str:
    """关于××反映××信访事项办理情况的报告."""
    who, what = ("信访人", "检举控告") if case.protected else (addressed(case), f"“{case.title[:60]}”")
    return f"关于{who}反映{what}信访事项办理情况的报告"


def withdrawal(case: Case, actor: User, at: dt.datetime, words: str) -> dict[str, Any]:
    """撤回申请: the petitioner's own words, to be signed."""
    signer = "申请人（签名或者捺印）：　　　　　　"
    return heading(case, actor, at) | {"words": words, "demand": case.demand, "signer": signer}


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
        "execution": report.execution,
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
        "place": delivery.place,
        "proxy": delivery.proxy,
        "refused": delivery.refused,
        "witness": delivery.witness,
        "review_days": policy.deadlines()["request_review"].length,
        "note": delivery.note,
    }


# Which papers a step issues; the page of the step announces them, a test holds it against the verbs.
ISSUED: dict[str, tuple[str, ...]] = {
    "inform": ("receive_notice",),
    "answer": ("answer_record",),
    "accept": ("accept_notice",),
    "accept_simple": ("accept_notice",),
    "to_ordinary": ("ordinary_notice",),
    "decline": ("decline_notice",),
    "no_longer": ("no_longer_notice",),
    "guide": ("guide_notice",),
    "refer": ("refer_letter", "whereabouts_notice"),
    "assign": ("assign_letter", "whereabouts_notice", "assist_letter"),
    "coordinate": ("assign_letter", "whereabouts_notice"),
    "take_up": ("accept_notice", "receive_notice"),
    "extend": ("extension_notice",),
    "report": ("investigation_report", "result_report"),
    "sign": ("investigation_report", "result_report"),
    "close": ("opinion",),
    "report_up": ("superior_report",),
    "serve": ("delivery_record",),
    "deliver": ("delivery_record",),
    "serve_review": ("delivery_record",),
    "serve_recheck": ("delivery_record",),
    "withdraw": ("withdrawal",),
    "call_hearing": ("hearing_notice",),
    "end_hearing": ("hearing_record",),
    "settle": ("settlement",),
    "convene": ("meeting_notice", "meeting_minutes"),
    "request_review": ("review_receipt",),
    "decide_review": ("review_opinion",),
    "request_recheck": ("recheck_receipt",),
    "decide_recheck": ("recheck_opinion",),
    "redo": ("assign_letter", "whereabouts_notice"),
    "rework": ("assign_letter", "whereabouts_notice"),
    "urge": ("urge_letter",),
    "supervise": ("supervision_letter",),
    "return_visit": ("return_visit_record",),
    "report_urgent": ("urgent_report",),
    "digest": ("digest",),
}

# Papers that a later step issues, whose words are worked on at this one.
PREPARED: dict[str, tuple[str, ...]] = {
    "propose_decline": ("decline_notice", "no_longer_notice"),
    "request_extension": ("extension_notice",),
    "submit": ("investigation_report", "result_report", "opinion"),
    "report": ("opinion",),
    "sign": ("opinion",),
}
