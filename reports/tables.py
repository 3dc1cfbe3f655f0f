"""The report as tables: the same rows are drawn on the page, printed and written to Excel and CSV."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from cases.models import CaseVisit
from reception.choices import Channel
from reports.bases import Scope, with_unit
from reports.counting import Breakdown, Cell, Line, Month, Pairs, break_down, count, trend
from reports.figures import DIMENSIONS, FIGURES, SHARE, SMALL, Figure, Pair
from reports.periods import ONE_DAY, Period, midnight

OFTEN, OFTEN_SHOWN = 3, 10  # visits that make a matter stand out; matters listed


@dataclass(frozen=True)
class Entry:
    """One cell: what is read, what a spreadsheet calculates with, and where it leads."""

    text: str
    value: str | int | float | dt.date | None = None
    url: str = ""


@dataclass(frozen=True)
class Table:
    """``bar`` is the column whose numbers the chart above the table shows; None for no chart."""

    code: str
    title: str
    heads: list[str]
    rows: list[list[Entry]]
    foot: list[Entry] = field(default_factory=list)
    note: str = ""
    bar: int | None = None
    texts: int = 1  # leading columns that hold words


NO_RANKS = __("按件数统计，不排名次。")
# code, title, dimension, figures (the first one decides what is shown), note
SPECS: tuple[tuple[str, Promise, str, tuple[str, ...], Promise | str], ...] = (
    ("by_category", __("按十类归类"), "category", ("matters", "batches", "persons"), ""),
    ("by_content", __("按内容分类"), "content", ("matters", "batches", "persons"), ""),
    ("by_region", __("按问题属地"), "region", ("matters", "batches", "persons"), ""),
    ("by_channel", __("按信访形式"), "channel", ("matters",), ""),
    ("by_purpose", __("按信访目的"), "purpose", ("matters", "batches", "persons"), ""),
    ("by_turn", __("初次和再次来访"), "turn", ("batches", "persons"), __("同一事项第二次及以后来访的，计为再次。")),
    ("by_size", __("个体访和集体访"), "size", ("batches", "persons"), ""),
    (
        "by_suggestion", __("三项建议及采纳情况"), "suggestion_kind",
        ("suggestions", "suggestions_adopted", "suggestions_partly", "suggestions_not", "suggestions_unanswered"),
        __("《信访工作条例》第四十一条规定的年度报告内容。"),
    ),
    ("by_instruction", __("领导批示"), "leader", ("instructions", "instructions_in_time"), NO_RANKS),
    ("by_charge", __("领导包案"), "leader", ("charges", "charges_in_time"), NO_RANKS),
)  # fmt: skip
UNIT_FIGURES = ("closed_in_time", "mean_days", "satisfaction")
UNIT_NOTE = __("只按按期办结率排名，不按件数排名；到期事项不足 10 件的单位不排名。")


@dataclass(frozen=True)
class Report:
    """Everything on the leaders' page."""

    period: Period
    total: Pairs
    before: Pairs
    year_before: Pairs
    tables: dict[str, Table]
    months: list[Month]


def compose(scope: Scope, period: Period) -> Report:
    """Count everything the page shows; a fixed number of queries, whatever the rows."""
    total = count(scope, period)
    before, year_before = count(scope, period.before()), count(scope, period.year_before())
    months = trend(scope, period, ("matters", "batches"))
    tables = {"summary": summary(period, total, before, year_before)}
    tables["trend"] = trend_table(months)
    late = break_down(scope, period, "unit", ["overdue"], total=total)
    tables["overdue"] = broken_down("overdue", _("现在超期的事项在哪里"), late, period)
    tables["units"] = units(break_down(scope, period, "unit", UNIT_FIGURES, total=total), period)
    for code, title, by, codes, note in SPECS:
        found = break_down(scope, period, by, codes, total=total)
        if found.figures:
            tables[code] = broken_down(code, str(title), found, period, str(note))
    tables["often"] = often(scope, period)
    return Report(period, total, before, year_before, tables, months)


def address(period: Period, cell: Cell) -> str:
    """Where the rows behind a number are listed."""
    query = {"from": period.first, "to": period.last, "as_of": period.as_of, "figure": cell.figure.code}
    if cell.whole:
        query["whole"] = 1
    if cell.dimension:
        query["by"] = cell.dimension.code
        query |= {"rest": cell.rest_of} if cell.rest_of else {"key": cell.key}
    return f"{reverse('reports:rows')}?{urlencode(query)}"


