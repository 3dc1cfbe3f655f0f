"""A roster as text, one person a line: what a spreadsheet puts on the clipboard, or what somebody typed.

Cells are parted by tabs, else by commas, else by spaces. A row of column heads says which
column is which; without one the order is name, document number, telephone, representative.
Columns that have no place are named, never dropped in silence.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

COLUMNS = ("name", "id_number", "phone", "is_representative")
HEADS = {
    "name": ("姓名", "名字", "来访人", "同来人员", "人员姓名"),
    "id_number": ("证件号码", "证件号", "身份证号", "身份证号码", "身份证", "公民身份号码"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码"),
    "is_representative": ("是否代表", "代表", "访民代表", "是否为代表"),
}
WITHOUT_PLACE = ("序号", "编号", "№", "no", "no.")  # known, and rightly left out
KNOWN = {head: name for name, heads in HEADS.items() for head in heads}
_SERIAL = re.compile(r"[0-9]{1,4}[.、]?")


@dataclass(frozen=True)
class Line:
    """One person as typed; every cell stays as it stands, its spaces trimmed."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    is_representative: str = ""

    @property
    def empty(self) -> bool:
        return not (self.name or self.id_number or self.phone or self.is_representative)


@dataclass
class Pasted:
    """What a text says: its persons, and sentences about what was left out."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(text: str) -> Pasted:
    """The persons of a text, empty lines left out. Never raises: what is wrong with a cell is found later."""
    rows = [_cells(raw) for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if raw.strip()]
    found = Pasted()
    order: list[str] = list(COLUMNS)
    if rows and (heads := _heads(rows[0])):
        order, unknown = heads
        rows = rows[1:]
        if unknown:
            found.notes.append(_("没有采用的列：%(columns)s。") % {"columns": "、".join(unknown)})
        surplus = False
    else:
        rows = _without_serials(rows)
        surplus = any(cell for row in rows for cell in row[len(order) :])
    if surplus:
        found.notes.append(_("第 %(n)s 列以后的内容没有采用；可以连同表头一起粘贴。") % {"n": len(order)})
    lines = [Line(**_named(order, row)) for row in rows]
    found.lines = [line for line in lines if not line.empty]
    return found


def _named(order: list[str], row: list[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(order, row, strict=False) if name}


def _cells(raw: str) -> list[str]:
    """The cells of a line; where only spaces part them, words without a digit belong to the name."""
    for sign in ("\t", ",", "，", "；", ";"):
        if sign in raw:
            return [cell.strip(" \u3000") for cell in raw.split(sign)]
    words = raw.replace("\u3000", " ").split()
    first = next((n for n, word in enumerate(words) if n and (re.search(r"\d", word) or is_yes(word))), len(words))
    if words and _SERIAL.fullmatch(words[0]) and len(words) > 1:
        return [words[0], *_cells(" ".join(words[1:]))]
    rest = words[first:]
    ids = [word for word in rest if _like_number(word)]
    phones = [word for word in rest if re.search(r"\d", word) and word not in ids]
    marks = [word for word in rest if not re.search(r"\d", word)]
    return [" ".join(words[:first]), "".join(ids[:1]), "".join(phones[:1]), "".join(marks), *ids[1:], *phones[1:]]


def _like_number(word: str) -> bool:
    """A document number, not a telephone: fifteen signs and more, or with a letter."""
    plain = unicodedata.normalize("NFKC", word)
    return len(plain) >= 15 or bool(re.search(r"[A-Za-z]", plain))


def _heads(row: list[str]) -> tuple[list[str], list[str]] | None:
    """(column of each cell, "" for none; heads without a place) when the row is one of column heads."""
    names = [re.sub(r"[\s*:：（(].*$", "", cell) for cell in row]
    order = [KNOWN.get(name, "") for name in names]
    if "name" not in order:
        return None
    once = [name if name and name not in order[:n] else "" for n, name in enumerate(order)]
    unknown = [cell for cell, name in zip(row, once, strict=True) if cell and not name]
    return once, [cell for cell in unknown if cell.lower() not in WITHOUT_PLACE]


def _without_serials(rows: list[list[str]]) -> list[list[str]]:
    """A first column that only counts is left out."""
    counted = [row for row in rows if row and _SERIAL.fullmatch(row[0]) and len(row) > 1]
    return [row[1:] for row in rows] if rows and len(counted) == len(rows) else rows


YES = ("是", "√", "✓", "✔", "代表", "1", "y", "yes", "true", "on")
NO = ("", "否", "不是", "×", "0", "n", "no", "false", "off")


def is_yes(word: str) -> bool:
    return unicodedata.normalize("NFKC", word).strip().lower() in YES
