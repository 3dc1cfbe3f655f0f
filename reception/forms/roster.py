"""The roster of those who came along: one field of text, one person a line, each line judged by itself.

The grid on the page writes this text and without script it is typed or pasted; so a roster
of any length is one field of the post, and a refused one comes back as it was typed.
"""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception import identity
from reception.forms.fields import LineField, PhoneField
from reception.forms.pasting import COLUMNS, HEADS, NO, WITHOUT_PLACE, YES, Line, is_yes, read
from reception.models import MAX_REPRESENTATIVES
from reception.naming import normal_name
from reception.registering import CompanionData

FIELD = "roster"
MOST = 500  # persons
SIGNS = 100_000
LABELS = {"name": __("姓名"), "id_number": __("证件号码"), "phone": __("联系电话"), "is_representative": __("代表")}
FIELDS: dict[str, forms.Field] = {
    "name": LineField(required=True, error_messages={"required": __("请填写姓名。")}),
    "id_number": LineField(max_length=60),
    "phone": PhoneField(max_length=40),
}


@dataclass
class Row:
    """One person of the roster: as typed, what is wrong by column, and the cleaned values."""

    number: int
    typed: Line
    wrong: dict[str, str] = field(default_factory=dict)
    data: CompanionData | None = None

    @property
    def reasons(self) -> list[tuple[str, Any, str]]:
        """(column, its label, sentence) for everything wrong in this row."""
        return [(name, LABELS[name], sentence) for name, sentence in self.wrong.items()]


class Roster:
    """All rows together. ``petitioner`` is what the form says of the visitor: number, name, telephone."""

    yes, serial = " ".join(YES), " ".join(WITHOUT_PLACE)  # for the grid, which reads the same words
    heads = {head: COLUMNS.index(name) for name, heads in HEADS.items() for head in heads}

    def __init__(self, text: str | None, today: dt.date, petitioner: Mapping[str, str] | None = None) -> None:
        self.is_bound = text is not None
        self.text = (text or "")[:SIGNS]
        self.today = today
        self.petitioner = _plain(petitioner or {})
        self.errors: list[str] = []
        self.notes: list[str] = []
        self.rows: list[Row] = []
        if text:
            self._read(text)

    def fill(self, typed: Mapping[str, str]) -> None:
        """Show again what a draft kept; nothing is judged before it is sent."""
        self.text = typed.get(FIELD, "")[:SIGNS]

    def _read(self, text: str) -> None:
        pasted = read(text[:SIGNS])
        self.notes = pasted.notes
        self.rows = [self._row(number, line) for number, line in enumerate(pasted.lines[:MOST], start=1)]
        if len(text) > SIGNS or len(pasted.lines) > MOST:
            self.errors.append(_("名册最多 %(n)s 人，其余的请作为材料附上。") % {"n": MOST})
        self._twice()
        if self.representatives > MAX_REPRESENTATIVES:
            self.errors.append(
                _(
                    "多人走访应当推选代表，代表人数不得超过 %(n)s 人（《信访工作条例》第二十条第三款），"
                    "现有 %(now)s 人。"
                )
                % {"n": MAX_REPRESENTATIVES, "now": self.representatives}
            )

    def _row(self, number: int, line: Line) -> Row:
        row, clean = Row(number, line), {}
        for name, each in FIELDS.items():
            try:
                clean[name] = each.clean(getattr(line, name))
            except ValidationError as wrong:
                row.wrong[name] = wrong.messages[0]
        mark = unicodedata.normalize("NFKC", line.is_representative).strip().lower()
        if mark not in NO and not is_yes(mark):
            row.wrong["is_representative"] = _("“是否代表”只写“是”，或者不写。")
        if clean.get("id_number"):
            try:
                clean["id_number"] = identity.read(clean["id_number"], today=self.today).number
            except identity.BadDocument as bad:
                row.wrong["id_number"] = _("%(what)s也可以先不填。") % {"what": bad}
        if "name" in clean:
            clean["name"] = normal_name(clean["name"])
        if not row.wrong:
            row.data = CompanionData(**clean, is_representative=is_yes(mark))
        return row

    def _twice(self) -> None:
        """Somebody listed twice, or the petitioner on the list of those who came along."""
        seen: dict[tuple[str, str], int] = {}
        for row in self.rows:
            if row.data is None:
                continue
            keys = _keys(row.data.id_number, row.data.name, row.data.phone)
            mine = _keys(self.petitioner["id_number"], self.petitioner["name"], self.petitioner["phone"])
            if set(keys) & set(mine):
                row.wrong["name"] = _("是信访人本人，不列入同来人员，请删去这一行。")
            before = next((seen[key] for key in keys if key in seen), 0)
            if before:
                row.wrong["name"] = _("与第 %(n)s 人重复，请删去一行。") % {"n": before}
            for key in keys:
                seen.setdefault(key, row.number)
            if row.wrong:
                row.data = None

    @property
    def representatives(self) -> int:
        return sum(is_yes(row.typed.is_representative) for row in self.rows)

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.wrong]

    def total_error_count(self) -> int:
        return len(self.errors) + sum(len(row.wrong) for row in self.rows)

    def is_valid(self) -> bool:
        return self.is_bound and not self.total_error_count()

    def people_or_errors(self) -> bool:
        """Was anything written on the roster? Then it is shown open."""
        return bool(self.rows or self.errors or self.text.strip())

    def people(self) -> list[CompanionData]:
        """Those on the roster that are in order, in the order typed."""
        return [row.data for row in self.rows if row.data is not None]


def _plain(typed: Mapping[str, str]) -> dict[str, str]:
    """The petitioner's numbers in the form in which those of the roster are compared; nothing where unreadable."""
    said = {name: str(typed.get(name, "")).strip() for name in ("id_number", "name", "phone")}
    try:
        said["phone"] = FIELDS["phone"].clean(said["phone"])
    except ValidationError:
        said["phone"] = ""
    number = identity.normal_number(said["id_number"])
    said["id_number"] = identity.eighteen_of(number) if identity.FIFTEEN.fullmatch(number) else number
    return said | {"name": normal_name(said["name"])}


def _keys(number: str, name: str, phone: str) -> list[tuple[str, str]]:
    """By what the same person is known: the document, or name and telephone together."""
    keys = [("id", number)] if number else []
    return [*keys, (name, phone)] if name and phone else keys


def roster(posted: Mapping[str, str] | None, today: dt.date) -> Roster:
    """The roster of a post; unbound where the post carries none."""
    carried = posted.get(FIELD) if posted is not None and FIELD in posted else None
    return Roster(carried, today, posted)
