"""Two languages: every word of the interface is marked and has its English; what stays is written in Chinese."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import catalogue
import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from audit.models import Event
from cases.actions import deciding, sending
from documents.models import Paper
from notices.models import Notice
from tests import factories
from vault.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent
HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|</?strong>|&[PNC]")

# Chinese that stays Chinese in either language. Whole folders and files first, with the reason.
CHINESE = {
    "alerts/papers.py": "contents of papers",
    "alerts/policy.py": "the rule in one sentence, kept with the alarm as the rules file has it",
    "archive/binding.py": "titles of sheets inside a dossier",
    "archive/contents.py": "lines of the catalogue of a dossier",
    "archive/naming.py": "title of a dossier",
    "archive/sheet.py": "columns of the hand-over to the archives",
    "briefing/papers.py": "contents of papers",
    "cases/examining.py": "the summary of days kept with a report; how a Chinese demand is numbered",
    "cases/importing.py": "column names and words of old Chinese registers",
    "cases/papers.py": "contents of papers",
    "cases/seeding.py": "reference data",
    "documents/numbering.py": "form of a paper's number (GB/T 9704)",
    "followup/papers.py": "contents of papers",
    "followup/phrases.py": "sentences printed in a letter",
    "hall/papers.py": "contents of the slip",
    "inquiry/slips.py": "contents of the slip",
    "reception/forms/pasting.py": "column names and words of Chinese rosters",
    "reception/naming.py": "Chinese surnames with more than one reading",
    "reception/papers.py": "contents of papers",
    "cases/policy.py": "words cut off the names of the categories, which are reference data",
    "reception/readers.py": "what stands on the invented cards of the simulated reader",
    "reports/exporting.py": "columns and marks of the register that leaves the house",
    "review/papers.py": "contents of papers",
    "vault/masking.py": "words by which a Chinese address is cut",
}
CHINESE_FOLDERS = {"management": "the command line speaks Chinese; demo people and petitions"}
# Single strings of files that are otherwise checked.
CHINESE_WORDS = {
    # who acted for whom, kept with the fact; the row's own name in the trail
    "accounts/models.py": {"（代 ", "）", " 代 "},
    # printed on the note sheet
    "archive/actions.py": {"未回访的原因：", " 经批准拆卷更正，重新装订为第 ", " 版："},
    "cases/actions/hearing.py": {"听证"},  # kept with the clock as its reason
    "cases/actions/settling.py": {"协议书"},  # title of a paper
    "cases/dayplan.py": {"本单位录入"},  # kept with the year as its source
    # words and dates that are typed or pasted from the State Council's notice
    "cases/forms/calendar.py": {
        "休",
        "放假",
        "休息",
        "班",
        "上班",
        "调休上班",
        "平",
        "平日",
        "至",
        r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?",
        r"(?:\s*(?:至|到|~|—|–)\s*",
    },
    # surnames of two characters
    "cases/recusal.py": {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "端木",
        "百里",
        "南宫",
    },
    # words that stand in every petition, left out when two are compared
    "cases/samematter.py": {
        "要求|请求|希望|恳请|责成|有关单位|有关部门|相关部门|政府|依法|尽快|及时|予以|给予|解决|问题|处理|反映"
    },
    "cases/sides.py": {"时", "分", "第三十一条第六项", "第三十六条"},  # times and citations in papers
    "cases/deadlines.py": {"周六", "周日"},  # kept with the clock as its reason
    "config/settings/base.py": {"示范市信访局", "示信"},  # the demo office's own name
    # the word of each paper's number
    "documents/choices.py": {
        "受",
        "不受",
        "不再受",
        "引",
        "告",
        "转",
        "交",
        "延",
        "报",
        "答",
        "催",
        "督",
        "建",
        "收",
        "转普",
        "协",
        "上",
        "听",
        "调协",
        "调",
        "纪",
        "复查受",
        "复查",
        "复核受",
        "复核",
        "急",
        "摘",
        "复述",
    },  # in numbers
    "documents/rendering.py": {"作废"},  # printed across a void paper
    "followup/rehearsal.py": {"期限"},  # cut off, as in reminders
    "followup/ladder.py": {"期限"},  # cut off before the sentence adds it; reminders are kept in Chinese
    # in the file itself: the approval, and the file's name
    "reports/actions.py": {"第 ", " 号，", " 同意"},
    "reception/forms/readback.py": {"签字.png"},  # name of the kept picture
    "reports/sheets.py": {"信访事项台账"},  # name of the sheet
    "reports/views/register.py": {"信访事项台账-"},
    "review/chain.py": {"第三十五条", "第三十六条"},  # citations in papers and with the clock
    "reception/forms/fields.py": {"%Y年%m月%d日 %H:%M", "%Y年%m月%d日"},  # spellings that are understood
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in catalogue.files(".py"):
        relative = path.relative_to(ROOT)
        if str(relative) not in CHINESE and not set(CHINESE_FOLDERS) & set(relative.parts):
            yield str(relative), ast.parse(path.read_text(encoding="utf-8"))


def spoken_for(tree: ast.Module) -> set[int]:
    """The constants of a module that need no mark: marked ones, docstrings and legal citations."""
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            fine.add(id(node.value))
        if isinstance(node, ast.Call) and catalogue.called(node) in catalogue.CALLS:
            fine |= {id(each) for argument in node.args for each in ast.walk(argument)}
        if isinstance(node, ast.keyword) and node.arg == "basis":
            fine.add(id(node.value))
    return fine


def unmarked(name: str, tree: ast.Module) -> list[str]:
    fine, known = spoken_for(tree), CHINESE_WORDS.get(name, set())
    return [
        f"{name}:{node.lineno} {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value)
        if id(node) not in fine and node.value not in known
    ]


def bare_text(source: str) -> str:
    """A template without comments and without what is marked for translation."""
    for pattern in (
        r"{%\s*comment\b.*?endcomment\s*%}",
        r"{#.*?#}",
        r"{%\s*blocktranslate\b.*?endblocktranslate\s*%}",
        r"{%\s*translate\s.*?%}",
        r"""_\((?:"[^"]*"|'[^']*')\)""",
    ):
        source = re.sub(pattern, lambda match: "\n" * match.group().count("\n"), source, flags=re.DOTALL)
    return source


