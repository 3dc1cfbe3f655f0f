"""The 来访登记表 as typed: what is asked for, what is refused in which words, what the verb gets."""

import datetime as dt

import pytest
from django.http import QueryDict

from reception.forms.visit import VisitForm
from reception.models import ContentCategory
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db
CATEGORIES = [(f"C{n:02d}", f"{n} 类") for n in range(1, 11)]
LEAST = {"name": "王建国", "category": "C03", "demand": "要求维修外墙。", "confirmed": "on"}


def post(**fields) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in {**LEAST, **fields}.items():
        if value is None:
            sent.pop(name, None)
        else:
            sent.setlist(name, value if isinstance(value, list) else [value])
    return sent


def form(**fields) -> VisitForm:
    made = VisitForm(post(**fields), at=AT, categories=CATEGORIES, also=CATEGORIES[5:])
    made.full_clean()
    return made


def wrong(**fields) -> dict[str, str]:
    return {name: " ".join(map(str, errors)) for name, errors in form(**fields).errors.items()}


def test_the_least_that_makes_a_visit():
    made = form()
    assert made.is_valid(), made.errors
    data = made.visit_data(1, [])
    assert (data.person.name, data.person.kind, data.visited_at) == ("王建国", "person", AT)
    assert data.fields == {
        "visitors": 1, "involved": 1, "content_category": None, "region": "", "facts": "", "reasons": "",
        "occurred": "", "history": "", "accused": "", "materials": "", "needs": "", "agent": "", "id_note": "",
        "id_source": "manual", "confirmed": True, "confirmed_note": "", "clerk_note": "",
        "purpose": "appeal", "channel": "visit", "also": "",
    }  # fmt: skip


def test_an_empty_form_names_what_is_missing():
    assert wrong(**dict.fromkeys(LEAST)) == {
        "name": "请填写姓名（名称）；来访人不愿留名的，勾选“匿名”。",
        "demand": "请填写来访人的请求。",
        "category": "请从十类中选择一类。",
        "confirmed": "请向来访人复述主要内容和请求并勾选；不能确认的，写明未确认的原因。",
    }


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"anonymous": "on"}, "anonymous", "不填写姓名和证件号码"),
        ({"name": None, "anonymous": "on", "id_number": "11010519491231002X"}, "anonymous", "不填写姓名和证件号码"),
        ({"category": "C11"}, "category", "没有“C11”这一项"),
        ({"also": ["C03"]}, "also", "第 6 至 10 类"),
        ({"purpose": "appael"}, "purpose", "没有“appael”这一项"),
        ({"id_type": "007"}, "id_type", "没有“007”这一项"),
        ({"id_number": "110105194912310021"}, "id_number", "最后一位应为 X"),
        ({"id_number": "430124202302290018"}, "id_number", "2023-02-29 不存在"),
        ({"id_number": "11010519491231002X", "sex": "1"}, "sex", "性别与证件号码不符"),
        ({"id_number": "11010519491231002X", "birth_date": "1949-12-30"}, "birth_date", "出生日期与证件号码不符"),
        ({"phone": "打不通"}, "phone", "联系电话写一个号码"),
        ({"phone": "138"}, "phone", "联系电话写一个号码"),
        ({"visitors": "0"}, "visitors", "人数至少为 1"),
        ({"visitors": "-3"}, "visitors", "人数至少为 1"),
        ({"visitors": "十"}, "visitors", "请填写整数人数"),
        ({"visitors": "1.5"}, "visitors", "请填写整数人数"),
        ({"visitors": "9" * 400}, "visitors", "人数最多为 9999"),
        ({"visitors": "7", "involved": "5"}, "involved", "不能少于来访人数"),
        ({"visited_at": "2026-02-30"}, "visited_at", "认不出的时间"),
        ({"visited_at": "0001-01-01"}, "visited_at", "1990 年以后"),
        ({"visited_at": "9999-12-31T23:59"}, "visited_at", ""),
        ({"visited_at": "2026-03-02 10:30"}, "visited_at", "不能在现在以后"),
        ({"birth_date": "昨天"}, "birth_date", "认不出的日期"),
        ({"content_category": "天上的事"}, "content_category", "没有“天上的事”"),
        ({"demand": "长" * 20_001}, "demand", "最多 20000 字，现有 20001 字"),
        ({"name": "王" * 121}, "name", "最多 120 字，现有 121 字"),
        ({"confirmed": None}, "confirmed", "写明未确认的原因"),
    ],
)
def test_what_is_refused_and_in_which_words(fields, field, words):
    found = wrong(**fields)
    assert list(found) == [field]
    assert words in found[field]


