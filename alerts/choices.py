"""Names of early warning."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleKind(models.TextChoices):
    CLUSTER = "cluster", _("集中反映")
    GROWTH = "growth", _("人数增加")
    WORDS = "words", _("言语提示")


class AlarmState(models.TextChoices):
    OPEN = "open", _("待处置")
    NOTED = "noted", _("已知悉")
    CLEARED = "cleared", _("已核实无风险")


class Harm(models.TextChoices):
    """What the words speak of: of the event, never a property of a person."""

    SELF = "self", _("自伤、轻生")
    VIOLENCE = "violence", _("伤人、毁物")
    COLLECTIVE = "collective", _("聚集、围堵")
