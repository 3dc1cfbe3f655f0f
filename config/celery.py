"""The Celery application and the beat table.

Celery only kicks: every task is a sweep over rows that are due, so a lost or
repeated message changes nothing. The same sweeps run as ``manage.py sweep``.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.embedded")

app = Celery("reception")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "remind": {"task": "followup.tasks.remind_due_clocks", "schedule": 300.0},
    "windows": {"task": "cases.tasks.pass_due_windows", "schedule": 900.0},
    "briefing": {"task": "briefing.tasks.remind_owed_reports", "schedule": 120.0},
    "harm": {"task": "alerts.tasks.listen", "schedule": 60.0},
    "alerts": {"task": "alerts.tasks.watch", "schedule": 900.0},
    "deliver": {"task": "notices.tasks.deliver", "schedule": 15.0},
    "render": {"task": "documents.tasks.render_pending", "schedule": 60.0},
    "hall": {"task": "hall.tasks.close_yesterday", "schedule": 900.0},
    "bind": {"task": "archive.tasks.bind_pending", "schedule": 60.0},
    "drafts": {"task": "drafts.tasks.purge_drafts", "schedule": 3600.0},
    "verify": {"task": "audit.tasks.verify_nightly", "schedule": crontab(hour="2", minute="30")},
}
