"""What the pages of early warning show. Reads only; everything comes through ``visible_to``."""

import datetime as dt
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from alerts import guards
from alerts.choices import AlarmState
from alerts.models import Alarm, AlarmQuerySet, AlarmVisit
from alerts.papers import words_of
from audit.models import Event
from cases.lamps import Lamp

WIDTH = 640  # of the chart of days
TABS: dict[str, Promise] = {"waiting": __("待处置"), "expired": __("过期未处置"), "handled": __("已处置")}


def chosen(rows: AlarmQuerySet, tab: str, today: dt.date) -> AlarmQuerySet:
    """The alarms of one tab, the newest first."""
    found = {"waiting": rows.waiting(today), "expired": rows.expired(today)}.get(tab, rows.handled())
    return found.with_parts().order_by("-last_on", "-pk")


def tabs(rows: AlarmQuerySet, tab: str, today: dt.date) -> list[dict[str, Any]]:
    """The three tabs with their counts."""
    return [
        {"url": f"?tab={code}", "label": label, "count": chosen(rows, code, today).count(), "current": code == tab}
        for code, label in TABS.items()
    ]


def lamp(alarm: Alarm, today: dt.date) -> Lamp:
    """Red: said with a late tone or run out; yellow: waits; grey or green once answered."""
    if alarm.state == AlarmState.CLEARED:
        return Lamp("idle", _("无风险"))
    if alarm.state == AlarmState.NOTED:
        return Lamp("ok", _("已知悉"))
    if alarm.expires_on < today:
        return Lamp("late", _("过期未处置"))
    return Lamp("late", _("即时关注")) if alarm.tone == "late" else Lamp("warn", _("待处置"))


def row(alarm: Alarm, today: dt.date) -> dict[str, Any]:
    return {"alarm": alarm, "lamp": lamp(alarm, today)}


def bars(evidence: list[AlarmVisit]) -> list[dict[str, Any]]:
    """One bar a day: the visits of the day, or of a single matter how many came. Some days are named."""
    single = len({one.case_id for one in evidence}) == 1
    counted: dict[dt.date, int] = {}
    for one in evidence:
        counted[one.day] = max(counted.get(one.day, 0), one.heads) if single else counted.get(one.day, 0) + 1
    first, last = min(counted), max(counted)
    step = WIDTH / ((last - first).days + 1)
    most, wide, named = max(counted.values()), min(step * 0.7, 48), -float(WIDTH)
    found = []
    for day, n in sorted(counted.items()):
        middle, height = ((day - first).days + 0.5) * step, max(3, round(52 * n / most))
        label = middle - named >= 48
        named = middle if label else named
        anchor = "start" if middle < 24 else "end" if WIDTH - middle < 24 else "middle"
        found.append({
            "day": day, "n": n, "x": round(middle - wide / 2), "middle": round(middle), "width": max(2, round(wide)),
            "height": height, "y": 72 - height, "label": label, "anchor": anchor,
        })  # fmt: skip
    return found


def earlier(alarm: Alarm) -> list[dict[str, Any]]:
    """The answers after which the words were said again, oldest first, as the trail keeps them."""
    said = list(Event.objects.about(alarm).filter(verb="answer_alarm").order_by("seq"))
    return [
        {"label": AlarmState(one.data["state"]).label, "who": one.actor_name, "at": one.at, "note": one.note}
        for one in (said if alarm.is_open else said[:-1])
    ]


def page(alarm: Alarm, user: User, today: dt.date) -> dict[str, Any]:
    """One alarm: which visits of which matters on which days, by which rule, and what may be done."""
    evidence = list(alarm.evidence.select_related("case", "visit"))
    return {
        "alarm": alarm, "lamp": lamp(alarm, today), "evidence": evidence, "bars": bars(evidence), "width": WIDTH,
        "words": words_of(alarm), "no_word": guards.no_word(alarm, user), "no_note": guards.no_note(alarm, user),
        "notes": alarm.notes.select_related("paper", "made_by"), "may_write": user.can("alerts.note"),
        "may_see_visits": user.can("reception.view"),
        "earlier": earlier(alarm), "protected": any(one.case.protected for one in evidence),
    }  # fmt: skip
