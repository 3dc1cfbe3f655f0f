"""Register files as bytes: encodings, broken ones, workbooks, bombs."""

import datetime as dt
import zipfile

import pytest
import xlsxwriter

from cases.sheets import read_rows
from vault.errors import Refusal

TEXT = "姓名,登记日期,标题\n张三,2026-03-05,路灯不亮\n"


def write(tmp_path, data: bytes, name="register.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_offices_use(tmp_path, encoding):
    assert read_rows(write(tmp_path, TEXT.encode(encoding))) == [
        (1, ["姓名", "登记日期", "标题"]),
        (2, ["张三", "2026-03-05", "路灯不亮"]),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_found(tmp_path, delimiter):
    rows = read_rows(write(tmp_path, TEXT.replace(",", delimiter).encode()))
    assert rows[1] == (2, ["张三", "2026-03-05", "路灯不亮"])


def test_a_cell_with_line_breaks_counts_as_one_row_and_empty_rows_keep_their_number(tmp_path):
    data = '姓名,登记日期,标题\n张三,2026-03-05,"第一行\n第二行"\n,,\n李四,2026-03-06,井盖\n'.encode()
    assert read_rows(write(tmp_path, data)) == [
        (1, ["姓名", "登记日期", "标题"]),
        (2, ["张三", "2026-03-05", "第一行\n第二行"]),
        (4, ["李四", "2026-03-06", "井盖"]),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (TEXT.encode() + b"\xe7\x8e\xff,2026-03-05,x\n", "文件编码有误：第 3 行有无法识别的字符。"),
        (b"\x81\xff\x00\xfe\xff", "文件编码无法识别，请另存为 UTF-8 或 GB18030 编码再导入。"),
        ("\ufeff姓名".encode("utf-16")[:-1], "文件编码有误：第 1 行有无法识别的字符。"),
        (b"", "文件是空的。"),
        (b"\n , ,\n", "文件是空的。"),
        (b"PK\x03\x04 not a workbook", "Excel 文件读不出来，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。"),
        (b"\xd0\xcf\x11\xe0 not a workbook", "Excel 文件读不出来，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。"),
    ],
)
def test_broken_files_are_refused_with_one_sentence(tmp_path, data, sentence):
    with pytest.raises(Refusal) as refusal:
        read_rows(write(tmp_path, data))
    assert str(refusal.value) == sentence


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="读不到文件“none"):
        read_rows(tmp_path / "none.csv")


def test_a_workbook_is_read_with_its_dates(tmp_path):
    path = tmp_path / "register.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "登记日期", "人数"])
    sheet.write(1, 0, "张三")
    shown = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_datetime(1, 1, dt.datetime(2026, 3, 5, 9, 30), shown)
    sheet.write(1, 2, 3)
    book.close()
    (_, head), (number, cells) = read_rows(path)
    assert head == ["姓名", "登记日期", "人数"]
    assert (number, cells[0], cells[1].isoformat(), cells[2]) == (2, "张三", "2026-03-05T09:30:00", 3.0)


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path, monkeypatch):
    monkeypatch.setattr("cases.sheets.MAX_UNPACKED", 1000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 100_000)
    assert path.stat().st_size < 1000
    with pytest.raises(Refusal, match="Excel 文件展开后过大"):
        read_rows(path)
