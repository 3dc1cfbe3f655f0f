"""The search box: words of the text, personal numbers by POST, for whom what exists, and what odd input gets."""

import ast
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from audit.verifying import findings
from cases import searching
from cases.actions.history import import_matters
from cases.filters import CaseFilter
from cases.importing import Places, read_register
from cases.models import Case, CaseWords
from cases.sheets import read_rows
from reception.models import NameKey, Petitioner
from tests import factories
from tests.accusations import NAME, accusation
from vault import spelling

pytestmark = pytest.mark.django_db
IDENTITY, PHONE = "11010519491231002X", "13812345678"


@pytest.fixture
def people():
    return {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}


def of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def search(client: Client, text: str):
    return client.post("/search/", {"text": text})


def rows(answer) -> list[Case]:
    return [row["case"] for row in answer.context["rows"]]


WORDS = [
    ("旧改", {"near"}), ("旧", {"near", "apart"}), ("改造", {"apart"}), ("小区旧改", {"near"}),
    ("旧 改", {"near", "apart"}),
    ("补偿款", {"near"}), ("款补", set()), ("abc楼", {"near"}), ("ＡＢＣ", {"near"}), ("bc", {"near"}), ("ac", set()),
    ("3 号", {"near"}), ("3号", {"near"}), ("款，付", {"near"}), ("款付", set()), ("100%", {"apart"}), ("100_", set()),
    ("没有这样的话", set()), ("，", set()), ('"旧改"', set()), ("旧改'", set()), ("旧改 OR", set()), ("改*", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_are_found_exactly_as_they_stand(people, text, expected):
    near = factories.case(
        people=people, demand="小区旧改补偿款，付至3号ABC楼。", facts="没有付。", person={"name": "赵一"}
    )
    apart = factories.case(people=people, demand="把旧楼改造，落实100%。", facts="没有付。", person={"name": "钱二"})
    found = Case.objects.saying(text)
    assert {case.pk for case in found} == {{"near": near.pk, "apart": apart.pk}[one] for one in expected}


def test_a_changed_text_is_found_by_what_it_says_now(people):
    case = factories.case(people=people, demand="要求维修外墙。")
    case.facts = "屋面漏水。"
    case.save(update_fields=["facts"])
    assert list(Case.objects.saying("漏水")) == [case]
    case.facts = ""
    case.save(update_fields=["facts"])
    assert not Case.objects.saying("漏水").exists()
    CaseWords.objects.filter(pk=case.pk).delete()
    assert not Case.objects.saying("外墙").exists()


def test_nothing_is_found_of_what_was_not_committed(people):
    case = factories.case(people=people, demand="要求维修外墙。")
    before = transaction.savepoint()
    case.demand = "要求退还押金。"
    case.save()
    assert Case.objects.saying("押金").exists()
    transaction.savepoint_rollback(before)
    assert not Case.objects.saying("押金").exists()
    assert Case.objects.saying("外墙").exists()


def test_reindexing_makes_again_what_is_missing_and_says_what_is_wrong(people, capsys):
    case = factories.case(people=people, demand="要求维修外墙。", person={"name": "单雄信"})
    call_command("reindex_search", "--check")
    NameKey.objects.all().delete()
    CaseWords.objects.update(text="", grams="")
    with pytest.raises(SystemExit):
        call_command("reindex_search", "--check")
    assert not Case.objects.matching("外墙", people["clerk"]).exists()
    call_command("reindex_search")
    call_command("reindex_search", "--check")
    assert list(Case.objects.saying("外墙")) == list(Case.objects.matching("sxx", people["clerk"])) == [case]
    assert list(findings()) == []


def test_nothing_of_the_encrypted_columns_is_in_the_index(people):
    factories.case(
        people=people,
        person={"name": "赵一", "id_type": "111", "id_number": IDENTITY, "phone": PHONE, "address": "幸福里九号"},
    )
    index = [*CaseWords.objects.values_list("text", "grams"), *NameKey.objects.values_list("key")]
    assert not [row for row in index for text in row if IDENTITY[:6] in text or PHONE[:7] in text or "幸福里九" in text]


def test_a_number_goes_straight_to_its_page(people):
    case = factories.case(people=people)
    visit = case.visit_links.get().visit
    client = of(people["clerk"])
    assert search(client, case.number).url == case.get_absolute_url()
    assert search(client, f" {case.number.lower()} ").url == case.get_absolute_url()
    assert search(client, visit.number).url == visit.get_absolute_url()
    assert "没有编号为 XF1999000001" in search(client, "XF1999000001").content.decode()
    assert rows(search(client, case.number[-3:])) == [case]
    assert rows(search(client, case.number[:8])) == [case]


@pytest.mark.parametrize(
    "typed", [IDENTITY, IDENTITY.lower(), "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_a_document_goes_to_its_person_and_on_record(people, typed):
    case = factories.case(
        people=people, person={"name": "单雄信", "id_type": "111", "id_number": IDENTITY, "phone": PHONE}
    )
    answer = search(of(people["clerk"]), typed)
    assert answer.url == case.petitioner.get_absolute_url()
    event = Event.objects.latest("seq")
    assert (event.verb, event.actor, event.data) == ("look_up", people["clerk"], {"persons": 1, "matters": 1})
    assert event.note == "110105********002X"
    assert IDENTITY not in str(list(Event.objects.values()))
    assert list(findings()) == []


def test_an_old_card_finds_the_same_person(people):
    case = factories.case(people=people, person={"name": "单雄信", "id_type": "111", "id_number": IDENTITY})
    assert search(of(people["clerk"]), "110105491231002").url == case.petitioner.get_absolute_url()


@pytest.mark.parametrize("typed", [PHONE, "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "0086-13812345678"])
def test_a_telephone_goes_to_its_person_and_on_record(people, typed):
    case = factories.case(people=people, person={"name": "单雄信", "phone": PHONE})
    assert search(of(people["clerk"]), typed).url == case.petitioner.get_absolute_url()
    event = Event.objects.latest("seq")
    assert (event.verb, event.title, event.note) == ("look_up", "按电话号码查找", "138****5678")


def test_two_people_with_one_telephone_are_shown_side_by_side(people):
    made = [factories.case(people=people, person={"name": name, "phone": PHONE}) for name in ("赵一", "钱二")]
    page = search(of(people["clerk"]), PHONE)
    text = page.content.decode()
    assert {one.name for one in page.context["persons"]} == {"赵一", "钱二"}
    assert set(rows(page)) == set(made)
    assert PHONE not in text
    assert "138****5678" in text


def test_a_document_of_nobody_is_not_echoed(people):
    page = search(of(people["clerk"]), IDENTITY)
    assert page.status_code == 200
    assert "没有登记过这个证件号码" in page.content.decode()
    assert IDENTITY not in page.content.decode()


def test_who_came_along_is_found_by_their_document(people):
    case = factories.case(people=people, visitors=2, involved=2, companions=[{"name": "钱二", "id_number": IDENTITY}])
    assert search(of(people["clerk"]), IDENTITY).url == case.get_absolute_url()


def test_pinyin_is_never_taken_for_a_document():
    assert searching.recognise("wangfangabcdefghjk").kind == "text"
    assert searching.recognise("wjg").kind == "text"
    assert searching.recognise("E12345678").kind == "identity"
    assert searching.recognise("0731-84123456").kind == "phone"


def test_a_unit_finds_its_matters_and_nobody_of_a_protected_one(people):
    seen = factories.case(upto="assigned", people=people, person={"name": "单雄信", "phone": PHONE})
    secret = factories.case(
        upto="assigned",
        people=people,
        demand="举报某站收费。",
        accused="某站",
        person={"name": "仇英", "phone": "13912345678"},
    )
    unit = of(people["handler"])
    assert rows(search(unit, "sxx")) == [seen]
    assert rows(search(unit, "qiuying")) == rows(search(unit, "13912345678")) == []
    assert rows(search(unit, "收费")) == [secret]
    assert "仇英" not in search(unit, "收费").content.decode()
    assert search(unit, PHONE).url == seen.get_absolute_url()
    assert search(unit, "sxx").context["persons"] == []


def test_a_protected_matter_is_neither_found_nor_counted_by_the_accused(people):
    accused = factories.user("supervisor", factories.labour())
    spied = {**people, "spy-person": factories.user("supervisor"), "assistant": people["handler"]}
    case = accusation(spied)
    before = [search(of(accused), text).content.decode() for text in ("鲲鹏", NAME, "oysy", case.number)]
    assert all(case.number not in page.replace("没有编号为 " + case.number, "").replace(f'value="{case.number}"', "")
               .replace(f"“{case.number}”", "") for page in before)  # fmt: skip
    assert [rows(search(of(accused), text)) for text in ("鲲鹏", NAME, "oysy")] == [[], [], []]
    assert search(of(accused), "鲲鹏").context["matters_counted"] == "0"
    assert case in rows(search(of(people["supervisor"]), "鲲鹏"))


def test_administrators_do_not_search():
    client = of(factories.user("sysadmin"))
    assert client.get("/search/").status_code == search(client, "王").status_code == 403
    assert 'action="/search/"' not in client.get("/accounts/people/").content.decode()


def test_suggestions_are_few_and_never_about_growing_numbers(people):
    for n in range(12):
        factories.case(
            people=people, demand=f"要求维修外墙{n}。", person={"name": f"王建国{n}", "id_number": "", "phone": PHONE}
        )
    client = of(people["clerk"])
    ask = lambda text: client.post("/search/suggestions/", {"text": text})  # noqa: E731
    assert len(ask("外墙").context["lines"]) == 8
    lines = ask("wjg").context["lines"]
    assert (len(lines), sum("person" in line for line in lines)) == (8, 4)
    assert "<mark>外墙</mark>" in ask("外墙").content.decode()
    for text in ("王"[:1], "1381234", PHONE, IDENTITY, IDENTITY[:14], "a" * 61, "\0\0", ""):
        assert ask(text).context["lines"] == []
    assert not Event.objects.filter(verb="look_up").exists()
    assert client.get("/search/suggestions/").status_code == 405


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请输入要查找的内容"),
        ("a" * 61, "最多 60 个字"),
        ("王\0", "控制符"),
        ("王\u202e", "控制符"),
        ("王\ufffd", "乱码"),
        ("1" * 50_000, "最多 60"),
    ],
)
def test_odd_input_gets_a_sentence(people, text, sentence):
    answer = search(of(people["clerk"]), text)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_broken_bytes_are_refused_not_found(people):
    raw = of(people["clerk"]).post("/search/", b"text=%ED%A0%80%FF", content_type="application/x-www-form-urlencoded")
    assert raw.status_code == 422


@pytest.mark.parametrize(
    "text", ["1" * 50_000, "a1" * 25_000, " " * 50_000, "((" * 25_000, "王" * 50_000, "+86-" * 12_500]
)
def test_fifty_thousand_signs_cost_next_to_nothing(text):
    began = time.process_time()
    searching.REGISTER.fullmatch(text), searching.PHONE.fullmatch(text), searching.MANY_DIGITS.search(text)
    assert time.process_time() - began < 0.05


def test_names_and_text_are_escaped_before_they_are_marked(people):
    factories.case(people=people, demand="要求<script>alert(1)</script>维修", person={"name": "<b>赵</b>"})
    page = search(of(people["clerk"]), "维修").content.decode()
    assert "<script>alert" not in page
    assert "<b>赵" not in page
    assert "<mark>维修</mark>" in page
    assert "&lt;<mark>script</mark>&gt;" in search(of(people["clerk"]), "script").content.decode()


@pytest.mark.parametrize("typed", [PHONE, "138 1234 5678", "+8613812345678", "0731-84123456", IDENTITY])
def test_the_list_refuses_numbers_in_its_address(people, typed):
    answer = of(people["clerk"]).get("/cases/", {"q": typed})
    assert "请在页面上方的查找框中输入" in answer.content.decode()


def test_more_than_a_thousand_are_not_counted(people, monkeypatch):
    monkeypatch.setattr(searching, "CAP", 2)
    for _n in range(4):
        factories.case(people=people, demand="要求维修外墙。")
    page = search(of(people["clerk"]), "外墙")
    assert page.context["matters_counted"] == "2+"
    assert "2+ 件" in page.content.decode()


def test_the_number_of_queries_does_not_grow(people):
    client = of(people["supervisor"])
    factories.case(people=people, demand="要求维修外墙。", person={"name": "王建国"})
    for _n in (1, 3):
        for _m in range(_n - 1):
            factories.case(people=people, demand="要求维修外墙。", person={"name": "王建国"})
        client.get("/search/")
        for url, expected in (("/search/", PINNED), ("/search/suggestions/", PINNED_LINES)):
            with CaptureQueriesContext(connection) as done:
                client.post(url, {"text": "王建国"})
            assert len(done) == expected, [one["sql"][:150] for one in done]


PINNED, PINNED_LINES = 12, 10  # the page counts what waits for the menu besides


def test_the_list_and_the_box_find_the_same(people):
    case = factories.case(people=people, demand="要求维修外墙。", person={"name": "单雄信"})
    user, today = people["clerk"], factories.AT.date()
    for text in ("外墙", "sxx", "单", case.number):
        assert list(CaseFilter({"q": text}, Case.objects.visible_to(user), user=user, today=today).qs) == [case]


def test_cutting_a_text_is_quick_and_complete():
    text = "关于旧改补偿的问题ABC " * 1000
    assert {"旧改", "改补", "bc", "题a", "旧"} <= spelling.grams(text)
    assert spelling.asked("旧改") == {"旧改"}
    assert spelling.asked("旧") == {"旧"}
    assert spelling.asked("a") == set()


def test_no_code_changes_a_text_past_its_words():
    """``update()`` and ``bulk_update()`` do not pass ``Case.save``, which keeps the searchable words."""
    past = []
    for path in Path(__file__).resolve().parents[2].glob("[a-z]*/**/*.py"):
        if path.parts[-2] in ("migrations", "tests") or "tests" in path.parts or "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            texts = {word.arg for word in node.keywords} & {"demand", "reasons"} if name else set()
            if (name in ("update", "move") and texts) or (name == "bulk_update" and "Case." in ast.unparse(node)):
                past.append(f"{path.name} {ast.unparse(node)[:34]}")
    assert past == ["suggesting.py waiting.update(adoption=adoption, "]  # reasons of a suggestion, no matter's


REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "register.csv"


def test_a_real_register_is_found_by_its_words():
    """Eighty rows of a real register: each word finds exactly the rows that hold it, as ``in`` sees them."""
    clerk, office = factories.user("clerk"), factories.office()
    read = read_register(read_rows(REAL)[:81], office=office, today=factories.AT.date(), places=Places.load())
    import_matters(rows=read.rows, office=office, actor=clerk, at=factories.AT)
    texts = {case.pk: "\n".join((case.title, case.demand, case.facts, case.reasons)) for case in Case.objects.all()}
    assert len(texts) >= 70
    chars = "".join(texts.values())
    words = {"小区", "物业", "公司", "业主", "拆迁", "学校", "扰民", "A市", "2019", "饕餮", "投诉"}
    words |= {chars[at : at + 2] for at in range(0, len(chars), 997)} | {
        chars[at : at + 5] for at in range(0, len(chars), 1999)
    }
    for word in sorted(words):
        if word.split() != [word] or not spelling.asked(word):
            continue
        there = {pk for pk, text in texts.items() if spelling.plain(word) in spelling.plain(text)}
        assert set(Case.objects.saying(word).values_list("pk", flat=True)) == there, word
    codes = Petitioner.objects.order_by("pk").values_list("name", flat=True)[:5]
    for code in codes:
        assert Petitioner.objects.called(code.lower()).get().name == code
