"""The contents of the papers of following up: plain dicts, as printed. Protected names stay out (article 30)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.models import Unit, User
from cases.clocks import local_day
from cases.guards import accused_unit_of
from cases.models import Case
from cases.papers import chinese_date, heading, issuer
from documents.models import Paper
from followup.models import THE_UNITS, ReturnVisit, Suggestion, Supervision, Urging, UrgingLetter


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
    """The unit's nearest running period by its printed last day, and by how many calendar days it is exceeded."""
    clock = case.clocks.filter(stopped_on__isnull=True, kind__in=THE_UNITS).order_by("legal_due", "pk").first()
    if clock is None:
        return {"period": "", "due": "", "days_late": 0, "not_late": False}
    return {
        "period": str(clock.get_kind_display()).removesuffix("期限"),
        "due": chinese_date(clock.legal_due),
        "days_late": max(0, (today - clock.legal_due).days),
        "not_late": today <= clock.legal_due,
    }


def urge_letter(case: Case, urging: Urging, actor: User, at: dt.datetime) -> dict[str, Any]:
    """催办函: what was sent when, until when it was due, by how much it is late, by when to answer."""
    return _outgoing(case, actor, at) | _due(case, local_day(at)) | {
        "matters": (), "unit": urging.unit.name,
        "content": urging.content,
        "reply_by": chinese_date(urging.promised_on),
    }  # fmt: skip


def unit_letter(letter: UrgingLetter, cases: Iterable[Case], actor: User, at: dt.datetime) -> dict[str, Any]:
    """催办函 about several matters of one unit: each with its number, period, last day and days over; no names."""
    cases = list(cases)
    return _organ(actor, at) | {
        "unit": letter.unit.name, "content": letter.content, "reply_by": chinese_date(letter.reply_by),
        "count": len(cases), "matters": [_listed(case, local_day(at)) for case in cases],
        "protected": any(case.protected for case in cases),
    }  # fmt: skip


def _organ(actor: User, at: dt.datetime) -> dict[str, Any]:
    """The heading of a letter that is about no single matter."""
    office, phone = issuer(actor)
    return {"office": office, "office_phone": phone, "date": chinese_date(at), "contact": str(actor)}


def _listed(case: Case, today: dt.date) -> dict[str, str]:
    due = _due(case, today)
    late = f"已逾期{due['days_late']}日" if due["days_late"] else "尚未办结"
    return _named(case) | {"period": due["period"], "due": due["due"], "late": late}


def _named(case: Case) -> dict[str, str]:
    """A matter in a list of a letter: an accusation without its title (article 30)."""
    return {"number": case.number, "title": "检举控告事项（身份保密）" if case.protected else case.title}


def suggestion(row: Suggestion, cases: Iterable[Case], actor: User, at: dt.datetime) -> dict[str, Any]:
    """三项建议 (article 40): what was found, in which matters, the advice, by when to answer; names nobody."""
    cases = list(cases)
    return _organ(actor, at) | {
        "unit": row.unit.name, "kind": str(row.get_kind_display()), "facts": row.facts, "advice": row.text,
        "ground": str(row.get_ground_display()) if row.ground else "", "reply_by": chinese_date(row.due_on),
        "matters": [_named(case) for case in cases], "protected": any(case.protected for case in cases),
        "copies": superior_of(row.unit, cases),
    }  # fmt: skip


def superior_of(unit: Unit, cases: Iterable[Case]) -> str:
    """The unit above, which gets a copy; nobody where a matter is about that unit (article 30)."""
    above = unit.body.parent
    return "" if above is None or any(accused_unit_of(case, above) for case in cases) else above.name


def supervision_letter(case: Case, supervision: Supervision, actor: User, at: dt.datetime) -> dict[str, Any]:
    """督办函 (article 40): the ground, what is required, the day for written feedback."""
    return _outgoing(case, actor, at) | {
        "unit": supervision.unit.name,
        "ground": str(supervision.get_ground_display()),
        "requirement": supervision.requirement,
        "reply_by": chinese_date(supervision.due_on),
        "superior": superior_of(supervision.unit, [case]),
        "copies": superior_of(supervision.unit, [case]),
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
