"""An old register as history: which column means what, and one checked value per row.

Nothing is written here. A row either becomes a ``HistoryRow`` or is refused with a
sentence; columns that are not known, and values with no place of their own, are kept in
a note.
"""

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit
from cases import policy
from cases.opening import title_of
from cases.sheets import Cell, Row
from reception import identity as identities
from reception.choices import Channel, IdType, PetitionerKind, Purpose
from reception.models import ContentCategory
from reception.naming import normal_name
from reception.registering import PersonData
from vault.errors import Refusal

COLUMNS: dict[str, tuple[str, ...]] = {
    "external_no": ("编号", "登记编号"),
    "name": ("姓名", "信访人"),
    "id_number": ("证件号码", "身份证号"),
    "phone": ("联系电话",),
    "address": ("住址",),
    "visited": ("来访日期", "信访日期", "登记日期"),
    "visitors": ("来访人数", "人数"),
    "channel": ("信访形式",),
    "purpose": ("信访目的",),
    "content": ("类别", "内容分类"),
    "region": ("问题属地",),
    "title": ("标题",),
    "demand": ("主要诉求", "反映问题"),
    "detail": ("详细内容", "概况"),
    "unit": ("承办单位", "责任单位"),
    "way": ("办理方式",),
    "due": ("限办日期",),
    "closed": ("办结日期",),
    "answered": ("答复日期",),
    "opinion": ("答复意见", "处理结果"),
    "satisfaction": ("满意度",),
    "remark": ("备注",),
}
REQUIRED = (("name",), ("visited",), ("title", "demand", "detail"))
HEADER_WITHIN = 10  # a register may carry a title above its column heads
LIMITS = {"external_no": 40, "name": 120, "region": 60}
CHANNELS = (
    ("网", Channel.WEB), ("信箱", Channel.LEADER), ("来信", Channel.LETTER), ("写信", Channel.LETTER),
    ("电", Channel.PHONE), ("传真", Channel.FAX), ("访", Channel.VISIT),
)  # fmt: skip
PURPOSES = (
    ("检举", Purpose.ACCUSATION), ("控告", Purpose.ACCUSATION), ("举报", Purpose.ACCUSATION),
    ("揭发", Purpose.ACCUSATION), ("建议", Purpose.SUGGESTION), ("意见", Purpose.SUGGESTION),
    ("咨询", Purpose.CONSULTATION), ("申诉", Purpose.APPEAL), ("求决", Purpose.APPEAL), ("投诉", Purpose.APPEAL),
)  # fmt: skip
DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?[分秒]?)?"
)
USER_CODE = re.compile(r"[A-Za-z]\d{5,}")
EXCEL_DAY_ONE = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day count knows no zone
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class HistoryRow:
    """One row of the register, checked: who, when, what, and how it ended (``answered_on`` None: still open)."""

    row: int
    key: str
    external_no: str
    person: PersonData
    visited_at: dt.datetime
    title: str
    demand: str
    category: str
    fields: dict[str, Any]
    unit: Unit | None = None
    handle_due: dt.date | None = None
    answered_on: dt.date | None = None
    closed_at: dt.datetime | None = None
    opinion: str = ""


@dataclass
class Register:
    """A file as read: what can be written, and each refused row with its number and reason."""

    rows: list[HistoryRow] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Places:
    """What names in the register are looked up in, loaded once: units and content categories."""

    units: dict[str, Unit]
    contents: dict[str, ContentCategory]

    @classmethod
    def load(cls) -> "Places":
        units: dict[str, Unit] = {}
        for unit in Unit.objects.active():
            units |= {unit.name: unit, unit.short_name: unit}
        units.pop("", None)
        contents: dict[str, ContentCategory] = {}
        doubled = set()
        for one in ContentCategory.objects.filter(is_active=True):
            contents |= {one.path_name: one, one.code: one}
            doubled |= {one.name} & contents.keys()
            contents.setdefault(one.name, one)
        return cls(units, {name: one for name, one in contents.items() if name not in doubled or one.level == 1})


