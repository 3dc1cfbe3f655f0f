"""Reading a register file into rows of cells: CSV in the encodings offices use, or an Excel workbook.

A workbook is judged by its zip directory before anything is unpacked: a small file can
hold gigabytes.
"""

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from vault.errors import Refusal

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
Row = tuple[int, list[Cell]]

MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024
MAX_PARTS = 2000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_rows(path: Path) -> list[Row]:
    """Every row that is not empty, with its number as a spreadsheet shows it (the first row is 1).

    Raises ``Refusal`` for a file that is missing, too large, broken or in no known encoding.
    """
    try:
        size, start = path.stat().st_size, path.open("rb").read(4)
    except OSError as error:
        raise Refusal(_("读不到文件“%(name)s”。") % {"name": path.name}) from error
    if size > MAX_BYTES:
        raise Refusal(_("文件超过 %(size)s MB，请分成几个文件导入。") % {"size": MAX_BYTES // 1024 // 1024})
    rows = _workbook(path) if start in (ZIP, OLE) else _text(path.read_bytes())
    filled = [(number, cells) for number, cells in enumerate(rows, start=1) if any(cell != "" for cell in cells)]
    if not filled:
        raise Refusal(_("文件是空的。"))
    return filled


def _workbook(path: Path) -> list[list[Cell]]:
    _check_directory(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise Refusal(_("Excel 文件读不出来，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。")) from error


def _check_directory(path: Path) -> None:
    """Refuse a zip whose directory declares too many or too large parts; old xls files have none."""
    if path.open("rb").read(4) == OLE:
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Refusal(_("Excel 文件读不出来，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。")) from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refusal(_("Excel 文件展开后过大，不予读取。"))


def _text(raw: bytes) -> list[list[Cell]]:
    text = decode(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        return [_trimmed(cells) for cells in _records(text, delimiter)]
    except csv.Error as error:
        raise Refusal(_("CSV 文件的引号或分隔符有误，读不出来。")) from error


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(10_000_000)
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def _trimmed(cells: list[str]) -> list[Cell]:
    return [cell.strip() for cell in cells]


def decode(raw: bytes) -> str:
    """Text from UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

    GB18030 accepts nearly any bytes, so a file whose first line is Chinese in UTF-8 is
    never tried as GB18030: it is damaged, and the line is named. Raises ``Refusal``.
    """
    try:
        if raw[:2] in UTF16:
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw[:2] in UTF16 or _chinese_utf8(raw.split(b"\n", 1)[0]):
            line = raw[: error.start].count(b"\n") + 1
            raise Refusal(_("文件编码有误：第 %(line)s 行有无法识别的字符。") % {"line": line}) from error
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Refusal(_("文件编码无法识别，请另存为 UTF-8 或 GB18030 编码再导入。")) from error


def _chinese_utf8(line: bytes) -> bool:
    try:
        return not line.decode("utf-8-sig").isascii()
    except UnicodeDecodeError:
        return False
