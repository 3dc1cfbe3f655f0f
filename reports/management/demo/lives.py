"""How matters go on, one generator per way through the table; each ``yield`` waits for its moment."""

import datetime as dt
from typing import Any

from django.utils import timezone

from approvals.asking import pending
from archive import actions as archiving
from cases.actions import answering, deciding, ending, handling, refusing
from cases.models import Case
from followup import actions as following
from followup.actions import visiting
from followup.phrases import URGE_LATE
from reports.management.demo.world import Life, World

STAGES = ("classified", "accepted", "assigned", "handling", "checking", "closed", "served", "visited", "filed")


def ordinary(
    world: World, start: dt.datetime, upto: str, *, slow: bool = False, referred: bool = False, **changes: Any
) -> Life:
    """From the counter up to a stage: accepted, sent, taken up, reported, closed, served, visited again, filed."""
    text = world.petition()
    at = yield start
    case = world.register(text, at, **changes).case_link.case
    walk = _walk(world, case, at, text, upto, slow, referred)
    yield from walk


def _walk(
    world: World, case: Case, at: dt.datetime, text: dict[str, Any], upto: str, slow: bool, referred: bool
) -> Life:
    last = STAGES.index(upto)
    unit = world.unit(text["unit"] if world.office.handler_of(world.unit(text["unit"])) else "ZJJ")
    if last >= 1 and not (referred and last == 2):
        at = yield world.after(at, 0, 6)
        world.accept(case, at)
    if last >= 2:
        at = yield world.after(at, 0, 2)
        (world.refer if referred else world.assign)(case, at, unit)
    if last >= 3:
        at = yield world.after(at, 1, 3)
        world.take_up(case, at)
    if last >= 4:
        at = yield world.after(at, 62, 75) if slow else world.after(at, 8, 22)
        world.report(case, at, text)
        if world.rng.random() < 0.15:
            at = yield world.after(at, 1, 2)
            world.send_back(case, at)
            at = yield world.after(at, 3, 6)
            world.report(case, at, text)
    if last >= 5:
        at = yield world.after(at, 1, 3)
        world.close(case, at)
    yield from _after_closing(world, case, at, last)


def _after_closing(world: World, case: Case, at: dt.datetime, last: int) -> Life:
    if last < 6:
        return
    served = at = yield world.after(at, 1, 4)
    world.serve(case, at)
    if last >= 7:
        at = yield world.after(at, 5, 12)
        visit_again(world, case, at)
    at = yield world.after(served, 45, 45)  # the thirty days and whatever holiday they end in are over
    ending.lapse(case=world.fresh(case), actor=None, at=at)
    if last >= 8:
        at = yield world.after(at, 0, 8)
        file_away(world, case, at)


def visit_again(world: World, case: Case, at: dt.datetime) -> None:
    """A return visit by telephone: most are content, some cannot be reached."""
    reached = world.rng.choices(("yes", "no"), (9, 1))[0]
    satisfaction = world.rng.choices(("satisfied", "fairly", "not"), (6, 3, 1))[0] if reached == "yes" else ""
    visiting.record_return_visit(
        case=world.fresh(case), actor=world.user("clerk"), at=at, way="phone", reached=reached,
        satisfaction=satisfaction, properly_handled=True if satisfaction else None,
        remaining="对赔偿数额仍有意见。" if satisfaction == "not" else "",
        explanation="已再次说明处理依据和申请复查的期限。" if satisfaction == "not" else "",
    )  # fmt: skip


def file_away(world: World, case: Case, at: dt.datetime) -> None:
    reached = case.return_visits.filter(reached="yes").exists()
    archiving.file_case(
        case=world.fresh(case), actor=world.user("archivist"), at=at, note="材料齐全。", at_once=False,
        waiver="" if reached else "三次联系未果，信访人未再来访。",
    )  # fmt: skip


def answered(world: World, start: dt.datetime) -> Life:
    """A question or a suggestion, answered on the spot."""
    text = world.petition("answer")
    at = yield start
    case = world.register(text, at, category="C04").case_link.case
    at = yield world.after(at, 0, 0)
    deciding.answer(case=world.fresh(case), actor=world.user("clerk"), at=at, answer=text["answer"])


def guided(world: World, start: dt.datetime) -> Life:
    """A matter with a statutory route: the visitor is told which and until when."""
    text = world.petition("guide")
    at = yield start
    case = world.register(text, at).case_link.case
    at = yield world.after(at, 0, 1)
    deciding.guide(case=world.fresh(case), actor=world.user("clerk"), at=at, route=text["route"])


def declined(world: World, start: dt.datetime, ground: str) -> Life:
    """Pending elsewhere, or concluded after the second review: refused on a ground of the closed list."""
    note = {
        "pending": "该事项正由区住房和城乡建设局办理，尚在办理期限内。",
        "concluded": "该事项已经复核终结，复核意见书已经送达，没有提出新的事实和理由。",
    }[ground]
    at = yield start
    case = world.register(world.petition(), at, category="C05", history=note).case_link.case
    at = yield world.after(at, 1, 4)
    refusing.propose_decline(case=world.fresh(case), actor=world.user("supervisor"), at=at, ground=ground, note=note)
    at = yield world.after(at, 0, 1)
    case = world.fresh(case)
    paper = refusing.approve_decline(request=pending("decline", case), case=case, actor=world.user("leader"), at=at)
    at = yield world.after(at, 1, 2)
    world.serve(case, at, paper.kind)


