"""The rows behind a number, as a table without any name or number of a person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from cases import policy
from reports.bases import Rows, Scope
from reports.counting import Cell, rows_of
from reports.figures import SUM
from reports.periods import Period
from reports.tables import Entry, Table, rest_label, subject

MOST_EXPORTED = 20_000


def listed(scope: Scope, period: Period, cell: Cell) -> Rows:
    """The rows of a cell in the order of their numbers, joined for the table."""
    rows = rows_of(scope, period, cell)
    if cell.figure.base in OTHERS:
        return OTHERS[cell.figure.base].joined(rows)
    if cell.figure.on_visits:
        return rows.select_related("content_category", "case_link__case").order_by("visited_at", "pk")
    return rows.select_related("content_category", "handling_unit__parent").order_by("registered_on", "pk")


def rows_table(cell: Cell, title: str, rows: Iterable[Any]) -> Table:
    """Rows of a cell as a table."""
    if cell.figure.base in OTHERS:
        kind = OTHERS[cell.figure.base]
        return Table("rows", title, [str(head) for head in kind.heads], [kind.row(one) for one in rows], texts=1)
    if cell.figure.on_visits:
        heads = [
            _("登记编号"),
            _("来访时间"),
            _("归类"),
            _("内容分类"),
            _("问题属地"),
            _("人次"),
            _("个体或集体"),
            _("事项"),
        ]
        return Table("rows", title, heads, [_visit(one) for one in rows], texts=1)
    heads = [
        _("编号"),
        _("登记日期"),
        _("标题"),
        _("归类"),
        _("承办单位"),
        _("环节"),
        _("办结期限"),
        _("答复日期"),
        _("自然日"),
    ]
    return Table("rows", title, heads, [_case(one) for one in rows], texts=1)


def _case(case: Any) -> list[Entry]:
    unit = case.handling_unit.label if case.handling_unit else "—"
    days = (case.answered_on - case.registered_on).days if case.answered_on else None
    return [
        Entry(case.number, case.number, case.get_absolute_url()),
        _day(case.registered_on),
        Entry(subject(case), subject(case)),
        _words(policy.category_label(case.category)),
        _words(unit),
        _words(case.get_state_display()),
        _day(case.handle_due),
        _day(case.answered_on),
        Entry("—" if days is None else str(days), days),
    ]


def _visit(visit: Any) -> list[Entry]:
    case = visit.case_link.case if hasattr(visit, "case_link") else None
    came = timezone.localtime(visit.visited_at)
    return [
        Entry(visit.number, visit.number, visit.get_absolute_url()),
        Entry(f"{came:%Y-%m-%d %H:%M}", came.date()),
        _words(policy.category_label(visit.category)),
        _words(visit.content_category.path_name if visit.content_category else "—"),
        _words(visit.region or "—"),
        Entry(str(visit.visitors), visit.visitors),
        _words(_("集体访") if visit.is_group else _("个体访")),
        Entry(case.number, case.number, case.get_absolute_url()) if case else Entry("—"),
    ]


def _suggestion(row: Any) -> list[Entry]:
    number = row.paper.number if row.paper else "—"
    return [
        Entry(number, number, row.get_absolute_url()),
        _words(row.get_kind_display()),
        _words(row.unit.label),
        _day(timezone.localtime(row.issued_at).date()),
        _day(row.due_on),
        _words(row.get_adoption_display() or "—"),
        _day(row.answered_on),
    ]


def _instruction(row: Any) -> list[Entry]:
    answered = timezone.localtime(row.answered_at).date() if row.answered_at else None
    return [*_of_leader(row, row.given_on), _words(row.target), _day(row.due_on), _day(answered)]


def _charge(row: Any) -> list[Entry]:
    unit = row.case.handling_unit.label if row.case.handling_unit else "—"
    return [*_of_leader(row, row.since), _words(unit), _day(row.due_on), _day(row.ended_on)]


def _of_leader(row: Any, day: Any) -> list[Entry]:
    case = row.case
    return [Entry(case.number, case.number, case.get_absolute_url()), _words(row.leader_name), _day(day)]


@dataclass(frozen=True)
class Kind:
    """How rows that are neither matters nor visits are listed."""

    heads: tuple[Promise, ...]
    row: Callable[[Any], list[Entry]]
    joins: tuple[str, ...]
    order: str

    def joined(self, rows: Rows) -> Rows:
        return rows.select_related(*self.joins).order_by(self.order, "pk")


OTHERS = {
    "suggestions": Kind(
        (__("文号"), __("建议种类"), __("建议对象"), __("制发日期"), __("反馈期限"), __("采纳情况"), __("反馈日期")),
        _suggestion, ("paper", "unit"), "issued_at",
    ),
    "instructions": Kind(
        (__("编号"), __("批示领导"), __("批示日期"), __("交由"), __("落实期限"), __("反馈日期")),
        _instruction, ("case", "to_unit", "to_user"), "given_on",
    ),
    "charges": Kind(
        (__("编号"), __("包案领导"), __("包案日期"), __("承办单位"), __("办结期限"), __("结束日期")),
        _charge, ("case__handling_unit",), "since",
    ),
}  # fmt: skip


def _words(text: str) -> Entry:
    return Entry(text, text)


def _day(day: Any) -> Entry:
    return Entry(day.isoformat(), day) if day else Entry("—")


def title_of(cell: Cell) -> str:
    """``按期办结率 · 承办单位：住建局``; the whole base of a share says so."""
    title = str(cell.figure.label)
    if cell.whole:
        title += _("（全部基数）")
    if cell.dimension is None:
        return title
    name = rest_label() if cell.rest_of else cell.dimension.label_of(cell.key, cell.dimension.labels([cell.key]))
    return _("%(title)s · %(by)s：%(name)s") % {"title": title, "by": cell.dimension.label, "name": name}


def adds_up_persons(cell: Cell) -> bool:
    """Is the number behind these rows a sum of persons, not a number of rows?"""
    return cell.figure.of == "visitors" and cell.figure.kind in (SUM, "share")
