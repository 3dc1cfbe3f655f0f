"""Words of the waiting hall."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    ORDINARY = "ordinary", _("普通")
    PRIORITY = "priority", _("优先")


class State(models.TextChoices):
    WAITING = "waiting", _("等候")
    CALLED = "called", _("已呼叫")
    SERVING = "serving", _("接待中")
    DONE = "done", _("已接待")
    SKIPPED = "skipped", _("过号")
    LEFT = "left", _("已离开")


AT_WINDOW = (State.CALLED, State.SERVING)
OPEN = (State.WAITING, State.CALLED, State.SERVING, State.SKIPPED)


class Source(models.TextChoices):
    COUNTER = "counter", _("窗口取号")
    KIOSK = "kiosk", _("自助取号")
    MACHINE = "machine", _("叫号机")


class DeviceKind(models.TextChoices):
    SCREEN = "screen", _("叫号大屏")
    KIOSK = "kiosk", _("自助取号屏")
    FEED = "feed", _("叫号机接口")