def objected(world: World, start: dt.datetime, then: str) -> Life:
    """The unit objects; the office insists, sends the matter elsewhere, or has not judged yet."""
    text = world.petition()
    at = yield start
    case = world.register(text, at).case_link.case
    at = yield world.after(at, 0, 2)
    world.accept(case, at)
    at = yield world.after(at, 0, 1)
    world.assign(case, at, world.unit("ZJJ"))
    at = yield world.after(at, 1, 3)
    reason = "经核对职责分工和审批记录，该事项的批准单位不是我单位，我单位没有处理的权限。"
    answering.hand_back(case=world.fresh(case), actor=world.user("handler"), at=at, note=reason)
    if then == "insist":
        at = yield world.after(at, 1, 2)
        note = "经核实三定规定，此项职责属于你单位。"
        answering.insist(case=world.fresh(case), actor=world.user("supervisor"), at=at, note=note)
    if then == "elsewhere":
        at = yield world.after(at, 1, 2)
        world.assign(case, at, world.unit("ZRZ"))
        at = yield world.after(at, 1, 2)
        world.take_up(case, at)


def extended(world: World, start: dt.datetime) -> Life:
    """A difficult one: prolonged once, before the period ran out."""
    at = yield start
    text = world.petition()
    case = world.register(text, at).case_link.case
    yield from _walk(world, case, at, text, "handling", False, False)
    at = yield world.after(at, 40, 48)
    reason = "涉及历史档案核查和第三方检测，检测报告尚未出具。"
    handling.request_extension(
        case=world.fresh(case), actor=world.user("supervisor"), at=at, days=30, reason=reason
    )  # fmt: skip
    at = yield world.after(at, 0, 1)
    case = world.fresh(case)
    handling.extend(request=pending("extend", case), case=case, actor=world.user("leader"), at=at)


def overdue(world: World, start: dt.datetime, supervised: bool) -> Life:
    """Taken up and then nothing: urged by telephone and by letter, then supervised once it is late."""
    at = yield start
    text = world.petition()
    case = world.register(text, at).case_link.case
    yield from _walk(world, case, at, text, "handling", False, False)
    at = yield world.after(at, 35, 45)
    promised = timezone.localtime(at).date() + dt.timedelta(days=14)
    following.urge(
        case=world.fresh(case), actor=world.user("supervisor"), at=at, way="phone", spoke_to="承办科室负责人",
        content="催问办理进度，提醒办理期限。", promise="两周内报送办结报告。", promised_on=promised,
    )  # fmt: skip
    at = yield world.after(at, 20, 24)
    following.urge(case=world.fresh(case), actor=world.user("supervisor"), at=at, way="letter", content=URGE_LATE)
    if supervised:
        at = yield world.after(at, 14, 16)
        yield from _supervise(world, case, at)


def _supervise(world: World, case: Case, at: dt.datetime) -> Life:
    order = following.supervise(
        case=world.fresh(case), actor=world.user("supervisor"), at=at, ground="late",
        requirement="说明未按期办结的原因，十日内办结并报送结果。",
        due_on=timezone.localtime(at).date() + dt.timedelta(days=10),
    )  # fmt: skip
    at = yield world.after(at, 3, 5)
    following.give_feedback(
        supervision=order,
        actor=world.handler(world.fresh(case)),
        at=at,
        feedback="因检测机构排期延误，现已取得报告，下周办结。",
    )


def repeated(world: World, start: dt.datetime) -> Life:
    """The same petitioner comes three times about one matter."""
    person, text = world.crowd.person(), world.petition()
    at = yield start
    case = world.register(text, at, person=person, channel="visit").case_link.case
    at = yield world.after(at, 1, 3)
    world.accept(case, at)
    at = yield world.after(at, 0, 1)
    world.assign(case, at, world.unit("ZJJ"))
    for asked in ("催问办理进展，要求当面听取说明。", "认为承办单位没有到现场查看，要求加快办理。"):
        at = yield world.after(at, 8, 12)
        again = text | {"demand": f"{text['demand']}{asked}"}
        world.register(again, at, person=person, join=world.fresh(case), channel="visit")


def group(world: World, start: dt.datetime) -> Life:
    """Seven come for twenty-three; five speak for them (article 20)."""
    text = world.petition() | {
        "demand": "要求宏远建筑公司付清 23 名工人四个月的工资。",
        "facts": "工人在临江名苑二期工地做木工和钢筋工，自七月起没有领到工资，项目部已经撤场，合计约 61 万元。",
        "reasons": "有考勤表、工资单和项目部盖章的欠款说明。",
        "content": "劳动和社会保障/劳动关系/农民工权益",
        "unit": "RSJ",
    }
    at = yield start
    visit = world.register(
        text, at, visitors=7, involved=23, also="C10", channel="visit", companions=world.crowd.companions(6, 5)
    )
    yield from _walk(world, visit.case_link.case, at, text, "handling", False, False)


def accusation(world: World, start: dt.datetime) -> Life:
    """An accusation against a unit goes to the discipline body and never to the accused (article 30)."""
    text = world.petition() | {
        "demand": "举报工作人员在验收环节收受礼品、降低验收标准。",
        "facts": "反映人参与过项目施工，称验收前后曾向经办人赠送购物卡，并可以提供知情人。",
        "reasons": "要求依纪依法查处。",
        "content": "纪检监察/贪污贿赂/行贿受贿索贿",
    }
    at = yield start
    visit = world.register(text, at, purpose="accusation", accused="示范市住房和城乡建设局质量监督科", channel="visit")
    at = yield world.after(at, 0, 1)
    world.refer(visit.case_link.case, at, world.unit("JWJW"))


def undecided(world: World, start: dt.datetime) -> Life:
    """Somebody with a matter under way comes again; whether it is the same has not been said yet."""
    person = world.crowd.person()
    at = yield start
    case = world.register(world.petition(), at, person=person).case_link.case
    at = yield world.after(at, 1, 2)
    world.accept(case, at)
    at = yield world.ago(1)
    world.register(world.petition(), at, person=person)
