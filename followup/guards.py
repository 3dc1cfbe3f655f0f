"""When following up is possible. Each returns a sentence why not, or ""; buttons and verbs ask the same."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit.models import Event
from cases.choices import UNDER_WAY, WITH_A_UNIT, State
from cases.clocks import OURS
from cases.guards import within_reopening
from cases.models import Case
from cases.workflow import STEPS, refusal
from documents.models import Paper
from followup import owing
from followup.choices import Reached, Satisfaction, SupervisionGround, UrgeWay, VisitOutcome
from followup.models import ReturnVisit, Supervision

SUPERVISED = STEPS["supervise"].sources
TO_VISIT = STEPS["return_visit"].sources
HANDLED = ("take_up", "investigate", "settle", "submit", "sign", "report")  # steps that are work on the matter
REVISIT = "revisit"  # where a matter came from that a return visit opened
AT_ONCE = dt.timedelta(minutes=1)  # on either side: of two at once, who comes first to the lock may be the later one
LONGEST = dt.timedelta(days=365)


def no_urging(case: Case, actor: User) -> str:
    """Urging needs a unit that has the matter in hand."""
    if not actor.can("followup.urge"):
        return _("您的角色不能催办。")
    if case.state not in WITH_A_UNIT or case.handling_unit is None:
        return _("当前环节为“%(state)s”，没有承办单位需要催办。") % {"state": case.get_state_display()}
    return ""


def bad_urging(way: str, spoke_to: str, promised_on: dt.date | None, today: dt.date) -> str:
    """A talk names whom one spoke to; a promise lies ahead."""
    if way not in UrgeWay.values:
        return _("请选择催办方式。")
    if way != UrgeWay.LETTER and not spoke_to.strip():
        return _("请填写联系人：派人、打电话、召开会议的，写明与谁联系。")
    return _bad_day(promised_on, today, _("承诺日期")) if promised_on else ""


def late_keys(cases: Iterable[Case], today: dt.date) -> set[int]:
    """The keys of those of these matters in which the unit itself is late; one query."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases])
    return set(owing.late_by_unit(rows, today).values_list("pk", flat=True))


def not_in_letter(case: Case, unit: Unit, actor: User, late: set[int]) -> str:
    """Why a matter has no place in a letter to this unit: it lies elsewhere by now, or what is late is not the unit's.

    ``late``: the keys of matters in which the unit itself is late (``late_keys``).
    """
    if case.handling_unit_id != unit.pk:
        return _("此事项现在不由“%(unit)s”承办。") % {"unit": unit}
    if reason := no_urging(case, actor):
        return reason
    if case.state in owing.WITH_THE_OFFICE:
        return _("报告或者异议正由登记机构审查，现在不是该单位超期。")
    return "" if case.pk in late else _("超期的不是该单位自己的期限，不列入催办函。")


def bad_letter(cases: list[Case], content: str, reply_by: dt.date | None, today: dt.date) -> str:
    """At least one matter, something to say, a day ahead."""
    if not cases:
        return _("所选事项现在都不能催办，没有制发催办函。")
    if not content.strip():
        return _("请填写催办内容。")
    return _bad_day(reply_by, today, _("答复期限")) if reply_by else ""


def no_supervision(case: Case, actor: User) -> str:
    """A supervision order goes to the unit that has, or had, the matter (article 40)."""
    if not actor.can("followup.supervise"):
        return _("您的角色不能督办。")
    if case.state not in SUPERVISED or case.handling_unit is None:
        return _("当前环节为“%(state)s”，没有可以督办的单位。") % {"state": case.get_state_display()}
    return ""


def bad_supervision(case: Case, ground: str, requirement: str, due_on: dt.date, today: dt.date) -> str:
    """A listed ground that fits, a requirement, a day ahead."""
    if ground not in SupervisionGround.values:
        return _("请从第四十条的情形中选择一项。")
    if ground == SupervisionGround.LATE and not _was_late(case, today):
        return _("此事项的期限没有超过，不能以超期为由督办。")
    if not requirement.strip():
        return _("请写明督办要求。")
    return _bad_day(due_on, today, _("反馈期限"))