def read_register(rows: list[Row], *, office: Unit, today: dt.date, places: Places) -> Register:
    """Check every row below the column heads. Raises ``Refusal`` when a needed column is missing."""
    position, heads = _heads(rows)
    register = Register()
    seen: dict[str, int] = {}
    for number, cells in rows[position + 1 :]:
        try:
            one = _Reader(number, heads, cells, places, today).row(office)
            if one.key in seen:
                raise Refusal(_("与第 %(row)s 行重复。") % {"row": seen[one.key]})
            seen[one.key] = number
            register.rows.append(one)
        except Refusal as refusal:
            register.refused.append((number, str(refusal)))
    return register


def _heads(rows: list[Row]) -> tuple[int, list[str]]:
    """Where the column heads stand, and the heads themselves."""
    known = {alias for aliases in COLUMNS.values() for alias in aliases}
    best = max(range(min(len(rows), HEADER_WITHIN)), key=lambda at: len(known & set(map(_head, rows[at][1]))))
    heads = [_head(cell) for cell in rows[best][1]]
    missing = [
        "/".join(alias for code in group for alias in COLUMNS[code])
        for group in REQUIRED
        if not any(alias in heads for code in group for alias in COLUMNS[code])
    ]
    if missing:
        raise Refusal(
            _("缺少必需的列：%(columns)s。请核对表头；打开是乱码的，另存为 UTF-8 编码再导入。")
            % {"columns": "、".join(missing)}
        )
    return best, heads


def _head(cell: Cell) -> str:
    return re.sub(r"[\s*:\ufeff]", "", unicodedata.normalize("NFKC", str(cell)))


