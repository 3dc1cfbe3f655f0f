"""The register of matters as a grid: columns as data, sets of them, order, totals; page, print and file read the same.

Protected matters are never among the rows (article 30; domain.md 8.2): a grid is copied and passed on.
Numbers and addresses of persons are masked in every column.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from cases import policy
from cases.choices import ClockKind, DeliveryWay
from cases.filters import frozen
from cases.models import Case, CaseQuerySet, Delivery
from reports.tables import Entry

Value = str | int | dt.date | None


@dataclass(frozen=True)
class Column:
    """One column. ``kind``: text, day or whole (a number); ``sort``: the field it is ordered by, "" for none.

    ``total``: whole numbers of persons, which the foot adds up. ``width``: signs in a workbook.
    """

    code: str
    label: Promise
    kind: str
    value: Callable[[Any], Value]
    sort: str = ""
    total: bool = False
    width: int = 14

    @property
    def heading(self) -> str:
        return str(self.label)


def _local_day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


def _text(code: str, label: Promise, value: Callable[[Any], Value], sort: str = "", width: int = 14) -> Column:
    return Column(code, label, "text", value, sort, width=width)


def _day(code: str, label: Promise, field: str) -> Column:
    return Column(code, label, "day", lambda case: getattr(case, field), field, width=12)


def _moment(code: str, label: Promise, field: str) -> Column:
    return Column(code, label, "day", lambda case: _local_day(getattr(case, field)), field, width=12)


def _whole(code: str, label: Promise, field: str, *, total: bool = False) -> Column:
    return Column(code, label, "whole", lambda case: getattr(case, field), field, total, width=10)


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code else ""


def _unit(case: Any) -> str:
    return case.handling_unit.label if case.handling_unit else ""


def _days_left(case: Any) -> int | None:
    """Calendar days to the nearest due day, seen from the day of the page; below zero when it is over."""
    return (case.due_on - case.seen_on).days if case.due_on else None


# Every column there is, in the order in which a set shows them.
COLUMNS: dict[str, Column] = {column.code: column for column in (
    _text("number", __("编号"), lambda case: case.number, "number", 16),
    _day("registered", __("登记日期"), "registered_on"),
    _text("name", __("信访人"), lambda case: case.petitioner.name, "petitioner__name"),
    _text("id_type", __("证件类型"), lambda case: case.petitioner.get_id_type_display(), width=12),
    _text("id_number", __("证件号码"), lambda case: case.petitioner.masked_identity, width=22),
    _text("phone", __("联系电话"), lambda case: case.petitioner.masked_phone),
    _text("address", __("住址"), lambda case: case.petitioner.masked_address, width=24),
    _text("title", __("标题"), lambda case: case.title, "title", 44),
    _text("category", __("归类"), lambda case: policy.category_label(case.category), "category", 18),
    _text("content", __("内容分类"), lambda case: str(case.content_category or ""), "content_category__code", 18),
    _text("channel", __("信访形式"), lambda case: case.get_channel_display(), "channel", 10),
    _text("purpose", __("信访目的"), lambda case: case.get_purpose_display(), "purpose", 12),
    _text("region", __("问题属地"), lambda case: case.region, "region", 16),
    _whole("visits", __("来访批次"), "visit_count"),
    _whole("visitors", __("来访人数"), "visitors", total=True),
    _whole("involved", __("涉及人数"), "involved", total=True),
    _text("office", __("登记机构"), lambda case: case.office.label, "office__path", 18),
    _text("unit", __("承办单位"), _unit, "handling_unit__path", 18),
    _text("handler", __("承办人"), lambda case: str(case.handler or ""), "handler__display_name", 12),
    _text("procedure", __("办理程序"), lambda case: case.get_procedure_display(), "procedure", 12),
    _text("state", __("环节"), lambda case: case.get_state_display(), "state", 12),
    _day("due", __("最近到期"), "due_on"),
    _text("due_kind", __("到期事由"), lambda case: _label(ClockKind, case.due_kind), "due_kind", 16),
    Column("left", __("剩余天数"), "whole", _days_left, "due_on", width=10),
    _day("decide_due", __("决定期限"), "decide_due"),
    _day("handle_due", __("办结期限"), "handle_due"),
    _moment("accepted", __("受理日期"), "accepted_at"),
    _moment("closed", __("办结日期"), "closed_at"),
    _text("outcome", __("处理意见"), lambda case: case.get_outcome_display(), "outcome", 14),
    _day("answered", __("答复日期"), "answered_on"),
    _whole("answer_days", __("答复用时（自然日）"), "answer_days"),
    _day("delivered", __("送达日期"), "delivered_on"),
    _text("delivery_way", __("送达方式"), lambda case: _label(DeliveryWay, case.last_way or ""), "last_way", 12),
    _whole("deliveries", __("送达次数"), "delivery_count"),
    _text("superior", __("交办的上级机关"), lambda case: case.superior, "superior", 18),
    _text("external", __("外部编号"), lambda case: case.external_no, "external_no", 18),
)}  # fmt: skip

# code → label and columns. The first one is also what the list of matters exports.
SETS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "standard": (__("标准"), (
        "number", "registered", "name", "id_type", "id_number", "phone", "address", "title", "category", "unit",
        "state", "due",
    )),
    "delivery": (__("送达"), (
        "number", "registered", "name", "title", "unit", "state", "closed", "outcome", "answered", "delivered",
        "delivery_way", "deliveries",
    )),
    "deadlines": (__("期限"), (
        "number", "registered", "name", "title", "unit", "handler", "state", "due", "due_kind", "left", "decide_due",
        "handle_due", "accepted", "closed",
    )),
    "statistics": (__("统计"), (
        "number", "registered", "title", "channel", "purpose", "category", "content", "region", "visits", "visitors",
        "involved", "unit", "state", "answered", "answer_days",
    )),
}  # fmt: skip
FIRST = "standard"


@dataclass(frozen=True)
class Shape:
    """What is asked for: the filters, the columns in their order, the column of the order and its direction."""

    query: str
    columns: tuple[Column, ...]
    sort: str = ""
    down: bool = False

    @property
    def codes(self) -> str:
        return ",".join(column.code for column in self.columns)

    @property
    def set_code(self) -> str:
        """The set these columns are, or "" for a choice of one's own."""
        return next((code for code, (_label, codes) in SETS.items() if ",".join(codes) == self.codes), "")

    @property
    def order(self) -> str:
        return f"-{self.sort}" if self.sort and self.down else self.sort

    def address(self, **changes: str) -> str:
        """The query string of the page, with parts changed."""
        parts = QueryDict(self.query, mutable=True)
        for name, value in (
            {"cols": "" if self.set_code == FIRST else self.codes, "sort": self.order} | changes
        ).items():
            if value:
                parts[name] = value
        return parts.urlencode(safe=",")


