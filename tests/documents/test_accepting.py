"""Every kind of file that may come over the counter, made here, and what becomes of it."""

import io
import zipfile

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from documents.accepting import accept, safe_title
from vault.errors import Refusal

TYPES = "[Content_Types].xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def picture(form="JPEG", size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, form)
    return out.getvalue()


def pdf(change=None, **save):
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def script(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch_in_annotation(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = pikepdf.Array([link])


def embedded(document):
    document.attachments["a.exe"] = b"MZ"


def no_pages(document):
    del document.pages[0]


def mpo():
    """A photograph with a second one behind it, as telephones write for depth or brightness."""
    out = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "white"), Image.new("RGB", (20, 15), "gray")
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def scan(pages):
    out = io.BytesIO()
    sheets = [Image.new("1", (40, 30)) for _ in range(pages)]
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def large_second_frame():
    out = io.BytesIO()
    Image.new("1", (40, 30)).save(out, "TIFF", save_all=True, append_images=[Image.new("1", (20_000, 6_000))])
    return out.getvalue()


def pages_of_plan(document):
    for _ in range(2000):
        document.add_blank_page(page_size=(9, 9))


def linked_zip():
    """A Word file with a symbolic link in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in (TYPES, "word/document.xml"):
            archive.writestr(name, b"<x/>")
        link = zipfile.ZipInfo("word/media/a.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def container(*names, fill=b"<x/>"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, fill)
    return out.getvalue()


GOOD = [
    ("来信.pdf", pdf(), "application/pdf"),
    ("照片.JPG", picture(), "image/jpeg"),
    ("照片.jpeg", picture(), "image/jpeg"),
    ("照片.png", picture("PNG"), "image/png"),
    ("手机.jpg", mpo(), "image/jpeg"),
    ("多页.tif", scan(3), "image/tiff"),
    ("扫描.tif", picture("TIFF"), "image/tiff"),
    ("扫描.tiff", picture("TIFF"), "image/tiff"),
    ("材料.docx", container(TYPES, "word/document.xml"), WORD),
    ("名单.xlsx", container(TYPES, "xl/workbook.xml"), SHEET),
    ("旧材料.doc", COMPOUND, "application/msword"),
    ("旧名单.xls", COMPOUND, "application/vnd.ms-excel"),
    ("材料.wps", COMPOUND, "application/vnd.ms-works"),
    ("说明.txt", "情况说明:外墙渗水。".encode(), "text/plain"),
    ("说明.txt", "情况说明:𠮷野。".encode("gb18030"), "text/plain"),
]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HEIC = "暂不接受 HEIC 照片：请在手机相机设置中把格式改为“兼容性最佳”（JPG）重拍，或者另存为 JPG 再上传。"
BAD = [
    ("空.pdf", b"", "文件是空的，请重新选择。"),
    ("假.pdf", picture(), "文件内容与扩展名“.pdf”不符，请核对。"),
    ("无扩展名", picture(), "文件内容与扩展名“无”不符，请核对。"),
    ("坏.jpg", picture()[:30], "图片打不开，可能已损坏。"),
    ("坏.png", picture("PNG")[:20], "图片打不开，可能已损坏。"),
    ("夹带.jpg", picture() + container("a.exe"), "图片中夹带其他内容，不接受。"),
    ("夹带.jpg", picture() + b"<html><script>alert(1)</script>", "图片中夹带其他内容，不接受。"),
    ("脚本.pdf", pdf(script), "PDF 含有脚本、动作或内嵌文件，不接受；请另存为普通 PDF。"),
    ("动作.pdf", pdf(launch_in_annotation), "PDF 含有脚本、动作或内嵌文件，不接受；请另存为普通 PDF。"),
    ("内嵌.pdf", pdf(embedded), "PDF 含有脚本、动作或内嵌文件，不接受；请另存为普通 PDF。"),
    ("密码.pdf", pdf(encryption=pikepdf.Encryption(user="a", owner="b")), "PDF 有密码，请去掉密码后上传。"),
    ("无页.pdf", pdf(no_pages), "PDF 没有页面。"),
    ("坏.pdf", b"%PDF-1.7\nnothing", "PDF 打不开，可能已损坏。"),
    (
        "宏.docm",
        container(TYPES, "word/document.xml", "word/vbaProject.bin"),
        "文件含有宏，不接受；请另存为不含宏的格式。",
    ),
    (
        "宏.docx",
        container(TYPES, "word/document.xml", "word/vbaProject.bin"),
        "文件含有宏，不接受；请另存为不含宏的格式。",
    ),
    ("改名.docm", container(TYPES, "word/document.xml"), "文件内容与扩展名“.docm”不符，请核对。"),
    ("包.zip", container("a.txt"), "不接受压缩包，请逐个上传其中的文件。"),
    ("包中包.docx", container("inner.zip", fill=container("a")), "不接受压缩包，请逐个上传其中的文件。"),
    ("很多.docx", container(TYPES, "word/document.xml", *map(str, range(1000))), "文件展开后过大，不接受。"),
    ("炸弹.docx", container(TYPES, "word/document.xml", fill=bytes(4_000_000)), "文件展开后过大，不接受。"),
    ("链接.docx", linked_zip(), "文件中夹带程序、压缩包或链接，不接受。"),
    ("外逃.docx", container(TYPES, "word/document.xml", "..\\a.txt"), "文件中夹带程序、压缩包或链接，不接受。"),
    ("夹程序.docx", container(TYPES, "word/document.xml", "word/a.exe"), "文件中夹带程序、压缩包或链接，不接受。"),
    ("夹压缩包.xlsx", container(TYPES, "xl/workbook.xml", "xl/b.zip"), "文件中夹带程序、压缩包或链接，不接受。"),
    ("宏.xlsm", container(TYPES, "xl/workbook.xml", "xl/vbaProject.bin"), "文件含有宏，不接受；请另存为不含宏的格式。"),
    ("两用.pdf", pdf() + container("a.exe"), "PDF 中夹带其他内容，不接受。"),
    ("网页.pdf", pdf() + b"<html><script>1</script>", "PDF 中夹带其他内容，不接受。"),
    ("厚.pdf", pdf(pages_of_plan), "扫描件超过 2000 页，请拆分后上传。"),
    ("大帧.tif", large_second_frame(), "图片尺寸超过 1 亿像素，请缩小后上传。"),
    ("病毒.txt", b"a" + EICAR, "文件含有病毒特征，不接受；请先查杀病毒。"),
    ("eicar.com", EICAR, "文件含有病毒特征，不接受；请先查杀病毒。"),
    ("手机.HEIC", b"\x00\x00\x00\x18ftypheic" + bytes(20), HEIC),
    ("改名.jpg", b"\x00\x00\x00\x18ftypmif1" + bytes(20), HEIC),
    ("坏.docx", b"PK\x03\x04broken", "文件打不开，可能已损坏。"),
    ("旧宏.doc", COMPOUND + "Macros".encode("utf-16-le") + bytes(116), "文件含有宏，不接受；请另存为不含宏的格式。"),
    ("假.txt", COMPOUND, "文件内容与扩展名“.txt”不符，请核对。"),
    ("网页.txt", b"<!DOCTYPE html><body>", "TXT 文件中含有网页代码或二进制内容，不接受。"),
    ("二进制.txt", b"MZ\x00\x90", "TXT 文件中含有网页代码或二进制内容，不接受。"),
    ("乱码.txt", b"\xff\xff\xff", "TXT 文件的文字编码无法识别。"),
]
OTHER = [
    ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ("页.html", b"<html><script>1</script></html>"),
    ("程序.exe", b"MZ\x90\x00" + bytes(60)),
    ("图.gif", b"GIF89a" + bytes(20)),
    ("无.bin", b"\x01\x02\x03"),
]


@pytest.mark.parametrize(("name", "data", "kind"), GOOD)
def test_good_files_pass_unchanged(name, data, kind):
    accepted = accept(SimpleUploadedFile(name, data, "application/x-whatever-the-browser-says"))
    assert (accepted.title, accepted.content_type, accepted.data) == (name, kind, data)


@pytest.mark.parametrize(("name", "data", "sentence"), BAD)
def test_bad_files_are_refused_with_the_reason(name, data, sentence):
    with pytest.raises(Refusal) as refused:
        accept(SimpleUploadedFile(name, data))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("name", "data"), OTHER)
def test_other_kinds_are_refused_with_the_list_of_those_taken(name, data):
    with pytest.raises(
        Refusal, match=r"^不接受此类文件（.+）。可上传 PDF、JPG、PNG、TIF、Word、Excel、WPS 文字或 TXT。$"
    ):
        accept(SimpleUploadedFile(name, data))


@pytest.mark.parametrize(("data", "pages"), [(("a.pdf", pdf()), 1), (("a.tif", scan(3)), 3), (("a.txt", b"a"), 0)])
def test_pages_are_counted(data, pages):
    assert accept(SimpleUploadedFile(*data)).pages == pages


@pytest.mark.parametrize("side", [(20_000, 20_000), (11_000, 10_000)])
def test_pixels_are_counted_before_anything_is_decoded(side):
    out = io.BytesIO()
    Image.new("1", side).save(out, "PNG")
    with pytest.raises(Refusal, match="图片尺寸超过 1 亿像素，请缩小后上传。"):
        accept(SimpleUploadedFile("大图.png", out.getvalue()))


def test_size_is_limited(settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    with pytest.raises(Refusal, match="文件超过 1 MB"):
        accept(SimpleUploadedFile("大.txt", b"a" * (1024 * 1024 + 1)))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("..\\..\\a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("照\u202egpj.exe", "照gpj.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("\ufeff名\u200b单.xlsx", "名单.xlsx"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
        ("...", "未命名"),
        ("", "未命名"),
        ("𠮷野𬱖.jpg", "𠮷野𬱖.jpg"),
    ],
)
def test_titles_are_safe(name, title):
    assert safe_title(name) == title
