"""Side processes where people sit down: what their papers say, which clocks a hearing stops, who decides a dispute."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases import policy
from cases.choices import ClockKind, HearingStage
from cases.choices import State as S
from cases.guards import accused_unit_of
from cases.models import Case, Clock, Hearing, Meeting, Settlement
from cases.papers import between_units, chinese_date, heading
from vault.errors import Refusal

STAGE = {S.HANDLING: HearingStage.HANDLE, S.REVIEWING: HearingStage.REVIEW, S.RECHECKING: HearingStage.RECHECK}
# The period that a stage works against; whether a hearing stops it is the office's data (deadlines.toml).
WORKED_AGAINST = {
    HearingStage.HANDLE: (ClockKind.HANDLE, ClockKind.SIMPLE_HANDLE),
    HearingStage.REVIEW: (ClockKind.REVIEW,),
    HearingStage.RECHECK: (ClockKind.RECHECK,),
}


def stopped_by_hearing(case: Case, stage: str) -> list[Clock]:
    """The running clocks of this stage that do not count the days of a hearing (by law: recheck alone, article 36)."""
    kinds = [kind for kind in WORKED_AGAINST[HearingStage(stage)] if policy.deadlines()[kind].hearing_pauses]
    return list(case.clocks.filter(kind__in=kinds, stopped_on__isnull=True))


def common_superior(units: Sequence[Unit]) -> Unit | None:
    """The nearest unit above all of these, which decides their dispute (article 24); None: the joint conference does.

    A unit is never its own superior: for a bureau and an office inside it the answer
    lies above the bureau.
    """
    shared = shared_path([unit.path for unit in units])
    return Unit.objects.filter(path=shared).first() if shared else None


def sent_to(case: Case) -> dict[str, Any]:
    """The units a matter was sent to so far, and who decides when they cannot agree, for a page."""
    units = list({one.unit: None for one in case.assignments.select_related("unit")})
    return {"units": units, "superior": common_superior(units) if len(units) > 1 else None}


def shared_path(paths: Iterable[str]) -> str:
    """The longest path strictly above all of these; "" when there is none."""
    above = [[part for part in path.split("/") if part][:-1] for path in paths]
    shared: list[str] = []
    for parts in zip(*above, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return f"/{'/'.join(shared)}/" if shared else ""


def invited(meeting: Meeting) -> list[Unit]:
    """The units of the system that a meeting asked to come, in the order of the tree."""
    return list(Unit.objects.filter(pk__in=meeting.unit_ids))


def may_attend(case: Case) -> "list[Unit]":
    """The units that can be asked to a meeting: in use, and not the one the matter is about, nor a part of it."""
    units = Unit.objects.active().select_related("parent")
    return [unit for unit in units if not accused_unit_of(case, unit)]


def keep_out_the_accused(case: Case, units: Sequence[Unit], words: str) -> None:
    """Raises ``Refusal`` when the unit that an accusation is about is asked to come, by choice or by name."""
    accused = case.accused_unit
    if accused is None:
        return
    chosen = any(accused_unit_of(case, unit) for unit in units)
    named = case.protected and any(name and name in words for name in (accused.name, accused.short_name))
    if chosen or named:
        raise Refusal(_("不得通知被反映的单位“%(unit)s”参加（《信访工作条例》第三十条）。"), unit=accused)


def chinese_moment(at: dt.datetime) -> str:
    """``2026年3月12日9时30分`` in the office's time zone."""
    local = timezone.localtime(at)
    return f"{chinese_date(local)}{local.hour}时{f'{local.minute}分' if local.minute else ''}"


def hearing_notice(case: Case, hearing: Hearing, actor: User, at: dt.datetime) -> dict[str, Any]:
    """听证通知书: what is heard, when, where, by whom, open or closed, and the right to ask for recusal."""
    return heading(case, actor, at) | {
        "stage": hearing.get_stage_display(),
        "planned": chinese_moment(hearing.planned_at),
        "place": hearing.place,
        "host": hearing.host,
        "members": hearing.members,
        "attending": hearing.attending,
        "subject": hearing.subject,
        "in_public": hearing.in_public,
        "basis": "第三十一条第六项" if hearing.stage == HearingStage.HANDLE else "第三十六条",
        "pauses": bool(stopped_by_hearing(case, hearing.stage)),
        "begins_on": chinese_date(hearing.begins_on),
    }


def hearing_record(case: Case, hearing: Hearing, actor: User, at: dt.datetime) -> dict[str, Any]:
    """听证笔录和听证意见: who came, what was said, what the members think of it; signed by those present."""
    return hearing_notice(case, hearing, actor, at) | {
        "ended_on": chinese_date(hearing.ended_on),
        "record": hearing.record,
        "opinion": hearing.opinion,
    }


def settlement_paper(case: Case, made: Settlement, actor: User, at: dt.datetime) -> dict[str, Any]:
    """调解协议书、和解协议书 (article 33): parties, facts, terms, performance; both sides sign."""
    return heading(case, actor, at) | {
        "kind": made.get_kind_display(),
        "parties": made.parties,
        "demand": case.demand,
        "facts": made.facts,
        "terms": made.terms,
        "agreed_on": chinese_date(made.agreed_on),
        "perform_by": chinese_date(made.perform_by),
    }


def meeting_notice(case: Case, meeting: Meeting, actor: User, at: dt.datetime) -> dict[str, Any]:
    """调度会通知 to the units: time, place, topic, who comes. An accusation is not told in it (article 30)."""
    return between_units(case, actor, at) | {
        "to": meeting.attending,
        "planned": chinese_moment(meeting.planned_at),
        "place": meeting.place,
        "attending": meeting.attending,
        "topic": meeting.topic,
        "visitor_attends": meeting.visitor_attends,
    }


def meeting_minutes(case: Case, meeting: Meeting, actor: User, at: dt.datetime) -> dict[str, Any]:
    """调度会纪要: what was said and agreed; where units dispute, who above them decides (article 24)."""
    units = invited(meeting)
    above = common_superior(units) if len(units) > 1 else None
    return meeting_notice(case, meeting, actor, at) | {
        "held_on": chinese_date(meeting.held_on),
        "minutes": meeting.minutes,
        "result": meeting.result,
        "no_superior": len(units) > 1 and above is None,
        "superior": above.name if above else "",
    }
