"""``import_register FILE``: an office's old register as history. Running it again creates nothing."""

import datetime as dt
import itertools
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.actions.history import import_matters
from cases.importing import HistoryRow, Places, Register, read_register
from cases.sheets import read_rows
from reception.models import Visit
from vault.errors import Refusal

BATCH = 50


class Command(BaseCommand):
    help = "导入单位原有的信访台账（CSV 或 Excel）；重复运行不会重复导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="只核对，不写入")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
        parser.add_argument("--clerk", default="", help="登记人的用户名；不写时取有导入权限的第一个用户")
        parser.add_argument("--unit", default="", help="登记机构代码；不写时取登记人的单位")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            clerk = clerk_named(options["clerk"])
            office = office_named(options["unit"], clerk)
            now = timezone.now()
            rows = read_rows(options["file"])
            register = read_register(rows, office=office, today=timezone.localdate(now), places=Places.load())
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        new = fresh(register.rows)
        read, existing = len(register.rows) + len(register.refused), len(register.rows) - len(new)
        if not options["dry_run"]:
            new = list(self.written(new, register, office, clerk, now))
        self.report(options, read=read, created=new, existing=existing, register=register)

    def written(
        self, rows: list[HistoryRow], register: Register, office: Unit, clerk: User, now: dt.datetime
    ) -> Iterator[HistoryRow]:
        """Write in batches; a batch that fails is written again row by row, so one bad row costs only itself."""
        for batch in batches(rows):
            try:
                import_matters(rows=batch, office=office, actor=clerk, at=now)
                yield from batch
            except (Refusal, DatabaseError):
                yield from self.one_by_one(batch, register, office, clerk, now)

    def one_by_one(
        self, batch: list[HistoryRow], register: Register, office: Unit, clerk: User, now: dt.datetime
    ) -> Iterator[HistoryRow]:
        for row in batch:
            try:
                import_matters(rows=[row], office=office, actor=clerk, at=now)
                yield row
            except Refusal as refusal:
                register.refused.append((row.row, str(refusal)))
            except DatabaseError as error:
                self.stderr.write(f"{row.row}: {type(error).__name__}")
                register.refused.append((row.row, _("数据库不接受此行，请核对内容。")))

    def report(
        self, options: dict[str, Any], *, read: int, created: list[HistoryRow], existing: int, register: Register
    ) -> None:
        refused = sorted(register.refused)
        still_open = sum(row.answered_on is None for row in created)
        if options["json"]:
            result = {
                "file": options["file"].name,
                "dry_run": options["dry_run"],
                "read": read,
                "created": len(created),
                "open": still_open,
                "existing": existing,
                "refused": [{"row": number, "reason": reason} for number, reason in refused],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        made = _("可以导入") if options["dry_run"] else _("已导入")
        self.stdout.write(
            _(
                "读取 %(read)s 行：%(made)s %(created)s 行（其中尚未答复 %(open)s 行），"
                "原已存在 %(existing)s 行，拒收 %(refused)s 行。"
            )
            % {
                "read": read, "made": made, "created": len(created), "open": still_open, "existing": existing,
                "refused": len(refused),
            }
        )  # fmt: skip
        for number, reason in refused:
            self.stdout.write(_("第 %(row)s 行：%(reason)s") % {"row": number, "reason": reason})


def clerk_named(username: str) -> User:
    """Who is written down as registering clerk. Raises ``Refusal`` where nobody may import."""
    allowed = User.objects.with_permission("cases.import").filter(unit__isnull=False)
    clerk = (allowed.filter(username=username) if username else allowed.order_by("pk")).first()
    if clerk is None:
        if username:
            raise Refusal(_("用户“%(name)s”不存在，或者没有导入历史台账的权限。") % {"name": username})
        raise Refusal(_("还没有可以登记的用户，请先建立接待员账号。"))
    return clerk


def office_named(code: str, clerk: User) -> Unit:
    """The registering office: the clerk's own unless a code names another."""
    office = Unit.objects.active().filter(code=code).first() if code else clerk.unit
    if office is None:
        raise Refusal(_("没有代码为“%(code)s”的单位。") % {"code": code})
    return office


def batches(rows: list[HistoryRow]) -> Iterator[list[HistoryRow]]:
    left = iter(rows)
    while batch := list(itertools.islice(left, BATCH)):
        yield batch


def fresh(rows: list[HistoryRow]) -> list[HistoryRow]:
    """Rows whose key no visit carries yet."""
    known = set(Visit.objects.filter(source="import").values_list("key", flat=True))
    return [row for row in rows if row.key not in known]