def summary(period: Period, total: Pairs, before: Pairs, year_before: Pairs) -> Table:
    """Every figure with the period before, the same period last year, and its definition."""
    rows = []
    for code, pair in total.items():
        earlier, last_year = before.get(code), year_before.get(code)
        rows.append(
            [
                Entry(str(pair.figure.label), str(pair.figure.label)),
                *numbers(pair, Cell(pair.figure), period),
                Entry(earlier.text if earlier else "—", earlier.value if earlier else None),
                Entry(pair.change(earlier)),
                Entry(last_year.text if last_year else "—", last_year.value if last_year else None),
                Entry(pair.change(last_year)),
            ]
        )
    heads = [_("指标"), _("数量"), _("基数"), _("本期"), _("上期"), _("环比"), _("去年同期"), _("同比")]
    return Table("summary", _("全部指标"), heads, rows)


def numbers(pair: Pair, cell: Cell, period: Period) -> list[Entry]:
    """Numerator, denominator and value of a pair; the first two lead to their rows."""
    top = Entry(f"{pair.numerator:,}", pair.numerator, address(period, cell))
    if pair.denominator is None:
        return [top, Entry("", None), Entry(f"{pair.text} {pair.figure.unit}".strip(), pair.value)]
    whole = Cell(cell.figure, True, cell.dimension, cell.key, cell.rest_of)
    bottom = Entry(f"{pair.denominator:,}", pair.denominator, address(period, whole))
    return [top, bottom, Entry(said(pair), pair.value if said(pair) != "—" else None)]


def said(pair: Pair) -> str:
    """The percentage or the mean alone, where n/N stands beside it; — where it is hidden."""
    if pair.figure.kind == SHARE:
        return pair.percent or "—"
    return pair.text


def broken_down(code: str, title: str, found: Breakdown, period: Period, note: str = "") -> Table:
    """A breakdown by plain numbers: one column a figure, with each row's share of the first."""
    lead = found.figures[0]
    heads = [str(found.dimension.label), *[str(figure.label) for figure in found.figures], _("占比")]
    lines = [*found.lines, *([found.rest] if found.rest else [])]
    rows = [_plain(line, found, lead, period) for line in lines]
    foot = [Entry(_("合计"), _("合计")), *[_total(found.total[figure.code], period) for figure in found.figures]]
    whole = found.total[lead.code].numerator
    return Table(code, title, heads, rows, [*foot, Entry(_part(whole, whole))], note, bar=1)


def _plain(line: Line, found: Breakdown, lead: Figure, period: Period) -> list[Entry]:
    label = rest_label() if line is found.rest else line.label
    entries = [Entry(label, label)]
    for figure in found.figures:
        pair = line.pairs[figure.code]
        entries.append(Entry(f"{pair.numerator:,}", pair.numerator, address(period, _cell(figure, line, found))))
    return [*entries, Entry(_part(line.pairs[lead.code].numerator, found.total[lead.code].numerator))]


def _cell(figure: Figure, line: Line, found: Breakdown) -> Cell:
    rest_of = found.figures[0].code if line is found.rest else ""
    return Cell(figure, dimension=found.dimension, key=line.key, rest_of=rest_of)


def _total(pair: Pair, period: Period) -> Entry:
    return Entry(f"{pair.numerator:,}", pair.numerator, address(period, Cell(pair.figure)))


def _part(top: int, whole: int) -> str:
    """A share of a whole, under the same rule as every percentage."""
    return Pair(FIGURES["repeat_share"], top, whole).percent or "—"


def rest_label() -> str:
    return _("其他")


