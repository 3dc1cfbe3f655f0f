"""When suggestions (三项建议) are possible, and what their list shows. Each refusal is a sentence, or ""."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from briefing.guards import names_petitioner
from cases.guards import accused_unit_of
from cases.lamps import Lamp, lamp
from cases.models import Case
from followup.choices import Adoption, SuggestionKind, SupervisionGround
from followup.models import Suggestion

LONGEST = dt.timedelta(days=365)
MOST = 50  # matters in one suggestion


def people_of(unit: Unit, permission: str) -> list[User]:
    """Holders at this very unit and its inner offices: what goes to a government does not go to all its bureaus."""
    holders = User.objects.with_permission(permission).select_related("unit__parent")
    below = holders.filter(unit__path__startswith=unit.path).order_by("pk")
    return [user for user in below if user.unit and unit.pk in user.unit.body_ids]


def no_suggesting(actor: User) -> str:
    return "" if actor.can("followup.supervise") else _("您的角色不能提出三项建议。")


def bad_suggestion(kind: str, ground: str, facts: str, text: str, due_on: dt.date, today: dt.date) -> str:
    """A kind; a listed ground where somebody did wrong; facts and advice; a day ahead."""
    if kind not in SuggestionKind.values:
        return _("请选择建议的种类。")
    if ground not in SupervisionGround.values and (ground or kind != SuggestionKind.POLICY):
        return _("请从第四十条的情形中选择一项。")
    if not facts.strip() or not text.strip():
        return _("请写明发现的问题和建议内容。")
    return "" if today < due_on <= today + LONGEST else _("反馈期限应当在今日之后、一年以内。")


def bad_addressee(cases: list[Case], unit: Unit) -> str:
    """At least one matter, none of which is about the unit or the body it belongs to (article 30)."""
    if not cases:
        return _("请至少写明一件有关的信访事项。")
    if len(cases) > MOST:
        return _("一份建议最多写 %(n)s 件事项。") % {"n": MOST}
    if not unit.is_active or any(unit == case.office for case in cases):
        return _("“%(unit)s”不能作为建议对象。") % {"unit": unit}
    if any(accused_unit_of(case, unit) or _inside(case, unit) for case in cases):
        return _("所涉事项反映的就是该单位，建议书不得发给该单位（《信访工作条例》第三十条），可以发给其上级单位。")
    return ""


def _inside(case: Case, unit: Unit) -> bool:
    """Is the accused a part of the unit's own body (an inner office of it)?"""
    accused = case.accused_unit
    return accused is not None and unit.pk in accused.body_ids


def names_somebody(cases: Iterable[Case], *texts: str) -> str:
    """An accuser's name never stands in it."""
    return names_petitioner(cases, *texts)


def no_answer(suggestion: Suggestion, actor: User) -> str:
    """The unit it was addressed to answers, once; the office records an answer that came on paper."""
    if suggestion.closed_at:
        return _("此建议已经销号。")
    if suggestion.answered_at:
        return _("此建议已经反馈。")
    theirs = actor.unit is not None and suggestion.unit.path.startswith(actor.unit.path)
    if (actor.can("followup.feedback") and theirs) or actor.can("followup.supervise"):
        return ""
    return _("此建议不是发给您单位的。")


def bad_answer(
    adoption: str, answer: str, reasons: str, answered_on: dt.date, issued: dt.date, today: dt.date
) -> str:  # fmt: skip
    """What was adopted; the reasons where not all of it was; a day between issue and today."""
    if adoption not in Adoption.values:
        return _("请选择采纳情况。")
    if adoption != Adoption.ADOPTED and not reasons.strip():
        return _("不采纳或者部分采纳的，应当说明理由。")
    if adoption != Adoption.NOT and not answer.strip():
        return _("请填写采纳后的落实情况。")
    return "" if issued <= answered_on <= today else _("反馈日期应当在发出建议之日以后、今日以前。")


def no_closing(suggestion: Suggestion, actor: User) -> str:
    if not actor.can("followup.supervise"):
        return _("您的角色不能销号。")
    return _("此建议已经销号。") if suggestion.closed_at else ""


def number(suggestion: Suggestion) -> str:
    return suggestion.paper.number if suggestion.paper else ""


def suggestion_lamp(row: Suggestion, today: dt.date) -> Lamp:
    """By its day until it is answered; then what was adopted."""
    if row.closed_at:
        return Lamp("idle", _("已销号"))
    if row.answered_at:
        late = row.answered_on is not None and row.answered_on > row.due_on
        return Lamp("warn" if late else "ok", _("已反馈（超期）") if late else _("已反馈"))
    return lamp(row.due_on, today)


def row_of(row: Suggestion, user: User, now: dt.datetime) -> dict[str, Any]:
    """A suggestion as listed: its lamp and what this user may do with it."""
    return {
        "row": row, "lamp": suggestion_lamp(row, timezone.localdate(now)),
        "answer": not no_answer(row, user), "close": not no_closing(row, user),
    }  # fmt: skip