def shape(asked: QueryDict) -> Shape:
    """Read an address. Unknown columns and orders are left out; without any column the first set stands."""
    named = [code for part in asked.getlist("cols") for code in part.split(",")]
    codes = [code for code in dict.fromkeys(named) if code in COLUMNS] or list(SETS[FIRST][1])
    if "number" not in codes:
        codes.insert(0, "number")
    sort = asked.get("sort", "")
    column = COLUMNS.get(sort.removeprefix("-"))
    known = column.code if column and column.sort else ""
    return Shape(frozen(asked), tuple(COLUMNS[code] for code in codes), known, known != "" and sort.startswith("-"))


def told(rows: CaseQuerySet, wanted: Shape) -> CaseQuerySet:
    """The rows with what the columns read, in the asked order; ties and no order: as registered."""
    codes = {column.code for column in wanted.columns}
    rows = rows.select_related("petitioner", "handling_unit__parent", "office", "handler", "content_category")
    if "visits" in codes:
        rows = rows.annotate(visit_count=_counted("visit_links"))
    if codes & {"delivery_way", "deliveries"}:
        last = Delivery.objects.filter(case=OuterRef("pk")).order_by("-pk").values("way")[:1]
        rows = rows.annotate(last_way=Subquery(last), delivery_count=_counted("deliveries"))
    if not wanted.sort:
        return rows.order_by("registered_on", "pk")
    field = F(COLUMNS[wanted.sort].sort)
    first = field.desc(nulls_last=True) if wanted.down else field.asc(nulls_last=True)
    return rows.order_by(first, "registered_on", "pk")


def _counted(related: str) -> Subquery:
    """How many rows of a relation, without joining it: one that is joined would multiply the sums."""
    alone = Case.objects.filter(pk=OuterRef("pk")).order_by()
    return Subquery(alone.values("pk").annotate(n=Count(related)).values("n"))


def cells(case: Case, columns: Iterable[Column], today: dt.date) -> list[Entry]:
    """One line of the grid: what is read and what a spreadsheet calculates with."""
    case.seen_on = today  # type: ignore[attr-defined]
    return [_entry(column.value(case)) for column in columns]


def lines(rows: QuerySet[Any], columns: tuple[Column, ...], today: dt.date) -> Iterator[list[Entry]]:
    """All lines, read in portions: tens of thousands do not stand in memory at once."""
    for case in rows.iterator(chunk_size=500):
        yield cells(case, columns, today)


def _entry(value: Value) -> Entry:
    if isinstance(value, dt.date):
        return Entry(value.isoformat(), value)
    if value is None or value == "":
        return Entry("", "")
    return Entry(str(value), value)


def totals(rows: CaseQuerySet, wanted: Shape) -> tuple[int, list[Entry]]:
    """Number of rows and the foot of the grid: persons added up over all rows, not over the page. One query."""
    summed = {column.code: Sum(column.sort) for column in wanted.columns if column.total}
    found = rows.order_by().aggregate(rows_found=Count("pk"), **summed)
    count = found["rows_found"]
    foot = [
        Entry(str(found[one.code] or 0), found[one.code] or 0) if one.total else Entry("", "") for one in wanted.columns
    ]
    foot[0] = Entry(_("合计 %(n)s 件") % {"n": count}, "")
    return count, foot


def sets(wanted: Shape) -> list[dict[str, Any]]:
    """The sets as tabs, the one shown marked."""
    return [
        {
            "label": label,
            "url": f"?{wanted.address(cols='' if code == FIRST else ','.join(codes), all='1')}",
            "current": code == wanted.set_code,
        }
        for code, (label, codes) in SETS.items()
    ]


def heads(wanted: Shape) -> list[dict[str, Any]]:
    """Column heads with the address that orders by them; a second press turns the order round."""
    made = []
    for column in wanted.columns:
        on = column.code == wanted.sort
        url = (
            f"?{wanted.address(sort=f'-{column.code}' if on and not wanted.down else column.code)}"
            if column.sort
            else ""
        )
        made.append(
            {"column": column, "url": url, "sorted": ("descending" if wanted.down else "ascending") if on else ""}
        )
    return made
