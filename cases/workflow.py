"""THE table of steps, and ``move()``, the only writer of ``Case.state``.

One row per step: from which states, to which, who may, what must be filled in, which
conditions hold. ``refusal()`` gives the reason why a step cannot be done now, or "";
buttons and verbs ask the same function.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from audit import trail
from audit.models import Event
from cases import guards
from cases.choices import State as S
from cases.models import Case
from vault.errors import Refusal, Stale

Guard = Callable[[Case, User, dt.datetime, dict[str, Any]], str]


@dataclass(frozen=True)
class Step:
    """One row of the table. ``target`` None: the state stays. ``page``: another app owns the screen."""

    label: Promise
    sources: tuple[S, ...]
    target: S | None
    permission: str
    required: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    page: str = ""
    basis: str = ""


SENT = (S.REFERRED, S.ASSIGNED)
BEFORE_DECISION = (S.CLASSIFIED,)

# step            label          from                                to            who                  must be filled in    conditions
STEPS: dict[str, Step] = {
    "classify": Step(__("归类"), (S.REGISTERED, S.CLASSIFIED), S.CLASSIFIED, "cases.classify", ("category",), (guards.known_category,), basis="第二十二条、第三十一条"),
    "answer": Step(__("当场答复"), BEFORE_DECISION, S.ANSWERED, "cases.answer", ("answer",), (guards.may_answer_at_once,), basis="第二十九条"),
    "accept": Step(__("受理"), BEFORE_DECISION, S.ACCEPTED, "cases.accept", ("category",), (guards.category_allows_acceptance,), basis="第二十二条、第二十三条"),
    "decline": Step(__("不予受理"), BEFORE_DECISION, S.DECLINED, "cases.decline", ("ground",), (guards.ground_is_listed,), basis="第十九条第三款、第三十六条第三款"),
    "guide": Step(__("引导法定途径"), (S.CLASSIFIED, S.ACCEPTED), S.GUIDED, "cases.guide", ("route",), (guards.route_is_listed,), basis="第三十一条第一项至第五项"),
    "refer": Step(__("转送"), (S.CLASSIFIED, S.ACCEPTED, S.OBJECTED), S.REFERRED, "cases.refer", ("handling_unit",), (guards.target_not_accused, guards.target_receives), basis="第二十二条"),
    "assign": Step(__("交办"), (S.ACCEPTED, S.OBJECTED), S.ASSIGNED, "cases.assign", ("handling_unit",), (guards.target_not_accused, guards.target_receives), basis="第二十二条第一款第三项"),
    "take_up": Step(__("签收办理"), SENT, S.HANDLING, "cases.take_up", (), (guards.own_unit, guards.not_involved), basis="第二十三条"),
    "hand_back": Step(__("提出异议"), SENT, S.OBJECTED, "cases.hand_back", (), (guards.own_unit, guards.objection_in_time), basis="第二十三条第三款"),
    "insist": Step(__("不同意退回"), (S.OBJECTED,), S.ASSIGNED, "cases.judge_objection", (), (), basis="第二十三条第三款"),
    "extend": Step(__("延期"), (S.ACCEPTED, S.ASSIGNED, S.REFERRED, S.HANDLING), None, "cases.extend", (), (guards.may_extend,), basis="第三十四条"),
    "report": Step(__("报送结果"), (S.HANDLING,), S.CHECKING, "cases.report", ("outcome", "answer"), (guards.own_unit, guards.not_involved), basis="第二十二条、第三十二条"),
    "send_back": Step(__("退回补充办理"), (S.CHECKING,), S.HANDLING, "cases.review", (), (), basis="第四十条"),
    "close": Step(__("同意结案"), (S.CHECKING,), S.CLOSED, "cases.close", ("answer",), (), basis="第三十二条"),
    "serve": Step(__("送达"), (S.CLOSED,), S.SERVED, "cases.serve", ("delivered_on",), (guards.delivered_after_closing,), basis="第三十五条"),
    "import_history": Step(__("历史台账导入"), (S.REGISTERED,), S.ANSWERED, "cases.import", ("answered_on",), (guards.from_old_register,), basis="本单位规定"),
    "reopen": Step(__("重新办理"), (S.ANSWERED, S.SERVED, S.GUIDED, S.DECLINED), S.CLASSIFIED, "cases.reopen", (), (guards.within_reopening,), basis="本单位规定"),
    "file": Step(__("归档"), (S.SERVED, S.ANSWERED, S.GUIDED, S.DECLINED, S.REFERRED), S.FILED, "cases.file", (), (), page="archive:file", basis="档案法"),
}  # fmt: skip


def refusal(case: Case, name: str, actor: User, at: dt.datetime, fields: dict[str, Any] | None = None) -> str:
    """Why ``actor`` cannot do this step now, as a sentence; "" when they can.

    With ``fields`` None the button is asked for: required fields are not yet looked at,
    and guards see the matter as it is.
    """
    step = STEPS[name]
    if not actor.can(step.permission):
        return _("您的角色不能办理“%(step)s”。") % {"step": step.label}
    if case.state not in step.sources:
        return _("当前环节为“%(state)s”，不能办理“%(step)s”。") % {
            "state": case.get_state_display(),
            "step": step.label,
        }
    if fields is not None:
        for field in step.required:
            if not fields.get(field, getattr(case, field)):
                label = getattr(Case._meta.get_field(field), "verbose_name", field)
                return _("请填写“%(field)s”。") % {"field": label}
    for guard in step.guards:
        reason = guard(case, actor, at, fields or {})
        if reason:
            return reason
    return ""


def available(case: Case, actor: User, at: dt.datetime) -> list[tuple[str, Step]]:
    """The steps this user can do with this matter now, in the order of the table."""
    return [(name, step) for name, step in STEPS.items() if not refusal(case, name, actor, at)]


def move(case: Case, name: str, *, actor: User, at: dt.datetime, note: str = "", **fields: Any) -> None:
    """Do a step: check it, change the state by conditional update, record it. Call inside a verb.

    Raises ``Refusal`` with the reason, or ``Stale`` when somebody else moved the matter
    since it was read. ``fields`` are columns of the matter set in the same statement.
    """
    reason = refusal(case, name, actor, at, fields)
    if reason:
        raise Refusal(reason)
    step = STEPS[name]
    before, target = case.state, step.target or case.state
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
        title=str(step.label),
        subject=case,
        at=at,
        matter=case.number,
        note=note,
        before=before,
        after=target,
    )


def who_was_faster(case: Case) -> str:
    """Who did the last step with this matter, for the page that comes too late."""
    last = Event.objects.of_matter(case.number).filter(verb__in=STEPS).last()
    if last is None:
        return _("他人已先行办理，请刷新后再看。")
    return _("%(who)s 已先行办理“%(what)s”，请刷新后再看。") % {"who": last.actor_name, "what": last.title}
