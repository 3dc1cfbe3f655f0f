"""The bound dossier: real page numbers, order, fonts, attachments of every kind, the same bytes for ever."""

import io
import re

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from archive.actions import bind_dossier, file_case, print_dossier
from archive.binding import _fitted, bind
from archive.contents import contents_of
from archive.models import Dossier, DossierItem
from archive.tasks import bind_pending
from audit.models import Event
from audit.verifying import findings
from briefing.actions import digests
from cases.actions import attaching, deciding
from cases.models import Case
from documents.files import Damaged
from documents.models import Attachment
from documents.rendering import Unprintable
from tests import factories
from tests.documents.test_accepting import TYPES, container, picture
from tests.factories import AT

LONG_NAME = "阿卜杜勒·" * 9 + "𠮷𬱖国"
LONG_TEXT = "外墙渗水，长期得不到维修，家中墙面发霉。" * 100


@pytest.fixture
def archivist(transactional_db):
    factories.calendar(2026)
    return factories.user("archivist")


def foreign_pdf(pages, size=(595, 842), rotate=0):
    document = pikepdf.new()
    for number in range(pages):
        page = document.add_blank_page(page_size=size)
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(f"BT /F1 20 Tf 60 60 Td (foreign {number + 1}) Tj ET".encode())
        page.rotate(rotate, relative=False)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def frames(count):
    out = io.BytesIO()
    pictures = [Image.new("RGB", (60, 90), (n * 40, 0, 0)) for n in range(count)]
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def dossier_with(archivist, *uploads, whole=False, **changes):
    """A bound dossier: of a matter answered at the counter, or with ``whole`` of one that went all the way."""
    case = factories.case("closed" if whole else "classified", **changes)
    clerk = case.people["clerk"]
    for name, data in uploads:
        attaching.attach(case=case, actor=clerk, at=AT, upload=SimpleUploadedFile(name, data))
    if whole:
        factories._serve(case, case.people, AT)
    else:
        deciding.answer(case=case, actor=clerk, at=AT, answer="已当面解释有关政策。")
    case = Case.objects.get(pk=case.pk)
    return file_case(case=case, actor=archivist, at=factories.later(40), waiver="电话停机")


def pages_of(pdf):
    """The text of each page without spaces: a PDF keeps no layout."""
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_page_carries_its_number_and_the_catalogue_names_the_right_ones(archivist):
    dossier = dossier_with(
        archivist,
        ("合同.pdf", foreign_pdf(3)),
        ("扫描.tif", frames(2)),
        ("名单.xlsx", container(TYPES, "xl/workbook.xml")),
        whole=True,
        person={"name": LONG_NAME},
        demand=LONG_TEXT,
        facts=LONG_TEXT,
    )
    pdf = print_dossier(dossier=dossier, actor=archivist, at=factories.later(40))
    pages = pages_of(pdf)
    assert [re.findall(r"第(\d+)页", page)[-1] for page in pages] == [str(n) for n in range(1, len(pages) + 1)]
    assert dossier.pages == len(pages)
    items = list(dossier.items.all())
    expected = 3
    for item in items:
        assert item.first_page == expected
        expected += item.pages
    assert expected == len(pages)  # the note sheet is the last page
    assert "卷内备考表" in pages[-1]
    for item in items:
        if item.number:
            assert item.number in pages[item.first_page - 1]
        line = f"{item.position}{item.number}{item.responsible}{item.title}"
        assert f"{line}{item.day:%Y%m%d}{item.span}{item.note}" in pages[1].replace("\n", "")
    assert {item.title: item.pages for item in items if not item.number and item.note} == {
        "合同.pdf": 3, "扫描.tif": 2, "名单.xlsx": 1,
    }  # fmt: skip
    assert LONG_NAME in "".join(pages)


def test_a_long_catalogue_moves_the_numbers(archivist):
    names = [(f"材料第{n:02}号.pdf", foreign_pdf(1, (500 + n, 700))) for n in range(24)]
    dossier = dossier_with(archivist, *names)
    pages = pages_of(print_dossier(dossier=dossier, actor=archivist, at=AT))
    assert [n for n, page in enumerate(pages, start=1) if "题名日期页号" in page] == [2, 3]
    first = dossier.items.get(position=1)
    assert (first.first_page, "当场答复记录" in pages[first.first_page - 1]) == (4, True)
    last = dossier.items.last()
    assert (last.title, last.first_page, len(pages)) == ("材料第23号.pdf", 29, 30)
    assert "foreign1" in pages[28]


def test_own_parts_make_an_archival_file_with_embedded_fonts(archivist):
    dossier = dossier_with(archivist, ("照片.jpg", picture()), whole=True)
    pdf = print_dossier(dossier=dossier, actor=archivist, at=AT)
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
        assert "/OutputIntents" in document.Root
        fonts = [
            each for each in document.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
        ]
        simple = [font for font in fonts if "/DescendantFonts" not in font]
        assert simple
        assert all("/FontFile3" in font.FontDescriptor or "/FontFile2" in font.FontDescriptor for font in simple)
        with document.open_outline() as outline:
            titles = [entry.title for entry in outline.root]
    assert titles == [
        "案卷封面",
        "卷内文件目录",
        "1 信访事项处理意见书 示信答〔2026〕1号",
        "2 送达回证",
        "3 信访事项调查处理报告",
        "4 信访事项办结报告 示信报〔2026〕1号",
        "5 信访事项交办函 示信交〔2026〕1号",
        "6 信访事项受理告知书 示信受〔2026〕1号",
        "7 信访事项去向告知书 示信告〔2026〕1号",
        "8 信访事项接收告知书 示信收〔2026〕1号",
        "9 来访登记表",
        "10 照片.jpg",
        "卷内备考表",
    ]


