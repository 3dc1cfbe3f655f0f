"""Two reception days of leaders: one on the public list, one still being planned."""

import datetime as dt

from django.utils import timezone

from diary import actions
from diary.models import LeaderDay
from reports.management.demo.world import World

NOTICE = (
    "接待来访群众反映的城乡建设、劳动保障方面的信访事项。请携带有效证件和材料，提前到接待窗口预约；"
    "多人反映同一事项的，推选代表不超过 5 人。"
)
DAYS = ((8, "高远", "市信访局局长", True), (22, "张明华", "副市长", False))


def plan(world: World) -> None:
    """About a week and three weeks ahead, on working days."""
    today = timezone.localdate(world.now)
    for ahead, name, post, published in DAYS:
        day = world.calendar.next_working_day(today + dt.timedelta(days=ahead))
        row = actions.plan_day(
            actor=world.user("supervisor"), at=world.now, leader_name=name, post=post, day=day, starts=dt.time(9),
            ends=dt.time(11, 30), place="市人民来访接待中心一楼 1 号接访室", notice=NOTICE,
            leader=world.user("leader") if name == "高远" else None,
        )  # fmt: skip
        if published:
            planned = LeaderDay.objects.get(pk=row.pk)
            actions.publish_day(row=planned, version=planned.version, actor=world.user("supervisor"), at=world.now)