def test_every_word_of_a_page_is_marked():
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in catalogue.files(".html")
        if "print" not in path.parts
        for number, line in enumerate(bare_text(path.read_text(encoding="utf-8")).splitlines(), start=1)
        if HAN.search(line)
    ]
    assert found == []


def test_every_word_of_the_code_is_marked():
    assert [line for name, tree in modules() for line in unmarked(name, tree)] == []


def test_a_word_without_a_mark_is_found():
    """The two searches above do see what they look for."""
    tree = ast.parse(
        '"""中文。"""\nfrom x import _\na = _("标记")\nb = f"{a}未标记"\nc = Step("归类", basis="第一条")\n'
    )
    assert unmarked("x.py", tree) == ["x.py:4 未标记", "x.py:5 归类"]
    assert bare_text('{# 注 #}<p>{% translate "标记" %}未标记</p>') == "<p>未标记</p>"


def test_exemptions_are_still_needed():
    stale = [name for name in CHINESE if not HAN.search((ROOT / name).read_text(encoding="utf-8"))]
    for name, words in CHINESE_WORDS.items():
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        there = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        stale += [f"{name}: {word}" for word in words - there]
    assert stale == []


def test_scripts_take_their_words_from_the_page():
    found = []
    for path in (ROOT / "static" / "js").rglob("*.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if HAN.search(code) and path.name not in CARD:
            found.append(path.name)
    assert found == []


CARD = {"card.js", "fill.js"}  # names of what stands on a card, as readers send them


def test_every_word_has_its_english():
    """``python bin/catalogue.py`` adds new words and takes out those that are gone; the English is written by hand."""
    book = polib.pofile(str(catalogue.CATALOGUE))
    marked = catalogue.marked()
    assert sorted(set(marked) - {entry.msgid for entry in book}) == []
    assert sorted({entry.msgid for entry in book} - set(marked)) == []
    assert [entry.msgid for entry in book if "fuzzy" in entry.flags or entry.obsolete] == []
    wrong = [
        entry.msgid
        for entry in book
        for english in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if not english or sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(entry.msgid))
    ]
    assert wrong == []
    assert [entry.msgid for entry in book if bool(entry.msgid_plural) != bool(marked[entry.msgid].plural)] == []


# Words that stand in a Chinese roster are named in Chinese.
ROSTER = (
    "“是否代表”只写“是”，或者不写。",
    "一行一人：姓名、证件号码、联系电话、是否代表（是），用逗号、空格或者制表符隔开；从表格粘贴的，可以带表头。",
)


