"""查询码: what the petitioner asks with about their own matter, without an account (app inquiry)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.matter import Case
from vault.fields import EncryptedTextField


class QueryCode(models.Model):
    """One code for each matter, for whoever speaks for it; a new one takes the place of the old.

    It is looked up by its keyed digest; the encrypted copy is for printing the slip again.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="query_code")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    code = EncryptedTextField(verbose_name=_("查询码"))
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("查询码")
        verbose_name_plural = _("查询码")

    def __str__(self) -> str:
        return f"{self.case}"
