"""When is it due, and why: the arithmetic of a period on the command line."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import policy
from cases.deadlines import Calendar, Due, due
from vault.errors import Refusal


class Command(BaseCommand):
    help = "Explain the due day of a period that starts on a day: explain_deadline RULE START [--json]"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rule", help="one of: " + ", ".join(policy.deadlines()))
        parser.add_argument("start", help="the start day, YYYY-MM-DD; it is not counted")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._found(options["rule"], options["start"])
        if options["json"]:
            keys = (
                "rule", "start", "length", "unit", "strict_due", "legal_due", "basis", "skipped", "provisional",
            )  # fmt: skip
            self.stdout.write(json.dumps({key: getattr(found, key) for key in keys}, ensure_ascii=False, default=str))
        else:
            self.stdout.write("\n".join(self._sentences(found)))

    def _found(self, rule: str, start: str) -> Due:
        if rule not in policy.deadlines():
            raise CommandError(f"没有“{rule}”这一期限。可用的有：{'、'.join(policy.deadlines())}。")
        try:
            return due(rule, dt.date.fromisoformat(start), Calendar.load())
        except ValueError as error:
            raise CommandError(f"“{start}”不是日期，请写成 2026-03-02 的样子。") from error
        except Refusal as error:
            raise CommandError(str(error)) from error

    def _sentences(self, found: Due) -> list[str]:
        unit = {"calendar": "自然日", "working": "工作日"}[found.unit]
        lines = [
            f"{policy.deadlines()[found.rule].name}：{found.length} 个{unit}，自 {found.start} 起算（当日不计入）。",
            f"最后一日 {found.strict_due}，顺延后 {found.legal_due}。依据：{found.basis}。",
        ]
        lines += [f"  不计入或顺延：{one['date']} {one['reason']}" for one in found.skipped]
        return lines + (["所需年度的放假安排尚未确认，日期暂定。"] if found.provisional else [])
