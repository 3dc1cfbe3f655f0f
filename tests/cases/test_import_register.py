"""The command and the verb: an old register arrives as history, once, and the chain stays sound."""

import csv
import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import UnitKind
from audit.models import Event
from audit.verifying import findings
from cases.actions import history
from cases.importing import Places, read_register
from cases.models import Case, Clock
from cases.sheets import read_rows
from notices.models import Notice
from reception.models import Petitioner, Visit
from tests import factories
from tests.factories import day
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "register.csv"
HEADS = ["编号", "姓名", "信访日期", "信访形式", "标题", "详细内容", "答复日期", "答复意见"]
ROWS = [
    ["101", "A00045581", "2019-04-25 09:32:09", "网上信访", "物业", "电费过高。", "2019-05-10 14:56:53", "已处理。"],
    ["102", "A00045581", "2019-06-01", "来访", "噪声扰民", "夜间施工。", "2019年8月20日", "已责令停工。"],
    ["103", "李明", "2026/2/3", "来信", "道路积水", "雨天积水。", "", ""],
]  # fmt: skip


@pytest.fixture
def clerk():
    return factories.user("clerk", username="clerk")


def register_file(tmp_path, rows=ROWS, heads=HEADS):
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows([heads, *rows])
    return path


def run(path, *options):
    out = StringIO()
    call_command("import_register", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def test_rows_become_matters_on_their_own_dates(tmp_path, clerk):
    assert run(register_file(tmp_path)) == {
        "file": "register.csv", "dry_run": False, "read": 3, "created": 3, "open": 1, "existing": 0, "refused": [],
    }  # fmt: skip
    columns = ("external_no", "state", "channel", "registered_on", "answered_on", "answer_days", "answer", "handle_due")
    assert list(Case.objects.order_by("pk").values_list(*columns)) == [
        ("101", "answered", "web", day("2019-04-25"), day("2019-05-10"), 15, "已处理。", day("2019-06-24")),
        ("102", "answered", "visit", day("2019-06-01"), day("2019-08-20"), 80, "已责令停工。", day("2019-07-31")),
        ("103", "classified", "letter", day("2026-02-03"), None, None, "", None),
    ]  # fmt: skip
    assert list(Visit.objects.order_by("pk").values_list("number", "source")) == [
        ("LF2019000001", "import"), ("LF2019000002", "import"), ("LF2026000001", "import"),
    ]  # fmt: skip
    assert list(findings()) == []


def test_nothing_is_invented(tmp_path, clerk):
    run(register_file(tmp_path))
    first = Case.objects.get(external_no="101")
    assert (first.accepted_at, first.decided_at, first.decide_due, first.delivered_on) == (None, None, None, None)
    assert first.deliveries.count() == first.assignments.count() == Notice.objects.count() == 0
    assert sorted((c.kind, str(c.strict_due), str(c.stopped_on), c.stop_reason) for c in first.clocks.all()) == [
        ("handle", "2019-06-24", "2019-05-10", "import"),
        ("transfer", "2019-05-10", "2019-05-10", "import"),
    ]
    assert first.due_on is None
    still_open = Case.objects.get(external_no="103")
    assert (still_open.due_kind, str(still_open.due_on)) == ("transfer", "2026-02-18")


def test_facts_carry_the_original_dates_and_the_mark(tmp_path, clerk):
    run(register_file(tmp_path, ROWS[:1]))
    case = Case.objects.get()
    facts = Event.objects.filter(matter__in=[case.number, case.visit_links.get().visit.number]).order_by("seq")
    told = [(fact.verb, fact.at.astimezone(factories.SHANGHAI).isoformat(), fact.note) for fact in facts]
    assert told == [
        ("register", "2019-04-25T09:32:09+08:00", ""),
        ("open", "2019-04-25T09:32:09+08:00", ""),
        ("import_history", "2019-05-10T14:56:53+08:00", "历史台账导入"),
    ]
    assert (facts[0].data["source"], facts[0].data["row"]) == ("import", 2)


def test_the_same_user_code_is_one_person_and_a_known_person_keeps_newer_data(tmp_path, clerk):
    known = factories.visit(clerk, person={"name": "李明", "phone": "13800000001", "address": "新地址"}).petitioner
    rows = [*ROWS[:2], ["104", "李明", "2020-01-02", "来访", "旧事", "详情", "", "", "13800000001", "旧地址"]]
    run(register_file(tmp_path, rows, [*HEADS, "联系电话", "住址"]))
    assert Petitioner.objects.get(name="A00045581").visits.count() == 2
    assert Petitioner.objects.get(name="李明").address == "新地址"
    assert known.visits.count() == 2


def test_running_again_creates_nothing_with_and_without_numbers(tmp_path, clerk):
    path = register_file(tmp_path, [["", *row[1:]] for row in ROWS])
    assert run(path)["created"] == 3
    before = (Case.objects.count(), Event.objects.count())
    again = run(path)
    assert (again["created"], again["existing"]) == (0, 3)
    assert (Case.objects.count(), Event.objects.count()) == before


def test_dry_run_writes_nothing(tmp_path, clerk):
    assert run(register_file(tmp_path), "--dry-run")["created"] == 3
    assert (Case.objects.count(), Visit.objects.count()) == (0, 0)


def test_bad_rows_are_refused_with_number_and_reason_and_the_rest_arrives(tmp_path, clerk):
    rows = [ROWS[0], ["102", "王五", "不详", "来访", "标题", "", "", ""], ROWS[2]]
    result = run(register_file(tmp_path, rows))
    assert (result["created"], result["refused"]) == (2, [{"row": 3, "reason": "“来访日期”不是日期：不详。"}])
    out = StringIO()
    call_command("import_register", str(register_file(tmp_path, rows)), stdout=out)
    assert out.getvalue().splitlines() == [
        "读取 3 行：已导入 0 行（其中尚未答复 0 行），原已存在 2 行，拒收 1 行。",
        "第 3 行：“来访日期”不是日期：不详。",
    ]


def test_one_row_the_database_refuses_costs_only_itself(tmp_path, clerk, monkeypatch):
    real = history._take_over

    def failing(row, *rest):
        if row.external_no == "102":
            raise Refusal("不行。")
        return real(row, *rest)

    monkeypatch.setattr(history, "_take_over", failing)
    result = run(register_file(tmp_path))
    assert (result["created"], result["refused"]) == (2, [{"row": 3, "reason": "不行。"}])
    assert sorted(Case.objects.values_list("external_no", flat=True)) == ["101", "103"]
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--clerk", "nobody"], "用户“nobody”不存在，或者没有导入历史台账的权限。"),
        (["--clerk", "boss"], "用户“boss”不存在，或者没有导入历史台账的权限。"),
        (["--unit", "NONE"], "没有代码为“NONE”的单位。"),
    ],
)
def test_whom_and_where_are_checked(tmp_path, clerk, options, sentence):
    factories.user("leader", username="boss")
    with pytest.raises(CommandError) as error:
        run(register_file(tmp_path), *options)
    assert (str(error.value), error.value.returncode) == (sentence, 2)


