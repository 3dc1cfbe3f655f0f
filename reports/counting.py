"""Counting the figures: for a period, broken down, by month; and the rows behind every cell.

The rows behind a cell come from the same base, condition and key as the cell itself, so
they cannot differ. The number of queries depends on the figures asked for, never on the rows.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F
from django.db.models.functions import TruncMonth
from django.utils import timezone

from reports.bases import BASES, Rows, Scope, with_unit
from reports.figures import DIMENSIONS, FIGURES, Dimension, Figure, Pair
from reports.periods import Period, month_end, twelve_months

SHOWN = 20  # rows of a breakdown on a page; the others are one row

Pairs = dict[str, Pair]


@dataclass(frozen=True)
class Line:
    """One row of a breakdown; ``key`` is None for all the rest."""

    key: Any
    label: str
    pairs: Pairs


@dataclass(frozen=True)
class Breakdown:
    """Rows, the rest beyond the shown ones (or None), and the total they add up to."""

    dimension: Dimension
    figures: list[Figure]
    lines: list[Line]
    rest: Line | None
    total: Pairs


@dataclass(frozen=True)
class Cell:
    """One number of the report: a figure, its whole base or its numerator, in one row of a breakdown.

    ``rest_of`` names the figure whose shown rows are left out; ``key`` None means no breakdown.
    """

    figure: Figure
    whole: bool = False
    dimension: Dimension | None = None
    key: Any = None
    rest_of: str = ""


def known(scope: Scope, codes: Iterable[str]) -> list[Figure]:
    """The figures of these codes that the reader may see."""
    return [FIGURES[code] for code in codes if scope.visits is not None or not FIGURES[code].on_visits]


def count(scope: Scope, period: Period, codes: Iterable[str] = tuple(FIGURES)) -> Pairs:
    """The figures over everything: one query for each base."""
    wanted_figures = known(scope, codes)
    pairs: Pairs = {}
    for base, figures in _by_base(wanted_figures).items():
        wanted = {name: part for figure in figures for name, part in figure.aggregates().items()}
        row = BASES[base](scope, period).aggregate(**wanted)
        pairs |= {figure.code: figure.pair(row) for figure in figures}
    return {figure.code: pairs[figure.code] for figure in wanted_figures}


def break_down(
    scope: Scope, period: Period, by: str, codes: Iterable[str], *, total: Pairs, limit: int | None = SHOWN
) -> Breakdown:
    """The figures for each key of a dimension; the first figure decides which rows are shown."""
    dimension, figures = DIMENSIONS[by], known(scope, codes)
    if not figures:
        return Breakdown(dimension, [], [], None, {})
    keys = shown_keys(scope, period, dimension, figures[0], limit)
    found: dict[Any, Pairs] = {key: {} for key in keys}
    for base, group in _by_base(figures).items():
        wanted = {name: part for figure in group for name, part in figure.aggregates().items()}
        cells = in_cells(base, BASES[base](scope, period), dimension, period)
        if limit is not None:
            cells = cells.filter(cell__in=keys)
        for row in cells.order_by().values("cell").annotate(**wanted):
            found.setdefault(row["cell"], {}).update({figure.code: figure.pair(row) for figure in group})
    nothing = {figure.code: total[figure.code].less([total[figure.code]]) for figure in figures}
    labels = dimension.labels(list(found))
    lines = [Line(key, dimension.label_of(key, labels), nothing | pairs) for key, pairs in found.items()]
    rest = {f.code: total[f.code].less(line.pairs[f.code] for line in lines) for f in figures}
    left = any(pair.numerator or pair.denominator for pair in rest.values())
    return Breakdown(dimension, figures, lines, Line(None, "", rest) if left else None, total)


def shown_keys(scope: Scope, period: Period, dimension: Dimension, lead: Figure, limit: int | None) -> list[Any]:
    """The fixed keys of the dimension, then those with most base rows, up to the limit."""
    fixed = dimension.keys()
    if limit is not None and len(fixed) >= limit:
        return fixed
    cells = in_cells(lead.base, BASES[lead.base](scope, period), dimension, period)
    counted = cells.order_by().values("cell").annotate(**lead.aggregates())
    size = f"{lead.code}_d" if f"{lead.code}_d" in lead.aggregates() else f"{lead.code}_n"
    keys = [row["cell"] for row in counted.exclude(cell__in=fixed).order_by(f"-{size}", "cell")[:limit]]
    return [*fixed, *keys][:limit]


def in_cells(base: str, rows: Rows, dimension: Dimension, period: Period) -> Rows:
    """Annotate ``cell``, the key of the row each base row belongs to."""
    if dimension.code == "unit":
        rows = with_unit(rows, period.as_of)
    return rows.annotate(cell=dimension.cell)


def rows_of(scope: Scope, period: Period, cell: Cell) -> Rows:
    """The matters or visits that a number counts; for a sum, those it adds up."""
    rows = BASES[cell.figure.base](scope, period)
    if not cell.whole:
        rows = rows.filter(cell.figure.hit)
    if cell.dimension is None:
        return rows
    rows = in_cells(cell.figure.base, rows, cell.dimension, period)
    if cell.rest_of:
        shown = shown_keys(scope, period, cell.dimension, FIGURES[cell.rest_of], SHOWN)
        return rows.exclude(cell__in=shown)
    return rows.filter(cell=cell.key)


@dataclass(frozen=True)
class Month:
    """One point of the trend, with the period its rows are found by."""

    first: dt.date
    period: Period
    pairs: Pairs


def trend(scope: Scope, period: Period, codes: Iterable[str]) -> list[Month]:
    """Counts and sums month by month over the twelve months that end with the period: one query for each base."""
    firsts = twelve_months(period)
    span = Period(firsts[0], month_end(period.last), period.as_of)
    figures = known(scope, codes)
    empty = {figure.code: Pair(figure, 0) for figure in figures}
    found: dict[dt.date, Pairs] = {}
    for base, group in _by_base(figures).items():
        wanted = {name: part for figure in group for name, part in figure.aggregates().items()}
        column = "visited_at" if base == "visits" else "registered_on"
        months = BASES[base](scope, span).annotate(month=TruncMonth(F(column)))
        for row in months.order_by().values("month").annotate(**wanted):
            pairs = found.setdefault(_day(row["month"]), {})
            pairs.update({figure.code: figure.pair(row) for figure in group})
    return [
        Month(first, replace(period, first=first, last=month_end(first)), empty | found.get(first, {}))
        for first in firsts
    ]


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return timezone.localtime(moment).date() if isinstance(moment, dt.datetime) else moment


def _by_base(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    grouped: dict[str, list[Figure]] = {}
    for figure in figures:
        grouped.setdefault(figure.base, []).append(figure)
    return grouped
