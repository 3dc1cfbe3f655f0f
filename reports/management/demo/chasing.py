"""What the demo office does about late matters: one letter to a unit, suggestions, a leader in charge."""

import datetime as dt

from django.utils import timezone

from accounts.models import Unit, User
from briefing.actions import charging, instructing
from cases.models import Case
from followup import actions as following
from followup.guards import no_urging
from followup.models import Supervision
from reports.management.demo.world import World


def play(world: World) -> None:
    """Over the last two weeks; bounded, whatever the dice said before."""
    boss, today = world.user("supervisor"), timezone.localtime(world.now).date()
    cases = _late(today, boss)
    if len(cases) < 2:
        return
    unit = cases[0].handling_unit
    assert unit is not None  # noqa: S101 - looked for so
    following.urge_unit(
        unit=unit, cases=cases[:3], actor=boss, at=world.ago(4), key="demo", reply_by=today + dt.timedelta(days=3),
        content="下列事项已经超过规定期限，请于 5 个工作日内逐件办结，并书面说明超期的原因。",
    )  # fmt: skip
    _suggestions(world, cases, unit)
    _leaders(world, cases)
    order = Supervision.objects.filter(closed_at__isnull=True, feedback_at__isnull=False).first()
    if order:
        following.return_feedback(
            supervision=order, actor=boss, at=world.now, due_on=today + dt.timedelta(days=7),
            reason="只说明了下一步打算，没有写明超期的原因和责任人，请补充。",
        )  # fmt: skip


def _late(today: dt.date, boss: User) -> list[Case]:
    """The late matters of the unit that has most of them, at most four."""
    late = Case.objects.filter(handling_unit__isnull=False, protected=False, due_on__lt=today).order_by("due_on", "pk")
    by_unit: dict[int, list[Case]] = {}
    for case in late.select_related("handling_unit__parent"):
        if not no_urging(case, boss):
            by_unit.setdefault(case.handling_unit_id or 0, []).append(case)
    return max(by_unit.values(), key=len, default=[])[:4]


def _suggestions(world: World, cases: list[Case], unit: Unit) -> None:
    """One answered, one whose answer is late, one still running."""
    boss = world.user("supervisor")
    said: tuple[tuple[str, Unit, str, int, str, str], ...] = (
        ("improve", unit, "late", 40, "近三个月有多件事项没有按期办结，没有提前说明原因。",
         "一、指定专人每周核对到期事项；\n二、不能按期办结的，提前五日说明原因。"),
        ("policy", unit.parent or unit, "", 36, "同类物业维修问题反复发生，专项维修资金的申请程序没有应急通道。",
         "建议修订专项维修资金管理办法，增加应急维修的申请程序。"),
        ("improve", unit, "no_feedback", 9, "督办函要求的书面反馈两次逾期。", "建立督办事项台账，按期书面反馈。"),
    )  # fmt: skip
    rows = [
        following.suggest(
            cases=cases[:2], actor=boss, at=world.ago(days), kind=kind, unit=to, ground=ground, facts=facts,
            text=text, due_on=timezone.localtime(world.ago(days)).date() + dt.timedelta(days=30),
        )
        for kind, to, ground, days, facts, text in said
    ]  # fmt: skip
    handler = world.office.handler_of(unit)
    if handler:
        following.answer_suggestion(
            suggestion=rows[0], actor=handler, at=world.ago(16), adoption="partly",
            answered_on=timezone.localtime(world.ago(16)).date(),
            answer="已指定办公室专人每周核对到期事项。", reasons="个别事项取决于检测机构排期，难以都提前五日说明。",
        )  # fmt: skip


def _leaders(world: World, cases: list[Case]) -> None:
    """A leader has charge of the oldest, and gave an instruction that is due."""
    leader, today = world.user("leader"), timezone.localtime(world.now).date()
    case = world.fresh(cases[0])
    since = timezone.localtime(world.ago(12)).date()
    charge = charging.take_charge(
        case=case, actor=leader, at=world.ago(12), leader=leader, leader_name=str(leader), since=since,
        due_on=today + dt.timedelta(days=9), task="牵头协调检测、维修两个单位，月底前化解。",
    )  # fmt: skip
    charging.note_progress(
        charge=charge, actor=leader, at=world.ago(5), text="召集承办单位和相关方协调，检测报告下周出具。"
    )
    instructing.instruct(
        case=world.fresh(cases[1]), actor=leader, at=world.ago(8), text="请承办单位查明超期原因，限期办结并报告。",
        leader_name=str(leader), leader=leader, given_on=timezone.localtime(world.ago(8)).date(), due_on=today,
        to_unit=case.handling_unit,
    )  # fmt: skip
