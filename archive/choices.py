"""Retention periods: permanent, thirty or ten years (order no. 8 of the archives authority)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Retention(models.TextChoices):
    PERMANENT = "Y", _("永久")
    THIRTY = "D30", _("30 年")
    TEN = "D10", _("10 年")
