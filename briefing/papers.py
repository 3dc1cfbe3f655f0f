"""The contents of urgent reports and digests: plain dicts, as printed. An accuser's name stays out (article 30)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User
from briefing.models import Digest, UrgentEvent, UrgentReport
from cases.models import Case
from cases.papers import between_units, chinese_date, issuer

HIDDEN_TITLE, HIDDEN_NAME = "检举控告事项", "信访人（身份保密）"


def chinese_time(moment: dt.datetime | None) -> str:
    """``2026年3月2日9时05分`` in the office's time zone; "" for none."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{chinese_date(local)}{local.hour}时{local.minute:02d}分"


def urgent_report(event: UrgentEvent, report: UrgentReport, actor: User, at: dt.datetime) -> dict[str, Any]:
    """重大紧急信访事项报告 (article 25): time, place, persons, cause, demand, behaviour, measures, next, contact."""
    return between_units(event.case, actor, at) | {
        "recipients": "、".join(report.to),
        "report_kind": str(report.get_kind_display()),
        "sequence": report.sequence,
        "event_kind": str(event.get_kind_display()),
        "known_at": chinese_time(event.known_at),
        "place": event.place,
        "persons": report.persons,
        "cause": event.cause,
        "demand": event.demand,
        "situation": report.situation,
        "behaviour": report.behaviour,
        "measures": report.measures,
        "next_steps": report.next_steps,
        "phoned_to": event.phoned_to,
        "phoned_at": chinese_time(event.phoned_at),
        "ended_at": chinese_time(event.ended_at) if report.kind == "final" else "",
        "end_note": event.end_note if report.kind == "final" else "",
        "report_contact": report.contact,
        "reported_at": chinese_time(report.reported_at),
        "protected": event.case.protected,
    }


def digest(row: Digest, cases: Iterable[Case], actor: User, at: dt.datetime) -> dict[str, Any]:
    """信访摘报: title, sources, situation, analysis, suggestion, room for the leader's words."""
    cases = list(cases)
    office, phone = issuer(actor)
    return {
        "office": office,
        "office_phone": phone,
        "date": chinese_date(at),
        "contact": str(actor),
        "headline": row.title,
        "sources": [_source(case) for case in cases],
        "more": 0,
        "situation": row.situation,
        "analysis": row.analysis,
        "suggestion": row.suggestion,
        "protected": any(case.protected for case in cases),
    }


def _source(case: Case) -> dict[str, str]:
    return {
        "number": case.number,
        "matter": HIDDEN_TITLE if case.protected else case.title,
        "from_whom": HIDDEN_NAME if case.protected else case.petitioner.name,
        "on": chinese_date(case.registered_on),
    }
