"""What the demo office does about late matters: suggestions, a leader in charge, one letter to a unit."""

import datetime as dt

from django.utils import timezone

from accounts.models import Unit, User
from briefing.actions import charging, instructing
from cases.models import Case
from followup import actions as following
from followup.guards import no_urging
from followup.models import Suggestion, Supervision
from followup.owing import late_by_unit
from reports.management.demo.world import Life, World

BEGINS = 40  # days ago


def begins(world: World) -> tuple[dt.datetime, Life]:
    """The life of the supervision desk, to be played beside those of the matters."""
    return _ago(world, BEGINS), _life(world)


def _ago(world: World, days: int) -> dt.datetime:
    """Half past nine on that day or the working day before; throws no dice, so the other lives stay as they are."""
    day = timezone.localtime(world.now).date() - dt.timedelta(days=days)
    while world.calendar.day_off(day):
        day -= dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))


def _life(world: World) -> Life:
    at = yield _ago(world, BEGINS)
    cases = _late(at, world.user("supervisor"))
    if not cases or cases[0].handling_unit is None:
        return
    unit = cases[0].handling_unit
    first = _suggest(world, cases, at, "improve", unit, "late", "有事项没有按期办结，没有提前说明原因。",
                     "一、指定专人每周核对到期事项；\n二、不能按期办结的，提前五日说明原因。")  # fmt: skip
    at = yield _ago(world, 36)
    _suggest(world, cases, at, "policy", unit.parent or unit, "", "同类问题反复发生，申请程序没有应急通道。",
             "建议修订有关办法，增加应急申请的程序。")  # fmt: skip
    at = yield _ago(world, 16)
    handler = world.office.handler_of(unit)
    if handler:
        following.answer_suggestion(
            suggestion=first, actor=handler, at=at, adoption="partly", answered_on=timezone.localtime(at).date(),
            answer="已指定办公室专人每周核对到期事项。", reasons="个别事项取决于检测机构排期，难以都提前五日说明。",
        )  # fmt: skip
    yield from _leaders(world, cases[0])
    at = yield _ago(world, 4)
    _letter(world, unit, at)
    yield _ago(world, 0) if _ago(world, 0) < world.now else world.now
    _send_back(world)


def _late(at: dt.datetime, boss: User) -> list[Case]:
    """The late matters of the unit that has most of them on that day, at most four."""
    late = Case.objects.filter(handling_unit__isnull=False, protected=False, due_on__lt=timezone.localtime(at).date())
    by_unit: dict[int, list[Case]] = {}
    for case in late.select_related("handling_unit__parent").order_by("due_on", "pk"):
        if not no_urging(case, boss):
            by_unit.setdefault(case.handling_unit_id or 0, []).append(case)
    return max(by_unit.values(), key=len, default=[])[:4]


def _suggest(
    world: World, cases: list[Case], at: dt.datetime, kind: str, unit: Unit, ground: str, facts: str, text: str
) -> Suggestion:
    due = timezone.localtime(at).date() + dt.timedelta(days=30)
    return following.suggest(
        cases=cases, actor=world.user("supervisor"), at=at, kind=kind, unit=unit, ground=ground, facts=facts, text=text,
        due_on=due,
    )  # fmt: skip


def _leaders(world: World, case: Case) -> Life:
    """A leader has charge of the oldest, and gave an instruction that is due today."""
    leader, today = world.user("leader"), timezone.localtime(world.now).date()
    at = yield _ago(world, 12)
    charge = charging.take_charge(
        case=world.fresh(case), actor=leader, at=at, leader=leader, leader_name=str(leader),
        since=timezone.localtime(at).date(), due_on=today + dt.timedelta(days=9), task="牵头协调有关单位，按期化解。",
    )  # fmt: skip
    at = yield _ago(world, 8)
    instructing.instruct(
        case=world.fresh(case), actor=leader, at=at, text="请承办单位查明超期原因，限期办结并报告。", leader=leader,
        leader_name=str(leader), given_on=timezone.localtime(at).date(), due_on=today, to_unit=case.handling_unit,
    )  # fmt: skip
    at = yield _ago(world, 5)
    charging.note_progress(charge=charge, actor=leader, at=at, text="召集承办单位和相关方协调，检测报告下周出具。")


def _letter(world: World, unit: Unit, at: dt.datetime) -> None:
    boss, today = world.user("supervisor"), timezone.localtime(at).date()
    late = late_by_unit(Case.objects.filter(handling_unit=unit, protected=False), today)
    cases = [case for case in late.order_by("due_on", "pk") if not no_urging(case, boss)][:3]
    if cases:
        following.urge_unit(
            unit=unit, cases=cases, actor=boss, at=at, key="demo", reply_by=today + dt.timedelta(days=7),
            content="上列事项已经超过规定期限。请在收到本函后 5 个工作日内办结，并逐件书面说明超期的原因。",
        )  # fmt: skip


def _send_back(world: World) -> None:
    order = Supervision.objects.filter(closed_at__isnull=True, feedback_at__isnull=False).first()
    if order:
        following.return_feedback(
            supervision=order, actor=world.user("supervisor"), at=world.now,
            due_on=timezone.localtime(world.now).date() + dt.timedelta(days=7),
            reason="只说明了下一步打算，没有写明超期的原因和责任人，请补充。",
        )  # fmt: skip
