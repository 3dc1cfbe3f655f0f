"""Who is told what about a matter: numbers, stages and units only, never names."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deputies import standing_in
from accounts.models import Deputyship, Unit, User
from approvals.models import Request
from cases.guards import accused_unit_of
from cases.models import Assignment, Case, Meeting
from notices import outbox


def people_at(unit: Unit, permission: str) -> list[User]:
    """Active users of a unit, its inner offices and the units below it who may do ``permission``."""
    able = User.objects.with_permission(permission).filter(unit__path__startswith=unit.path)
    return list(able.select_related("unit").prefetch_related("grants"))


def may_be_told(case: Case, users: list[User]) -> list[User]:
    """Who of these is told of the matter with its address: whom it is not about, and who may open it.

    ``people_at`` reaches the inner offices of a unit, to which the matter was not sent.
    """
    return [user for user in not_about(case, users) if knows(case, user)]


def not_about(case: Case, users: list[User], deputyships: list[Deputyship] | None = None) -> list[User]:
    """Whoever the matter is about is never told of it, nor is their unit (article 30).

    Whoever stands in now for one of the others is told as well, where they may see the matter as a deputy;
    ``deputyships`` are those in force, where many matters are asked about.
    """
    told = [
        user
        for user in users
        if case.accused_user_id not in user.hands and not (user.unit and accused_unit_of(case, user.unit))
    ]
    return told + [one for one in standing_in(told, deputyships) if knows(case, one) and not_out(case, one)]


def not_about_any(
    cases: Iterable[Case], users: list[User], deputyships: list[Deputyship] | None = None
) -> list[User]:  # fmt: skip
    """Whom none of these matters is about, each person once: somebody may stand in for several."""
    told = [{user.pk: user for user in not_about(case, users, deputyships)} for case in cases]
    return [user for pk, user in told[0].items() if all(pk in one for one in told)] if told else list(users)


def knows(case: Case, user: User) -> bool:
    """May they open the matter?"""
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


def not_out(case: Case, user: User) -> bool:
    """Neither they nor whom they act for has withdrawn from the matter."""
    return not case.recused_ids & user.hands


def tell_unit(case: Case, unit: Unit, assignment: Assignment, at: dt.datetime, occasion: str = "sent") -> None:
    texts = {
        "sent": _("%(number)s 已%(kind)s你单位，请签收；不属于你单位的，5 个工作日内提出异议。"),
        "insisted": _("%(number)s 不同意退回（%(kind)s），请签收办理。"),
        "sent_back": _("%(number)s 的办结报告被退回（%(kind)s），请补充办理。"),
        "closed": _("%(number)s 已同意结案（%(kind)s）。"),
        "assist": _("%(number)s 请你单位协办（%(kind)s），按期向主办单位报送意见。"),
        "assisted": _("%(number)s 的协办单位已报送意见（%(kind)s）。"),
        "submitted": _("%(number)s 的办结报告待签发（%(kind)s）。"),
        "stays": _("%(number)s 的异议逾期未获同意（%(kind)s），仍由你单位办理。"),
        "rework": _("%(number)s 经回访认定未妥善处理（%(kind)s），退回你单位重新办理。"),
        "redo": _("%(number)s 复查意见责令重新办理（%(kind)s），请办理。"),
    }
    outbox.put(
        recipients=may_be_told(case, people_at(unit, "cases.sign_off" if occasion == "submitted" else "cases.take_up")),
        kind=occasion,
        text=texts[occasion] % {"number": case.number, "kind": assignment.get_kind_display()},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}:{assignment.pk}",
        at=at,
    )


WHO_JUDGES = {"dispute": "cases.coordinate"}


def tell_office(case: Case, occasion: str, at: dt.datetime) -> None:
    texts = {
        "objected": _("%(number)s：%(unit)s 提出异议，请核实。"),
        "dispute": _("%(number)s：%(unit)s 第三次提出异议，请协调裁定。"),
        "reported": _("%(number)s：%(unit)s 报送了办结报告，请审查。"),
        "taken_up": _("%(number)s：%(unit)s 已签收。"),
    }
    outbox.put(
        recipients=may_be_told(case, people_at(case.office, WHO_JUDGES.get(occasion, "cases.review"))),
        kind=occasion,
        text=texts[occasion] % {"number": case.number, "unit": case.handling_unit},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}",
        at=at,
    )


def tell_deciders(case: Case, request: Request, at: dt.datetime) -> None:
    """Tell those who may decide a request; ``own_body`` requests stay inside the body that asks."""
    unit = request.unit if request.spec.own_body and request.unit else case.office
    people = people_at(unit, request.spec.permission) if not request.spec.own_body else _heads(unit, request)
    outbox.put(
        recipients=[one for one in may_be_told(case, people) if request.asked_by_id not in one.hands],
        kind="ask",
        text=_("%(number)s 有“%(kind)s”待您审批。") % {"number": case.number, "kind": request.get_kind_display()},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"ask:{request.pk}",
        at=at,
    )


def _heads(unit: Unit, request: Request) -> list[User]:
    """Who decides for a unit: holders of the permission at the unit or above it."""
    able = User.objects.with_permission(request.spec.permission).select_related("unit")
    return [user for user in able if user.unit and unit.path.startswith(user.unit.path)]


def tell_person(user: User, case: Case, occasion: str, at: dt.datetime) -> None:
    """Tell one officer what became of what they asked for, or of what they handle."""
    texts = {
        "granted": _("%(number)s 您提出的事项已获批准。"),
        "denied": _("%(number)s 您提出的事项未获批准，请看审批意见。"),
        "recused": _("%(number)s 您应当回避，不再办理此事项（第二十八条）。"),
        "sent_back": _("%(number)s 的办结报告被退回，请补充办理。"),
    }
    outbox.put(
        recipients=may_be_told(case, [user] if user.is_active else []),
        kind=occasion,
        text=texts[occasion] % {"number": case.number},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}:{user.pk}:{at.isoformat()}",
        at=at,
    )


def tell_people_at(case: Case, unit: Unit, occasion: str, at: dt.datetime) -> None:
    """Tell those at a unit who take matters up (or sign) what became of one of theirs, without an assignment."""
    texts = {
        "merged": _("%(number)s 已并案，你单位暂停办理。"),
        "unmerged": _("%(number)s 已撤销并案，请继续办理，期限连续计算。"),
        "handler_withdrew": _("%(number)s 的承办人已回避，请另行安排人员办理。"),
        "submitted": _("%(number)s 的办结报告待签发。"),
    }
    able = people_at(unit, "cases.sign_off" if occasion == "submitted" else "cases.take_up")
    people = [one for one in able if one.pk not in case.recused_ids]
    outbox.put(
        recipients=may_be_told(case, people),
        kind=occasion,
        text=texts[occasion] % {"number": case.number},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}",
        at=at,
    )


def tell_superiors(case: Case, times: int, at: dt.datetime) -> None:
    """A report sent back again: the office's leaders, and whoever answers at the body above the unit.

    Of the unit's superior only its own people, not those of its other subordinates; who may not
    open the matter gets the words without the address.
    """
    unit, people = case.handling_unit, people_at(case.office, "cases.approve")
    if unit and unit.parent:
        people += [one for do in ("cases.approve", "cases.sign_off") for one in _right_at(unit.parent, do)]
    for user in {one.pk: one for one in not_about(case, people)}.values():
        known = knows(case, user)
        outbox.put(
            recipients=[user],
            kind="escalate",
            tone="late",
            text=_("%(number)s：%(unit)s 的办结报告第 %(n)s 次被退回，请关注，建议督办。")
            % {"number": case.number, "unit": unit, "n": times},
            url=case.get_absolute_url() if known else "",
            matter=case.number if known else "",
            key=f"escalate:{case.number}:{case.version}",
            at=at,
        )


def _right_at(unit: Unit, permission: str) -> list[User]:
    return list(User.objects.with_permission(permission).filter(unit=unit))


def tell_settled(case: Case, occasion: str, at: dt.datetime) -> None:
    """Tell office and unit that an agreement was made, kept or not kept."""
    texts = {
        "settled": _("%(number)s 已达成调解（和解）协议，办理暂停，待协议履行。"),
        "performed": _("%(number)s 的协议已履行，事项办结。"),
        "not_performed": _("%(number)s 的协议未履行，恢复办理，期限连续计算。"),
    }
    unit = case.handling_unit
    people = people_at(case.office, "cases.review") + (people_at(unit, "cases.take_up") if unit else [])
    outbox.put(
        recipients=may_be_told(case, people),
        kind=occasion,
        text=texts[occasion] % {"number": case.number},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"{occasion}:{case.number}:{case.version}",
        at=at,
    )


def tell_meeting(case: Case, meeting: Meeting, units: list[Unit], occasion: str, at: dt.datetime) -> None:
    """Tell the units asked to a meeting. Who may not open the matter gets the words without the address."""
    texts = {
        "meeting": _("%(number)s 定于 %(when)s 在%(place)s召开调度会，请派人参加。"),
        "minutes": _("%(number)s 调度会结果已登记，请按议定结果落实。"),
        "meeting_off": _("%(number)s 原定 %(when)s 的调度会取消。"),
    }
    when = timezone.localtime(meeting.planned_at).strftime("%Y-%m-%d %H:%M")
    people = [one for unit in units for do in ("cases.take_up", "cases.sign_off") for one in people_at(unit, do)]
    for user in {one.pk: one for one in not_about(case, people)}.values():
        known = knows(case, user)
        outbox.put(
            recipients=[user],
            kind=occasion,
            text=texts[occasion] % {"number": case.number, "when": when, "place": meeting.place},
            url=case.get_absolute_url() if known else "",
            matter=case.number if known else "",
            key=f"{occasion}:{meeting.pk}",
            at=at,
        )