def test_a_foreign_pdf_takes_the_archival_mark_away(archivist):
    dossier = dossier_with(archivist, ("合同.pdf", foreign_pdf(1)))
    pdf = print_dossier(dossier=dossier, actor=archivist, at=AT)
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as metadata:
        assert metadata.pdfa_status == ""


@pytest.mark.parametrize(
    ("size", "rotate", "wide"),
    [((842, 595), 0, True), ((842, 595), 90, False), ((595, 842), 270, True), ((200, 300), 0, False)],
)
def test_turned_and_odd_pages_become_upright_a4(size, rotate, wide):
    page = PdfReader(io.BytesIO(_fitted(foreign_pdf(1, size, rotate)))).pages[0]
    sides = [round(float(side)) for side in page.mediabox[2:]]
    assert (sides, page.rotation) == ([842, 595] if wide else [595, 842], 0)
    assert "foreign 1" in page.extract_text()


def test_pictures_lose_the_camera_data(archivist):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    Image.new("RGB", (80, 40), "white").save(out, "JPEG", exif=exif)
    dossier = dossier_with(archivist, ("照片.jpg", out.getvalue()))
    with pikepdf.open(io.BytesIO(print_dossier(dossier=dossier, actor=archivist, at=AT))) as document:
        page = document.pages[dossier.items.get(title="照片.jpg").first_page - 1]
        raw = [image.read_raw_bytes() for image in page.get_images().values()]
    assert len(raw) == 1
    assert b"SECRET-CAMERA" not in raw[0]


def test_the_same_bytes_every_time_kept_encrypted_and_on_record(archivist):
    dossier = dossier_with(archivist)
    first = print_dossier(dossier=dossier, actor=archivist, at=factories.later(40))
    again = print_dossier(dossier=Dossier.objects.get(), actor=archivist, at=factories.later(9))
    assert first == again == bind(Dossier.objects.get()).pdf
    assert b"%PDF" not in default_storage.open(Dossier.objects.get().file).read()
    verbs = list(Event.objects.about(dossier).order_by("seq").values_list("verb", flat=True))
    assert verbs == ["open_dossier", "bind", "print", "reprint"]
    assert list(findings()) == []


def test_a_lost_attachment_keeps_the_filing_and_stops_only_the_binding(archivist):
    case = factories.case("classified")
    clerk, upload = case.people["clerk"], SimpleUploadedFile("说明.txt", b"text")
    attaching.attach(case=case, actor=clerk, at=AT, upload=upload)
    deciding.answer(case=case, actor=clerk, at=AT, answer="已当面解释有关政策。")
    kept = Attachment.objects.get()
    data = default_storage.open(kept.file).read()
    default_storage.delete(kept.file)
    dossier = file_case(case=Case.objects.get(pk=case.pk), actor=archivist, at=AT, waiver="停机")
    assert (dossier.file, dossier.pages, bind_pending()) == ("", 0, 0)
    with pytest.raises(Damaged, match="缺失或已损坏"):
        print_dossier(dossier=dossier, actor=archivist, at=AT)
    default_storage.save(kept.file, io.BytesIO(data))
    assert (bind_pending(), bind_pending()) == (1, 0)
    assert DossierItem.objects.filter(pages=0).count() == 0
    assert list(findings()) == []


def test_a_changed_bound_file_is_not_printed(archivist):
    dossier = dossier_with(archivist)
    Dossier.objects.update(sha256="0" * 64)
    with pytest.raises(Damaged, match="校验值不符"):
        print_dossier(dossier=Dossier.objects.get(), actor=archivist, at=AT)
    assert dossier.sha256 != "0" * 64


def test_binding_twice_at_once_keeps_the_first(archivist):
    dossier = dossier_with(archivist)
    late = Dossier.objects.get()
    late.file = ""
    kept = dossier.sha256
    assert print_dossier(dossier=late, actor=archivist, at=AT)
    assert Dossier.objects.get().sha256 == kept
    bind_dossier(dossier=Dossier.objects.get(), actor=archivist, at=AT)
    assert Event.objects.filter(verb="bind").count() == 1


def test_what_no_longer_opens_is_said(archivist, monkeypatch):
    dossier = dossier_with(archivist, ("合同.pdf", foreign_pdf(1)))
    monkeypatch.setattr("archive.binding.content_of", lambda attachment: b"%PDF-broken")
    with pytest.raises(Unprintable, match="卷内文件中有打不开的"):
        bind(dossier)


@pytest.mark.django_db
def test_a_digest_is_bound_into_the_dossier_of_a_matter_it_speaks_of_alone():
    """One about several would tell whoever reads the first one's dossier of the others."""
    factories.calendar(2026)
    case = factories.case(upto="handling")
    boss, other = case.people["supervisor"], factories.case(people=case.people)
    said = {"title": "渗水", "situation": "反映渗水。", "suggestion": "请牵头。"}
    alone, several = (
        digests.write_digest(cases=[Case.objects.get(pk=one.pk) for one in about], actor=boss, at=AT, **said)
        for about in ([case], [case, other])
    )
    for row in (alone, several):
        digests.issue_digest(digest=row, version=1, actor=boss, at=AT)
    bound = {one.pk: {entry.source for entry in contents_of(one)} for one in (case, other)}
    assert {one.paper for one in (alone, several)} & bound[case.pk] == {alone.paper}
    assert not {one.paper for one in (alone, several)} & bound[other.pk]
