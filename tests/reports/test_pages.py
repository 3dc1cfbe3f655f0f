"""The leaders' page, its rows and its files over HTTP: roles, bad input, queries, exports."""

import datetime as dt
import io
import re

import pikepdf
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from audit.models import Event
from audit.verifying import findings
from cases.models import Case
from documents import rendering
from reports import sheets
from reports.actions import record_export
from reports.tables import Entry, Table
from tests import factories
from tests.reports import office

pytestmark = pytest.mark.django_db
YEAR = "from=2025-01-01&to=2025-12-31&as_of=2026-03-01"


def signed_in(who):
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def leader():
    return factories.user("leader")


def test_page_shows_the_figures_and_links_to_their_rows(leader):
    office.furnish(matters=40)
    page = signed_in(leader).get(f"/reports/?{YEAR}")
    assert page.status_code == 200
    big = page.context["page"]["big"]
    assert [one.label for one in big] == ["件次", "批次", "人次", "及时受理率", "按期办结率", "现在超期"]
    rows = signed_in(leader).get(big[0].url)
    assert rows.context["page_obj"].paginator.count == int(big[0].value)
    parts = [signed_in(leader).get(f"/reports/?{YEAR}&part={part}") for part in ("overview", "structure", "whole", "?")]
    assert [part.content.count(b'<svg class="chart"') for part in parts] == [2, 7, 0, 2]
    assert b"style=" not in b"".join(part.content for part in parts)


def test_queries_do_not_grow_with_the_rows(leader):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(leader)
    client.get("/reports/")  # the first page of a session also writes the session
    counts = {}
    for matters, serial in ((8, 0), (30, 1000)):
        if serial:
            _more(matters, serial)
        else:
            office.furnish(matters=matters)
        for name, url in (("page", f"/reports/?{YEAR}"), ("rows", f"/reports/rows/?{YEAR}&figure=matters"),
                          ("visits", f"/reports/rows/?{YEAR}&figure=batches")):  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.setdefault(name, []).append(len(captured))
    assert counts == {"page": [77, 77], "rows": [9, 9], "visits": [9, 9]}


def _more(matters, serial):
    import random

    from accounts.models import Unit, User
    from reception.models import ContentCategory, Petitioner

    clerk = User.objects.get(username__startswith="supervisor")
    pools = (list(Unit.objects.exclude(kind="office")), list(ContentCategory.objects.all()))
    for number in range(serial, serial + matters):
        office._matter(random.Random(number), clerk, Petitioner.objects.first(), number, *pools)


@pytest.mark.parametrize(
    ("role", "page", "file"),
    [
        ("leader", 200, 200),
        ("supervisor", 200, 200),
        ("archivist", 200, 403),
        ("clerk", 403, 403),
        ("handler", 403, 403),
        ("sysadmin", 403, 403),
        ("secadmin", 403, 403),
        ("auditor", 403, 403),
    ],
)
def test_who_may_look_and_who_may_take_out(role, page, file):
    client = signed_in(factories.user(role))
    figure = f"{YEAR}&figure=matters"
    assert [client.get(url).status_code for url in (f"/reports/?{YEAR}", f"/reports/rows/?{figure}")] == [page, page]
    assert {
        client.get(url).status_code
        for url in (
            f"/reports/statistics.xlsx?{YEAR}",
            f"/reports/statistics.csv?{YEAR}",
            f"/reports/rows.csv?{figure}",
        )
    } == {file}


