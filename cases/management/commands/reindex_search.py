"""``reindex_search``: what the search box finds, made again from the matters and names, in batches."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils.translation import gettext as _

from cases.models import Case, CaseWords
from cases.models.words import TEXTS, words_of
from reception.models import NameKey, Petitioner
from reception.naming import keep_keys, keys_of

BATCH = 500


class Command(BaseCommand):
    help = "重建查找所用的索引（姓名拼音和正文字词）；平时随登记自动更新，不需要运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，不写入；有差异时以 1 退出")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            wrong = sum(1 for _pk in stale_matters()) + sum(1 for _pk in stale_persons())
            self.stdout.write(_("与原文不一致的索引 %(n)s 条。") % {"n": wrong})
            if wrong:
                raise SystemExit(1)
            return
        matters, persons = rebuild_matters(), rebuild_persons()
        self.stdout.write(
            _("已重建索引：事项 %(matters)s 件，信访人 %(persons)s 位。") % {"matters": matters, "persons": persons}
        )


def batches(rows: Any) -> Any:
    """Rows by key, a batch at a time, each read when it is wanted."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def rebuild_matters() -> int:
    """Words of every matter; each batch is one transaction, so that the office can go on working."""
    count = 0
    for batch in batches(Case.objects.only("pk", *TEXTS)):
        with transaction.atomic():
            CaseWords.objects.keep(batch)
        count += len(batch)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO cases_casewords_fts(cases_casewords_fts) VALUES ('rebuild')")
    return count


def rebuild_persons() -> int:
    """Keys of every name."""
    count = 0
    for batch in batches(Petitioner.objects.only("pk", "name")):
        with transaction.atomic():
            keep_keys(batch)
        count += len(batch)
    return count


def stale_matters() -> Any:
    """Keys of matters whose words are missing or not those of their texts."""
    for batch in batches(Case.objects.only("pk", *TEXTS)):
        there = {row.pk: {"text": row.text, "grams": row.grams} for row in CaseWords.objects.filter(pk__in=batch)}
        wanted = {case.pk: words_of(getattr(case, name) for name in TEXTS) for case in batch}
        yield from (pk for pk in wanted if there.get(pk) != wanted[pk])


def stale_persons() -> Any:
    """Keys of people who are not found by their name as it is."""
    for batch in batches(Petitioner.objects.only("pk", "name")):
        there: dict[int, set[str]] = {}
        for pk, key in NameKey.objects.filter(petitioner__in=batch).values_list("petitioner", "key"):
            there.setdefault(pk, set()).add(key)
        yield from (one.pk for one in batch if there.get(one.pk, set()) != keys_of(one.name))
