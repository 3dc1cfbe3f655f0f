"""Recusal (article 28): who should look twice before handling a matter, with the reason in words.

Hints are computed from what the matter and the list of staff say anyway, explained, and
kept only where an officer answered one (``Interest``); nothing is kept about petitioners.
A hint decides nothing: the officer says why there is no interest, or withdraws. Of a
matter whose petitioner is kept secret from units, no hint tells a unit who that is.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cases.choices import InterestKind
from cases.models import Case, Interest
from reception.models import Companion

# Two-character surnames, so that 欧阳 is not taken for 欧.
DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
    "百里",
    "南宫",
)
SHORT = 2  # a single character names nobody
NUMBER = 7  # digits that make a telephone number


@dataclass(frozen=True)
class Hint:
    """One reason to ask; ``words`` is a sentence."""

    code: str
    words: str


def surname(name: str) -> str:
    """The surname of a Chinese name; "" for anything else."""
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name):
        return ""
    return name[:2] if name.startswith(DOUBLE) and len(name) > SHORT else name[:1]


def hints(case: Case, officer: User) -> list[Hint]:
    """Why ``officer`` may have a direct interest in the matter."""
    found = _about_the_accused(case, officer) + _about_earlier_work(case, officer)
    if case.protected and "office" not in officer.scopes:
        return found  # the petitioner is kept from this officer; a hint would name them
    return found + _about_the_petitioner(case, officer)


def _about_the_accused(case: Case, officer: User) -> list[Hint]:
    name, unit, found = str(officer), officer.unit, []
    if len(name) >= SHORT and name in case.accused:
        found.append(Hint("named", _("被反映的人中有同名者。")))
    accused = case.accused_unit
    if accused and unit and accused.parent_id in unit.body_ids:
        found.append(Hint("superior", _("所在单位是被反映单位的直接上级。")))
    return found


def _about_earlier_work(case: Case, officer: User) -> list[Hint]:
    earlier = case.apart_from
    if earlier and (earlier.handler_id == officer.pk or earlier.reports.filter(made_by=officer).exists()):
        return [Hint("earlier", _("办理过信访人此前的疑似同一事项。"))]
    return []


def _about_the_petitioner(case: Case, officer: User) -> list[Hint]:
    person, name, found = case.petitioner, str(officer), []
    if len(name) >= SHORT and name == person.name:
        found.append(Hint("same_name", _("与信访人同名。")))
    elif surname(name) and surname(name) == surname(person.name) and _tied(case, officer):
        found.append(Hint("surname", _("与信访人同姓，且信访人的工作单位或者所反映的是其所在单位。")))
    phone = digits(officer.phone)
    if phone and phone == digits(str(person.phone)):
        found.append(Hint("phone", _("与信访人的联系电话相同。")))
    came = Companion.objects.filter(visit__case_link__case=case)
    if any(one.name == name or (phone and digits(str(one.phone)) == phone) for one in came):
        found.append(Hint("companion", _("同来人员中有同名或者电话相同的人。")))
    return found


def _tied(case: Case, officer: User) -> bool:
    """Does the petitioner work at the officer's unit, or complain about it?"""
    text = f"{case.petitioner.work_unit}|{case.accused}"
    return officer.unit is not None and any(
        name and name in text for name in (officer.unit.name, officer.unit.short_name)
    )


def digits(phone: str) -> str:
    """The digits of a telephone number, "" when they are too few to tell people apart."""
    found = re.sub(r"\D", "", phone or "")
    return found if len(found) >= NUMBER else ""


def explained(case: Case, officer: User) -> bool:
    """Has the officer's relation to the matter been explained before?"""
    return case.interests.filter(user=officer, kind=InterestKind.EXPLAINED).exists()


def open_hints(case: Case, officer: User) -> list[Hint]:
    """Hints that still want an answer."""
    found = hints(case, officer)
    return [] if found and explained(case, officer) else found


def answer(case: Case, officer: User, words: str, *, by: User, at: dt.datetime) -> list[Interest]:
    """Keep why the hints about an officer mean nothing, inside a verb; returns the row, none when nothing was asked."""
    found = open_hints(case, officer)
    if not found or not words.strip():
        return []
    row = Interest(
        case=case, user=officer, kind=InterestKind.EXPLAINED, hint="".join(one.words for one in found)[:120],
        reason=words.strip()[:300], recorded_by=by, recorded_at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    return [row]


ORDERS = ("cases.assign", "cases.approve")  # who directs the office's work may order it for anybody concerned


def may_order_for(actor: User, case: Case) -> QuerySet[User] | None:
    """Whom ``actor`` may order to withdraw; None when only for themselves. The head of a unit orders at home."""
    anybody = any(actor.can(one) for one in ORDERS)
    if not anybody and not actor.can("cases.sign_off"):
        return None
    able = User.objects.with_permission("cases.declare_interest").exclude(pk__in={*case.recused_ids, actor.pk})
    if not anybody:
        return able.filter(unit__path__startswith=actor.unit.path) if actor.unit else None
    concerned = Q(unit__path__startswith=case.office.path)
    for path in case.assignments.values_list("unit__path", flat=True):
        concerned |= Q(unit__path__startswith=path)
    able = able.filter(concerned)
    return able.exclude(pk=case.accused_user_id) if case.accused_user_id else able