def _was_late(case: Case, today: dt.date) -> bool:
    """Has any of the office's or the unit's periods been exceeded, running or stopped (by the printed day)?"""
    clocks = case.clocks.filter(kind__in=OURS)
    return any(clock.legal_due < (clock.stopped_on or today) for clock in clocks)


def _bad_day(day: dt.date, today: dt.date, label: str) -> str:
    if today < day <= today + LONGEST:
        return ""
    return _("%(label)s应当在今日之后、一年以内。") % {"label": label}


def no_feedback(supervision: Supervision, actor: User) -> str:
    """Written feedback comes from the supervised unit, once."""
    if not actor.can("followup.feedback"):
        return _("您的角色不能反馈督办。")
    if actor.unit is None or not supervision.unit.path.startswith(actor.unit.path):
        return _("此督办不是发给您单位的。")
    if supervision.closed_at:
        return _("此督办已经销号。")
    return _("此督办已经反馈。") if supervision.feedback_at else ""


def no_returning(supervision: Supervision, actor: User) -> str:
    """Feedback is sent back by whoever may order a supervision, while the order is open."""
    if reason := no_closing(supervision, actor):
        return reason
    return "" if supervision.feedback_at else _("此督办还没有反馈。")


def bad_returning(reason: str, due_on: dt.date, today: dt.date) -> str:
    """The unit learns what is missing, and until when."""
    if not reason.strip():
        return _("请写明退回的理由：缺什么、怎样补充。")
    return _bad_day(due_on, today, _("反馈期限"))


def no_closing(supervision: Supervision, actor: User) -> str:
    """Whoever may order a supervision may close it."""
    if not actor.can("followup.supervise"):
        return _("您的角色不能督办。")
    return _("此督办已经销号。") if supervision.closed_at else ""


def no_return_visit(case: Case, actor: User) -> str:
    """Return visits follow the answer and are not made by whoever gave it."""
    if not actor.can("followup.return_visit"):
        return _("您的角色不能回访。")
    if case.state not in TO_VISIT:
        return _("当前环节为“%(state)s”，答复送达后才能回访。") % {"state": case.get_state_display()}
    if _withdrew(case, actor):
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    if handled_by(case, actor):
        return _("此事项由您办理，回访应当由其他人员进行。")
    if of_handling_unit(case, actor):
        return _("您所在单位承办此事项，回访应当由其他单位人员进行。")
    return ""


def just_recorded(case: Case, actor: User, at: dt.datetime, way: str, reached: str) -> bool:
    """Did this person record the same attempt less than a minute ago? Then the form was sent twice."""
    same = case.return_visits.filter(visited_by=actor, way=way, reached=reached)
    return same.filter(visited_at__gt=at - AT_ONCE, visited_at__lt=at + AT_ONCE).exists()


def just_urged(case: Case, actor: User, at: dt.datetime, way: str) -> bool:
    """Did this person urge in the same way less than a minute ago, also by a letter about several matters?"""
    same = case.urgings.filter(urged_by=actor, way=way)
    return same.filter(urged_at__gt=at - AT_ONCE, urged_at__lt=at + AT_ONCE).exists()


def just_supervised(case: Case, actor: User, at: dt.datetime, ground: str) -> bool:
    """Did this person order a supervision on the same ground less than a minute ago?"""
    same = case.supervisions.filter(ordered_by=actor, ground=ground)
    return same.filter(ordered_at__gt=at - AT_ONCE, ordered_at__lt=at + AT_ONCE).exists()


def _withdrew(case: Case, actor: User) -> bool:
    """Did this person, or whom they act for, withdraw from the matter (article 28)?"""
    return not case.recused_ids.isdisjoint(actor.hands)


def handled_by(case: Case, actor: User) -> bool:
    """Did this person handle the matter: as handler, now or before, as author or signer, or by answering on the spot?

    Whom a deputy acts for counts as well, and what a deputy did in this person's stead.
    """
    if case.handler_id in actor.hands:
        return True
    names = [one.username for one in (actor, actor.acting_for) if one is not None]
    did = Q(actor__in=actor.hands) | Q(data__acting_for__in=names)
    if Event.objects.of_matter(case.number).filter(did, verb__in=HANDLED).exists():
        return True
    answers = Paper.objects.about(case).filter(kind="answer_record", voided_at__isnull=True)
    return answers.filter(issued_by__in=actor.hands).exists()


