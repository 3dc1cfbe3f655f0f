"""Who is told what of reports and instructions: numbers and days only; the accused never (cases.telling)."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from briefing.hours import Owed
from briefing.models import Charge, Instruction, UrgentEvent
from cases.clocks import local_day
from cases.models import Case
from cases.telling import may_be_told, people_at
from notices import outbox


def _put(case: Case, people: Iterable[User], kind: str, tone: str, text: str, key: str, at: dt.datetime) -> None:
    known = [user for user in may_be_told(case, list(people)) if user.is_active]
    outbox.put(
        recipients=known, kind=kind, tone=tone, text=text, url=case.get_absolute_url(), matter=case.number, key=key,
        at=at,
    )  # fmt: skip


def leaders(case: Case) -> list[User]:
    """Supervisors and leaders of the office that registered the matter, and leaders above it."""
    return people_at(case.office, "briefing.instruct")


def tell_opened(event: UrgentEvent, at: dt.datetime) -> None:
    text = _("%(number)s 登记了重大紧急情况（%(kind)s），请处置并报告。")
    facts = {"number": event.case.number, "kind": event.get_kind_display()}
    _put(event.case, leaders(event.case), "urgent", "late", text % facts, f"urgent:{event.pk}", at)


def owed_sentence(event: UrgentEvent, owed: Owed, at: dt.datetime) -> str:
    """What is owed, or late, as a sentence for notice and trail."""
    left = round((owed.due - at).total_seconds() / 60)
    facts = {"number": event.case.number, "kind": owed.kind.label, "n": abs(left)}
    if left < 0:
        return _("%(number)s 重大紧急情况：%(kind)s已超过 %(n)s 分钟。") % facts
    return _("%(number)s 重大紧急情况：%(kind)s还剩 %(n)s 分钟。") % facts


def tell_owed(event: UrgentEvent, owed: Owed, at: dt.datetime) -> None:
    key = f"owed:{event.pk}:{owed.kind}:{owed.sequence}"
    _put(event.case, leaders(event.case), "owed_report", "late", owed_sentence(event, owed, at), key, at)


def answering(instruction: Instruction) -> list[User]:
    """Who answers an instruction."""
    if instruction.to_user:
        return [instruction.to_user]
    assert instruction.to_unit is not None  # noqa: S101 - one of the two, by constraint
    return people_at(instruction.to_unit, "briefing.answer")


def tell_instructed(instruction: Instruction, at: dt.datetime) -> None:
    text = _("%(number)s 有领导批示，请于 %(day)s 前反馈落实情况。")
    facts = {"number": instruction.case.number, "day": instruction.due_on.isoformat()}
    key = f"instruction:{instruction.pk}"
    _put(instruction.case, answering(instruction), "instruction", "warn", text % facts, key, at)


def tell_answered(instruction: Instruction, at: dt.datetime) -> None:
    asked = [user for user in (instruction.leader, instruction.recorded_by) if user]
    late = local_day(at) > instruction.due_on
    text = _("%(number)s 的批示已反馈落实情况（超期）。") if late else _("%(number)s 的批示已反馈落实情况。")
    key = f"instruction_answer:{instruction.pk}"
    _put(instruction.case, asked, "instruction", "info", text % {"number": instruction.case.number}, key, at)


def tell_withdrawn(instruction: Instruction, at: dt.datetime) -> None:
    text = _("%(number)s 的批示已撤销。") % {"number": instruction.case.number}
    key = f"instruction_withdrawn:{instruction.pk}"
    _put(instruction.case, answering(instruction), "instruction", "info", text, key, at)


def tell_charge(charge: Charge, at: dt.datetime) -> None:
    """The leader, and the unit that has the matter. It may leave the house, so it names nobody."""
    unit = charge.case.handling_unit
    people = [charge.leader] if charge.leader else []
    people += people_at(unit, "cases.take_up") if unit else []
    text = _("%(number)s 已由领导包案，办结期限 %(day)s，请在事项页查看包案要求。")
    facts = {"number": charge.case.number, "day": charge.due_on.isoformat()}
    _put(charge.case, people, "charge", "warn", text % facts, f"took_charge:{charge.pk}", at)


def tell_charge_ended(charge: Charge, at: dt.datetime) -> None:
    people = [user for user in (charge.leader, charge.recorded_by) if user]
    text = _("%(number)s 的包案已结束。") % {"number": charge.case.number}
    _put(charge.case, people, "charge", "info", text, f"charge_ended:{charge.pk}", at)
