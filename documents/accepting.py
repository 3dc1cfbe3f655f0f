"""What may be handed in as a file: decided by the bytes, never by the name or the browser's word.

Nothing handed in is ever run, unpacked or shown by the system itself except PDF and pictures
made anew from the handed-in ones; everything else can only be saved to disk.
"""

import io
import re
import stat
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pikepdf
import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from vault.errors import Refusal

MAX_TITLE = 100
MAX_PIXELS = 100_000_000  # a sheet of A3 at 600 dpi has 70 million
MAX_MEMBERS = 1000
MAX_RATIO = 100
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PAGES = 2000

# Telephones write JPEG with a second picture behind the first (MPO); to every reader it is a JPEG.
PICTURES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "TIFF": "image/tiff"}
OOXML = "application/vnd.openxmlformats-officedocument."
ZIPPED = {
    "word/document.xml": (OOXML + "wordprocessingml.document", ".docx"),
    "xl/workbook.xml": (OOXML + "spreadsheetml.sheet", ".xlsx"),
}
# Older office files are one container; what they are follows from the name, harmless because they are only saved.
COMPOUND = {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".wps": "application/vnd.ms-works"}
NAMES = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/tiff": (".tif", ".tiff"),
    "text/plain": (".txt",),
} | {kind: (suffix,) for kind, suffix in ZIPPED.values()}
SUFFIXES = ",".join(suffix for several in (*NAMES.values(), tuple(COMPOUND)) for suffix in several)
_BIDI = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|svg|script|iframe|\?xml|body|head)", re.IGNORECASE)
# The agreed test signature of virus scanners, in two parts so that this file does not set one off.
_SIGNATURE = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_TELEPHONE = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_RUNS = (".exe", ".dll", ".bat", ".cmd", ".com", ".js", ".vbs", ".ps1", ".jar", ".scr", ".lnk", ".zip", ".rar", ".7z")


@dataclass(frozen=True)
class Accepted:
    """A file that passed: a safe title with its extension, what it is, its bytes unchanged, its pages (0: unknown)."""

    title: str
    content_type: str
    data: bytes
    pages: int = 0


def accept(upload: UploadedFile) -> Accepted:
    """Check a handed-in file by its content. Raises ``Refusal`` with what is wrong with it."""
    if not upload.size:
        raise Refusal(_("文件是空的，请重新选择。"))
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise Refusal(_("文件超过 %(size)s MB，请拆分后上传。"), size=settings.ATTACHMENT_MAX_BYTES // 1024**2)
    title = safe_title(upload.name or "")
    upload.seek(0)
    data = upload.read()
    suffix = PurePosixPath(title).suffix.lower()
    kind, pages = _kind(data, suffix)
    if suffix not in NAMES.get(kind, COMPOUND):
        raise Refusal(_("文件内容与扩展名“%(suffix)s”不符，请核对。"), suffix=suffix or _("无"))
    return Accepted(title, kind, data, pages)


def safe_title(name: str) -> str:
    """The name without folders, control and direction characters, at most a hundred characters, extension kept."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(each for each in _BIDI.sub("", name) if unicodedata.category(each) not in ("Cc", "Cs"))
    path = PurePosixPath(name.strip(" .") or _("未命名"))
    suffix = path.suffix[:10]
    return path.name.removesuffix(path.suffix)[: MAX_TITLE - len(suffix)] + suffix


def _kind(data: bytes, suffix: str) -> tuple[str, int]:
    """Content type and pages by the bytes; each kind is looked into as far as it can do harm."""
    head = data[:8]
    if _SIGNATURE in data:
        raise Refusal(_("文件含有病毒特征，不接受；请先查杀病毒。"))
    if data[4:8] == b"ftyp" and data[8:12] in _TELEPHONE:
        raise Refusal(
            _("暂不接受 HEIC 照片：请在手机相机设置中把格式改为“兼容性最佳”（JPG）重拍，或者另存为 JPG 再上传。")
        )
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")):
        return _picture(data)
    if head.startswith(b"%PDF-"):
        return _pdf(data)
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data), 0
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _compound(data, suffix), 0
    if suffix == ".txt":
        return _text(data), 0
    sentence = _("不接受此类文件（%(kind)s）。可上传 PDF、JPG、PNG、TIF、Word、Excel、WPS 文字或 TXT。")
    raise Refusal(sentence % {"kind": _guess(data)})


def _guess(data: bytes) -> str:
    try:
        return puremagic.from_string(data[:4096]) or _("未知类型")
    except (puremagic.PureError, ValueError):
        return _("未知类型")


def _picture(data: bytes) -> tuple[str, int]:
    """A picture whose frames decode within the pixel cap and that carries nothing else behind it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "TIFF"]) as picture:
                form, pages = str(picture.format), _frames(picture)
                picture.seek(0)
                picture.verify()
    except Image.DecompressionBombError as error:
        most = MAX_PIXELS // 100_000_000
        raise Refusal(_("图片尺寸超过 %(most)s 亿像素，请缩小后上传。"), most=most) from error
    except Refusal:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken picture
        raise Refusal(_("图片打不开，可能已损坏。")) from error
    if zipfile.is_zipfile(io.BytesIO(data)) or _MARKUP.search(data[-4096:]):
        raise Refusal(_("图片中夹带其他内容，不接受。"))
    return PICTURES[form], pages


