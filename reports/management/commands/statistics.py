"""Print every figure of the leaders' report for a period, as a table or as JSON."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reports.bases import Scope
from reports.counting import Breakdown, Pairs, break_down, count
from reports.figures import DIMENSIONS, FIGURES, Figure, Pair
from reports.periods import EARLIEST, LATEST, Period


class Command(BaseCommand):
    """Counts over everything in the database: nobody is signed in here."""

    help = "Every figure of the leaders' report, each with numerator, denominator, value and definition."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", required=True, metavar="DATE", help="first day, 2026-03-01")
        parser.add_argument("--to", dest="last", required=True, metavar="DATE", help="last day, counted too")
        parser.add_argument("--as-of", metavar="DATE", help="judged as of this day; today if left out")
        parser.add_argument("--json", action="store_true", help="machine-readable, with every breakdown")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate().isoformat()
        period = Period(_day(options["first"]), _day(options["last"]), _day(options["as_of"] or today))
        if period.first > period.last:
            raise CommandError("开始日期不能晚于结束日期。", returncode=2)
        scope = Scope.everything()
        total = count(scope, period)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(scope, period, total), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_text(period, total))


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2026-03-01 这样。", returncode=2) from error
    if not EARLIEST <= day <= LATEST:
        raise CommandError(f"日期应当在 {EARLIEST} 和 {LATEST} 之间。", returncode=2)
    return day


def as_json(scope: Scope, period: Period, total: Pairs) -> dict[str, Any]:
    """All figures; ``rows`` holds, for each dimension of a figure, all its cells."""
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "as_of": period.as_of.isoformat(),
        "figures": [
            _numbers(total[code])
            | {"code": code, "label": str(figure.label), "definition": str(figure.definition)}
            | {"rows": {by: _rows(_cells(scope, period, by, figure, total), code) for by in figure.by}}
            for code, figure in FIGURES.items()
        ],
    }


def _cells(scope: Scope, period: Period, by: str, figure: Figure, total: Pairs) -> Breakdown:
    return break_down(scope, period, by, [figure.code], total=total, limit=None)


def _rows(cells: Breakdown, code: str) -> list[dict[str, Any]]:
    return [{"key": line.key, "label": line.label} | _numbers(line.pairs[code]) for line in cells.lines]


def _numbers(pair: Pair) -> dict[str, Any]:
    """``percent`` is what a page shows: null for fewer than ten rows."""
    return {
        "numerator": pair.numerator,
        "denominator": pair.denominator,
        "value": pair.value,
        "percent": pair.percent or None,
    }


def as_text(period: Period, total: Pairs) -> str:
    lines = [f"{period.first} 至 {period.last}，截至 {period.as_of}", ""]
    for code, figure in FIGURES.items():
        pair = total[code]
        share = f"  {pair.share}" if pair.share and pair.share != pair.text else ""
        lines.append(f"{figure.label}：{pair.text}{figure.unit}{share}")
        lines.append(f"    {figure.definition}")
    lines += ["", "分类明细：加 --json 输出（" + "、".join(str(one.label) for one in DIMENSIONS.values()) + "）。"]
    return "\n".join(lines)
