"""When reports, duties, instructions and digests are possible. Each returns a sentence why not, or "";
buttons and verbs ask the same."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind, User
from briefing import duties
from briefing.choices import EventKind, Recipient
from briefing.models import Charge, Digest, Instruction, UrgentEvent
from briefing.policy import urgent
from cases.guards import accused_unit_of
from cases.models import Case

LONGEST = dt.timedelta(days=365)


def _role(case: Case, actor: User, permission: str, what: str) -> str:
    if not actor.can(permission):
        return _("您的角色不能办理“%(step)s”。") % {"step": what}
    if actor.pk in case.recused_ids:
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    return ""


# ---- urgent and major matters ----


def no_event(case: Case) -> str:
    """One event per matter at a time; what happens before its final report goes into its next report."""
    running = case.urgent_events.open().exists()
    return _("此事项已有尚未终报的重大紧急情况，新的情况写入下一次报告。") if running else ""


def bad_event(kind: str, persons: int, known_at: dt.datetime, at: dt.datetime) -> str:
    """A listed kind, at least one person, learnt of before now and within the last thirty days."""
    if kind not in EventKind.values:
        return _("请选择情况的性质。")
    if persons < 1:
        return _("请填写人数，至少 1 人。")
    return "" if at - dt.timedelta(days=30) <= known_at <= at else _("获知时间不能晚于现在，也不能早于 30 日以前。")


def bad_call(event: UrgentEvent | None, phoned_to: str, phoned_at: dt.datetime | None, at: dt.datetime) -> str:
    """A call names whom and when, and lies between the event and now."""
    if not phoned_to.strip() or phoned_at is None:
        return _("请填写电话报告给谁、什么时间。")
    if phoned_at > at or (event and phoned_at < event.known_at):
        return _("电话报告的时间应当在获知之后、现在之前。")
    return ""


def no_report(event: UrgentEvent, actor: User) -> str:
    """The final report is the last one."""
    if event.reports.filter(kind="final").exists():
        return _("终报已经作出，此情况已了结。")
    return _role(event.case, actor, "briefing.report", _("重大紧急报告"))


def no_call(event: UrgentEvent, actor: User) -> str:
    return _("已经登记过电话报告。") if event.phoned_at else no_report(event, actor)


def no_end(event: UrgentEvent, actor: User) -> str:
    """An event ends once, after it was reported at least once."""
    if event.ended_at:
        return _("此情况已经处置结束。")
    return no_report(event, actor) or ("" if event.reports.exists() else _("请先书面首报，再登记处置结束。"))


def must_receive(case: Case) -> tuple[str, ...]:
    """Whom article 25 wants told: a petition office also reports upwards."""
    rules = urgent()
    return rules.everybody + (rules.office if case.office.kind == UnitKind.OFFICE else ())


def bad_recipients(case: Case, recipients: Iterable[str]) -> str:
    given = set(recipients)
    if given - set(Recipient.values):
        return _("请从名单中选择报告对象。")
    missing = [str(Recipient(code).label) for code in must_receive(case) if code not in given]
    return _("还应当报告：%(who)s（第二十五条）。") % {"who": _("、").join(missing)} if missing else ""


# ---- duties ----


def no_duty(case: Case, actor: User, key: str) -> str:
    """The duty belongs to this matter's codes and is not recorded as done."""
    if reason := _role(case, actor, "briefing.duty", _("登记落实")):
        return reason
    if key not in {duty.key for duty in duties.of(case)}:
        return _("此事项的归类没有这一项要做的事。")
    return _("这一项已经登记落实。") if case.done_duties.filter(key=key).exists() else ""


def bad_done_on(case: Case, done_on: dt.date, today: dt.date) -> str:
    return "" if case.registered_on <= done_on <= today else _("落实日期应当在登记之日以后、今日以前。")


# ---- instructions ----


def targets(case: Case) -> list[Unit]:
    """Units that may get an instruction: the office itself and whoever has the matter, never the accused."""
    sent = [one.unit for one in case.assignments.select_related("unit__parent").order_by("-pk")]
    units = {unit.pk: unit for unit in (case.office, *sent)}
    return [unit for unit in units.values() if not accused_unit_of(case, unit)]


def officers(case: Case) -> list[User]:
    """People who may get an instruction: they answer instructions and may see the matter."""
    able = User.objects.with_permission("briefing.answer").select_related("unit__parent").order_by("unit", "username")
    near = [user for user in able if user.unit and any(user.unit.path.startswith(one.path) for one in targets(case))]
    return [user for user in near if Case.objects.visible_to(user).filter(pk=case.pk).exists()]


def bad_target(case: Case, unit: Unit | None, user: User | None) -> str:
    """A unit or an officer, not both; one who has the matter and whom it is not about (article 30)."""
    if (unit is None) == (user is None):
        return _("请选择由哪个单位或者哪个人员落实，二者选一。")
    accused = (unit and accused_unit_of(case, unit)) or (user and user.pk == case.accused_user_id)
    if accused or (user and user.unit and accused_unit_of(case, user.unit)):
        return _("批示不得交给被反映的单位或者人员（《信访工作条例》第三十条）。")
    if (unit and unit not in targets(case)) or (user and user not in officers(case)):
        return _("“%(who)s”没有此事项，请先转送、交办，再登记批示。") % {"who": unit or user}
    return ""


