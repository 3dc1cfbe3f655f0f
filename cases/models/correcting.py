"""What was corrected after registration: the earlier words stay, each with who changed them and why."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.matter import Case
from vault.fields import EncryptedTextField


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def wanting_read_back(self, case: Case) -> Self:
        """The petitioner's words changed and nobody has read them back since."""
        return self.filter(case=case, read_back_wanted=True, read_back_at__isnull=True)


class Correction(models.Model):
    """One correction of one field of a matter, its visit or its petitioner. Both texts are kept whole, encrypted.

    ``read_back_wanted``: the words of the petitioner were touched, so they are to be read back
    and confirmed anew; ``read_back_at`` says when that was done.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, verbose_name=_("信访事项"), on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(_("项目"), max_length=20)
    old = EncryptedTextField(verbose_name=_("原来的内容"))
    new = EncryptedTextField(verbose_name=_("更正后的内容"))
    reason = models.CharField(_("更正的理由"), max_length=300, blank=True)
    version = models.PositiveIntegerField(editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("更正人"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("更正时间"))
    read_back_wanted = models.BooleanField(_("须重新复述"), default=False)
    read_back_at = models.DateTimeField(_("重新复述的时间"), null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="one_correction_per_version")]
        verbose_name = _("更正")
        verbose_name_plural = _("更正")

    def __str__(self) -> str:
        return f"{self.case} {self.field}"
