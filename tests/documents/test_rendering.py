"""Rendering: closed to the outside, repeatable, embedded fonts, the office's page formats."""

import io
import os
import re

import pikepdf
import pytest
from django.template import engines
from django.template.loaders.locmem import Loader
from django.utils import translation
from pypdf import PdfReader

from documents.rendering import Unprintable, page_count, render
from tests.factories import AT

HEAD = '{% extends "print/base.html" %}{% load paper %}'
LETTER = (
    HEAD + '{% block format %}letter{% endblock %}{% block content %}{% include "print/parts/letterhead.html" %}'
    '{{ text|paragraphs }}{% include "print/parts/signature.html" %}{% endblock %}'
)
NOTICE = LETTER.replace("letterhead", "notice_head").replace("letter{%", "notice{%")
FORM = (
    HEAD + '{% block format %}form{% endblock %}{% block content %}{% include "print/parts/form_head.html" %}'
    "<table><tr><th>姓名</th><td>{{ to }}</td></tr></table>{% endblock %}"
)
CONTEXT = {
    "office": "示范市信访局", "number": "示信转〔2026〕1号", "title": "信访事项转送函", "to": "示范市住房和城乡建设局",
    "text": "第一段。\n\n第二段。", "date": "2026年3月2日",
}  # fmt: skip
FOREIGN = [
    '<img src="file:///etc/hostname">',
    '<img src="http://127.0.0.1:9/x">',
    '<img src="relative.png">',
    '<img src="data:image/png;base64,AAAA">',
    '<img src="asset:unknown">',
    '<link rel="stylesheet" href="https://example.org/a.css">',
    '<link rel="attachment" href="file:///etc/hostname">',
    '<div style="background:url(x)">a</div>',
    '<style>@import "a.css";</style>',
    "<style>@font-face { font-family: x; src: url(x.ttf); } p { font-family: x }</style><p>a</p>",
    '<svg><image href="file:///etc/hostname"/></svg>',
    '<object data="file:///etc/hostname"></object>',
]


@pytest.fixture
def template():
    """``template(text)`` stores a template and gives its name."""
    engine = engines["django"].engine
    before, texts = engine.template_loaders, {}
    engine.template_loaders = [Loader(engine, texts), *before]

    def store(text):
        name = f"trial{len(texts)}.html"
        texts[name] = text
        return name

    yield store
    engine.template_loaders = before


def text_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("markup", FOREIGN)
def test_whatever_is_not_an_asset_refuses_the_document(template, markup):
    with pytest.raises(Unprintable, match="文书含有不允许的外部引用"):
        render(template(markup), {}, at=AT)


def test_markup_and_addresses_in_values_are_only_text(template):
    value = '<img src="file:///etc/hostname"> {{ office }} javascript:alert(1)'
    pdf = render(template(LETTER), CONTEXT | {"text": value}, at=AT)
    shown = "".join(text_of(pdf)[0].split())
    assert '<imgsrc="file:///etc/hostname">{{office}}javascript:alert(1)' in shown


def test_an_asset_is_placed(template):
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    pdf = render(template('<img src="asset:photo">'), {}, at=AT, assets={"photo": out.getvalue()})
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages[0].get_images()) == 1


def test_the_same_paper_gives_the_same_bytes(template):
    name = template(NOTICE)
    first, again = render(name, CONTEXT, at=AT), render(name, CONTEXT, at=AT)
    assert first == again
    assert os.environ["SOURCE_DATE_EPOCH"]


def test_papers_are_chinese_for_an_english_reader(template):
    name = template(LETTER)
    with translation.override("en"):
        english = render(name, CONTEXT, at=AT)
    assert english == render(name, CONTEXT, at=AT)


@pytest.mark.parametrize("markup", [LETTER, NOTICE, FORM])
def test_fonts_are_embedded_and_the_file_is_for_archives(template, markup):
    pdf = render(template(markup), CONTEXT, at=AT)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert descriptors
        assert all("/FontFile3" in each or "/FontFile2" in each for each in descriptors)
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"


def test_pages_have_the_size_margins_and_numbers_of_the_standard(template):
    pdf = render(template(NOTICE), CONTEXT | {"text": "渗水渗水。" * 450}, at=AT)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    assert [re.search(r"— (\d) —", page.extract_text())[1] for page in pages] == [str(n + 1) for n in range(len(pages))]
    assert _lines(pages[1]) == 22


def test_a_letter_shows_no_number_on_its_first_page(template):
    pdf = render(template(LETTER), CONTEXT | {"text": "渗水渗水。" * 450}, at=AT)
    shown = [re.findall(r"— (\d) —", page) for page in text_of(pdf)]
    assert shown == [[], *[[str(n)] for n in range(2, page_count(pdf) + 1)]]


def _lines(page):
    """Number of different base lines of body text."""
    heights = set()

    def visit(text, _cm, tm, _font, _size):
        if "渗水" in text:
            heights.add(round(tm[5], 1))

    page.extract_text(visitor_text=visit)
    return len(heights)


def test_long_names_rare_characters_and_hidden_ones(template):
    name = "阿卜杜勒·" * 10 + "𠮷𬱖"
    shown = "".join(text_of(render(template(FORM), CONTEXT | {"to": name + "\u202e\x07\ue000"}, at=AT)))
    assert name + "〓" in shown.replace("\n", "")
    assert "\u202e" not in shown
    assert "\x07" not in shown


def test_a_broken_layout_says_that_the_paper_is_saved(template, monkeypatch):
    def broken(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr("documents.rendering.HTML", broken)
    with pytest.raises(Unprintable, match=r"^已保存，仅打印失败，请重试。$"):
        render(template(FORM), CONTEXT, at=AT)
