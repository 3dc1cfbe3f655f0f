"""The two ways to a higher unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """复查 by the unit above the handling one (article 35); 复核 by the unit above the reviewing one (article 36)."""

    REVIEW = 1, _("复查")
    RECHECK = 2, _("复核")
