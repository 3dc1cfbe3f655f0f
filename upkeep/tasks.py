"""The signs of life of the sweeps, whoever runs them."""

from typing import Any

from celery import signals
from django.utils import timezone

from notices import delivering


@signals.task_success.connect
def beat(sender: Any, **_said: Any) -> None:
    """Each sweep of the beat table (config/celery.py) that ran to its end leaves a sign of life under its name."""
    for name, entry in sender.app.conf.beat_schedule.items():
        if entry["task"] == sender.name:
            delivering.beat(name, timezone.now())
