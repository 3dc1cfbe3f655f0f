"""``seed_demo``: an invented office with people and some hundred matters in every state."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.actions import reference
from cases.models import Case
from reports.management.demo import (
    alarms,
    chasing,
    crowds,
    deputies,
    diary,
    drafts,
    hall,
    office,
    outbox,
    returns,
    views,
    windows,
)
from reports.management.demo.materials import add_files
from reports.management.demo.plan import everything
from reports.management.demo.world import World


class Command(BaseCommand):
    help = "建立演示单位：虚构的单位、人员和一百多件各环节的事项。只在嵌入式和测试设置下可用。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses outside the settings that allow it; does nothing where any account exists."""
        if not settings.DEMO_ALLOWED:
            raise CommandError(_("当前设置不允许建立演示数据。"))
        if User.objects.exists():
            self.stdout.write(_("已有人员账号，不再建立演示数据。"))
            return
        if reference.anything_missing():
            call_command("seed", stdout=self.stdout)
        now = timezone.now()
        with quick_commits():
            world = World(office.build(now - dt.timedelta(days=160)), now)
            windows.set_up(now)
            world.play([*everything(world), chasing.begins(world)])
            views.keep()
            world.play([(world.worked_ago(11), crowds.growing(world, world.worked_ago(11)))])
            world.play(alarms.gathering(world))
            add_files(world, now)
            returns.make(world, now)
            hall.play(world.office, now)
            drafts.begin(now)
            outbox.set_up(now)
            alarms.raised(world)
            diary.plan(world)
            deputies.appoint(world.office, now)
        self.stdout.write(
            _("演示单位已建立：%(users)s 个账号，%(cases)s 件事项。")
            % {"users": User.objects.count(), "cases": Case.objects.count()}
        )


@contextmanager
def quick_commits() -> Iterator[None]:
    """Do not wait for the disk after each of some thousand acts; only here, where a crash costs invented data."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous={int(before)}")
