"""What the page and the printed report are made of: big numbers, charts, tables, lines of text."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from reports.charts import bars, columns
from reports.counting import Cell
from reports.figures import Pair
from reports.periods import Period
from reports.tables import Report, Table, address

# The numbers a leader looks at first, in this order; the tone says what is bad news.
BIG = ("matters", "batches", "persons", "decided_in_time", "closed_in_time", "overdue")


@dataclass(frozen=True)
class Page:
    """An export: heading, the lines under it, its tables, and the moment it was made."""

    heading: str
    lines: list[str]
    tables: list[Table]
    at: dt.datetime
    report: Report | None = None


@dataclass(frozen=True)
class Big:
    """One large number as components/figure.html shows it; ``share`` is the n/N of a percentage."""

    label: str
    value: str
    unit: str
    share: str
    url: str
    tone: str
    changes: list[tuple[str, str]]


@dataclass(frozen=True)
class Panel:
    """A table with the chart drawn from it."""

    table: Table
    chart: Any


def big_numbers(report: Report) -> list[Big]:
    """The six numbers on top, each with its change; visits are left out where the reader sees none."""
    return [_big(report.total[code], report, code) for code in BIG if code in report.total]


def _big(pair: Pair, report: Report, code: str) -> Big:
    changes = [
        (_("环比"), pair.change(report.before.get(code))),
        (_("同比"), pair.change(report.year_before.get(code))),
    ]
    share = pair.share if pair.share != pair.text else ""
    tone = "late" if code == "overdue" and pair.numerator else ""
    url = address(report.period, Cell(pair.figure))
    return Big(str(pair.figure.label), pair.text, str(pair.figure.unit), share, url, tone, changes)


def panel(table: Table) -> Panel:
    """Columns for the months, bars for every other table that names a column to draw."""
    if table.code == "trend":
        return Panel(table, columns(table))
    return Panel(table, bars(table) if table.bar and table.rows else None)


def on_page(report: Report) -> dict[str, Any]:
    """The parts of the leaders' page."""
    return {
        "period": report.period,
        "before": report.period.before(),
        "big": big_numbers(report),
        "summary": report.tables["summary"],
        "trend": panel(report.tables["trend"]),
        "overdue": panel(report.tables["overdue"]),
        "units": report.tables["units"],
        "often": report.tables["often"],
        "panels": [panel(table) for code, table in report.tables.items() if code.startswith("by_")],
        "query": f"from={report.period.first}&to={report.period.last}&as_of={report.period.as_of}",
    }


def on_paper(page: Page) -> dict[str, Any]:
    """The context of the printed report."""
    assert page.report is not None  # noqa: S101 - only whole reports are printed
    return on_page(page.report) | {
        "title": page.heading,
        "office": settings.OFFICE_NAME,
        "lines": page.lines,
        "definitions": page.tables[-1],
    }


def heading() -> str:
    return _("%(office)s信访情况统计") % {"office": settings.OFFICE_NAME}


def lines(period: Period, user: User, at: dt.datetime) -> list[str]:
    """Which days, judged when, made by whom, over what."""
    made = timezone.localtime(at)
    return [
        _("统计期间：%(first)s 至 %(last)s；统计截至：%(as_of)s")
        % {"first": period.first, "last": period.last, "as_of": period.as_of},
        _("制表：%(who)s，%(when)s；范围：制表人可以查看的事项") % {"who": user, "when": f"{made:%Y-%m-%d %H:%M}"},
    ]


def file_name(what: str, period: Period, form: str, *, inline: bool) -> str:
    """The header that names the file, with the Chinese name spelt as RFC 6266 asks."""
    plain = f"statistics-{period.first}-{period.last}.{form}"
    full = quote(f"{what}-{period.first}-{period.last}.{form}", safe="")
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{full}"
