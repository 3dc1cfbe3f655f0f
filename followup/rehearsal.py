"""What the page of the rehearsal shows: reminders to come with their reasons, and the ladder. Reads only."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from cases.choices import ClockKind
from cases.clocks import local_day
from cases.lamps import Lamp
from cases.models import CaseQuerySet
from followup import ladder, planning, policy
from followup.planning import Planned

PAGE = 20
WHO: dict[str, Promise] = {
    "handler": __("承办人"), "unit_head": __("承办单位负责人"), "parent": __("上级单位"),
    "supervisor": __("督办员"), "leader": __("领导"),
}  # fmt: skip
OTHERS: dict[str, Promise] = {
    "feedback": __("督办反馈"), "adoption": __("采纳情况反馈"), "charge": __("领导包案"),
}  # fmt: skip
ADVICE: dict[str, Promise] = {"urge_letter": __("发催办函"), "supervise": __("督办")}
LEVEL = {"info": "ok", "warn": "warn", "late": "late"}


def page(now: dt.datetime, until: dt.date, cases: CaseQuerySet, number: str | None) -> dict[str, Any]:
    """One page of what would be told until ``until``, and the ladder in words."""
    found = planning.rehearse(now, until, cases)
    shown = Paginator(found, PAGE).get_page(number)
    today = local_day(now)
    rows = [_row(day, one, today) for day, one in shown]
    people = len({one.recipient.pk for _day, one in found})
    return {"rows": rows, "page_obj": shown, "until": until, "today": today, "people": people, "ladder": rungs()}


def _row(day: dt.date, one: Planned, today: dt.date) -> dict[str, Any]:
    return {
        "day": day, "number": ladder.subject(one.source), "url": ladder.url(one.source),
        "what": ladder.name(one.source),
        "lamp": Lamp(LEVEL[one.rung.tone], one.rung.label), "who": one.recipient, "why": ladder.why(one),
        "text": ladder.text(one, max(day, today)), "now": day == today,
    }  # fmt: skip


def rungs() -> list[dict[str, Any]]:
    """The ladder as an office reads it."""
    return [
        {
            "rung": rung, "of": _("、").join(_kinds(rung.of)), "when": _when(rung),
            "tell": _(" → ").join(str(WHO[who]) for who in rung.tell), "advice": ADVICE.get(rung.suggest, ""),
            "lamp": Lamp(LEVEL[rung.tone], rung.label),
        }
        for rung in policy.ladder()
    ]  # fmt: skip


def _kinds(of: frozenset[str]) -> list[str]:
    labels = {code: str(label).removesuffix("期限") for code, label in ClockKind.choices}
    return [labels[code] for code in labels if code in of] + [str(OTHERS[code]) for code in OTHERS if code in of]


def _when(rung: policy.Rung) -> str:
    facts = {"n": abs(rung.from_day)}
    if rung.counts_from == "urging":
        return _("到期后首次催办满 %(n)s 天") % facts
    if rung.from_day < 0:
        return _("到期前 %(n)s 天") % facts
    return _("到期后 %(n)s 天") % facts if rung.from_day else _("到期当日")