def _frames(picture: Image.Image) -> int:
    """The pages of a picture, each measured and none decoded; only scans (TIFF) have more than one that counts."""
    count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if count > MAX_PAGES:
        raise Refusal(_("扫描件超过 %(most)s 页，请拆分后上传。"), most=MAX_PAGES)
    for number in range(count):
        picture.seek(number)
        if picture.width * picture.height > MAX_PIXELS:
            raise Image.DecompressionBombError
    return count


def _pdf(data: bytes) -> tuple[str, int]:
    """A PDF that opens without a password and holds no script, launch action or embedded file."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            pages, unsafe = len(document.pages), _active_part(document)
    except pikepdf.PasswordError as error:
        raise Refusal(_("PDF 有密码，请去掉密码后上传。")) from error
    except pikepdf.PdfError as error:
        raise Refusal(_("PDF 打不开，可能已损坏。")) from error
    if not pages:
        raise Refusal(_("PDF 没有页面。"))
    if pages > MAX_PAGES:
        raise Refusal(_("扫描件超过 %(most)s 页，请拆分后上传。"), most=MAX_PAGES)
    if unsafe:
        raise Refusal(_("PDF 含有脚本、动作或内嵌文件，不接受；请另存为普通 PDF。"))
    if zipfile.is_zipfile(io.BytesIO(data)) or _MARKUP.search(data, max(data.rfind(b"%%EOF"), 0)):
        raise Refusal(_("PDF 中夹带其他内容，不接受。"))
    return "application/pdf", pages


ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
ACTIVE_KINDS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition")


def _active_part(document: pikepdf.Pdf) -> bool:
    """Does anything in the file, however deeply nested, act when it is opened?"""
    left: list[Any] = list(document.objects)
    while left:
        each = left.pop()
        if isinstance(each, pikepdf.Array):
            inner = list(each.as_list())
        elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            if ACTIVE_KEYS & set(each.keys()) or each.get("/S") in ACTIVE_KINDS:
                return True
            inner = [value for _key, value in each.items()]
        else:
            continue
        # Indirect objects are in the list of the file already; following them would not end.
        left += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]
    return False


def _zipped(data: bytes) -> str:
    """A Word or Excel file, judged from the directory of the container: sizes, members, macros. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = container.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Refusal(_("文件打不开，可能已损坏。")) from error
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 1):
        raise Refusal(_("文件展开后过大，不接受。"))
    if any(_strange(member) for member in members):
        raise Refusal(_("文件中夹带程序、压缩包或链接，不接受。"))
    if any(name.lower().endswith("vbaproject.bin") or "/activex/" in name.lower() for name in names):
        raise Refusal(_("文件含有宏，不接受；请另存为不含宏的格式。"))
    for inner, (kind, _suffix) in ZIPPED.items():
        if inner in names and "[Content_Types].xml" in names:
            return kind
    raise Refusal(_("不接受压缩包，请逐个上传其中的文件。"))


def _strange(member: zipfile.ZipInfo) -> bool:
    """A member no Word or Excel writes: a link, a path out of the container, a program or archive within."""
    name = member.filename.lower()
    outside = name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name
    packed = name.startswith(("word/", "xl/")) and name.endswith(_RUNS)
    return stat.S_ISLNK(member.external_attr >> 16) or outside or packed


MACRO_STORAGES = ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros")


def _compound(data: bytes, suffix: str) -> str:
    """An older Word, Excel or WPS file; macros leave a name in the directory, whose entries have 128 bytes."""
    if any(data.find(name.encode("utf-16-le") + b"\x00\x00") % 128 == 0 for name in MACRO_STORAGES):
        raise Refusal(_("文件含有宏，不接受；请另存为不含宏的格式。"))
    if suffix not in COMPOUND:
        raise Refusal(_("文件内容与扩展名“%(suffix)s”不符，请核对。"), suffix=suffix or _("无"))
    return COMPOUND[suffix]


def _text(data: bytes) -> str:
    """Plain text in UTF-8 or GB 18030, without NUL and without markup that a browser might take for a page."""
    if b"\x00" in data or _MARKUP.search(data):
        raise Refusal(_("TXT 文件中含有网页代码或二进制内容，不接受。"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text/plain"
    raise Refusal(_("TXT 文件的文字编码无法识别。"))