def test_matter_about_somebody_is_not_counted_for_them(leader):
    """Article 30: neither the numbers nor the rows tell the person complained about."""
    about = factories.case()
    Case.objects.filter(pk=about.pk).update(accused_user=leader)
    factories.case()
    client = signed_in(leader)
    url = "from=2026-03-01&to=2026-03-31&as_of=2026-04-01&figure="
    found = {code: client.get(f"/reports/rows/?{url}{code}").context["page_obj"].paginator.count for code in
             ("matters", "batches", "overdue")}  # fmt: skip
    assert found == {"matters": 1, "batches": 1, "overdue": 1}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-13-01", "“2026-13-01”不是日期"),
        ("from=x%00y&to=2026-01-01", "不是日期"),
        ("from=2026-03-02&to=2026-03-01", "开始日期不能晚于结束日期。"),
        ("from=0001-01-01&to=2026-03-01", "日期应当在 1950-01-01 和 2099-12-31 之间。"),
        ("as_of=9999-12-31", "日期应当在 1950-01-01 和 2099-12-31 之间。"),
    ],
)
def test_bad_dates_get_a_sentence_and_stay_typed(leader, query, sentence):
    page = signed_in(leader).get(f"/reports/?{query}")
    assert page.status_code == 422
    assert sentence in page.content.decode()


@pytest.mark.parametrize("last", ["1950-01-31", "2099-12-31"])
def test_earliest_and_latest_period_can_be_asked_for(leader, last):
    assert signed_in(leader).get(f"/reports/?from=1950-01-01&to={last}&as_of=1950-01-01").status_code == 200
    assert signed_in(leader).get(f"/reports/?from=2099-01-01&to=2099-12-31&as_of={last}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "figure=nothing", "", "figure=matters&by=unit", "figure=matters&by=unit&key=x", "figure=matters&by=unit&key=-1",
        "figure=matters&by=unit&key=" + "9" * 30, "figure=matters&by=unit&key=²", "figure=matters&by=nothing&key=1",
        "figure=persons&by=unit&key=1", "figure=matters&by=region&rest=nothing", "figure=matters&from=x",
    ],
)  # fmt: skip
def test_number_that_does_not_exist_is_404(leader, query):
    assert signed_in(leader).get(f"/reports/rows/?{query}").status_code == 404


@pytest.mark.parametrize("key", ["=1+1", "和平街道&x=1 #?%", "", "x" * 3000, "'; DROP TABLE", "%00"])
def test_any_place_can_be_asked_for(leader, key):
    page = signed_in(leader).get("/reports/rows/", {"figure": "matters", "by": "region", "key": key})
    assert page.status_code == 200
    assert page.context["page_obj"].paginator.count == 0


