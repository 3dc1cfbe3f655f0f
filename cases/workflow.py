"""THE table of steps, and ``move()``, the only writer of ``Case.state``.

One row per step: from which states, to which, who may, what must be filled in, which
conditions hold. ``refusal()`` gives the reason why a step cannot be done now, or "";
buttons and verbs ask the same function. Side processes (urging, hearings, meetings,
instructions …) are rows too: they leave the state as it is.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import UnitKind, User
from audit import trail
from audit.models import Event
from cases import guards as g
from cases import ledger
from cases.choices import UNDER_WAY, WITH_A_UNIT
from cases.choices import State as S
from cases.models import Case
from vault.errors import Refusal, Stale

Guard = Callable[[Case, User, dt.datetime, dict[str, Any]], str]
BACK = "back"  # as a target: the state that the side way was entered from


@dataclass(frozen=True)
class Step:
    """One row of the table. ``target`` None: the state stays; ``BACK``: to where the matter came from.

    ``office``: only matters registered by a petition office (A) or by another unit (B).
    ``page``: another screen than the one of steps; ``side``: drawn by that screen's own panel.
    ``system``: also done by the sweep, without a person.
    """

    label: Promise
    sources: tuple[S, ...]
    target: S | str | None
    permission: str
    required: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    page: str = ""
    basis: str = ""
    office: str = ""
    side: bool = False
    system: bool = False

    @property
    def target_label(self) -> str:
        """Where it leads, in words."""
        if self.target is None:
            return _("（环节不变）")
        return _("（回到原环节）") if self.target == BACK else str(S(self.target).label)


SENT = (S.REFERRED, S.ASSIGNED)
UNDECIDED = (S.CLASSIFIED, S.INFORMED)
HEARD = (S.HANDLING, S.REVIEWING, S.RECHECKING)
MERGEABLE = (S.CLASSIFIED, S.INFORMED, S.ACCEPTED, S.REFERRED, S.ASSIGNED, S.HANDLING)
WITHDRAWABLE = (S.CLASSIFIED, S.INFORMED, S.ACCEPTED, *SENT, S.HANDLING, S.CHECKING, S.REVIEWING, S.RECHECKING)
RUNNING = (S.ACCEPTED, *SENT, S.HANDLING, S.SIGNING, S.CHECKING)
REOPENABLE = (S.ANSWERED, S.SERVED, S.LAPSED, S.GUIDED, S.HANDED_OVER, S.ENDED, S.DECLINED, S.NO_LONGER, S.WITHDRAWN)
FILEABLE = (
    S.SERVED,
    S.LAPSED,
    S.CONCLUDED,
    S.ANSWERED,
    S.GUIDED,
    S.HANDED_OVER,
    S.ENDED,
    S.DECLINED,
    S.NO_LONGER,
    S.WITHDRAWN,
    S.MERGED,
    S.REFERRED,
)
OPEN = tuple(state for state in S if state not in (S.FILED, S.MERGED))

# step            label          from                                to            who                  must be filled in    conditions
STEPS: dict[str, Step] = {
    # 登记、归类、决定
    "classify": Step(__("归类"), (S.REGISTERED, S.CLASSIFIED), S.CLASSIFIED, "cases.classify", ("category",), (g.known_category,), basis="第二十二条、第三十一条"),
    "inform": Step(__("书面告知"), (S.CLASSIFIED,), S.INFORMED, "cases.inform", (), (g.may_be_informed,), basis="第二十三条第一款", office="B"),
    "answer": Step(__("当场答复"), UNDECIDED, S.ANSWERED, "cases.answer", ("answer",), (g.may_answer_at_once,), basis="第二十九条"),
    "accept": Step(__("受理"), UNDECIDED, S.ACCEPTED, "cases.accept", ("category",), (g.category_allows_acceptance, g.read_back), basis="第二十二条、第二十三条"),
    "accept_simple": Step(__("简易受理"), UNDECIDED, S.ACCEPTED, "cases.accept", ("category",), (g.category_allows_acceptance, g.simple_allowed, g.simple_in_time, g.read_back), basis="《信访事项简易办理办法》第四条、第五条"),
    "to_ordinary": Step(__("转普通程序"), RUNNING, None, "cases.extend", (), (g.is_simple,), basis="《信访事项简易办理办法》"),
    "propose_decline": Step(__("提出不予受理"), UNDECIDED, S.PROPOSED, "cases.propose_decline", ("ground",), (g.ground_is_listed,), basis="第十九条第三款、第三十六条第三款"),
    "decline": Step(__("批准不予受理"), (S.PROPOSED,), S.DECLINED, "cases.approve", (), (g.second_person, g.ground_declines), page="cases:proposal", basis="第十九条第三款"),
    "no_longer": Step(__("批准不再受理"), (S.PROPOSED,), S.NO_LONGER, "cases.approve", (), (g.second_person, g.ground_ends), page="cases:proposal", basis="第三十六条第三款"),
    "return_proposal": Step(__("不同意，退回"), (S.PROPOSED,), BACK, "cases.approve", (), (g.second_person,), page="cases:proposal", basis="第四十四条"),
    "guide": Step(__("引导法定途径"), (*UNDECIDED, S.ACCEPTED, S.OBJECTED), S.GUIDED, "cases.guide", ("route",), (g.route_is_listed,), basis="第三十一条第一项至第五项"),
    # 转送、交办、退回
    "refer": Step(__("转送"), (*UNDECIDED, S.ACCEPTED, S.OBJECTED), S.REFERRED, "cases.refer", ("handling_unit",), (g.target_not_accused, g.target_receives, g.not_for_coordinator), basis="第二十二条"),
    "assign": Step(__("交办"), (S.ACCEPTED, S.OBJECTED), S.ASSIGNED, "cases.assign", ("handling_unit",), (g.target_not_accused, g.target_receives, g.not_for_coordinator), basis="第二十二条第一款第三项、第二十四条"),
    "handle_here": Step(__("本单位办理"), (S.ACCEPTED,), S.HANDLING, "cases.handle_here", ("handler",), (g.handler_not_involved, g.hint_answered), basis="第二十三条、第三十一条", office="B"),
    "record_receipt": Step(__("登记对方签收"), (S.REFERRED,), S.HANDED_OVER, "cases.record_receipt", (), (g.leaves_the_system,), basis="第二十二条第二款、第二十三条第四款"),
    "take_up": Step(__("签收办理"), SENT, S.HANDLING, "cases.take_up", (), (g.own_unit, g.not_involved, g.hint_answered), basis="第二十三条、第二十八条第三款"),
    "hand_back": Step(__("提出异议"), SENT, S.OBJECTED, "cases.hand_back", (), (g.own_unit, g.objection_in_time), basis="第二十三条第三款"),
    "insist": Step(__("不同意退回"), (S.OBJECTED,), BACK, "cases.judge_objection", (), (g.not_for_coordinator,), basis="第二十三条第三款"),
    "stays": Step(__("逾期未核实，仍由原单位办理"), (S.OBJECTED,), BACK, "cases.judge_objection", (), (g.judging_lapsed, g.not_for_coordinator), basis="第二十三条第三款", system=True, side=True),
    "coordinate": Step(__("协调裁定"), (S.OBJECTED,), S.ASSIGNED, "cases.coordinate", ("handling_unit",), (g.for_coordinator, g.target_not_accused, g.target_receives), basis="第二十四条"),
    "assist": Step(__("报送协办意见"), (*SENT, S.HANDLING), None, "cases.assist", (), (g.assisting, g.not_involved), basis="第二十四条"),
    # 办理
    "request_extension": Step(__("申请延期"), RUNNING, None, "cases.request_extension", (), (g.in_hand, g.may_extend), basis="第三十四条"),
    "extend": Step(__("批准延期"), RUNNING, None, "cases.extend", (), (g.extension_asked, g.may_extend), page="cases:extension", basis="第三十四条"),
    "investigate": Step(__("记录调查"), (S.HANDLING,), None, "cases.investigate", (), (g.own_unit, g.not_involved), basis="第三十一条第六项"),
    "call_hearing": Step(__("通知听证"), HEARD, None, "cases.hear", (), (g.hearing_is_mine, g.no_open_hearing), basis="第三十一条第六项、第三十六条"),
    "end_hearing": Step(__("听证结束"), HEARD, None, "cases.hear", (), (g.hearing_is_mine, g.open_hearing), basis="第三十六条"),
    "cancel_hearing": Step(__("取消听证"), HEARD, None, "cases.hear", (), (g.hearing_is_mine, g.open_hearing), basis="本单位规定"),
    "settle": Step(__("达成调解、和解"), (S.HANDLING,), S.SETTLED, "cases.settle", (), (g.own_unit, g.not_involved, g.no_open_hearing), basis="第三十三条"),
    "performed": Step(__("协议已履行"), (S.SETTLED,), S.ENDED, "cases.settle", (), (g.own_unit,), basis="第三十三条"),
    "not_performed": Step(__("协议未履行"), (S.SETTLED,), S.HANDLING, "cases.settle", (), (g.own_unit,), basis="第三十三条"),
    "submit": Step(__("送单位负责人签发"), (S.HANDLING,), S.SIGNING, "cases.report", ("outcome", "answer"), (g.own_unit, g.not_involved, g.head_signs_here, g.no_open_hearing, g.assistants_answered), basis="第二十二条、第三十二条"),
    "sign": Step(__("签发"), (S.SIGNING,), S.CHECKING, "cases.sign_off", (), (g.own_unit, g.not_involved, g.not_the_author), basis="第三十二条"),
    "return_draft": Step(__("退回修改"), (S.SIGNING,), S.HANDLING, "cases.sign_off", (), (g.own_unit,), basis="第三十二条"),
    "report": Step(__("报送结果"), (S.HANDLING,), S.CHECKING, "cases.report", ("outcome", "answer"), (g.own_unit, g.not_involved, g.head_signs_on_paper, g.no_open_hearing, g.assistants_answered), basis="第二十二条、第三十二条"),
    # 审查、送达
    "close": Step(__("同意结案"), (S.CHECKING,), S.CLOSED, "cases.close", ("answer",), (), basis="第三十二条"),
    "send_back": Step(__("退回补充办理"), (S.CHECKING,), S.HANDLING, "cases.review", (), (), basis="第四十条"),
    "serve": Step(__("送达处理意见书"), (S.CLOSED,), S.SERVED, "cases.serve", ("delivered_on",), (g.delivered_after_closing,), basis="第三十五条"),
    "deliver": Step(__("登记送达"), OPEN, None, "cases.serve", (), (g.something_to_deliver,), page="cases:deliver", basis="第二十三条"),
    "report_up": Step(__("向上级报送结果"), (S.CLOSED, S.SERVED, S.LAPSED, S.CONCLUDED, S.ENDED, S.REVIEW_SERVED), None, "cases.report_up", (), (g.has_superior,), basis="第二十二条第一款第三项"),
    # 复查、复核、终结
    "lapse": Step(__("期满未请求复查、复核"), (S.SERVED, S.REVIEW_SERVED), S.LAPSED, "cases.review", (), (g.window_over, g.nothing_to_redo), basis="第三十五条、第三十六条", system=True, side=True),
    "request_review": Step(__("请求复查"), (S.SERVED, S.LAPSED), S.REVIEWING, "review.request", (), (g.review_window,), page="review:request", basis="第三十五条"),
    "decide_review": Step(__("作出复查意见"), (S.REVIEWING,), S.REVIEWED, "review.decide", ("review_outcome",), (g.not_involved, g.hint_answered, g.not_the_handler, g.no_open_hearing), page="review:decide", basis="第三十五条"),
    "serve_review": Step(__("送达复查意见书"), (S.REVIEWED,), S.REVIEW_SERVED, "cases.serve", (), (), page="cases:deliver", basis="第三十五条"),
    "redo": Step(__("责令重新办理"), (S.REVIEW_SERVED, S.CONCLUDED), S.HANDLING, "cases.assign", (), (g.must_be_redone,), page="review:redo", basis="第三十五条"),
    "request_recheck": Step(__("请求复核"), (S.REVIEW_SERVED, S.LAPSED), S.RECHECKING, "review.request", (), (g.recheck_window, g.nothing_to_redo), page="review:request", basis="第三十六条"),
    "decide_recheck": Step(__("作出复核意见"), (S.RECHECKING,), S.RECHECKED, "review.decide", ("recheck_outcome",), (g.not_involved, g.hint_answered, g.not_the_handler, g.no_open_hearing), page="review:decide", basis="第三十六条"),
    "serve_recheck": Step(__("送达复核意见书"), (S.RECHECKED,), S.CONCLUDED, "cases.serve", (), (), page="cases:deliver", basis="第三十六条"),
    "conclude": Step(__("审核认定办结"), (S.LAPSED,), S.CONCLUDED, "cases.conclude", (), (), basis="本单位规定"),
    # 旁支
    "withdraw": Step(__("信访人撤回"), WITHDRAWABLE, S.WITHDRAWN, "cases.withdraw", (), (g.no_open_hearing,), basis="本单位规定"),
    "merge": Step(__("并入另一事项"), MERGEABLE, S.MERGED, "cases.merge", ("main",), (g.may_be_merged, g.no_open_hearing), basis="第十九条第三款"),
    "unmerge": Step(__("撤销并案"), (S.MERGED,), BACK, "cases.merge", (), (g.main_not_filed,), basis="第十九条第三款"),
    "declare_interest": Step(__("申请回避"), UNDER_WAY, None, "cases.declare_interest", (), (g.may_declare,), basis="第二十八条第三款"),
    "convene": Step(__("约定调度"), (S.ACCEPTED, *WITH_A_UNIT), None, "cases.convene", (), (), page="cases:meeting", basis="第二十四条"),
    "note_superior": Step(__("登记上级交办"), UNDER_WAY, None, "cases.report_up", ("superior",), (), basis="第二十二条第一款第三项"),
    "urge": Step(__("催办"), WITH_A_UNIT, None, "followup.urge", page="followup:urge", basis="第四十条", side=True),
    "supervise": Step(__("督办"), (*WITH_A_UNIT, S.CLOSED, S.SERVED), None, "followup.supervise", page="followup:supervise", basis="第四十条", side=True),
    "return_visit": Step(__("回访"), (S.SERVED, S.LAPSED, S.ANSWERED, S.GUIDED, S.ENDED, S.DECLINED, S.NO_LONGER), None, "followup.return_visit", page="followup:return_visit", basis="本单位规定", side=True),
    "rework": Step(__("回访退回重办"), (S.SERVED, S.LAPSED), S.HANDLING, "cases.reopen", (), (g.has_handling_unit, g.not_reviewed, g.within_reopening), page="followup:rework", basis="本单位规定", side=True),
    "report_urgent": Step(__("重大紧急报告"), OPEN, None, "briefing.report", page="briefing:urgent", basis="第二十五条", side=True),
    "instruct": Step(__("登记批示"), OPEN, None, "briefing.instruct", page="briefing:instruct", basis="第二十二条第一款第一项", side=True),
    "digest": Step(__("编写摘报"), OPEN, None, "briefing.digest", page="briefing:digest", basis="第十四条第四项", side=True),
    # 了结
    "import_history": Step(__("历史台账导入"), (S.REGISTERED,), S.ANSWERED, "cases.import", ("answered_on",), (g.from_old_register,), basis="本单位规定", side=True),
    "reopen": Step(__("重新办理"), REOPENABLE, S.CLASSIFIED, "cases.reopen", (), (g.within_reopening,), basis="本单位规定"),
    "file": Step(__("归档"), FILEABLE, S.FILED, "cases.file", (), (g.main_filed, g.nothing_to_redo), page="archive:file", basis="档案法"),
}  # fmt: skip


def targets(step: Step, source: S) -> tuple[S, ...]:
    """The states this step may lead to from ``source``; the way back ends where a side way was entered."""
    if step.target is None:
        return (source,)
    if step.target != BACK:
        return (S(step.target),)
    entered = {one for each in STEPS.values() if each.target == source for one in each.sources}
    return tuple(state for state in S if state in entered)


def office_kind(case: Case) -> str:
    """A for a matter registered by a petition office, B for one that another unit received itself."""
    return "A" if case.office.kind == UnitKind.OFFICE else "B"


def refusal(case: Case, name: str, actor: User | None, at: dt.datetime, fields: dict[str, Any] | None = None) -> str:
    """Why ``actor`` cannot do this step now, as a sentence; "" when they can.

    With ``fields`` None the button is asked for: required fields are not yet looked at,
    and guards see the matter as it is. ``actor`` None is the sweep, for its own steps only.
    """
    step = STEPS[name]
    reason = _not_theirs(case, step, actor)
    if reason:
        return reason
    if case.state not in step.sources:
        return _("当前环节为“%(state)s”，不能办理“%(step)s”。") % {
            "state": case.get_state_display(),
            "step": step.label,
        }
    for field in step.required if fields is not None else ():
        if not (fields or {}).get(field, getattr(case, field)):
            label = getattr(Case._meta.get_field(field), "verbose_name", field)
            return _("请填写“%(field)s”。") % {"field": label}
    for guard in step.guards:
        reason = guard(case, actor, at, fields or {})  # type: ignore[arg-type]
        if reason:
            return reason
    return ""


def _not_theirs(case: Case, step: Step, actor: User | None) -> str:
    """The questions about the person: role, kind of office, recusal."""
    if actor is None:
        return "" if step.system else _("“%(step)s”只能由人办理。") % {"step": step.label}
    if not actor.can(step.permission):
        return _("您的角色不能办理“%(step)s”。") % {"step": step.label}
    if step.office and step.office != office_kind(case):
        return _("“%(step)s”只适用于本单位直接收到的事项。") % {"step": step.label}
    if actor.pk in case.recused_ids and step is not STEPS["declare_interest"]:
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    return ""


def available(case: Case, actor: User, at: dt.datetime) -> list[tuple[str, Step]]:
    """The steps this user can do with this matter now, in the order of the table; side processes have panels."""
    return [(name, step) for name, step in STEPS.items() if not step.side and not refusal(case, name, actor, at)]


def move(
    case: Case, name: str, *, actor: User | None, at: dt.datetime, note: str = "", facts: dict[str, Any] | None = None,
    **fields: Any,
) -> None:  # fmt: skip
    """Do a step: check it, change the state by conditional update, record it. Call inside a verb.

    Raises ``Refusal`` with the reason, or ``Stale`` when somebody else moved the matter
    since it was read. ``fields`` are columns of the matter set in the same statement;
    ``facts`` are for the conditions alone (the day of a request, the reason of a late one).
    """
    reason = refusal(case, name, actor, at, (facts or {}) | fields)
    if reason:
        insist_unmoved(case)
        raise Refusal(reason)
    before, target = case.state, _target(case, STEPS[name])
    fields |= _resumption(case, STEPS[name])
    changed = Case.objects.filter(pk=case.pk, state=before, version=case.version).update(
        state=target, version=F("version") + 1, **fields
    )
    if changed != 1:
        raise Stale(who_was_faster(case))
    case.state, case.version = target, case.version + 1
    for field, value in fields.items():
        setattr(case, field, value)
    trail.record(
        actor=actor,
        verb=name,
        title=str(STEPS[name].label),
        subject=case,
        at=at,
        matter=case.number,
        note=note,
        rows=ledger.pass_on(case, before, name, at),
        before=before,
        after=target,
    )


def _target(case: Case, step: Step) -> str:
    if step.target == BACK:
        return case.resume_state or S.CLASSIFIED
    return step.target or case.state


LEAVES_A_WAY_BACK = (S.PROPOSED, S.OBJECTED, S.MERGED)


def _resumption(case: Case, step: Step) -> dict[str, str]:
    """Remember where a side way was entered from; forget it on the way back."""
    if step.target in LEAVES_A_WAY_BACK:
        return {"resume_state": case.state}
    return {"resume_state": ""} if case.resume_state and step.target is not None else {}


def insist_unmoved(case: Case) -> None:
    """Raises ``Stale`` when somebody moved the matter since it was read: then that is the reason, not a condition."""
    if not Case.objects.filter(pk=case.pk, version=case.version).exists():
        raise Stale(who_was_faster(case))


def who_was_faster(case: Case) -> str:
    """Who did the last step with this matter, for the page that comes too late."""
    last = last_change(case)
    if last is None:
        return _("他人已先行办理，请刷新后再看。")
    return _("%(who)s 已先行办理“%(what)s”，请刷新后再看。") % {"who": last.actor_name, "what": last.title}


def last_change(case: Case) -> Event | None:
    """The last fact that gave the matter a new version: a step of the table, or a correction."""
    return Event.objects.of_matter(case.number).filter(verb__in=(*STEPS, "correct")).last()
