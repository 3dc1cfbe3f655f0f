"""Charts as plain numbers for SVG templates: no library, no script, the same on paper.

Lengths are percentages of the drawing's width and ems of its type, so that the words grow
with the reader's text size and nothing is squeezed.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

from reports.tables import Entry, Table

WORDS, ROOM = 32.0, 54.0  # per cent of the width: for the labels; for the longest bar
LINE = 2.0  # ems a bar takes
LONGEST_LABEL = 11  # Chinese characters; Latin letters take half the room
FLOOR, HEIGHT = 13.0, 11.0  # ems: where columns stand; how high the highest is
MOST_BARS = 10
LEAST_FOR_NUMBER = 1.6


@dataclass(frozen=True)
class Bar:
    label: str
    full: str
    text: str
    width: float
    url: str
    y: float
    middle: float
    end: float


@dataclass(frozen=True)
class Bars:
    """A horizontal bar chart; ``left_out`` rows stand in the table only."""

    height: float
    items: list[Bar]
    left_out: int


def bars(table: Table) -> Bars:
    """The rows of a table by its ``bar`` column; empty rows are not drawn."""
    column = table.bar or 1
    drawn = [row for row in table.rows if row[column].value]
    most = max((int(row[column].value or 0) for row in drawn), default=1)  # type: ignore[arg-type]
    items = [_bar(index, row, row[column], most) for index, row in enumerate(drawn[:MOST_BARS])]
    return Bars(round(LINE * len(items) + 0.4, 2), items, max(len(drawn) - MOST_BARS, 0))


def _bar(index: int, row: list[Entry], entry: Entry, most: int) -> Bar:
    full = row[0].text
    label = shortened(full)
    width = round(ROOM * int(entry.value or 0) / most, 2)  # type: ignore[arg-type]
    y = round(index * LINE + 0.4, 2)
    return Bar(label, full, entry.text, width, entry.url, y, round(y + 1.05, 2), round(WORDS + 1.5 + width, 2))


def shortened(text: str) -> str:
    """The text, cut where it would leave the room for labels."""
    widths = accumulate(1.0 if east_asian_width(each) in "WF" else 0.5 for each in text)
    fits = sum(width <= LONGEST_LABEL for width in widths)
    return text if fits == len(text) else text[: fits - 1] + "…"


@dataclass(frozen=True)
class Column:
    label: str
    year: str
    text: str
    url: str
    x: float
    middle: float
    y: float
    height: float
    number: float
    inside: bool


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Columns:
    """Twelve columns, and a second series as a line over them when there is one."""

    items: list[Column]
    lines: list[Line]
    points: list[tuple[float, float]]
    floor: float
    names: list[str]


def columns(table: Table) -> Columns:
    """The trend table as columns (its first series) and a line (its second)."""
    names = table.heads[1:]
    highest = max((int(entry.value or 0) for row in table.rows for entry in row[1:]), default=0) or 1  # type: ignore[arg-type]
    step = 100 / max(len(table.rows), 1)
    items = [_column(index, row, highest, step) for index, row in enumerate(table.rows)]
    points = [
        (round(step * (index + 0.5), 2), _level(row[2], highest))
        for index, row in enumerate(table.rows)
        if len(row) > 2
    ]
    lines = [Line(*one, *two) for one, two in pairwise(points)]
    return Columns(items, lines, points, FLOOR, names)


def _level(entry: Entry, highest: int) -> float:
    return round(FLOOR - HEIGHT * int(entry.value or 0) / highest, 2)  # type: ignore[arg-type]


def _column(index: int, row: list[Entry], highest: int, step: float) -> Column:
    top = _level(row[1], highest)
    inside = FLOOR - top >= LEAST_FOR_NUMBER  # at the foot of the column, where the line of the second series is not
    month = row[0].text
    year = month[:4] if index == 0 or month.endswith("-01") else ""
    return Column(
        str(int(month[5:])), year, row[1].text, row[1].url, round(step * (index + 0.2), 2),
        round(step * (index + 0.5), 2), top, round(FLOOR - top, 2),
        round(FLOOR - 0.45 if inside else top - 0.35, 2), inside,
    )  # fmt: skip
