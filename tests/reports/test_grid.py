"""The register as a grid: columns, order and totals are the same on the page and in the file; nothing secret in it."""

import datetime as dt
import io

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cases.models import Case
from reports import exporting, gridding
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db
ID = "11010519491231002X"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def office():
    factories.calendar(2026)
    case = factories.case(
        person={"name": "=王建国", "id_type": "111", "id_number": ID, "phone": "13800000620"}, visitors=7, involved=40
    )
    factories.case(people=case.people, upto="served", person={"name": "李秀英"})
    factories.case(people=case.people, purpose="accusation", accused="市住房和城乡建设局", person={"name": "孙匿名"})
    return case


def _text(cell) -> str:
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(int(cell)) if isinstance(cell, float) else cell


def shown(page) -> list[list[str]]:
    return [[cell.text for _column, cell in row["cells"]] for row in page.context["rows"]]


def test_page_and_file_hold_the_same_cells_in_the_same_order(office):
    client = client_of(office.people["supervisor"])
    delivered = "?cols=number,delivered,delivery_way,deliveries&sort=delivered"
    for query in ("", "?cols=number,name,visitors,involved,visits&sort=-visitors", delivered, "?state=served"):
        page = client.get(f"/reports/register/{query}")
        file = sheet(client.get(f"/reports/register.xlsx{query}").content)
        top = next(number for number, row in enumerate(file) if row[0] == "编号")
        assert file[top] == [head["column"].heading for head in page.context["heads"]]
        read = [[_text(cell) for cell in row] for row in file[top + 1 : top + 1 + len(page.context["rows"])]]
        assert read == shown(page)
        assert str(file[top + 1 + len(read)][0]) == f"合计 {len(read)} 件"


def test_numbers_are_masked_and_protected_matters_left_out(office):
    body = client_of(office.people["supervisor"]).get("/reports/register/").content.decode()
    assert "110105********002X" in body
    assert ID not in body
    assert "13800000620" not in body
    assert "孙匿名" not in body


def test_the_foot_adds_up_persons_over_all_pages(office):
    page = client_of(office.people["supervisor"]).get("/reports/register/?cols=number,visitors,involved,visits")
    assert [cell.text for cell in page.context["foot"]] == ["合计 2 件", "8", "41", ""]


def test_the_file_has_real_dates_text_and_no_formula(office):
    content = client_of(office.people["supervisor"]).get("/reports/register.xlsx").content
    row = next(row for row in sheet(content) if row[0] == office.number)
    assert row[1] == office.registered_on
    assert (row[2], row[4]) == ("=王建国", "110105********002X")


def test_without_rows_the_heads_can_still_be_exported(office):
    client = client_of(office.people["supervisor"])
    assert "没有符合条件的事项" in client.get("/reports/register/?state=filed").content.decode()
    file = sheet(client.get("/reports/register.xlsx?state=filed").content)
    assert any(row[0] == "编号" for row in file)
    assert any(row[0] == "合计 0 件" for row in file)


def test_who_may_export_and_how_much(office, monkeypatch):
    assert client_of(office.people["clerk"]).get("/reports/register/").status_code == 200
    assert client_of(office.people["clerk"]).get("/reports/register.xlsx").status_code == 403
    assert client_of(factories.user("sysadmin")).get("/reports/register/").status_code == 403
    monkeypatch.setattr(exporting, "MOST_MASKED", 1)
    assert client_of(office.people["supervisor"]).get("/reports/register.xlsx").status_code == 302


def test_odd_addresses_are_read_as_far_as_they_make_sense():
    read = gridding.shape(QueryDict("cols=title,nonsense,title&sort=id_number&state=accepted&x=1"))
    assert (read.codes, read.sort, read.query) == ("number,title", "", "state=accepted")
    assert gridding.shape(QueryDict("sort=-due")).address() == "sort=-due"
    assert {code for _label, codes in gridding.SETS.values() for code in codes} <= set(gridding.COLUMNS)


def test_every_column_can_be_ordered_by_and_read(office):
    for column in (one for one in gridding.COLUMNS.values() if one.sort):
        for order in (column.code, f"-{column.code}"):
            wanted = gridding.shape(QueryDict(f"cols={','.join(gridding.COLUMNS)}&sort={order}"))
            rows = gridding.told(Case.objects.all(), wanted)
            assert len([gridding.cells(case, wanted.columns, timezone.localdate(AT)) for case in rows]) == 3


def test_the_print_view_says_its_filters(office):
    page = client_of(office.people["supervisor"]).get("/reports/register/print/?state=served")
    assert page.status_code == 200
    assert "环节：已送达" in "".join(page.content.decode().split())


@pytest.mark.parametrize("rows", [1, 3])
def test_number_of_queries_does_not_grow(rows, django_assert_num_queries):
    factories.calendar(2026)
    people = {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}
    for _each in range(rows):
        factories.case(upto="served", people=people)
    client = client_of(people["supervisor"])
    client.get("/notices/")  # the first request of a session notes its time
    # session, user, roles, unit; unit choices, totals, rows, views; unread, waiting
    with django_assert_num_queries(10):
        client.get(f"/reports/register/?cols={','.join(gridding.COLUMNS)}")