def test_english_is_english():
    """Chinese stays in the English only where it names a column of a Chinese file, or words typed in Chinese."""
    book = polib.pofile(str(catalogue.CATALOGUE))
    chinese = [entry.msgid for entry in book if HAN.search(entry.msgstr + "".join(entry.msgstr_plural.values()))]
    assert chinese == [
        "“%(word)s”不是休、班或者平日。",
        "每行一天或一段，如：2027-01-01 元旦 休；2027-02-05至2027-02-11 春节 休；2027-02-14 春节 班。",
        "看不懂“%(line)s”，请写成“2027-01-01 元旦 休”。",
        "“来访人数”应当是 1 至 9999 的整数：%(value)s。",
        *ROSTER,
    ]


def test_head_of_the_catalogue_names_nobody():
    book = polib.pofile(str(catalogue.CATALOGUE))
    assert book.metadata == catalogue.HEADER
    assert book.header.strip() == ""


# ---- who reads which language ----

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client):
    person = factories.user("clerk")
    client.force_login(person)
    return person


def heading(client: Client) -> tuple[str, str]:
    """Language of the page and its first heading."""
    answer = client.get("/reception/")
    text = answer.content.decode()
    return re.search(r'<html lang="([^"]+)"', text)[1], re.search(r"<h1>(.*?)</h1>", text)[1]


def test_chinese_is_the_default_whatever_the_browser_asks_for(client, clerk):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9"
    assert heading(client) == ("zh-hans", "接待台")
    assert client.get("/reception/").headers["Content-Language"] == "zh-hans"


def test_english_by_choice_and_back(client, clerk):
    page = client.get("/reception/").content.decode()
    assert '<button type="submit" name="language" value="en" lang="en">English</button>' in page
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/reception/"})
    assert (answer.status_code, answer.url) == (302, "/reception/")
    assert heading(client) == ("en", "Reception desk")
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["expires"]) == (True, "Lax", "")
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/reception/"})
    assert heading(client) == ("zh-hans", "接待台")


@pytest.mark.parametrize("nonsense", ["xx", "en-GB", "../../etc", "zh-hant"])
def test_an_unknown_language_is_chinese(client, clerk, nonsense):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = nonsense
    assert heading(client) == ("zh-hans", "接待台")


PAGES = {
    "clerk": ("/reception/", "/reception/visits/new/", "/cases/", "/notices/", "/accounts/password/"),
    "supervisor": ("/cases/todo/", "/cases/rules/", "/followup/", "/reports/"),
    "archivist": ("/archive/",),
    "sysadmin": ("/accounts/people/",),
    "secadmin": ("/accounts/roles/",),
    "auditor": ("/audit/",),
}


def words_of_the_rules() -> set[str]:
    """Every text of the rule files: law, in Chinese for every reader."""
    files = (ROOT / "cases" / "rules").glob("*.toml")
    return {text for file in files for text in texts(tomllib.loads(file.read_text(encoding="utf-8")))}


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths])
def test_a_page_in_english_holds_no_chinese_of_ours(client, role, path):
    """What is left in Chinese is data: units, names, categories, periods, articles."""
    client.force_login(factories.user(role))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(path)
    assert answer.status_code == 200
    shown = {word.strip() for word in re.findall(r">([^<>]+)<", answer.content.decode()) if HAN.search(word)}
    assert (shown & set(catalogue.marked())) - words_of_the_rules() == set()


def test_what_stays_is_chinese_though_the_clerk_reads_english():
    matter = factories.case("accepted")
    supervisor = factories.user("supervisor")
    factories.user("handler")
    with translation.override("en"):
        sending.assign(case=matter, actor=supervisor, at=factories.later(days=1), unit=factories.housing())
        assert translation.get_language() == "en"
    assert Event.objects.order_by("-seq").first().title == "交办"
    letter = Paper.objects.get(kind="assign_letter")
    assert (letter.title, letter.context["channel"]) == ("信访事项交办函", "来访")
    told = set(Notice.objects.filter(matter=matter.number, kind="sent").values_list("text", flat=True))
    assert told == {f"{matter.number} 已交办你单位，请签收；不属于你单位的，5 个工作日内提出异议。"}


def test_a_refusal_is_told_in_the_language_of_the_reader():
    matter = factories.case("classified")
    with translation.override("en"):
        with pytest.raises(Refusal) as refused:
            deciding.guide(case=matter, actor=factories.user("supervisor"), at=factories.later(days=1), route="x")
        assert str(refused.value) == "Choose one of the listed statutory routes."
        assert str(Refusal("延期不得超过 %(most)s 日。", most=30)) == "An extension may not exceed 30 days."
    assert str(refused.value) == "请从法定途径表中选择一项。"
    assert str(Refusal("延期不得超过 %(most)s 日。", most=30)) == "延期不得超过 30 日。"
