"""The roster: whatever is pasted is read, each line is judged by itself, and nothing typed is lost."""

import time

import pytest
from django.http import QueryDict
from django.urls import reverse

from audit.verifying import findings
from reception.forms.pasting import read
from reception.forms.roster import Roster, roster
from reception.identity import check_digit
from reception.models import Companion, Visit
from reception.registering import CompanionData
from tests import factories
from tests.factories import AT

TODAY = AT.date()
ID = "11010519491231002X"
NEW = "/reception/visits/new/"
LEAST = {"name": "王建国", "category": "C03", "demand": "要求发放工资。", "confirmed": "on"}


def made(text: str, **petitioner: str) -> Roster:
    return Roster(text, TODAY, petitioner)


def number(n: int) -> str:
    first = f"1101051980{n // 28 % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
    return first + check_digit(first)


def told(one: Roster) -> list[tuple[int, str]]:
    return [(row.number, name) for row in one.bad for name in row.wrong]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("张三\t\t13800000001\t是", [("张三", "", "13800000001", "是")]),
        ("张三,11010519491231002X,13800000001", [("张三", ID, "13800000001", "")]),
        ("张三，，13800000001，是\n\n李四", [("张三", "", "13800000001", "是"), ("李四", "", "", "")]),
        ("张三 11010519491231002X 13800000001 是", [("张三", ID, "13800000001", "是")]),
        ("买买提 艾力 13800000001", [("买买提 艾力", "", "13800000001", "")]),
        ("1\t张三\t\t\n2\t李四\t\t", [("张三", "", "", ""), ("李四", "", "", "")]),
        ("1. 张三 13800000001", [("张三", "", "13800000001", "")]),
        ("联系电话\t姓名\t是否代表\n13800000001\t张三\t是", [("张三", "", "13800000001", "是")]),
        ("序号\t姓名\t身份证号\t手机\n1\t张三\t\t13800000001", [("张三", "", "13800000001", "")]),
        ("姓名", []),
        (" \n\t\t\n", []),
    ],
)
def test_reads_whatever_a_spreadsheet_or_a_hand_gives(text, people):
    assert [(o.name, o.id_number, o.phone, o.is_representative) for o in read(text).lines] == people


def test_columns_without_a_place_are_told():
    assert read("姓名\t住址\t村组\n张三\t幸福里\t三组").notes == ["没有采用的列：住址、村组。"]
    assert read("张三\t\t\t是\t幸福里").notes == ["第 4 列以后的内容没有采用；可以连同表头一起粘贴。"]
    assert read("序号\t姓名\n1\t张三").notes == []


def test_is_what_was_typed_without_empty_rows():
    one = made("张三\t\t\t是\n\t\t\t\n李 四\t\t１３８００００００２１")
    assert one.is_valid()
    assert one.people() == [
        CompanionData(name="张三", is_representative=True), CompanionData(name="李 四", phone="13800000021"),
    ]  # fmt: skip


def test_a_post_that_knows_nothing_of_a_roster_has_none():
    one = roster(QueryDict("name=x"), TODAY)
    assert (one.is_bound, one.people(), one.people_or_errors()) == (False, [], False)


def test_one_wrong_row_leaves_the_others_as_they_are():
    one = made(f"张三\t110105194912310021\n李四\t{ID}\n\t\t13800000001\n王五\t\t电话\t也许")
    assert told(one) == [(1, "id_number"), (3, "name"), (4, "phone"), (4, "is_representative")]
    assert [person.name for person in one.people()] == ["李四"]
    assert not one.is_valid()
    assert one.total_error_count() == 4


@pytest.mark.parametrize(
    ("text", "petitioner", "wrong"),
    [
        (f"张三\t{ID}\n张三\t{ID}", {}, [(2, "name")]),
        ("张三\t\t13800000001\n张三\t\t138-0000-0001", {}, [(2, "name")]),
        ("李伟\n李伟", {}, []),
        (f"张三\t{ID.lower()}", {"id_number": ID}, [(1, "name")]),
        ("张三\t\t13800000001", {"name": "张三", "phone": "138 0000 0001"}, [(1, "name")]),
        ("张三\t\t13800000001", {"name": "张三", "phone": "13800000002"}, []),
        ("张三\t\t13800000001", {"name": "张三", "phone": "坏"}, []),
    ],
)
def test_nobody_is_listed_twice_and_the_petitioner_not_at_all(text, petitioner, wrong):
    assert told(made(text, **petitioner)) == wrong


@pytest.mark.parametrize(("speakers", "errors"), [(5, 0), (6, 1), (40, 1)])
def test_at_most_five_speak(speakers, errors):
    one = made("\n".join(f"代表{n}\t\t\t是" for n in range(speakers)))
    assert len(one.errors) == errors
    assert not errors or f"不得超过 5 人（《信访工作条例》第二十条第三款），现有 {speakers} 人" in one.errors[0]


def test_more_than_five_hundred_are_told():
    one = made("\n".join(f"人{n}" for n in range(501)))
    assert "名册最多 500 人" in one.errors[0]
    assert len(one.rows) == 500


@pytest.fixture
def clerk(client, db):
    factories.calendar(*range(2025, 2030))
    made = factories.user("clerk")
    client.force_login(made)
    return made


def test_three_hundred_people_in_one_post(client, clerk):
    """One field of text: the limit of 500 fields of a post does not matter."""
    lines = [f"同来{n}\t{number(n)}\t138{n:08d}\t{'是' if n < 5 else ''}" for n in range(299)]
    began = time.perf_counter()
    answer = client.post(NEW, LEAST | {"visitors": "300", "roster": "\n".join(lines)})
    assert answer.status_code == 302
    assert time.perf_counter() - began < 20
    visit = Visit.objects.get()
    assert (visit.is_group, visit.visitors, visit.involved, visit.companions.count()) == (True, 300, 300, 299)
    assert visit.companions.filter(is_representative=True).count() == 5
    assert Companion.objects.get(position=299).id_number == number(298)
    assert list(findings()) == []


def test_a_refused_roster_comes_back_as_typed_and_the_head_counts_must_agree(client, clerk):
    typed = f"张三\t110105194912310021\n李四\t{ID}"
    answer = client.post(NEW, LEAST | {"visitors": "3", "roster": typed})
    assert answer.status_code == 422
    assert typed in answer.content.decode()
    assert "校验位不对" in answer.content.decode()
    answer = client.post(NEW, LEAST | {"visitors": "2", "roster": "张三\n李四"})
    assert "来访人数为 2 人，名册连同信访人有 3 人，请核对。" in answer.content.decode()
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(("visitors", "is_group"), [(4, False), (5, True)])
def test_five_are_a_group(client, clerk, visitors, is_group):
    client.post(NEW, LEAST | {"visitors": str(visitors)})
    assert Visit.objects.get().is_group is is_group


def test_the_roster_is_judged_while_it_is_filled_in_and_nothing_is_kept(client, clerk):
    said = {"roster": f"张三\t{ID}\n\t\t138", "id_number": ID}
    answer = client.post(reverse("reception:roster"), said)
    body = answer.content.decode()
    assert ('data-row="1" data-field="name"' in body, 'data-row="2"' in body) == (True, True)
    assert ID not in body
    assert Visit.objects.count() == 0
    assert client.get(reverse("reception:roster")).status_code == 405
    client.force_login(factories.user("handler"))
    assert client.post(reverse("reception:roster"), said).status_code == 403
