"""Return visits of the demo office: last months' samples, attempts that failed, and what petitioners rated."""

import datetime as dt
import itertools

from django.utils import timezone

from cases.models import Case, QueryCode
from followup import guards, sampling
from followup.actions import visiting
from followup.evaluating import window
from inquiry import actions as asking
from reports.management.demo.world import World

RATINGS = (("satisfied", "satisfied"), ("satisfied", "fairly"), ("fairly", "not"), ("satisfied", "satisfied"))
MOST = 6


def make(world: World, now: dt.datetime) -> None:
    """Two months drawn, the first attempts made, some matters rated through the page's own verb."""
    rated(now)
    month = timezone.localtime(now).date().replace(day=1)
    for _one in range(2):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        if sampling.frame(world.unit("XFJ"), month, timezone.localtime(now).date()):
            run = visiting.draw(
                office=world.unit("XFJ"), month=month, actor=world.user("supervisor"), at=now, seed=f"demo-{month:%Y%m}"
            )
            tried(world, [row.case for row in run.rows.select_related("case")[:2]], now)


def tried(world: World, cases: list[Case], now: dt.datetime) -> None:
    """Nobody answered the telephone."""
    clerk = world.user("clerk")
    for case in cases:
        if not guards.no_return_visit(case, clerk):
            visiting.record_return_visit(case=world.fresh(case), actor=clerk, at=now, way="phone", reached="no")


def rated(now: dt.datetime) -> None:
    """Some petitioners have rated the answer they got."""
    today, ratings = timezone.localtime(now).date(), itertools.cycle(RATINGS)
    codes = (
        QueryCode.objects.filter(case__state__in=guards.TO_VISIT).select_related("case").order_by("-case__answered_on")
    )
    for row in codes[:MOST]:
        open_to = window(row.case, today).open_to
        given = dict(zip(map(str, open_to), next(ratings), strict=False))
        if given:
            asking.rate(row=row, actor=None, at=now, given=given)
