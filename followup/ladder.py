"""Which stage a running clock has reached, which are still to be recorded, and who is told."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cases.clocks import MAKES_DUE
from cases.models import Case, Clock
from cases.telling import may_be_told, people_at
from followup.models import Reminder
from followup.policy import Rung, ladder


def reached(clock: Clock, today: dt.date) -> list[Rung]:
    """The rungs this clock stands on or above on ``today``, the mildest first; days are calendar days."""
    late = (today - clock.strict_due).days
    return [rung for rung in ladder() if clock.kind in rung.clocks and late >= rung.from_day]


def owing(today: dt.date) -> QuerySet[Clock]:
    """Running clocks with a reached stage of their present version that no reminder row records yet."""
    wanted: Q = Q(pk__in=[])
    for rung in ladder():
        recorded = Reminder.objects.filter(clock=OuterRef("pk"), version=OuterRef("version"), stage=rung.stage)
        by = today - dt.timedelta(days=rung.from_day)
        wanted |= Q(Q(kind__in=sorted(rung.clocks), strict_due__lte=by), ~Exists(recorded))
    return Clock.objects.filter(wanted, MAKES_DUE, stopped_on__isnull=True).order_by("pk")


def recipients(case: Case, rung: Rung) -> list[User]:
    """Whom this rung tells, each once; never whoever the matter is about, nor their unit (article 30)."""
    people: dict[int, User] = {}
    for who in rung.tell:
        for user in may_be_told(case, _people(case, who)):
            people.setdefault(user.pk, user)
    return list(people.values())


def _people(case: Case, who: str) -> list[User]:
    if who == "supervisor":
        return people_at(case.office, "followup.urge")
    if who == "leader":
        return people_at(case.office, "cases.approve")
    if case.handling_unit is None:
        return [case.created_by] if case.created_by.is_active else []
    if case.handler and case.handler.is_active:
        return [case.handler]
    return people_at(case.handling_unit, "cases.take_up")


def sentence(clock: Clock, today: dt.date) -> str:
    """The reminder in words: number, period, due day and how many calendar days are left or over."""
    left = (clock.strict_due - today).days
    facts = {
        "number": clock.case.number,
        "clock": str(clock.get_kind_display()).removesuffix("期限"),
        "day": clock.strict_due.isoformat(),
        "n": abs(left),
    }
    if left > 0:
        return _("%(number)s 的%(clock)s期限还有 %(n)s 天，%(day)s 到期。") % facts
    if left == 0:
        return _("%(number)s 的%(clock)s期限今日到期。") % facts
    return _("%(number)s 的%(clock)s期限已于 %(day)s 到期，超期 %(n)s 天。") % facts
