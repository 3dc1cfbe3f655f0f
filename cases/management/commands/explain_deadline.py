"""When is it due, and why: the arithmetic of a period on the command line."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import policy
from cases.deadlines import Calendar, Due, Pause, count
from cases.policy import DeadlineRule
from vault.errors import Refusal

UNITS = {"calendar": "自然日", "working": "工作日"}
EXAMPLE = "请写成 2026-03-02 的样子。"


class Command(BaseCommand):
    help = (
        "Explain the due day of a period that starts on a day: "
        "explain_deadline RULE START [--extend N] [--pause FROM TO REASON]... [--overlay NAME] [--json]"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rule", help="one of: " + ", ".join(policy.deadlines()))
        parser.add_argument("start", help="the start day, YYYY-MM-DD; it is not counted")
        parser.add_argument("--extend", type=int, default=0, metavar="N", help="days added to the last day")
        parser.add_argument(
            "--pause", nargs=3, action="append", default=[], metavar=("FROM", "TO", "REASON"),
            help="days that are not counted, both ends among them; may be repeated",
        )  # fmt: skip
        parser.add_argument("--overlay", metavar="NAME", help="local rules of cases/rules/overlays/NAME")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        entry = self._rule(options["rule"], options["overlay"])
        found = self._found(entry, options)
        if options["json"]:
            self.stdout.write(json.dumps(self._plain(found), ensure_ascii=False, default=str))
        else:
            self.stdout.write("\n".join(self._sentences(entry, found)))

    def _rule(self, rule: str, overlay: str | None) -> DeadlineRule:
        try:
            rules = policy.deadlines() if overlay is None else policy.deadlines_with(overlay)
        except FileNotFoundError as error:
            raise CommandError(f"没有“{overlay}”这一套地方规定。可用的有：{'、'.join(policy.overlays())}。") from error
        if rule not in rules:
            raise CommandError(f"没有“{rule}”这一期限。可用的有：{'、'.join(rules)}。")
        return rules[rule]

    def _found(self, entry: DeadlineRule, options: dict[str, Any]) -> Due:
        if options["extend"] < 0:
            raise CommandError("延长的天数不能小于 0。")
        pauses = [Pause(_day(first), _day(last), reason) for first, last, reason in options["pause"]]
        if any(one.last < one.first for one in pauses):
            raise CommandError("暂停的起止日期颠倒。")
        try:
            return count(
                entry.code, _day(options["start"]), entry.length, entry.unit, entry.basis, Calendar.load(),
                extended_by=options["extend"], pauses=pauses,
            )  # fmt: skip
        except Refusal as error:
            raise CommandError(str(error)) from error

    def _plain(self, found: Due) -> dict[str, Any]:
        keys = ("rule", "start", "length", "unit", "strict_due", "legal_due", "basis", "skipped", "provisional")
        said = {key: getattr(found, key) for key in keys}
        if found.extended_by:
            said["extended_by"] = found.extended_by
        if found.pauses:
            said["pauses"] = [one.as_json() for one in found.pauses]
        return said

    def _sentences(self, entry: DeadlineRule, found: Due) -> list[str]:
        unit = UNITS[found.unit]
        lines = [f"{entry.name}：{found.length} 个{unit}，自 {found.start} 起算（当日不计入）。"]
        if found.extended_by:
            lines.append(f"延长 {found.extended_by} 个{unit}，自原期限届满之日起连续计算。")
        lines += [f"{one.first} 至 {one.last} {one.reason}，不计入期限。" for one in found.pauses]
        lines.append(f"最后一日 {found.strict_due}，顺延后 {found.legal_due}。依据：{found.basis}。")
        lines += _passed_over(found.skipped)
        return lines + (["所需年度的放假安排尚未确认，日期暂定。"] if found.provisional else [])


def _passed_over(skipped: Iterable[dict[str, str]]) -> list[str]:
    return [f"  不计入或顺延：{one['date']} {one['reason']}" for one in skipped]


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，{EXAMPLE}") from error