def test_without_any_user_it_says_so(tmp_path):
    with pytest.raises(CommandError, match="还没有可以登记的用户，请先建立接待员账号。"):
        run(register_file(tmp_path))


def test_a_file_without_the_needed_columns_ends_with_2(tmp_path, clerk):
    with pytest.raises(CommandError, match="缺少必需的列") as error:
        run(register_file(tmp_path, [["1"]], ["编号"]))
    assert error.value.returncode == 2
    assert Case.objects.count() == 0


def test_another_office_may_be_named(tmp_path, clerk):
    county = factories._unit("XXFJ", "临江县信访局", UnitKind.OFFICE)
    run(register_file(tmp_path, ROWS[:1]), "--unit", "XXFJ")
    assert Case.objects.get().office == Visit.objects.get().office == county


def test_history_cannot_be_made_of_todays_matters(clerk):
    from cases.workflow import refusal

    case = factories.visit(clerk).case_link.case
    assert "历史台账导入" in refusal(case, "import_history", clerk, factories.AT)


def test_the_whole_real_register_can_be_read(office_of_clerk):
    """Every row of the real file is understood; the figures of the office's own answers come out."""
    assert REAL.exists(), f"the real register is missing: {REAL.name} belongs into shared/data beside the clone"
    office, today = office_of_clerk, dt.date(2026, 11, 22)
    read = read_register(read_rows(REAL), office=office, today=today, places=Places.load())
    days = [(row.answered_on - row.visited_at.astimezone(factories.SHANGHAI).date()).days for row in read.rows]
    assert (len(read.rows), read.refused) == (1408, [])
    assert (sum(day <= 15 for day in days), sum(day <= 60 for day in days)) == (865, 1326)


@pytest.mark.sqlite  # the rows above run on both; the whole file takes minutes where each query is a round trip
@pytest.mark.timeout(600)  # twice through the whole file, on whatever machine
def test_the_whole_real_register_arrives_once(clerk):
    assert REAL.exists(), f"the real register is missing: {REAL.name} belongs into shared/data beside the clone"
    result = run(REAL)
    assert (result["read"], result["created"], result["existing"], result["refused"]) == (1408, 1408, 0, [])
    again = run(REAL)
    assert (again["read"], again["created"], again["existing"], again["refused"]) == (1408, 0, 1408, [])
    assert Case.objects.filter(answer_days__lte=15).count() == 865
    assert Case.objects.filter(answer_days__lte=60).count() == 1326
    assert Clock.objects.filter(stopped_on__isnull=True).count() == 0
    assert list(findings()) == []


@pytest.fixture
def office_of_clerk(clerk):
    return clerk.unit
