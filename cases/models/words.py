"""What of a matter's text can be searched: derived from the matter, written in the same transaction."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from vault import spelling

TEXTS = ("title", "demand", "facts", "reasons")


def words_of(texts: Iterable[str]) -> dict[str, str]:
    """The two columns of the index: the texts in one spelling, and their grams."""
    text = "\n".join(spelling.plain(one) for one in texts)
    return {"text": text, "grams": " ".join(sorted(spelling.grams(text)))}


class CaseWordsQuerySet(models.QuerySet["CaseWords"]):
    def keep(self, cases: Iterable[Any]) -> None:
        """Write or renew the rows of these matters."""
        rows: list[Any] = [
            CaseWords(case_id=case.pk, **words_of(getattr(case, name) for name in TEXTS)) for case in cases
        ]
        self.bulk_create(
            rows, update_conflicts=True, unique_fields=["case"], update_fields=["text", "grams"], batch_size=200
        )

    def containing(self, text: str) -> Self:
        """Rows that contain every word typed (spaces part words), each exactly as it stands.

        The grams find the candidates; a word longer than one gram is then looked for in the
        text itself, so that 旧改 never finds 旧 and 改 apart, nor ABC the pairs AB and BC.
        """
        found, asked = self, False
        for word in spelling.plain(text).split():
            grams = spelling.asked(word)
            if grams:
                asked = True
                found = found.filter(grams__all_of=grams)
                if grams != {word}:
                    found = found.filter(text__contains=word)
        return found if asked else self.none()


class CaseWords(models.Model):
    """The searchable text of one matter. Names, numbers of documents and addresses never enter it."""

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.CASCADE, related_name="words")
    text = models.TextField()
    grams = models.TextField()

    objects = CaseWordsQuerySet.as_manager()
    unsealed_because = "derived from the matter; manage.py reindex_search makes it again"

    class Meta:
        ordering = ["case"]
        verbose_name = _("检索字词")
        verbose_name_plural = _("检索字词")

    def __str__(self) -> str:
        return str(self.case_id)
