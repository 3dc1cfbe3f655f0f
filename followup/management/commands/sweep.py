"""What the scheduler runs, by hand or from the operating system's own timer."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from alerts.tasks import look
from briefing.tasks import remind as remind_owed
from cases.clocks import local_day
from cases.tasks import pass_windows
from documents.tasks import render_pending
from drafts.tasks import purge_drafts
from followup import ladder, planning, tasks
from hall.tasks import close_days
from notices.tasks import deliver

NAMES = ("windows", "remind", "briefing", "alerts", "deliver", "render", "drafts", "hall")


class Command(BaseCommand):
    help = "Run the sweeps once, all or the named one. Running twice has the effect of running once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", choices=NAMES, help="one sweep only; without a name, all of them")
        parser.add_argument(
            "--at", metavar="ISO-TIME", help="pretend it is this moment (windows, reminders, alerts and hall only)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="reminders only: say who would be told what, and write nothing"
        )

    def handle(self, *args: Any, name: str | None, at: str | None, dry_run: bool, **options: Any) -> None:
        moment = _moment(at) if at else timezone.now()
        if dry_run:
            self._rehearse(name, moment)
            return
        for each in [name] if name else NAMES:
            self.stdout.write(f"{each}: {self._run(each, moment)}")

    def _rehearse(self, name: str | None, moment: dt.datetime) -> None:
        """One line a reminder: to whom, by which rung, why, in which words."""
        if name != "remind":
            raise CommandError("--dry-run: only for the sweep remind")
        today = local_day(moment)
        found = planning.rehearse(moment, today)
        for _day, one in found:
            words = (one.recipient.username, one.rung.stage, ladder.why(one), ladder.text(one, today))
            self.stdout.write(" | ".join(words))
        self.stdout.write(f"remind: {len(found)} to tell, nothing written")

    def _run(self, name: str, moment: dt.datetime) -> str:
        if name == "windows":
            passed = pass_windows(moment)
            tasks.beat(name, timezone.now())
            return ", ".join(f"{kind} {count}" for kind, count in passed.items())
        if name == "remind":
            return ", ".join(f"{kind} {count}" for kind, count in tasks.remind(moment).items())
        if name == "briefing":
            told = remind_owed(moment)
            tasks.beat(name, moment)
            return str(told)
        if name == "alerts":
            raised = look(moment)
            tasks.beat(name, timezone.now())
            return str(raised)
        if name == "hall":
            closed = close_days(moment)
            tasks.beat(name, timezone.now())
            return str(closed)
        done = {"deliver": deliver, "render": render_pending, "drafts": purge_drafts}[name]()
        tasks.beat(name, timezone.now())
        return str(done)


def _moment(text: str) -> dt.datetime:
    """An ISO time or date; without an offset it is the office's own time."""
    try:
        day = parse_date(text)
        found = parse_datetime(text) or (dt.datetime.combine(day, dt.time(12)) if day else None)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"--at: not an ISO time: {text}")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
