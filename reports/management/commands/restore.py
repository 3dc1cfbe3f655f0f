"""``restore FILE``: a copy back into an empty place, verified before it says done."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from notices import actions
from reports.management import backup
from vault.errors import Refusal


class Command(BaseCommand):
    help = "把备份恢复到空的数据库和文件存储；全部校验通过才算完成。"
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--drill", action="store_true", help="恢复演练：停用全部通知渠道，副本什么都不外发")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup.restore(options["file"], lambda: call_command("migrate", verbosity=0))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            _("已恢复并校验：%(rows)s 行，%(files)s 个文件，审计链到第 %(seq)s 号。")
            % {
                "rows": sum(manifest["rows"].values()),
                "files": sum(name.startswith("files/") for name in manifest["sha256"]),
                "seq": (manifest["head"] or {}).get("seq", 0),
            }
        )
        if options["drill"]:
            many = actions.close_all(actor=None, at=timezone.now(), note=_("恢复演练的副本"))
            self.stdout.write(_("恢复演练：全部通知渠道已停用，%(n)s 条待发通知不再外发。") % {"n": many})
