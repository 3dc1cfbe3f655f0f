"""Tables as Excel and CSV. Text stays text: no cell of ours is ever read as a formula."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.gridding import Column
from reports.tables import Entry, Table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys(r"[]:*?/\\", "-"))


class Unwritable(RuntimeError):
    """The library refused a cell; a workbook with holes is worse than none."""


def excel(heading: str, lines: list[str], tables: Iterable[Table], at: dt.datetime) -> bytes:
    """One sheet per table: office and period on top, frozen heads, set up for printing on A4."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": heading, "created": at.replace(tzinfo=None)})
    looks = _looks(book)
    for table in tables:
        sheet = book.add_worksheet(table.title.translate(FORBIDDEN_IN_NAMES)[:31])
        _fill(sheet, heading, lines, table, looks)
    book.close()
    return buffer.getvalue()


def _looks(book: Workbook) -> dict[str, Format]:
    line = {"border": 1, "border_color": "#D5DCE4", "valign": "vcenter"}
    head = line | {"bold": True, "bg_color": "#E6F0F9", "font_color": "#083B68", "text_wrap": True, "align": "center"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#083B68"}),
        "line": book.add_format({"font_color": "#4A5866"}),
        "head": book.add_format(head),
        "text": book.add_format(line | {"text_wrap": True}),
        "whole": book.add_format(line | {"num_format": "#,##0"}),
        "part": book.add_format(line | {"num_format": "0.0%"}),
        "mean": book.add_format(line | {"num_format": "0.0"}),
        "day": book.add_format(line | {"num_format": "yyyy-mm-dd"}),
        "total": book.add_format(line | {"bold": True, "bg_color": "#EEF1F4", "num_format": "#,##0"}),
        "total_part": book.add_format(line | {"bold": True, "bg_color": "#EEF1F4", "num_format": "0.0%"}),
    }


def _fill(sheet: Worksheet, heading: str, lines: list[str], table: Table, looks: dict[str, Format]) -> None:
    _check(sheet.write_string(0, 0, f"{heading}：{table.title}", looks["title"]))
    said = [*lines, *([table.note] if table.note else [])]
    for number, line in enumerate(said, start=1):
        _check(sheet.write_string(number, 0, line, looks["line"]))
    top = len(said) + 2
    for column, head in enumerate(table.heads):
        _check(sheet.write_string(top, column, head, looks["head"]))
    for offset, row in enumerate(table.rows, start=1):
        _write_row(sheet, top + offset, row, looks, "")
    if table.foot:
        _write_row(sheet, top + len(table.rows) + 1, table.foot, looks, "total")
    _set_up(sheet, table, top)


def _write_row(sheet: Worksheet, number: int, row: list[Entry], looks: dict[str, Format], look: str) -> None:
    for column, entry in enumerate(row):
        _check(_write(sheet, number, column, entry, looks, look))


def _write(sheet: Worksheet, row: int, column: int, entry: Entry, looks: dict[str, Format], look: str) -> int:
    """Numbers as numbers, days as days; a percentage keeps its full value behind the shown one."""
    value = entry.value
    if isinstance(value, dt.date):
        return sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time.min), looks["day"])
    if isinstance(value, float):
        part = "%" in entry.text or "/" in entry.text
        return sheet.write_number(row, column, value, looks[("total_part" if look else "part") if part else "mean"])
    if isinstance(value, int):
        return sheet.write_number(row, column, value, looks[look or "whole"])
    return sheet.write_string(row, column, entry.text, looks[look or "text"])


def _check(code: int) -> None:
    if code:
        raise Unwritable(f"xlsxwriter answered {code}")


def streamed(
    heading: str, said: list[str], columns: Sequence[Column], rows: Iterable[list[Entry]], foot: list[Entry],
    at: dt.datetime,
) -> bytes:  # fmt: skip
    """One long table, written row by row so that memory does not grow: frozen head and first column, landscape A4."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": heading, "created": at.replace(tzinfo=None)})
    sheet, looks, top = book.add_worksheet("信访事项台账"), _looks(book), len(said) + 2
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
    _check(sheet.write_string(0, 0, heading, looks["title"]))
    for number, line in enumerate(said, start=1):
        _check(sheet.write_string(number, 0, line, looks["line"]))
    for number, column in enumerate(columns):
        _check(sheet.write_string(top, number, column.heading, looks["head"]))
    last = top
    for last, row in enumerate(rows, start=top + 1):
        _write_row(sheet, last, row, looks, "")
    _write_row(sheet, last + 1, foot, looks, "total")
    _check(sheet.write_string(last + 2, 0, said[0], looks["line"]))
    _for_paper(sheet, top, 1)
    if last > top:
        sheet.autofilter(top, 0, last, len(columns) - 1)
    book.close()
    return buffer.getvalue()


def _for_paper(sheet: Worksheet, top: int, texts: int) -> None:
    """Head and first columns stay in sight, the head stands on every printed page."""
    sheet.freeze_panes(top + 1, texts)
    sheet.repeat_rows(top)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(_("&C第 &P 页，共 &N 页"))


def _set_up(sheet: Worksheet, table: Table, top: int) -> None:
    sheet.freeze_panes(top + 1, table.texts)
    sheet.repeat_rows(top)
    sheet.set_paper(9)
    if len(table.heads) > 5:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(_("&C第 &P 页，共 &N 页"))
    for column, head in enumerate(table.heads):
        texts = [head, *[row[column].text for row in table.rows]]
        width = max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) for text in texts)
        sheet.set_column(column, column, min(max(width + 2, 10), 60))


def comma_separated(heading: str, lines: list[str], tables: Iterable[Table]) -> bytes:
    """All tables one under the other, UTF-8 with a mark so that Excel reads Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for line in [heading, *lines]:
        writer.writerow([harmless(line)])
    for table in tables:
        writer.writerow([])
        writer.writerow([harmless(table.title)])
        writer.writerow([harmless(head) for head in table.heads])
        for row in [*table.rows, *([table.foot] if table.foot else [])]:
            writer.writerow([_csv_value(entry) for entry in row])
        if table.note:
            writer.writerow([harmless(table.note)])
    return ("\ufeff" + buffer.getvalue()).encode()


def _csv_value(entry: Entry) -> str:
    if isinstance(entry.value, dt.date):
        return entry.value.isoformat()
    return str(entry.value) if isinstance(entry.value, int | float) else harmless(entry.text)


def harmless(text: str) -> str:
    """A text that a spreadsheet would calculate gets an apostrophe in front."""
    text = text.replace("\x00", "")
    return "'" + text if text.lstrip(" ").startswith(FORMULA_STARTS) else text
