"""``seed``: the reference data every office starts with. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from archive import seeding as retention
from cases import policy
from cases.actions import reference


class Command(BaseCommand):
    help = "装入参考数据：内容分类、节假日、保管期限；十类、期限、情形、途径取自程序自带的规则文件。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing; rows an office has changed stay as they are."""
        counts = {"contents": 0, "years": 0, "days": 0}
        if reference.anything_missing():
            counts = reference.load_reference(actor=None, at=timezone.now())
        counts["retention"] = retention.seed()
        read = {
            "categories": len(policy.categories()),
            "deadlines": len(policy.deadlines()),
            "grounds": len(policy.grounds()),
            "routes": len(policy.routes()),
        }
        self.stdout.write(
            _(
                "参考数据：新增内容分类 %(contents)s 项、节假日年度 %(years)s 个（%(days)s 天）、"
                "保管期限规则 %(retention)s 条；"
                "规则文件：%(categories)s 类、期限 %(deadlines)s 项、情形 %(grounds)s 项、法定途径 %(routes)s 项。"
            )
            % (counts | read)
        )
