"""An imported register in the leaders' figures: answered in time counts, what it does not say does not."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests import factories

pytestmark = pytest.mark.django_db

HEADS = ["编号", "姓名", "信访日期", "信访形式", "标题", "答复日期", "答复意见"]
ROWS = [
    ["1", "A0001234", "2019-03-01", "网上信访", "路灯", "2019-03-16", "已修。"],
    ["2", "A0001235", "2019-03-01", "来访", "井盖", "2019-03-17", "已换。"],
    ["3", "A0001236", "2019-03-02", "来访", "噪声", "2019-05-01", "已停。"],
    ["4", "A0001237", "2019-03-03", "来访", "绿化", "2019-05-03", "已补种。"],
    ["5", "A0001238", "2019-03-04", "来信", "停车", "", ""],
]


def test_answers_and_endings_count_and_decisions_only_where_they_are_known(tmp_path):
    factories.user("clerk")
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([HEADS, *ROWS])
    call_command("import_register", str(path), stdout=StringIO())
    out = StringIO()
    call_command("statistics", "--from", "2019-01-01", "--to", "2019-12-31", "--json", stdout=out)
    figures = {each["code"]: (each["numerator"], each["denominator"]) for each in json.loads(out.getvalue())["figures"]}
    wanted = ("matters", "answered_15", "answered_60", "closed_in_time", "decided_in_time", "overdue")
    assert {code: figures[code] for code in wanted} == {
        "matters": (5, None),
        "answered_15": (1, 5),
        "answered_60": (3, 5),
        "closed_in_time": (3, 4),
        "decided_in_time": (0, 1),
        "overdue": (1, None),
    }