@pytest.mark.parametrize("sign", [
    "\x00", "\x07", "\x1b", "\x7f", "\u0085", "\u200b", "\u200e", "\u202e", "\u2066", "\u2028", "\ufeff", "\u00ad",
    "\ufffd", "\u061c", "\u3164",
])  # fmt: skip
def test_signs_nobody_sees_are_refused(sign):
    found = wrong(name=f"张{sign}三", demand=f"要{sign}求")
    assert list(found) == ["name", "demand"]
    assert all("第 2 个字是" in sentence for sentence in found.values())


TEXTS = (
    "name", "id_number", "phone", "address", "region", "demand", "facts", "reasons", "accused", "materials",
    "history", "clerk_note", "content_category", "agent", "needs", "work_unit", "ethnicity", "occurred", "id_note",
    "confirmed_note",
)  # fmt: skip


def test_every_text_field_refuses_them_at_its_own_place():
    found = wrong(**dict.fromkeys(TEXTS, "张\u202e三"))
    assert set(found) == set(TEXTS)
    assert {sentence for sentence in found.values()} == {"第 2 个字是看不见的控制符（U+202E），请删去后重新输入。"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("阿卜杜热合曼·买买提明·艾合买提江·吐尔逊阿吉·阿布都克里木·努尔买买提·依明江·克里木江·阿不都", None),
        ("买买提•艾合买提", "买买提·艾合买提"),
        ("买买提 ・ 艾合买提", "买买提·艾合买提"),
        ("  王  建国 ", "王 建国"),
        ("𠮷田𪚥", None),
        ("\ue863某", None),
        ("葛󠄀某", None),
        ("John O'Neill-Smith", None),
        ("示范市某某物业管理有限公司（东区）", None),
        ("Ａ", None),
    ],
)
def test_names_people_really_have(typed, kept):
    made = form(name=typed)
    assert made.is_valid(), made.errors
    assert made.cleaned_data["name"] == (kept or typed)


def test_a_petition_of_seven_thousand_signs_with_lines_is_kept():
    text = "\r\n".join(["一、外墙渗水。" * 100] * 10)
    made = form(demand=text)
    assert made.is_valid()
    assert made.cleaned_data["demand"] == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３８００００１２３４", "13800001234"), ("138-0000-1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("0731-8888 1234", "073188881234"), ("（0731）88881234", "073188881234"), ("", ""),
    ],
)  # fmt: skip
def test_a_phone_is_the_same_however_written(typed, kept):
    made = form(phone=typed)
    assert made.is_valid(), made.errors
    assert made.cleaned_data["phone"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2026-03-01", (2026, 3, 1, 0, 0)), ("2026/3/1", (2026, 3, 1, 0, 0)), ("2026.3.1 14:05", (2026, 3, 1, 14, 5)),
     ("2026年3月1日", (2026, 3, 1, 0, 0)), ("2026-03-01T08:30", (2026, 3, 1, 8, 30))],
)  # fmt: skip
def test_days_in_the_usual_spellings(typed, kept):
    made = form(visited_at=typed)
    assert made.is_valid(), made.errors
    assert made.cleaned_data["visited_at"] == dt.datetime(*kept, tzinfo=factories.SHANGHAI)


def test_the_number_tells_kind_birth_and_sex():
    made = form(id_number="１１０１０５４９１２３１００２")
    assert made.is_valid(), made.errors
    person = made.person()
    assert (person.id_type, person.id_number, person.birth_date, person.sex) == (
        "111",
        "11010519491231002X",
        dt.date(1949, 12, 31),
        "2",
    )