def units(found: Breakdown, period: Period) -> Table:
    """Units by process figures alone, the best rate of closing in time first; few matters are not ranked."""
    heads = [_("名次"), _("承办单位")]
    for figure in found.figures:
        count_head = _("已答复") if figure.code == "mean_days" else _("基数")
        top = _("天数和") if figure.code == "mean_days" else _("数量")
        heads += [f"{figure.label}·{top}", count_head, str(figure.label)]
    ranked = sorted((line for line in found.lines if rate(line) is not None), key=_order)
    others = [line for line in found.lines if rate(line) is None]
    places = {line.key: place_of(line, ranked) for line in ranked}
    rows = [_unit_row(line, str(places.get(line.key, "—")), found, period) for line in [*ranked, *others]]
    if found.rest:
        rows.append(_unit_row(found.rest, "", found, period))
    foot = [Entry(""), Entry(_("合计"), _("合计"))]
    for figure in found.figures:
        foot += numbers(found.total[figure.code], Cell(figure), period)
    return Table("units", _("承办单位办理情况"), heads, rows, foot, str(UNIT_NOTE), texts=2)


def rate(line: Line) -> float | None:
    """The share closed in time; None where too few fell due, and for what never left the office."""
    pair = line.pairs["closed_in_time"]
    if not line.key:
        return None
    return pair.numerator / pair.denominator if pair.denominator and pair.denominator >= SMALL else None


def _order(line: Line) -> tuple[float, str]:
    return -(rate(line) or 0.0), line.label


def place_of(line: Line, ranked: list[Line]) -> int:
    """Equal rates share a place."""
    return 1 + sum((rate(other) or 0.0) > (rate(line) or 0.0) for other in ranked)


def _unit_row(line: Line, place: str, found: Breakdown, period: Period) -> list[Entry]:
    label = rest_label() if line is found.rest else line.label
    entries = [Entry(place, place), Entry(label, label)]
    for figure in found.figures:
        entries += numbers(line.pairs[figure.code], _cell(figure, line, found), period)
    return entries


def trend_table(months: list[Month]) -> Table:
    """Twelve months, one row each."""
    figures = [pair.figure for pair in months[-1].pairs.values()]
    heads = [_("月份"), *[str(figure.label) for figure in figures]]
    rows = [
        [
            Entry(f"{month.first:%Y-%m}", month.first),
            *[
                Entry(f"{pair.numerator:,}", pair.numerator, address(month.period, Cell(pair.figure)))
                for pair in month.pairs.values()
            ],
        ]
        for month in months
    ]
    return Table("trend", _("近 12 个月"), heads, rows)


def often(scope: Scope, period: Period) -> Table:
    """Matters whose petitioner came three times or more by then, and at least once in the period."""
    start, end = period.moments()
    came = CaseVisit.objects.filter(
        visit__channel=Channel.VISIT, visit__visited_at__lt=midnight(period.as_of + ONE_DAY)
    )
    again = came.filter(visit__visited_at__gte=start, visit__visited_at__lt=end)
    times = came.filter(case=OuterRef("pk")).order_by().values("case").annotate(n=Count("pk")).values("n")
    visited = scope.cases.none() if scope.visits is None else scope.cases.filter(pk__in=again.values("case"))
    found = visited.annotate(times=Subquery(times)).filter(times__gte=OFTEN).order_by("-times", "-pk")
    cases = list(with_unit(found, period.as_of)[:OFTEN_SHOWN])
    labels = DIMENSIONS["unit"].labels([case.unit_then for case in cases])
    rows = [
        [
            Entry(case.number, case.number, case.get_absolute_url()),
            Entry(subject(case), subject(case)),
            Entry(label := DIMENSIONS["unit"].label_of(case.unit_then, labels), label),
            Entry(f"{case.registered_on}", case.registered_on),
            Entry(str(case.times), case.times),
        ]
        for case in cases
    ]
    heads = [_("编号"), _("标题"), _("承办单位"), _("登记日期"), _("来访次数")]
    note = _("来访 %(often)s 次以上、本期又来访的事项，最多列 %(shown)s 件。") % {"often": OFTEN, "shown": OFTEN_SHOWN}
    return Table("often", _("多次来访的事项"), heads, rows, note=note, texts=4)


def subject(case: object) -> str:
    """The title; of a protected matter nothing is said outside its own page."""
    return _("（保密事项）") if case.protected else case.title  # type: ignore[attr-defined]


def definitions(figures: Iterable[Figure] = tuple(FIGURES.values())) -> Table:
    """What each figure means, in one sentence."""
    rows = [[Entry(str(f.label), str(f.label)), Entry(str(f.definition), str(f.definition))] for f in figures]
    return Table("definitions", _("指标口径"), [_("指标"), _("口径")], rows, texts=2)
