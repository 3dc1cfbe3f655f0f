"""``backup FILE``: a consistent copy of database and files, without the keys."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.management import backup
from vault.errors import Refusal


class Command(BaseCommand):
    help = "把数据库和文件备份成一个文件；密钥不在其中，须另行保管。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            manifest = backup.write(path, timezone.now())
        except (Refusal, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("已备份到 %(file)s：%(rows)s 行，%(files)s 个文件，%(size)s MB。密钥不在备份中，请另行保管。")
            % {
                "file": path.name,
                "rows": sum(manifest["rows"].values()),
                "files": sum(name.startswith("files/") for name in manifest["sha256"]),
                "size": round(path.stat().st_size / 1024 / 1024, 1),
            }
        )
