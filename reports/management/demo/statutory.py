"""Lives of the regulation's further chains: refusals proposed, second kind of office, joint handling, review."""

import datetime as dt

from django.utils import timezone

from cases.actions import (
    answering,
    convening,
    deciding,
    ending,
    handling,
    hearing,
    intake,
    merging,
    refusing,
    sending,
    settling,
)  # fmt: skip
from cases.models import Case
from reception.models import Visit
from reports.management.demo.world import Life, World
from review import actions as reviewing
from review import chain

OPINION = {
    "findings": "经调阅原办理卷宗、听取双方意见，原处理意见认定的主要事实清楚。",
    "opinion": "原处理意见认定事实清楚、适用依据正确，予以维持。",
    "legal_basis": "《信访工作条例》第三十五条、第三十六条",
}


def _day(at: dt.datetime, later: int = 0) -> dt.date:
    return timezone.localtime(at).date() + dt.timedelta(days=later)


def _registered(world: World, at: dt.datetime, **changes: object) -> tuple[Case, dict[str, str]]:
    text = world.petition()
    visit: Visit = world.register(text, at, **changes)
    return visit.case_link.case, text


def _in_hand(world: World, at: dt.datetime, unit: str = "ZJJ") -> Life:
    """Accepted, assigned and taken up; the generator's value is the matter and its text."""
    case, text = _registered(world, at)
    at = yield world.after(at, 0, 2)
    world.accept(case, at)
    at = yield world.after(at, 0, 1)
    world.assign(case, at, world.unit(unit))
    at = yield world.after(at, 1, 2)
    world.take_up(case, at)
    return case, text, at


def proposed(world: World, start: dt.datetime) -> Life:
    """A clerk proposes not to accept; the leader has not decided yet."""
    at = yield start
    case, _text = _registered(world, at, category="C05")
    at = yield world.after(at, 0, 1)
    refusing.propose_decline(
        case=world.fresh(case), actor=world.user("clerk"), at=at, ground="pending",
        note="该事项正由区住房和城乡建设局办理，尚在办理期限内。",
    )  # fmt: skip


def simple(world: World, start: dt.datetime) -> Life:
    """A small first matter by the simple procedure: ten working days."""
    at = yield start
    case, _text = _registered(world, at)
    at = yield world.after(at, 0, 0)
    deciding.accept_simple(case=world.fresh(case), actor=world.user("supervisor"), at=at, note="事实清楚，可以即办。")


def _own(world: World, at: dt.datetime) -> Case:
    """Registered at the labour bureau's own counter: the second kind of office."""
    text = world.petition() | {"content": "劳动和社会保障/劳动关系/农民工权益"}
    clerk, world.clerk = world.clerk, lambda: world.user("rsj_clerk")  # type: ignore[method-assign]
    try:
        return world.register(text, at, channel="visit").case_link.case
    finally:
        world.clerk = clerk  # type: ignore[method-assign]


def informed(world: World, start: dt.datetime) -> Life:
    """A bureau that received the matter itself has told the petitioner how it will be handled."""
    at = yield start
    case = _own(world, at)
    at = yield world.after(at, 1, 2)
    deciding.inform(case=world.fresh(case), actor=world.user("rsj_supervisor"), at=at, note="属本局职责。")


def handled_here(world: World, start: dt.datetime) -> Life:
    """The bureau handles its own matter."""
    at = yield start
    case = _own(world, at)
    at = yield world.after(at, 1, 2)
    deciding.accept(case=world.fresh(case), actor=world.user("rsj_supervisor"), at=at)
    at = yield world.after(at, 0, 1)
    sending.handle_here(
        case=world.fresh(case), actor=world.user("rsj_supervisor"), at=at, handler=world.user("handler2"),
        note="请核实欠薪情况。",
    )  # fmt: skip