def of_handling_unit(case: Case, actor: User) -> bool:
    """Is the actor one of those whose work is asked about: of a unit that has or had the matter, or an office in it?

    Where the registering office handles a matter itself, its other people do visit.
    """
    if actor.unit is None:
        return False
    units = {one.unit for one in case.assignments.select_related("unit")} | {case.handling_unit}
    return any(
        unit is not None
        and unit.pk != case.office_id
        and (actor.unit.path.startswith(unit.path) or unit.pk in actor.unit.body_ids)
        for unit in units
    )


def no_draw(actor: User, office: Unit | None, month: dt.date, today: dt.date) -> str:
    """A sample is drawn for a month that is over, once, by whoever directs the office's work."""
    if not actor.can("followup.supervise") or office is None:
        return _("您的角色不能抽取回访事项。")
    if month.day != 1 or not dt.date(2000, 1, 1) <= month < today.replace(day=1):
        return _("只能抽取已经过去的月份。")
    return ""


def no_rework(case: Case, visit: ReturnVisit, actor: User, at: dt.datetime) -> str:
    """Back to the unit: inside the window, by the last visit, which found that it was not handled properly."""
    return _not_found_wanting(case, visit) or refusal(case, "rework", actor, at)


def _not_found_wanting(case: Case, visit: ReturnVisit) -> str:
    last = case.return_visits.order_by("-visited_at", "-pk").first()
    if visit.outcome != VisitOutcome.NOT_PROPER or last is None or last.pk != visit.pk:
        return _("最近一次回访没有认定未妥善处理。")
    if case.closed_at and visit.visited_at < case.closed_at:
        return _("回访之后已经重新办结，请再次回访。")
    return ""


def no_anew(case: Case, visit: ReturnVisit, actor: User, at: dt.datetime) -> str:
    """A new matter linked to this one: only where it is too late to take this one up again."""
    if not actor.can("followup.return_visit") or not actor.can("reception.register"):
        return _("您的角色不能登记。")
    if _withdrew(case, actor):
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    if Case.objects.filter(apart_from=case, source=REVISIT).exists():
        return _("已经另立新事项。")
    if case.state in (*UNDER_WAY, State.MERGED):
        return _("此事项正在办理，仍有的问题请交承办单位一并办理，不另立新事项。")
    window = within_reopening(case, actor, at, {})
    if case.state in TO_VISIT and not window:
        return _("还在重新办理期限之内，请退回承办单位重办。")
    return _not_found_wanting(case, visit)


def bad_return_visit(
    reached: str, satisfaction: str, proper: bool | None = None, remaining: str = "", explanation: str = ""
) -> str:
    """Whoever was reached was asked, nobody else; what was not proper is named, what does not convince explained."""
    if reached not in Reached.values:
        return _("请选择联系结果。")
    if reached == Reached.YES and not satisfaction:
        return _("已联系上的，请填写满意度。")
    if reached != Reached.YES and satisfaction:
        return _("没有联系上或者拒绝回访的，不填满意度。")
    if reached != Reached.YES and proper is not None:
        return _("没有联系上或者拒绝回访的，不判断处理是否妥当，请选“未判断”。")
    found = outcome_of(reached, satisfaction, proper)
    if found == VisitOutcome.NOT_PROPER and not remaining.strip():
        return _("认定未妥善处理的，请写明仍有的问题。")
    if found == VisitOutcome.NOT_CONVINCED and not explanation.strip():
        return _("妥善处理但信访人不信服的，请写明解释情况。")
    return ""


def outcome_of(reached: str, satisfaction: str, proper: bool | None) -> str:
    """What a visit found: whether it was handled properly is ours to say, whether it convinces the petitioner's."""
    if reached != Reached.YES:
        return ""
    if proper is None:
        return VisitOutcome.OPEN
    if not proper:
        return VisitOutcome.NOT_PROPER
    return VisitOutcome.NOT_CONVINCED if satisfaction == Satisfaction.NOT else VisitOutcome.ACCEPTED
