"""The form of a year's holiday table: a list of lines, checked line by line; one day or a stretch put onto it."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from cases.choices import DayKind
from cases.dayplan import Day, Plan
from cases.filters import DayInput
from cases.forms.base import Words

OFF, WORK, PLAIN = "休", "班", "平日"
KINDS = {
    "休": DayKind.OFF, "放假": DayKind.OFF, "休息": DayKind.OFF, "班": DayKind.WORK, "上班": DayKind.WORK,
    "调休上班": DayKind.WORK, "平": None, "平日": None,
}  # fmt: skip
DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
LINE = re.compile(rf"{DATE}(?:\s*(?:至|到|~|—|–)\s*{DATE})?\s+(?:(\S.*?)\s+)?(\S+)$")
LONGEST = 31  # days of one stretch


class CalendarForm(forms.Form):
    """``lines`` holds the changes; the fields before it put one more line there, for whoever does not want to type."""

    first = forms.DateField(label=__("日期"), required=False, widget=DayInput)
    last = forms.DateField(label=__("至（可不填）"), required=False, widget=DayInput)
    kind = forms.ChoiceField(
        label=__("安排"), required=False, choices=[(OFF, __("放假")), (WORK, __("调休上班")), (PLAIN, __("恢复平日"))]
    )
    name = Words(label=__("名称"), required=False, max_length=40)
    lines = Words(
        label=__("改动清单"), required=False, rows=8,
        help_text=__("每行一天或一段，如：2027-01-01 元旦 休；2027-02-05至2027-02-11 春节 休；2027-02-14 春节 班。"),
    )  # fmt: skip
    whole = forms.BooleanField(label=__("清单就是全年安排，没有列出的日子都恢复平日"), required=False)
    source = Words(label=__("依据（通知文号）"), required=False, max_length=200)
    confirm = forms.BooleanField(label=__("已按国务院办公厅通知核对"), required=False)
    reason = Words(label=__("理由"), required=False, rows=2, help_text=__("写给审批人看。"))

    def __init__(self, *args: Any, year: int, before: dict[dt.date, Day], **kwargs: Any) -> None:
        self.year, self.before = year, before
        super().__init__(*args, **kwargs)

    def clean_lines(self) -> dict[dt.date, Day | None]:
        """Every line as days; all wrong lines are named at once."""
        days: dict[dt.date, Day | None] = {}
        wrong: list[str] = []
        for n, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            try:
                if line.strip():
                    _add(days, parsed(line.strip(), self.year))
            except ValidationError as error:
                wrong.append(_("第 %(n)s 行：%(why)s") % {"n": n, "why": error.message})
        if wrong:
            raise ValidationError(wrong)
        return days

    def plan(self) -> Plan:
        """The change that the clean form describes; days that stay as they are are left out."""
        data = self.cleaned_data
        cleared: dict[dt.date, Day | None] = dict.fromkeys(self.before) if data["whole"] and data["lines"] else {}
        days = cleared | data["lines"]
        real = {day: value for day, value in days.items() if self.before.get(day) != value}
        return Plan(self.year, real, data["confirm"], data["source"])


def with_line(data: dict[str, str]) -> dict[str, str]:
    """What was typed, with the single day or stretch put onto the list as a line of its own."""
    first, last, kind = data.get("first", ""), data.get("last", ""), data.get("kind", "")
    if not first:
        return data
    stretch = f"{first}至{last}" if last and last != first else first
    name = "" if kind == PLAIN else data.get("name", "").strip()
    line = " ".join(part for part in (stretch, name, kind) if part)
    lines = [*data.get("lines", "").splitlines(), line]
    return data | {"lines": "\n".join(lines).strip(), "first": "", "last": "", "name": ""}


def _add(days: dict[dt.date, Day | None], more: dict[dt.date, Day | None]) -> None:
    twice = next((day for day in more if day in days), None)
    if twice:
        raise ValidationError(_("%(day)s 前面已经列出。") % {"day": twice.isoformat()})
    days |= more


def parsed(line: str, year: int) -> dict[dt.date, Day | None]:
    """The days of one line. Raises ``ValidationError`` with a sentence."""
    found = LINE.match(line)
    if not found:
        raise ValidationError(_("看不懂“%(line)s”，请写成“2027-01-01 元旦 休”。") % {"line": line[:40]})
    *digits, name, word = found.groups()
    first = _day(digits[:3])
    last = _day(digits[3:]) if digits[3] else first
    if word not in KINDS:
        raise ValidationError(_("“%(word)s”不是休、班或者平日。") % {"word": word[:10]})
    if not 0 <= (last - first).days < LONGEST:
        raise ValidationError(_("起止日期颠倒，或者一段超过 %(n)s 天。") % {"n": LONGEST})
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return {day: _value(day, year, KINDS[word], (name or "").strip()) for day in days}


def _value(day: dt.date, year: int, kind: DayKind | None, name: str) -> Day | None:
    if day.year != year:
        raise ValidationError(_("%(day)s 不在 %(year)s 年。") % {"day": day.isoformat(), "year": year})
    if kind is None:
        return None
    if kind == DayKind.WORK and day.weekday() < 5:
        raise ValidationError(_("%(day)s 不是周末，本来就上班，不必登记调休。") % {"day": day.isoformat()})
    if not 0 < len(name) <= 40:
        raise ValidationError(_("请在日期之后写名称，不超过 40 字。"))
    return kind.value, name


def _day(parts: list[str]) -> dt.date:
    try:
        return dt.date(*(int(part) for part in parts))
    except ValueError as error:
        raise ValidationError(_("没有 %(day)s 这一天。") % {"day": "-".join(parts)}) from error
