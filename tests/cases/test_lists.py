"""The list of matters with its filters, and the to-do page."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions import answering
from cases.agenda import spans
from cases.models import Case
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)


def ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office():
    """Six matters that every filter can tell apart; their transfer clock runs 15 days."""
    clerk, supervisor, handler = (factories.user(role) for role in ("clerk", "supervisor", "handler"))
    people = {"clerk": clerk, "supervisor": supervisor, "handler": handler}
    made = {
        "fresh": factories.case(at=ago(0), people=people, person={"name": "欧阳春"}, demand="要求退还培训费。"),
        "soon": factories.case(at=ago(11), people=people, category="C04", purpose="suggestion"),
        "today": factories.case(at=ago(15), people=people, channel="letter"),
        "late": factories.case(at=ago(20), people=people, visitors=7, involved=40),
        "sent": factories.case(upto="handling", at=ago(5), people=people, also="C06,C10"),
        "served": factories.case(upto="served", at=ago(30), people={**people, "clerk": factories.user("clerk")}),
    }
    return made, people


def found(client: Client, made: dict[str, Case], query: str) -> set[str]:
    page = client.get(f"/cases/{query}")
    assert page.status_code == 200
    names = {case.pk: name for name, case in made.items()}
    return {names[row["case"].pk] for row in page.context["rows"]}


def test_filters_give_exactly_their_rows(office):
    made, people = office
    client = client_of(people["clerk"])
    everything = set(made)
    expected = {
        "": everything,
        "?state=classified": {"fresh", "soon", "today", "late"},
        "?state=served": {"served"},
        "?category=C04": {"soon"},
        "?category=C10": {"sent"},
        "?unit=ZJJ": {"sent", "served"},
        "?due=overdue": {"late"},
        "?due=today": {"today"},
        "?due=5": {"soon", "today"},
        "?channel=letter": {"today"},
        "?purpose=suggestion": {"soon"},
        "?group=1": {"late"},
        "?group=0": everything - {"late"},
        "?mine=1": everything - {"served"},
        "?q=欧阳": {"fresh"},
        "?q=ouyangchun": {"fresh"},
        "?q=OYC": {"fresh"},
        "?q=培训费": {"fresh"},
        f"?q={made['late'].number}": {"late"},
        f"?q={made['late'].number[-6:]}": {"late"},
        "?q=没有这个人": set(),
        f"?from={timezone.localdate(ago(15))}&to={timezone.localdate(ago(5))}": {"today", "soon", "sent"},
        "?state=classified&due=overdue&group=1": {"late"},
    }
    assert {query: found(client, made, query) for query in expected} == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?state=flying", "选择一个有效的选项"),
        ("?unit=NOWHERE", "选择一个有效的选项"),
        ("?from=2026-13-45", "输入一个有效的日期"),
        ("?due=never", "选择一个有效的选项"),
        ("?q=%00", "条件无效"),
        ("?q=" + "a" * 61, "60"),
        ("?q=11010519491231002X", "证件号码不在这里查找"),
        ("?q=110105194912310", "证件号码不在这里查找"),
        ("?q=1101 0519 4912 3100 2x", "证件号码不在这里查找"),
    ],
)
def test_bad_filter_is_a_sentence(office, query, sentence):
    _made, people = office
    page = client_of(people["clerk"]).get(f"/cases/{query}")
    assert page.status_code == 200
    assert sentence in page.content.decode()


@pytest.mark.parametrize("query", ["?page=999", "?page=abc", "?page=-1", "?unknown=1", "?from=2026-03-01&from=x"])
def test_odd_addresses_are_no_errors(office, query):
    _made, people = office
    assert client_of(people["clerk"]).get(f"/cases/{query}").status_code == 200


def test_chips_count_and_mark(office):
    _made, people = office
    chips = client_of(people["handler"]).get("/cases/?mine=1").context["chips"]
    assert [(chip["label"], chip["count"], chip["current"]) for chip in chips] == [
        ("全部", 2, False), ("超期", 0, False), ("5 日内", 0, False), ("我经办的", 2, True), ("集体访", 0, False),
    ]  # fmt: skip


def test_htmx_gets_the_same_list_alone(office):
    _made, people = office
    client = client_of(people["clerk"])
    part = client.get("/cases/?state=classified", headers={"HX-Request": "true"}).content.decode()
    assert part.count("<tr>") == 5
    assert "<html" not in part
    assert (
        part.split("<table")[1].split("</table>")[0]
        == (client.get("/cases/?state=classified").content.decode().split("<table")[1].split("</table>")[0])
    )


def test_most_pressing_first_and_pages_of_twenty_five():
    people = {"clerk": factories.user("clerk")}
    for number in range(27):
        factories.case(at=ago(number), people=people)
    client = client_of(people["clerk"])
    first, second = (client.get(f"/cases/?page={page}").context["rows"] for page in (1, 2))
    assert (len(first), len(second)) == (25, 2)
    days = [row["case"].due_on for row in first + second]
    assert days == sorted(days)


@pytest.mark.parametrize("rows", [1, 3])
def test_number_of_queries_does_not_grow(rows, django_assert_num_queries):
    people = {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}
    for _each in range(rows):
        case = factories.case(upto="assigned", at=ago(3), people=people)
    client = client_of(people["handler"])
    client.get("/notices/")  # the first request of a session notes its time
    # session, user, roles, unit; start view, views; count, rows, chips, unread, waiting, unit choices
    with django_assert_num_queries(12):
        client.get("/cases/")
    # session, user, roles, unit; counts, one group, interests, hearings, sendings, signers, requests, the next
    # to come; unit choices, unread, waiting
    with django_assert_num_queries(15):
        client.get("/cases/todo/")
    with django_assert_num_queries(22):
        client.get(f"/cases/{case.number}/")


def test_todo_puts_each_matter_where_its_day_falls(office):
    made, people = office
    page = client_of(people["supervisor"]).get("/cases/todo/")
    names = {case.pk: name for name, case in made.items()}
    groups = {
        item["group"].code: [(names[row["case"].pk], str(row["step"]["label"])) for row in item["rows"]]
        for item in page.context["groups"]
    }
    flat = {name: (code, step) for code, rows in groups.items() for name, step in rows}
    soon = next(code for code, (_l, _v, _q) in spans(timezone.localdate()).items() if code in groups and any(
        name == "soon" for name, _step in groups[code]))  # fmt: skip
    assert soon in ("week", "later")  # four days ahead: this week or after it, by the day of the week
    assert flat == {
        "late": ("overdue", "受理"),
        "today": ("today", "受理"),
        "soon": (soon, "当场答复"),
        "fresh": ("later", "受理"),
    }


def test_todo_follows_role_unit_and_purpose():
    people = {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}
    statutory = factories.case(at=ago(1), people=people, category="C01")
    accused = factories.case(at=ago(1), people=people, category="C04", purpose="accusation", accused="某科长")
    sent = factories.case(upto="assigned", at=ago(1), people=people)
    closed = factories.case(upto="closed", at=ago(1), people=people)
    moved = factories.case(upto="assigned", at=ago(1), people=people)
    answering.hand_back(
        case=moved, actor=people["handler"], at=timezone.now(), note="该事项属于人力资源和社会保障部门。"
    )
    ended = factories.case(at=ago(1), people=people)
    factories.declined(ended, at=timezone.now())

    def todo(user) -> dict[str, str]:
        groups = client_of(user).get("/cases/todo/").context["groups"]
        return {row["case"].number: row["step"]["name"] for item in groups for row in item["rows"]}

    assert todo(people["clerk"]) == {statutory.number: "guide", closed.number: "serve"}
    assert todo(people["supervisor"]) == {
        statutory.number: "guide", accused.number: "refer", closed.number: "serve", moved.number: "insist",
    }  # fmt: skip
    assert todo(people["handler"]) == {sent.number: "take_up"}
    assert todo(factories.user("handler", unit=factories.labour())) == {}
    assert todo(factories.user("archivist")) == {ended.number: "file"}
    assert todo(factories.user("leader")) == {}


def test_spans_hold_every_day_exactly_once():
    monday = dt.date(2026, 3, 2)
    for today in (monday + dt.timedelta(days=n) for n in range(7)):
        for offset in range(-3, 15):
            case = factories.Case(due_on=today + dt.timedelta(days=offset))
            hits = [code for code, (_label, _level, where) in spans(today).items() if matches(case, where)]
            assert len(hits) == 1, (today, offset, hits)


def matches(case: Case, where) -> bool:
    """Judge a condition on due_on without a database."""
    compare = {"lt": dt.date.__lt__, "gt": dt.date.__gt__, "lte": dt.date.__le__, "gte": dt.date.__ge__}
    for key, value in where.children:
        _field, _sep, how = key.partition("__")
        if how == "isnull":
            return (case.due_on is None) == value
        if not (compare[how](case.due_on, value) if how else case.due_on == value):
            return False
    return True


def test_nothing_to_do_says_so():
    page = client_of(factories.user("leader")).get("/cases/todo/").content.decode()
    assert "现在没有等您办理的事项。" in page