def handed_over(world: World, start: dt.datetime) -> Life:
    """A litigation matter went to the court, which signed for it."""
    at = yield start
    case, _text = _registered(world, at, category="C01", channel="letter")
    at = yield world.after(at, 1, 2)
    world.refer(case, at, world.unit("FY"))
    at = yield world.after(at, 2, 4)
    sending.record_receipt(case=world.fresh(case), actor=world.user("clerk"), at=at, received_by="立案庭 张某")


def jointly(world: World, start: dt.datetime) -> Life:
    """Two units: one leads, one assists, a meeting brings them together, one answer is given."""
    at = yield start
    case, _text = _registered(world, at, also="C10")
    at = yield world.after(at, 0, 2)
    world.accept(case, at)
    at = yield world.after(at, 0, 1)
    sending.assign(
        case=world.fresh(case), actor=world.user("supervisor"), at=at, unit=world.unit("ZJJ"),
        due_on=_day(at, 45), assisting=[world.unit("CGJ")], assist_due=_day(at, 25), note="请会同城管局核查处理。",
    )  # fmt: skip
    at = yield world.after(at, 1, 2)
    world.take_up(case, at)
    at = yield world.after(at, 3, 5)
    meeting = convening.convene(
        case=world.fresh(case), actor=world.user("supervisor"), at=at, planned_at=at + dt.timedelta(days=4),
        place="信访局二楼会议室", topic="违法搭建的认定和拆除责任", units=[world.unit("ZJJ"), world.unit("CGJ")],
        visitor_attends=True,
    )  # fmt: skip
    at = yield world.after(at, 5, 6)
    convening.hold_meeting(
        meeting=meeting, actor=world.user("supervisor"), at=at, held_on=_day(at),
        minutes="双方核对了审批记录和现场情况。", result="由住建局认定，城管局配合拆除，二十日内完成。",
    )  # fmt: skip
    at = yield world.after(at, 3, 5)
    answering.assist(
        case=world.fresh(case), actor=world.user("cgj"), at=at, answer="经查，该处搭建没有规划许可，可以依法拆除。"
    )  # fmt: skip


def signing(world: World, start: dt.datetime) -> Life:
    """The handler's draft lies with the head of the unit."""
    at = yield start
    case, text, at = yield from _in_hand(world, at, "RSJ")
    at = yield world.after(at, 6, 9)
    handling.investigate(
        case=world.fresh(case), actor=world.user("handler2"), at=at, held_on=_day(at), persons="马晓燕、李建",
        asked="询问用人单位负责人，查阅工资台账", findings="工资台账显示尚欠三个月工资。",
    )  # fmt: skip
    at = yield world.after(at, 2, 4)
    handling.submit(
        case=world.fresh(case), actor=world.user("handler2"), at=at, findings=text["findings"],
        opinion=text["opinion"], legal_basis=text["basis"], outcome=text["outcome"], investigators="马晓燕、李建",
    )  # fmt: skip


def settled(world: World, start: dt.datetime) -> Life:
    """The parties agreed; the day of performance lies ahead."""
    at = yield start
    case, _text, at = yield from _in_hand(world, at)
    at = yield world.after(at, 20, 24)
    _settle(world, case, at, 60)


def settlement_kept(world: World, start: dt.datetime) -> Life:
    """The parties agreed and kept it."""
    at = yield start
    case, _text, at = yield from _in_hand(world, at)
    at = yield world.after(at, 15, 20)
    _settle(world, case, at, 20)
    at = yield world.after(at, 14, 18)
    settling.performed(case=world.fresh(case), actor=world.user("handler"), at=at, note="赔偿款已经付清。")


def _settle(world: World, case: Case, at: dt.datetime, days: int) -> None:
    settling.settle(
        case=world.fresh(case), actor=world.user("handler"), at=at, kind="mediation",
        parties=f"{case.petitioner.name}；幸福里小区物业服务中心", facts="外墙渗水造成室内装修损坏。",
        terms="物业服务中心负责维修并赔偿装修损失 6800 元。", agreed_on=_day(at), perform_by=_day(at, days),
    )  # fmt: skip


