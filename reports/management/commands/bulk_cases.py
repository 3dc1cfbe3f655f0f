"""``bulk_cases N``: generated matters over ten years, for measuring only."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from reports.management.bulk import Mill

BATCH = 1000


class Command(BaseCommand):
    help = "生成十年间的大量事项，只用于测量；不要在正式库中运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses outside the settings that allow invented data."""
        if not settings.DEMO_ALLOWED:
            raise CommandError(_("当前设置不允许生成测量数据。"))
        if options["count"] < 1:
            raise CommandError(_("数量应当是正整数。"))
        clerk = User.objects.with_permission("reception.register").filter(unit__isnull=False).order_by("pk").first()
        if clerk is None:
            raise CommandError(_("还没有可以登记的用户，请先建立接待员账号。"))
        mill, began = Mill(clerk, timezone.localtime()), time.monotonic()
        left = options["count"]
        while left > 0:
            mill.batch(min(BATCH, left))
            left -= BATCH
        self.stdout.write(
            _("已生成 %(made)s 件，用时 %(seconds)s 秒。")
            % {"made": mill.made, "seconds": round(time.monotonic() - began, 1)}
        )