def test_a_wrong_check_digit_stands_with_a_reason():
    made = form(id_number="110105194912310021", id_note="证件印刷如此")
    assert made.is_valid(), made.errors
    assert made.person().id_number == "110105194912310021"


def test_labels_do_as_well_as_codes():
    made = form(id_type="居民身份证", id_number="11010519491231002X", purpose="检举控告")
    assert made.is_valid(), made.errors
    assert (made.cleaned_data["id_type"], made.cleaned_data["purpose"]) == ("111", "accusation")


def test_persons_concerned_follow_those_who_came():
    for typed, kept in ((("７", ""), (7, 7)), (("", "30"), (1, 30)), (("", ""), (1, 1))):
        made = form(visitors=typed[0], involved=typed[1])
        assert made.is_valid(), made.errors
        assert (made.cleaned_data["visitors"], made.cleaned_data["involved"]) == kept


def test_anonymous_leaves_no_name():
    made = form(name="", anonymous="on", phone="13800000001")
    assert made.is_valid(), made.errors
    person = made.person()
    assert (person.name, person.kind, person.id_number) == ("匿名来访人", "anonymous", "")


def test_another_name_on_the_same_document_needs_a_reason():
    factories.visit(person={"name": "王建国", "id_type": "111", "id_number": "11010519491231002X"})
    assert wrong(name="李四", id_number="11010519491231002X") == {
        "name": "此证件号码已登记在“王**”名下，与所填姓名不同；是同一人（如改名）的，写明证件说明。"
    }
    assert wrong(name="李四", id_number="11010519491231002X", id_note="改名") == {}
    assert wrong(name="王建国", id_number="11010519491231002X") == {}


@pytest.fixture
def contents(db):
    made = {}
    for code, name, parent in (
        ("01", "城乡建设", ""), ("0101", "安全生产", "01"), ("010101", "事故处理", "0101"),
        ("02", "交通运输", ""), ("0201", "道路交通", "02"), ("020101", "事故处理", "0201"), ("020102", "收费", "0201"),
    ):  # fmt: skip
        above = made.get(parent)
        path = f"{above.path_name}/{name}" if above else name
        made[code] = ContentCategory.objects.create(
            code=code, name=name, parent=above, level=len(code) // 2, path_name=path
        )
    return made


@pytest.mark.parametrize(
    ("typed", "code"),
    [("城乡建设/安全生产/事故处理", "010101"), ("城乡建设 / 安全生产 / 事故处理", "010101"), ("010101", "010101"),
     ("收费", "020102"), ("道路交通/收费", "020102"), ("城乡建设", "01"), ("城乡建设>安全生产", "0101"),
     ("道路交通／事故处理", "020101")],
)  # fmt: skip
def test_content_by_code_path_or_name(contents, typed, code):
    made = form(content_category=typed)
    assert made.is_valid(), made.errors
    assert made.cleaned_data["content_category"] == contents[code]


def test_a_content_name_borne_twice_asks_for_the_whole_path(contents):
    assert "请写出全称" in wrong(content_category="事故处理")["content_category"]


def test_a_post_without_a_key_is_known_again_for_ten_minutes():
    clerk = factories.user("clerk")
    key = form().visit_data(clerk.pk, []).key
    assert form().visit_data(clerk.pk, []).key == key
    assert form().visit_data(clerk.pk + 1, []).key != key
    assert form(demand="另一件").visit_data(clerk.pk, []).key != key
    factories.visit(clerk=clerk, at=AT, key=key)

    def later(**passed) -> str:
        made = VisitForm(post(), at=AT + dt.timedelta(**passed), categories=CATEGORIES, also=CATEGORIES[5:])
        assert made.is_valid()
        return made.visit_data(clerk.pk, []).key

    assert later(minutes=9) == key
    assert later(minutes=11) != key
    assert later(days=1) != key


def test_a_key_of_the_form_is_used_as_it_is():
    assert form(key="a" * 32).visit_data(1, []).key == "a" * 32
    assert len(form(key="短").visit_data(1, []).key) == 64