def bad_instruction(text: str, leader_name: str, given_on: dt.date, due_on: dt.date, today: dt.date) -> str:
    """Words, a leader, given within a year up to today, due from today within a year."""
    if not text.strip() or not leader_name.strip():
        return _("请填写批示领导和批示内容。")
    if given_on > today:
        return _("批示日期不能晚于今日。")
    if given_on < today - LONGEST:
        return _("批示日期不能早于一年以前，请核对年份。")
    return "" if today <= due_on <= today + LONGEST else _("落实期限应当在今日之后、一年以内。")


def no_answer(instruction: Instruction, actor: User) -> str:
    """Whoever the instruction went to answers it, or who acts for them, once."""
    if reason := _role(instruction.case, actor, "briefing.answer", _("反馈批示落实情况")) or _ended(instruction):
        return reason
    mine = instruction.to_user_id in actor.hands
    if instruction.to_unit and actor.unit:
        mine = instruction.to_unit.path.startswith(actor.unit.path) or actor.unit.path.startswith(
            instruction.to_unit.path
        )
    return "" if mine else _("此批示不是交给您或者您单位的。")


def no_withdrawal(instruction: Instruction, actor: User) -> str:
    """Whoever may register an instruction may withdraw it, with a reason, until it is answered."""
    return _role(instruction.case, actor, "briefing.instruct", _("撤销批示")) or _ended(instruction)


def _ended(instruction: Instruction) -> str:
    if instruction.withdrawn_at:
        return _("此批示已经撤销。")
    return _("此批示已经反馈。") if instruction.answered_at else ""


# ---- leaders in charge ----


def no_charge(case: Case, actor: User) -> str:
    """One leader has charge of a matter at a time, until it is filed."""
    if reason := _role(case, actor, "briefing.instruct", _("领导包案")):
        return reason
    if case.is_finished:
        return _("当前环节为“%(state)s”，不需要包案。") % {"state": case.get_state_display()}
    running = case.charges.open().first()
    return _("此事项已由 %(name)s 包案。") % {"name": running.leader_name} if running else ""


def leaders_for(case: Case) -> list[User]:
    """Leaders with an account who may see the matter and have not withdrawn from it."""
    able = User.objects.with_permission("cases.approve").select_related("unit__parent").order_by("username")
    return [
        user
        for user in able
        if user.pk not in case.recused_ids and Case.objects.visible_to(user).filter(pk=case.pk).exists()
    ]


def bad_charge(
    case: Case, name: str, leader: User | None, since: dt.date, due_on: dt.date, today: dt.date
) -> str:  # fmt: skip
    """A leader whom the matter is not about and who has not withdrawn from it; days that fit."""
    if not name.strip():
        return _("请填写包案领导。")
    if leader and (leader.pk == case.accused_user_id or (leader.unit and accused_unit_of(case, leader.unit))):
        return _("被反映的人员不得包案（《信访工作条例》第三十条）。")
    if leader and leader.pk in case.recused_ids:
        return _("%(who)s 已经回避，不能包案（第二十八条）。") % {"who": leader}
    if leader and leader not in leaders_for(case):
        return _("“%(who)s”看不到此事项，不能包案。") % {"who": leader}
    if since > today:
        return _("包案日期不能晚于今日。")
    return "" if today <= due_on <= today + LONGEST else _("办结期限应当在今日之后、一年以内。")


def no_progress(charge: Charge, actor: User) -> str:
    """Whoever registers instructions notes progress and ends a charge, while it runs."""
    if reason := _role(charge.case, actor, "briefing.instruct", _("领导包案")):
        return reason
    return "" if charge.is_open else _("此包案已经结束。")


def bad_charge_end(charge: Charge, result: str, ended_on: dt.date, today: dt.date) -> str:
    if not result.strip():
        return _("请填写包案结果。")
    return "" if charge.since <= ended_on <= today else _("结束日期应当在包案之日以后、今日以前。")


# ---- digests ----


def no_change(digest: Digest, actor: User) -> str:
    """Changed until it is issued, frozen after."""
    if not actor.can("briefing.digest"):
        return _("您的角色不能编写摘报。")
    return _("此摘报已经制发，不能再改。") if digest.issued_at else ""


def bad_digest(title: str, situation: str, suggestion: str) -> str:
    filled = title.strip() and situation.strip() and suggestion.strip()
    return "" if filled else _("请填写标题、主要情况和建议。")


def names_petitioner(cases: Iterable[Case], *texts: str) -> str:
    """An accuser's name never stands in a report or digest (article 30)."""
    names = {case.petitioner.name for case in cases if case.protected and len(case.petitioner.name) > 1}
    if any(name in text for name in names for text in texts):
        return _("涉及检举控告的报告、摘报不得写出信访人姓名（《信访工作条例》第三十条），请改用“信访人”。")
    return ""
