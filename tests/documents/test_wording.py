"""The words of papers: grammar, literal values, obligatory content, and that they stay once issued."""

import pytest

from documents import wording
from documents.checks import wording_is_sound
from documents.choices import PAPER_KINDS

KINDS = sorted(path.stem for path in wording.FOLDER.glob("*.txt"))


def blocks(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"style": style, "text": text} for style, text in rows]


def test_grammar_gives_addressee_headings_conditions_and_repetition():
    text = """
    @to {petitioner}
    # 一、{title}
    ?phone 电话：{phone}。
    !phone 没有电话。
    ?group !phone 集体来访没有电话。
    *visits {n}. {on}：{who}
    请求：{demand}
    """
    context = {
        "petitioner": "王 建国", "title": "题\n目", "phone": "", "group": True, "demand": "第一行\n\n 第二行",
        "visits": [{"on": "3月2日", "who": "甲"}, {"on": "3月3日", "who": "乙"}],
    }  # fmt: skip
    assert wording.render(text, context) == {
        "to": "王 建国",
        "body": blocks(
            ("h1", "一、题 目"), ("p", "没有电话。"), ("p", "集体来访没有电话。"), ("p", "1. 3月2日：甲"),
            ("p", "2. 3月3日：乙"), ("p", "请求：第一行"), ("p", "第二行"),
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "{0.__class__}",
        "{{settings.SECRET_KEY}}",
        "{% load x %}",
        "%(n)s",
        "${x}",
        "{petitioner}",
        "# 标题",
        "?phone x",
        "<b>",
    ],
)
def test_what_somebody_typed_is_printed_as_typed(typed):
    context = {"demand": typed, "petitioner": "某人", "phone": "1"}
    assert wording.render("请求：{demand}", context)["body"] == blocks(("p", f"请求：{typed}"))
    assert wording.render("{demand}", context)["body"] == blocks(("p", typed))


@pytest.mark.parametrize("text", ["{0.__class__}", "{{settings.X}}", "{petitioner.name}", "{ petitioner }", "{}"])
def test_braces_that_are_no_placeholder_stay(text):
    assert wording.render(text, {"petitioner": "某人"})["body"] == blocks(("p", text))


def test_missing_value_stops_the_issue():
    with pytest.raises(wording.BadWording, match="第 2 行缺少“nobody”"):
        wording.render("第一行\n{nobody}", {})


def test_condition_without_words_names_its_line():
    assert wording.problems("opinion", "好\n?facts") == ["第 2 行只有条件，没有文字。"]


def test_unknown_placeholders_and_missing_content_are_named():
    text = wording.standard("guide_notice").replace("{limit_said}", "{secret}").replace("不影响", "影响")
    assert wording.problems("guide_notice", text) == [
        "第 3 行：没有“{secret}”这一项。", "必须写明“时限说明”：{时限说明}。", "必须写明“不影响”。",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_standard_text_is_sound_and_survives_the_editor(kind):
    text = wording.standard(kind)
    assert kind in PAPER_KINDS
    assert wording.problems(kind, text) == []
    shown = wording.to_words(kind, text)
    assert wording.from_words(kind, shown) == "\n".join(line.strip() for line in text.splitlines())
    known = wording.spec(kind)
    if known:
        assert len(set(known.names.values())) == len(known.names), "two placeholders under one name"


def test_opinion_without_the_remedy_is_refused():
    text = wording.standard("opinion")
    cut = "\n".join(line for line in text.splitlines() if "{review_days}" not in line)
    assert wording.problems("opinion", cut) == [
        "必须写明“复查期限天数”：{复查期限天数}。", "必须写明“上一级机关”：{上一级机关}。", "必须写明“复查”。",
    ]  # fmt: skip


def test_check_names_file_and_line(tmp_path, monkeypatch):
    (tmp_path / "opinion.txt").write_text(wording.standard("opinion") + "\n{nobody}", encoding="utf-8")
    (tmp_path / "poem.txt").write_text("床前明月光", encoding="utf-8")
    monkeypatch.setattr(wording, "FOLDER", tmp_path)
    last = len(wording.standard("opinion").splitlines()) + 1
    assert [(each.id, each.msg) for each in wording_is_sound()] == [
        ("documents.E001", f"opinion.txt: 第 {last} 行：没有“{{nobody}}”这一项。"),
        ("documents.E002", "poem.txt is the wording of no kind of paper."),
        ("documents.W001", "poem.txt: list its placeholders in words.toml."),
    ]
