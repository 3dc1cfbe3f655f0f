"""The whole verification: chain and rows (audit.verifying), kept files, and numbers without gaps."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from audit.sealing import row_key
from audit.verifying import Finding, held_still, in_steps
from audit.verifying import findings as trail_findings
from documents.choices import PAPER_KINDS
from documents.files import Damaged, fetch_checked
from documents.models import Counter, Paper


def findings() -> Iterator[Finding]:
    """Everything that is wrong: the chain first, then rows, files and numbers."""
    yield from trail_findings()
    yield from file_findings()
    yield from gap_findings()


def _ours() -> Iterator[type[models.Model]]:
    for label in settings.OUR_APPS:
        yield from apps.get_app_config(label).get_models()


def file_findings() -> Iterator[Finding]:
    """Files of papers, attachments and dossiers: there, readable, and the bytes that were recorded.

    Every model with the columns ``file`` and ``sha256`` is looked at, one file in memory at a time.
    """
    for model in _ours():
        names = {field.name for field in model._meta.concrete_fields}
        if not {"file", "sha256"} <= names:
            continue
        rows = model._default_manager.exclude(file="").order_by("pk").only("pk", "file", "sha256")
        for row in in_steps(rows):
            if _damage(row):
                yield from _file_again(row)


def _damage(row: models.Model) -> str:
    try:
        fetch_checked(row.file, row.sha256)  # type: ignore[attr-defined]
    except Damaged as damage:
        return str(damage)
    return ""


def _file_again(row: models.Model) -> Iterator[Finding]:
    """A file may have been replaced or given up since its row was read: the row of this moment decides."""
    with held_still():
        now = row.__class__._default_manager.exclude(file="").filter(pk=row.pk).first()
        why = _damage(now) if now else ""
    if why:
        yield Finding("file", row_key(row), _("%(row)s 的文件：%(why)s") % {"row": row_key(row), "why": why})


def gap_findings() -> Iterator[Finding]:
    """Numbers taken by the counters and numbers that rows carry must be the same, 1 to the last.

    A number may be taken between two of these queries: what looks wrong is counted again while no act ends.
    """
    if any(_gap_findings()):
        with held_still():
            found = list(_gap_findings())
        yield from found


def _gap_findings() -> Iterator[Finding]:
    seen: set[tuple[str, str, int]] = set()
    for kind, rows in _numbered():
        for (mark, year), serials in _by_year(rows).items():
            seen.add((kind, mark, year))
            yield from _gaps(kind, mark, year, serials)
    for counter in Counter.objects.exclude(value=0).order_by("kind", "mark", "year"):
        if (counter.kind, counter.mark, counter.year) not in seen:
            yield from _gaps(counter.kind, counter.mark, counter.year, set())


def _numbered() -> Iterator[tuple[str, models.QuerySet[models.Model]]]:
    for model in _ours():
        kind = getattr(model, "numbering_kind", "")
        if kind:
            yield kind, model._default_manager.all()
    for kind, spec in PAPER_KINDS.items():
        if spec.mark:
            yield f"paper:{kind}", Paper.objects.filter(kind=kind, serial__isnull=False)


def _by_year(rows: models.QuerySet[models.Model]) -> dict[tuple[str, int], set[int]]:
    """Serials by organ mark and year; rows numbered without an organ stand under "", once for all years under 0."""
    names = {field.name for field in rows.model._meta.concrete_fields}
    columns = [name for name in ("year", "mark") if name in names]
    found: dict[tuple[str, int], set[int]] = {}
    for row in rows.order_by().values(*columns, "serial").iterator(chunk_size=5000):
        found.setdefault((row.get("mark", ""), row.get("year", 0)), set()).add(row["serial"])
    return found


def _gaps(kind: str, mark: str, year: int, serials: set[int]) -> Iterator[Finding]:
    counter = Counter.objects.filter(kind=kind, mark=mark, year=year).first()
    last = counter.value if counter else 0
    name = f"{kind}:{mark}:{year}" if mark else f"{kind}:{year}"
    for missing in sorted(set(range(1, max(serials, default=0) + 1)) - serials):
        facts = {"name": name, "n": missing}
        yield Finding("gap", f"number:{name}:{missing}", _("编号 %(name)s 缺第 %(n)s 号") % facts)
    if last != max(serials, default=0):
        facts = {"name": name, "last": last, "highest": max(serials, default=0)}
        yield Finding("gap", f"counter:{name}", _("编号 %(name)s 的计数为 %(last)s，实际最大号为 %(highest)s") % facts)
