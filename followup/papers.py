"""The contents of the papers of following up: plain dicts, as printed. Protected names stay out (article 30)."""

import datetime as dt
from typing import Any

from accounts.models import User
from cases.clocks import OURS, local_day
from cases.models import Case
from cases.papers import chinese_date, heading
from documents.models import Paper
from followup.models import ReturnVisit, Supervision, Urging


def _outgoing(case: Case, actor: User, at: dt.datetime) -> dict[str, Any]:
    """The heading of a letter to a unit: for a protected matter without name and title."""
    head = heading(case, actor, at)
    if case.protected:
        head |= {"petitioner": "信访人（身份保密）", "case_title": "检举控告事项"}
    sent = Paper.objects.about(case).filter(kind__in=("assign_letter", "refer_letter"), voided_at__isnull=True).last()
    return head | {
        "sent_number": sent.number if sent else "",
        "sent_on": chinese_date(sent.issued_at) if sent else "",
        "protected": case.protected,
    }


def _due(case: Case, today: dt.date) -> dict[str, Any]:
    """The nearest running period by its printed last day, and by how many calendar days it is exceeded."""
    clock = case.clocks.filter(stopped_on__isnull=True, kind__in=OURS).order_by("legal_due", "pk").first()
    if clock is None:
        return {"period": "", "due": "", "days_late": 0, "not_late": False}
    return {
        "period": str(clock.get_kind_display()),
        "due": chinese_date(clock.legal_due),
        "days_late": max(0, (today - clock.legal_due).days),
        "not_late": today <= clock.legal_due,
    }


def urge_letter(case: Case, urging: Urging, actor: User, at: dt.datetime) -> dict[str, Any]:
    """催办函: what was sent when, until when it was due, by how much it is late, by when to answer."""
    return _outgoing(case, actor, at) | _due(case, local_day(at)) | {
        "unit": urging.unit.name,
        "content": urging.content,
        "reply_by": chinese_date(urging.promised_on),
    }  # fmt: skip


def supervision_letter(case: Case, supervision: Supervision, actor: User, at: dt.datetime) -> dict[str, Any]:
    """督办函 (article 40): the ground, what is required, the day for written feedback."""
    return _outgoing(case, actor, at) | {
        "unit": supervision.unit.name,
        "ground": str(supervision.get_ground_display()),
        "requirement": supervision.requirement,
        "reply_by": chinese_date(supervision.due_on),
        "superior": supervision.unit.parent.name if supervision.unit.parent else "",
        "copies": supervision.unit.parent.name if supervision.unit.parent else "",
    }


def return_visit_record(case: Case, visit: ReturnVisit, actor: User, at: dt.datetime) -> dict[str, Any]:
    """回访记录: when and how, whether reached, satisfaction kept apart from correctness."""
    proper = {True: "妥当", False: "不妥当", None: "未判断"}[visit.properly_handled]
    return heading(case, actor, at) | {
        "unit": case.handling_unit.name if case.handling_unit else case.office.name,
        "way": str(visit.get_way_display()),
        "reached": str(visit.get_reached_display()),
        "satisfaction": str(visit.get_satisfaction_display()) if visit.satisfaction else "",
        "properly_handled": proper,
        "outcome": str(visit.get_outcome_display()) if visit.outcome else "",
        "remaining": visit.remaining,
        "explanation": visit.explanation,
        "visited_on": chinese_date(visit.visited_at),
        "visited_by": str(actor),
    }
