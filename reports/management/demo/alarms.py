"""Neighbours of one estate who come within a week, words that need somebody at once, and what the sweep makes of it."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from alerts import actions, papers
from alerts.models import Alarm
from alerts.tasks import look
from reports.management.demo.world import Life, World

CONTENT = "城乡建设/住房保障与房地产/物业服务"
NEIGHBOURS = (
    (6, "要求督促清水湾小区物业公司公开电梯维修资金账目。", "两部电梯停用三个月，业主每月照交物业费。"),
    (4, "要求清水湾小区物业公司恢复夜间照明和门岗。", "物业公司撤走门岗，夜间路灯不亮，业主多次报修。"),
    (3, "要求清水湾小区更换物业公司。", "物业公司与业主多次冲突，要求街道指导召开业主大会。"),
)
DESPAIR = (
    1, "要求兴隆机械厂一次付清拖欠的工伤待遇。",
    "认定工伤后企业拖欠十个月，家里借不到钱看病，活不下去了。",
)  # fmt: skip


def gathering(world: World) -> list[tuple[dt.datetime, Life]]:
    """The visits with their moments."""
    place = {"region": "清水区", "content": CONTENT}
    planned = [(days, {"demand": demand, "facts": facts} | place) for days, demand, facts in NEIGHBOURS]
    days, demand, facts = DESPAIR
    planned.append(
        (days, {"demand": demand, "facts": facts, "content": "劳动和社会保障/城镇职工社会保险/职工工伤保险"})
    )
    return [(world.ago(days), _visit(world, world.ago(days), text)) for days, text in planned]


def _visit(world: World, start: dt.datetime, text: dict[str, str]) -> Iterator[dt.datetime]:
    at = yield start
    region = {"region": text["region"]} if "region" in text else {}
    world.register(text, at, channel="visit", **region)


def raised(world: World) -> None:
    """Look as of now; the group that grows was answered, of the place a note waits to be read once more."""
    now = world.now
    look(now)
    today = timezone.localdate(now)
    waiting = {alarm.rule: alarm for alarm in Alarm.objects.waiting(today)}
    if growing := waiting.get("growth"):
        actions.acknowledge(
            alarm=growing, version=growing.version, actor=world.user("leader"), at=now,
            note="已由分管领导包案，本周五到小区听取意见，请住建、自然资源部门参加。",
        )  # fmt: skip
    if place := waiting.get("place"):
        actions.write_note(alarm=place, actor=world.user("supervisor"), at=now, **papers.first_words(place))
