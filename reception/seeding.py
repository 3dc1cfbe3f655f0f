"""The content categories an office starts with: three levels, own codes of two digits a level.

``其他`` is always 99, so that a name added later keeps the order of the list.
"""

import csv
from pathlib import Path

from reception.models import ContentCategory

FILE = Path(__file__).resolve().parent / "seeds" / "content_categories.csv"


def missing() -> list[tuple[str, str]]:
    """Code and name of every shipped category the database does not have yet, parents first."""
    known = set(ContentCategory.objects.values_list("code", flat=True))
    with FILE.open(encoding="utf-8", newline="") as handle:
        return [(row["code"], row["name"]) for row in csv.DictReader(handle) if row["code"] not in known]


def write() -> int:
    """Create what is missing and return how many rows that were; what the office changed stays as it is."""
    wanted = missing()
    for level in (1, 2, 3):
        made = {one.code: one for one in ContentCategory.objects.filter(level=level - 1)} if level > 1 else {}
        ContentCategory.objects.bulk_create(
            [_category(code, name, level, made.get(code[:-2])) for code, name in wanted if len(code) == 2 * level]
        )
    return len(wanted)


def _category(code: str, name: str, level: int, parent: ContentCategory | None) -> ContentCategory:
    path = f"{parent.path_name}/{name}" if parent else name
    return ContentCategory(code=code, name=name, level=level, parent=parent, path_name=path)
