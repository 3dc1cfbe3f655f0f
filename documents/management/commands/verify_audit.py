"""Is everything as it was left? Chain, seals, files, number gaps."""

import itertools
import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.models import Event
from documents.verifying import findings

MOST = 1000  # findings reported; a broken chain may have one per event


class Command(BaseCommand):
    help = "Verify chain, seals, files and numbers. Exit code 0 when whole, 1 when not, naming the first bad entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(itertools.islice(findings(), MOST))
        events = Event.objects.count()
        if options["json"]:
            first = asdict(found[0]) if found else None
            report = {"ok": not found, "events": events, "first": first, "findings": [asdict(one) for one in found]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        elif found:
            self.stdout.write(f"首个问题：{found[0].text}（{found[0].subject}）")
            for one in found[1:]:
                self.stdout.write(f"  {one.text}（{one.subject}）")
            self.stdout.write(f"共 {len(found)} 处问题，{events} 条审计记录。")
        else:
            self.stdout.write(f"完整：{events} 条审计记录，封存、文件、编号均无问题。")
        if found:
            raise SystemExit(1)