class _Reader:
    """One row with its column heads; each method gives one checked value or raises ``Refusal``."""

    def __init__(self, number: int, heads: list[str], cells: list[Cell], places: Places, today: dt.date) -> None:
        if any(cell != "" for cell in cells[len(heads) :]):
            raise Refusal(_("列数多于表头，可能有未加引号的分隔符。"))
        self.number, self.places, self.today = number, places, today
        self.values: dict[str, Cell] = {}
        for head, cell in zip(heads, cells, strict=False):
            if head and cell != "":
                self.values.setdefault(head, cell)
        self.used: set[str] = set()

    def row(self, office: Unit) -> HistoryRow:
        visited_at = self.moment("visited")
        if visited_at is None:
            raise Refusal(_("没有来访日期。"))
        closed, answered = self.moment("closed"), self.moment("answered")
        ended = answered or closed
        opinion = self.text("opinion")
        if opinion and ended is None:
            raise Refusal(_("有答复意见，但没有答复日期。"))
        if ended and min(ended, closed or ended) < visited_at.replace(hour=0, minute=0, second=0, microsecond=0):
            raise Refusal(_("答复日期早于来访日期。"))
        external_no = self.text("external_no")
        title, demand, facts = self.contents()
        category, content = self.categories()
        unit, due = self.unit(), self.moment("due", future=True)
        person = self.person()
        fields = self.fields() | {"content_category": content, "facts": facts, "external_no": external_no}
        fields |= {"region": self.text("region"), "clerk_note": self.note(), "source": "import"}
        fields["id_note"] = "" if person.id_type != IdType.OTHER else _("证件号码按原登记录入，未通过校验")
        return HistoryRow(
            self.number, self.key(office, external_no), external_no, person, visited_at, title, demand, category,
            fields, unit, timezone.localtime(due).date() if due else None,
            timezone.localtime(ended).date() if ended else None, closed or ended, opinion,
        )  # fmt: skip

    def key(self, office: Unit, external_no: str) -> str:
        """The same row gives the same key: by its number, or by all it says when it has none."""
        said = external_no or "\x1f".join(f"{head}={value}" for head, value in sorted(self.values.items()))
        return "import:" + hashlib.sha256(f"{office.code}\x1e{said}".encode()).hexdigest()[:48]

    def raw(self, code: str) -> Cell:
        for head in COLUMNS[code]:
            if head in self.values:
                self.used.add(head)
                return self.values[head]
        return ""

    def text(self, code: str) -> str:
        value = plain(self.raw(code))
        if len(value) > LIMITS.get(code, 100_000):
            raise Refusal(_("“%(column)s”过长。") % {"column": COLUMNS[code][0]})
        return value

    def moment(self, code: str, *, future: bool = False) -> dt.datetime | None:
        value = self.raw(code)
        if value == "":
            return None
        found = moment_of(value)
        if found is None:
            raise Refusal(
                _("“%(column)s”不是日期：%(value)s。") % {"column": COLUMNS[code][0], "value": str(value)[:40]}
            )
        if not future and timezone.localtime(found).date() > self.today:
            raise Refusal(_("“%(column)s”晚于今日。") % {"column": COLUMNS[code][0]})
        return found

    def contents(self) -> tuple[str, str, str]:
        """Title, demand and facts; one of them is enough, the others follow from it."""
        title, demand, detail = self.text("title"), self.text("demand"), self.text("detail")
        first = demand or title or detail
        if not first:
            raise Refusal(_("没有标题，也没有内容。"))
        title = title or first
        return title if len(title) <= 200 else title_of(title), first, detail if detail != first else ""

    def person(self) -> PersonData:
        name = self.text("name")
        if not name:
            return PersonData(name=_("匿名"), kind=PetitionerKind.ANONYMOUS)
        number = identities.normal_number(self.text("id_number"))
        phone = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", self.text("phone")))
        return PersonData(
            name=normal_name(name), phone=phone[:40], address=self.text("address"), **identity(number, self.today)
        )

    def fields(self) -> dict[str, Any]:
        channel, purpose = self.text("channel"), self.text("purpose")
        visitors = self.persons()
        return {
            "channel": self.listed("channel", CHANNELS, channel, Channel.OTHER if channel else Channel.VISIT),
            "purpose": self.listed("purpose", PURPOSES, purpose, Purpose.OTHER),
            "visitors": visitors,
            "involved": visitors,
        }

    def listed(self, code: str, table: tuple[tuple[str, Any], ...], said: str, otherwise: Any) -> Any:
        found = next((value for word, value in table if word in said), None)
        if said and found is None:
            self.used -= set(COLUMNS[code])  # kept word for word in the note
        return found or otherwise

    def persons(self) -> int:
        value = re.sub(r"[人名]$", "", unicodedata.normalize("NFKC", self.text("visitors")))
        if not value:
            return 1
        if not value.isdecimal() or not 1 <= int(value) <= 9999:
            raise Refusal(_("“来访人数”应当是 1 至 9999 的整数：%(value)s。") % {"value": value[:40]})
        return int(value)

    def categories(self) -> tuple[str, ContentCategory | None]:
        """One of the ten categories when it is written so, and the content category.

        A matter that was answered in substance is of the third category (article 31 item 6)
        unless the register says otherwise.
        """
        said = self.text("content")
        for code, category in policy.categories().items():
            if said in (code, category.name, category.label):
                return code, None
        content = self.places.contents.get(re.sub(r"\s*[-—>/、]+\s*", "/", said))
        if said and content is None:
            self.used -= set(COLUMNS["content"])
        return "C03", content

    def unit(self) -> Unit | None:
        said = self.text("unit")
        found = self.places.units.get(said)
        if said and found is None:
            self.used -= set(COLUMNS["unit"])
        return found

    def note(self) -> str:
        """Every value that found no column of its own, one line each."""
        left = [f"{head}：{plain(value)}" for head, value in self.values.items() if head not in self.used]
        if any(UNWANTED.search(str(value)) for value in self.values.values()):
            left.append(_("（原文中看不见的控制符已去除）"))
        return "\n".join(left)


def identity(number: str, today: dt.date) -> dict[str, Any]:
    """Document, birth date and sex from a number; one that cannot be right is kept as another document."""
    try:
        found = identities.read(number, today=today)
    except identities.BadDocument:
        return {"id_type": IdType.OTHER, "id_number": number[:40]}
    return {"id_type": found.type, "id_number": found.number, "birth_date": found.birth_date, "sex": found.sex}


def plain(value: Cell) -> str:
    """A cell as text: whole numbers without a decimal point, no control or direction characters."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):
        value = value.isoformat(sep=" ", timespec="seconds")
    return UNWANTED.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()


def moment_of(value: Cell) -> dt.datetime | None:
    """A date in any of the usual spellings, or a spreadsheet's date; midnight where no time is given."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 15_000 < value < 80_000:
        value = EXCEL_DAY_ONE + dt.timedelta(days=value)
    if isinstance(value, dt.datetime):
        return timezone.make_aware(value) if timezone.is_naive(value) else value
    if isinstance(value, dt.date):
        return timezone.make_aware(dt.datetime.combine(value, dt.time()))
    match = DATE.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    if match is None:
        return None
    try:
        return timezone.make_aware(dt.datetime(*(int(part or 0) for part in match.groups())))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
