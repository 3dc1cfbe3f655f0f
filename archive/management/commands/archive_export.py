"""``manage.py archive_export --year YEAR --out DIR``: hand a year's dossiers over to the archives."""

import csv
import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from archive.actions import print_dossier
from archive.models import Dossier
from archive.sheet import COLUMNS, catalogue_line, metadata
from vault.errors import Refusal


class Command(BaseCommand):
    help = "Write the dossiers of a year as PDF with catalogue, metadata and checksums into an empty folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--out", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        out = Path(options["out"])
        if out.exists() and any(out.iterdir()):
            raise CommandError("目标文件夹不是空的，请另选一个。")
        out.mkdir(parents=True, exist_ok=True)
        dossiers = list(Dossier.objects.filter(year=options["year"]).for_list().prefetch_related("items"))
        for dossier in dossiers:
            self._write(out, dossier)
        self._catalogue(out, dossiers)
        self._checksums(out)
        self.stdout.write(f"{options['year']} 年 {len(dossiers)} 卷，{sum(one.pages for one in dossiers)} 页。")

    def _write(self, out: Path, dossier: Dossier) -> None:
        try:
            pdf = print_dossier(dossier=dossier, actor=None, at=timezone.now(), purpose="export")
        except Refusal as no:
            raise CommandError(f"{dossier.code}：{no}") from no
        (out / f"{dossier.code}.pdf").write_bytes(pdf)

    def _catalogue(self, out: Path, dossiers: list[Dossier]) -> None:
        with (out / "catalogue.csv").open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows(catalogue_line(dossier) for dossier in dossiers)
        described = {"fonds": settings.ARCHIVE_FONDS, "office": settings.OFFICE_NAME} | {
            "dossiers": [metadata(dossier) for dossier in dossiers]
        }
        (out / "metadata.json").write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def _checksums(self, out: Path) -> None:
        """In the form that ``sha256sum -c`` reads."""
        files = sorted(path for path in out.iterdir() if path.name != "SHA256SUMS")
        lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
        (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
