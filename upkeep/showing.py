"""What the page of the running office shows, in words and lamps. Reads only."""

import datetime as dt
import platform
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from cases.lamps import Lamp
from upkeep.choices import Fault, Sweep
from upkeep.health import Health, late, look
from upkeep.policy import limits

MINUTE, HOUR, DAY = 60, 3600, 86400


def page(now: dt.datetime) -> dict[str, Any]:
    """Context of the page: what is wrong, the parts with their lamps, the sweeps, what runs."""
    seen = look(now)
    return {
        "seen": seen,
        "faults": [str(Fault(code).label) for code in seen.faults],
        "parts": [_database(seen), _dispatcher(seen), _outbox(seen), _dead(seen), _broker(seen), _disk(seen)],
        "sweeps": [_sweep(name, age) for name, age in seen.sweeps.items()],
        "versions": {
            "Django": django.get_version(), "Python": platform.python_version(),
            _("数据库"): connection.vendor, _("时区"): settings.TIME_ZONE,
        },
    }  # fmt: skip


def ago(seconds: int | None) -> str:
    """``3 分钟前``; what never was, is said so."""
    if seconds is None:
        return _("还没有运行过")
    for size, words in ((DAY, _("%(n)s 天前")), (HOUR, _("%(n)s 小时前")), (MINUTE, _("%(n)s 分钟前"))):
        if seconds >= size:
            return words % {"n": seconds // size}
    return _("%(n)s 秒前") % {"n": seconds}


def every(seconds: int) -> str:
    """``每 15 秒``, ``每 5 分钟``, ``每 24 小时``."""
    for size, words in ((HOUR, _("每 %(n)s 小时")), (MINUTE, _("每 %(n)s 分钟"))):
        if seconds >= size and seconds % size == 0:
            return words % {"n": seconds // size}
    return _("每 %(n)s 秒") % {"n": seconds}


def _part(name: str, lamp: Lamp, words: str) -> dict[str, Any]:
    return {"name": name, "lamp": lamp, "words": words}


def _database(seen: Health) -> dict[str, Any]:
    well = Lamp("ok", _("正常")) if seen.database else Lamp("late", _("没有响应"))
    return _part(_("数据库"), well, connection.vendor)


def _dispatcher(seen: Health) -> dict[str, Any]:
    if seen.dispatcher_age is None:
        lamp = Lamp("idle", _("未运行"))
    else:
        lamp = Lamp("late", _("已停止")) if Fault.DISPATCHER in seen.faults else Lamp("ok", _("运行中"))
    return _part(_("通知发送"), lamp, ago(seen.dispatcher_age))


def _outbox(seen: Health) -> dict[str, Any]:
    lamp = Lamp("late", _("有积压")) if Fault.UNSENT in seen.faults else Lamp("ok", _("正常"))
    words = _("%(n)s 条待发") % {"n": seen.waiting}
    if seen.oldest_unsent:
        words += _("，最早的已到时 %(ago)s") % {"ago": ago(seen.oldest_unsent)}
    return _part(_("待发通知"), lamp, words)


def _dead(seen: Health) -> dict[str, Any]:
    lamp = Lamp("late", _("有失败")) if seen.dead else Lamp("ok", _("没有失败"))
    return _part(_("发送失败"), lamp, _("%(n)s 条") % {"n": seen.dead})


def _broker(seen: Health) -> dict[str, Any]:
    lamp = Lamp("warn", _("有过中断")) if seen.broker_errors else Lamp("ok", _("正常"))
    words = _("累计 %(n)s 次没有连上；中断时通知由定时任务发送，不会丢失") % {"n": seen.broker_errors}
    return _part(_("消息队列"), lamp, words)


def _disk(seen: Health) -> dict[str, Any]:
    lamp = Lamp("late", _("不足")) if Fault.DISK in seen.faults else Lamp("ok", _("充足"))
    return _part(_("磁盘"), lamp, _("可用 %(n)s MB") % {"n": f"{seen.disk_free_mb:,}"})


def _sweep(name: str, age: int | None) -> dict[str, Any]:
    if age is None:
        lamp = Lamp("idle", _("未运行"))
    else:
        lamp = Lamp("late", _("已停止")) if late(name, age) else Lamp("ok", _("按时"))
    return {"name": Sweep(name).label, "lamp": lamp, "ago": ago(age), "every": every(limits().sweeps[name].every)}