def withdrawn(world: World, start: dt.datetime) -> Life:
    """The petitioner withdraws in their own words."""
    at = yield start
    case, _text, at = yield from _in_hand(world, at)
    at = yield world.after(at, 5, 8)
    ending.withdraw(case=world.fresh(case), actor=world.user("clerk"), at=at, words="问题已经解决，我不再要求处理。")


def merged(world: World, start: dt.datetime) -> Life:
    """The same person's second matter turns out to be the first one."""
    person, text = world.crowd.person(), world.petition()
    at = yield start
    first = world.register(text, at, person=person, channel="visit").case_link.case
    at = yield world.after(at, 0, 2)
    world.accept(first, at)
    at = yield world.after(at, 3, 5)
    visit = world.register(text, at, person=person, channel="letter")
    second = intake.decide_intake(visit=visit, actor=world.user("clerk"), at=at, reason="来信另附材料，先立件核对。")
    at = yield world.after(at, 1, 2)
    merging.merge(
        case=world.fresh(second), actor=world.user("supervisor"), at=at, main=world.fresh(first), note="同一事项。"
    )  # fmt: skip


REVIEW_STAGES = ("reviewing", "reviewed", "review_served", "rechecking", "rechecked", "concluded")


def reviewed(world: World, start: dt.datetime, upto: str) -> Life:
    """Not content with the opinion: review, then recheck with a hearing, up to the end of the ways."""
    last = REVIEW_STAGES.index(upto)
    at = yield start
    case, text, at = yield from _in_hand(world, at)
    at = yield world.after(at, 12, 15)
    world.report(case, at, text)
    at = yield world.after(at, 1, 2)
    world.close(case, at)
    at = yield world.after(at, 1, 2)
    world.serve(case, at)
    at = yield world.after(at, 5, 8)
    review = _ask(world, case, at)
    if last >= 1:
        at = yield world.after(at, 8, 12)
        _decide(world, case, review, at)
    if last >= 2:
        at = yield world.after(at, 1, 2)
        world.serve(case, at, "review_opinion")
    if last >= 3:
        at = yield world.after(at, 4, 6)
        review = _ask(world, case, at)
        at = yield world.after(at, 2, 3)
        hearing.call_hearing(
            case=world.fresh(case), actor=world.user("reviewer"), at=at, planned_at=at + dt.timedelta(days=3),
            place="市政务服务中心三楼", host="方正平", attending="信访人、住房和城乡建设局",
            subject="处理意见认定的事实",
        )  # fmt: skip
    if last >= 4:
        at = yield world.after(at, 4, 6)
        hearing.end_hearing(
            case=world.fresh(case), actor=world.user("reviewer"), at=at, ended_on=_day(at),
            record="双方陈述意见，核对证据。", opinion="事实清楚，建议维持。",
        )  # fmt: skip
        at = yield world.after(at, 3, 5)
        _decide(world, case, review, at, "reviewer2")
    if last >= 5:
        at = yield world.after(at, 1, 2)
        world.serve(case, at, "recheck_opinion")


def _ask(world: World, case: Case, at: dt.datetime) -> object:
    case = world.fresh(case)
    stage = chain.next_stage(case)
    body = chain.default_body(case, stage.level)
    return reviewing.request(
        case=case, actor=world.user("clerk"), at=at, requested_on=_day(at), request="请求撤销原意见，重新认定责任。",
        facts_and_reasons="认定的渗水原因与检测报告不符。", body=body or world.unit("XFJ"),
        body_reason="" if body else "本级没有上一级单位，由信访局报市政府指定。",
    )  # fmt: skip


def _decide(world: World, case: Case, review: object, at: dt.datetime, who: str = "reviewer") -> None:
    reviewing.decide(
        review=review, case=world.fresh(case), actor=world.user(who), at=at, outcome="upheld", **OPINION
    )  # fmt: skip
