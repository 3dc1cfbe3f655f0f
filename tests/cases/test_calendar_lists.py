"""The holiday table as a list that is typed: read line by line, and a wrong line named."""

import pytest

from cases.dayplan import Plan
from cases.forms.calendar import CalendarForm, with_line
from tests.cases.test_calendar import DAY, SOURCE

pytestmark = pytest.mark.django_db
LIST = """2027-01-01 元旦 休
2027年2月5日至2027年2月7日 春节 放假
2027-02-14 春节 班
2027-03-08 平日
"""


def form(**data) -> CalendarForm:
    return CalendarForm(with_line({"lines": "", "source": ""} | data), year=2027, before=data.pop("before", {}))


def test_a_list_is_read_line_by_line():
    typed = form(lines=LIST, confirm="on", source=SOURCE)
    assert typed.is_valid()
    assert typed.plan() == Plan(
        2027,
        {
            DAY("2027-01-01"): ("off", "元旦"),
            DAY("2027-02-05"): ("off", "春节"),
            DAY("2027-02-06"): ("off", "春节"),
            DAY("2027-02-07"): ("off", "春节"),
            DAY("2027-02-14"): ("work", "春节"),
        },
        True,
        SOURCE,
    )


def test_a_whole_list_clears_the_other_days():
    before = {DAY("2027-05-01"): ("off", "劳动节"), DAY("2027-01-01"): ("off", "元旦")}
    typed = CalendarForm({"lines": "2027-01-01 元旦 休", "whole": "on"}, year=2027, before=before)
    assert typed.is_valid()
    assert typed.plan().days == {DAY("2027-05-01"): None}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("元旦 休", "看不懂“元旦 休”，请写成“2027-01-01 元旦 休”。"),
        ("2027-02-30 元旦 休", "没有 2027-02-30 这一天。"),
        ("2026-01-01 元旦 休", "2026-01-01 不在 2027 年。"),
        ("2027-01-01 休", "请在日期之后写名称，不超过 40 字。"),
        ("2027-01-01 元旦 玩", "“玩”不是休、班或者平日。"),
        ("2027-01-05 调休 班", "2027-01-05 不是周末，本来就上班，不必登记调休。"),
        ("2027-01-05至2027-01-01 元旦 休", "起止日期颠倒，或者一段超过 31 天。"),
        ("2027-05-01 劳动节 休", "2027-05-01 前面已经列出。"),
    ],
)
def test_a_wrong_line_is_named(line, sentence):
    typed = form(lines=f"2027-05-01 劳动节 休\n{line}")
    assert not typed.is_valid()
    assert typed.errors["lines"] == [f"第 2 行：{sentence}"]


def test_one_day_is_put_onto_the_list():
    data = {"lines": "2027-01-01 元旦 休", "first": "2027-02-05", "last": "2027-02-07", "kind": "休", "name": "春节"}
    assert with_line(data)["lines"] == "2027-01-01 元旦 休\n2027-02-05至2027-02-07 春节 休"