def test_rows_are_the_same_on_page_in_excel_and_csv(leader):
    office.furnish(matters=80)
    client = signed_in(leader)
    query = f"{YEAR}&figure=answered_60"
    page = client.get(f"/reports/rows/?{query}")
    count = page.context["page_obj"].paginator.count
    shown = [
        row[0].text for n in (1, 2) for row in client.get(f"/reports/rows/?{query}&page={n}").context["table"].rows
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/reports/rows.xlsx?{query}").content))
    written = [row[0] for row in book.get_sheet_by_index(0).to_python() if str(row[0]).startswith("XF")]
    text = client.get(f"/reports/rows.csv?{query}").content.decode("utf-8-sig")
    assert 0 < count <= 100
    assert shown[:count] == written == re.findall(r"^XF\d+", text, re.M)
    assert len(written) == count
    assert {len(row) for row in book.get_sheet_by_index(0).to_python()} == {9}


def test_workbook_holds_the_tables_with_real_numbers_and_days(leader):
    office.furnish(matters=60)
    client = signed_in(leader)
    answer = client.get(f"/reports/statistics.xlsx?{YEAR}")
    page = client.get(f"/reports/?{YEAR}").context["page"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == [
        "全部指标", "近 12 个月", "现在超期的事项在哪里", "承办单位办理情况", "按十类归类", "按内容分类", "按问题属地",
        "按信访形式", "按信访目的", "初次和再次来访", "个体访和集体访", "三项建议及采纳情况", "领导批示", "领导包案",
        "多次来访的事项", "指标口径",
    ]  # fmt: skip
    months = book.get_sheet_by_name("近 12 个月").to_python()
    assert [row[0] for row in months[-12:]] == [dt.date(2025, n, 1) for n in range(1, 13)]
    assert [row[1] for row in months[-12:]] == [row[1].value for row in page["trend"].table.rows]
    summary = book.get_sheet_by_name("全部指标").to_python()
    assert [row[:2] for row in summary[-23:]] == [[r[0].text, r[1].value] for r in page["summary"].rows]
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="statistics-2025-01-01-2025-12-31.xlsx"'
    )


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", " =1", "=cmd|'/c calc'!A1"]


def test_no_cell_is_ever_a_formula():
    table = Table("t", "表[1]:*?/\\", ["=名", "数"], [[Entry(text, text), Entry("1", 1)] for text in EVIL])
    sheet = sheets.excel("=题", ["=行"], [table], office.moment(dt.date(2026, 3, 1)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[-len(EVIL) :]] == EVIL
    with __import__("zipfile").ZipFile(io.BytesIO(sheet)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    lines = sheets.comma_separated("=题", ["=行"], [table]).decode("utf-8-sig").splitlines()
    assert [line for line in lines if line.lstrip('" ').startswith(("=", "+", "-", "@", "\t", "＝"))] == []
    assert lines[0] == "'=题"


def test_text_too_long_for_a_cell_is_no_silent_hole():
    table = Table("t", "表", ["名"], [[Entry("长" * 40000)]])
    with pytest.raises(sheets.Unwritable):
        sheets.excel("题", [], [table], office.moment(dt.date(2026, 3, 1)))


def test_every_export_is_recorded_and_the_chain_stays_whole(leader):
    factories.calendar(2026)
    factories.case("served")
    client = signed_in(leader)
    query = "from=2026-03-01&to=2026-03-31&as_of=2026-03-31"
    assert client.get(f"/reports/statistics.csv?{query}").status_code == 200
    assert client.get(f"/reports/rows.csv?{query}&figure=matters").status_code == 200
    told = Event.objects.filter(verb="export").order_by("seq")
    assert [(one.actor, one.data["form"], one.note) for one in told] == [
        (leader, "csv", "统计报表，2026-03-01 至 2026-03-31"), (leader, "csv", "件次，2026-03-01 至 2026-03-31"),
    ]  # fmt: skip
    assert told[1].data["lines"] == 1
    assert list(findings()) == []
    record_export(actor=leader, at=factories.AT, form="pdf", what="再来一次", rows=0)
    assert list(findings()) == []


def test_protected_matters_show_no_title(leader):
    factories.case(purpose="accusation", demand="反映张某收受财物。")
    factories.case(demand="要求维修路灯。")
    rows = signed_in(leader).get("/reports/rows/?from=2026-03-01&to=2026-03-31&figure=matters").content.decode()
    assert "张某" not in rows
    assert "（保密事项）" in rows
    assert "要求维修路灯" in rows


def test_printed_report_has_its_fonts_and_figures(leader):
    office.furnish(matters=30)
    client = signed_in(leader)
    answer = client.get(f"/reports/statistics.pdf?{YEAR}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        contents = list(document.pages)
        assert 5 <= len(contents) <= 12
        fonts = {str(name) for page in document.pages for name in _fonts(page)}
    assert fonts
    assert all("NotoSansCJKSC" in name.replace("-", "") for name in fonts)
    assert rendering.page_count(answer.content) == len(contents)


def _fonts(page):
    return [font.BaseFont for font in page.Resources.get("/Font", {}).values()]


def test_matters_with_three_visits_stand_out(leader):
    """Twice is not often; visits after the day of the report are not yet known."""
    from cases.actions import intake

    factories.calendar(2026)
    often, twice = factories.case(region="甲"), factories.case(region="乙")
    for case, days in ((often, (3, 5)), (often, (40,)), (twice, (3,))):
        for after in days:
            data = factories.visit_data(petitioner=case.petitioner, visited_at=factories.later(after))
            intake.register(data=data, actor=case.people["clerk"], at=factories.later(after), join=case)
    asked = "/reports/?from=2026-03-01&to=2026-03-31&as_of=2026-03-"
    listed = {
        day: [(row[0].text, row[-1].value) for row in signed_in(leader).get(asked + day).context["page"]["often"].rows]
        for day in ("06", "31")
    }
    assert listed == {"06": [], "31": [(often.number, 3)]}
