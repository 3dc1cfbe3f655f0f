"""The first words of a note and its contents as printed: numbers, days, counts; nobody's name (article 30)."""

import datetime as dt
from typing import Any

from django.conf import settings

from accounts.models import User
from alerts.guards import matters
from alerts.models import Alarm, Note
from alerts.policy import rules
from cases.papers import chinese_date, issuer

HIDDEN_TITLE = "检举控告事项"
TITLE = "信访预警摘报"
LISTED = 3  # matters with their titles, the earliest; all of them are linked at the foot


def first_words(alarm: Alarm) -> dict[str, str]:
    """What the writer finds in the form: facts out of the alarm, to be edited."""
    rule = rules().get(alarm.rule)
    days = chinese_date(alarm.first_on)
    if alarm.last_on != alarm.first_on:
        days = f"{days}至{chinese_date(alarm.last_on)}"
    cases = matters(alarm)
    numbers = "、".join(case.number for case in cases[:LISTED]) + (f"等 {len(cases)} 件" if cases[LISTED:] else "")
    seen = f"{alarm.matters} 件事项、来访 {alarm.visits} 次"
    heads = f"，一次来访最多 {alarm.heads} 人" if alarm.heads > 1 else ""
    words = "".join(f"“{word}”" for word in words_of(alarm))
    said = f"来访中出现{words}等表述。" if words else ""
    return {
        "title": f"{alarm.label}：{alarm.about}"[:200],
        "situation": f"{days}，{alarm.about}，共 {seen}{heads}。{said}涉及：{numbers}。",
        "analysis": "",
        "suggestion": rule.suggestion if rule else "",
    }


def words_of(alarm: Alarm) -> list[str]:
    """The words that were noticed, each once."""
    return list(dict.fromkeys(word for one in alarm.evidence.all() for word in one.words))


def note(row: Note, actor: User, at: dt.datetime) -> dict[str, Any]:
    """信访预警摘报: title, the matters by number with their links, situation, analysis, suggestion."""
    alarm, cases = row.alarm, matters(row.alarm)
    office, phone = issuer(actor)
    came = [one.case_id for one in alarm.evidence.all()]
    first = {one.case_id: one.day for one in reversed(list(alarm.evidence.order_by("day", "visit")))}
    return {
        "office": office,
        "office_phone": phone,
        "date": chinese_date(at),
        "contact": str(actor),
        "headline": row.title,
        "sources": [
            {
                "number": case.number,
                "matter": HIDDEN_TITLE if case.protected else case.title,
                "from_whom": f"来访 {came.count(case.pk)} 次",
                "on": chinese_date(first[case.pk]),
            }
            for case in cases[:LISTED]
        ],
        "more": len(cases[LISTED:]),
        "situation": row.situation,
        "analysis": row.analysis,
        "suggestion": row.suggestion,
        "protected": any(case.protected for case in cases),
        "links": [{"number": case.number, "url": f"{settings.SITE_URL}{case.get_absolute_url()}"} for case in cases],
    }
