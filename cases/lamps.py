"""The warning lamp of a due day, and the sentence why a clock ends on its day.

Warnings go by the strict due day (``legal_due`` is what papers print): the office wants
to be done before the day off, the law counts after it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.choices import SET_BY_HAND, WINDOWS
from cases.clocks import is_paused
from cases.models import Case, Clock

WARN_DAYS = 5


@dataclass(frozen=True)
class Lamp:
    """``level`` is ok, warn, late or idle; the words say the same without the colour."""

    level: str
    text: str
    supervised: bool = False


def lamp(due: dt.date | None, today: dt.date, *, finished: bool = False, supervised: bool = False) -> Lamp:
    """The lamp of a due day as seen on ``today``, in calendar days: late when overdue or today, warn within five."""
    if finished:
        return Lamp("idle", _("已办结"), supervised)
    if due is None:
        return Lamp("idle", _("无期限"), supervised)
    left = (due - today).days
    if left < 0:
        return Lamp("late", _("超期 %(n)s 天") % {"n": -left}, supervised)
    if left == 0:
        return Lamp("late", _("今日到期"), supervised)
    return Lamp("warn" if left <= WARN_DAYS else "ok", _("剩 %(n)s 天") % {"n": left}, supervised)


def case_lamp(case: Case, today: dt.date) -> Lamp:
    """The lamp of a matter: its nearest running clock."""
    return lamp(case.due_on, today, finished=case.is_finished)


def clock_lamp(clock: Clock, today: dt.date) -> Lamp:
    """The lamp of one clock; a stopped one says whether it was kept."""
    if is_paused(clock, today):
        return Lamp("idle", _("暂停计算"))
    if clock.kind in WINDOWS:
        return _window_lamp(clock, clock.stopped_on or today)
    if clock.stopped_on is None:
        return lamp(clock.strict_due, today)
    over = (clock.stopped_on - clock.legal_due).days
    return Lamp("idle", _("超期 %(n)s 天后完成") % {"n": over} if over > 0 else _("按期完成"))


def _window_lamp(clock: Clock, until: dt.date) -> Lamp:
    """A period of the petitioner's, counted by its legal day: it warns nobody, and nobody is late when it passes."""
    left = (clock.legal_due - until).days
    if left < 0:
        return Lamp("idle", _("期满未请求"))
    return Lamp("idle", _("已结束") if clock.stopped_on else _("还有 %(n)s 天") % {"n": left})


def explain(clock: Clock) -> list[str]:
    """Why this day: start, length, days passed over, extension, roll-forward, as sentences in this order."""
    words = {"calendar": _("自然日"), "working": _("工作日")}
    said = [_("自 %(day)s 起算，当日不计入（民法典第二百零一条）。") % {"day": clock.started_on.isoformat()}]
    if clock.kind in SET_BY_HAND:
        said.append(_("指定至 %(day)s（%(basis)s）。") % {"day": clock.strict_due.isoformat(), "basis": clock.basis})
    else:
        said.append(_("期限 %(n)s 个%(unit)s（%(basis)s）。") % {
            "n": clock.length, "unit": words[clock.unit], "basis": clock.basis,
        })  # fmt: skip
    if extended := clock.steps.get("extended_by"):
        said.append(_("经批准延长 %(n)s 日，自原期限届满之日起连续计算。") % {"n": extended})
    said += [
        _("%(first)s 至 %(last)s %(reason)s，不计入期限。")
        % {"first": one["from"], "last": one["to"], "reason": one["reason"]}
        for one in clock.pauses
    ]
    if clock.paused_on:
        said.append(_("自 %(day)s 起暂停，结束后从下一日起继续计算。") % {"day": clock.paused_on.isoformat()})
    skipped = clock.steps.get("skipped") or []
    if clock.unit == "working" and skipped:
        days = _("、").join(f"{one['date']}（{one['reason']}）" for one in skipped)
        said.append(_("其间不计入的非工作日：%(days)s。") % {"days": days})
    if clock.legal_due != clock.strict_due:
        days = _("、").join(f"{one['date']}（{one['reason']}）" for one in skipped)
        why = f"：{days}" if days else ""
        said.append(
            _("最后一日 %(day)s 不是工作日，法定顺延至 %(legal)s（民法典第二百零三条）%(why)s。")
            % {"day": clock.strict_due.isoformat(), "legal": clock.legal_due.isoformat(), "why": why}
        )
    else:
        said.append(_("因此最后一日为 %(day)s。") % {"day": clock.strict_due.isoformat()})
    if clock.provisional:
        said.append(_("所需年度的放假安排尚未确认，日期暂定。"))
    return said
