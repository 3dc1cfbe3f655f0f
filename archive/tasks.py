"""The sweep that binds dossiers whose PDF could not be made when they were filed."""

import logging

from celery import shared_task
from django.utils import timezone

from archive.actions import bind_dossier
from archive.models import Dossier
from vault.errors import Refusal

log = logging.getLogger(__name__)
MOST = 5
TRIED = 50


@shared_task
def bind_pending() -> int:
    """Bind up to ``MOST`` dossiers without a PDF, the oldest first; returns how many. Safe to run twice at once."""
    made = 0
    for dossier in Dossier.objects.filter(file="", taken_apart_at__isnull=True).order_by("filed_at", "pk")[:TRIED]:
        try:
            bind_dossier(dossier=dossier, actor=None, at=timezone.now())
        except Refusal:
            log.exception("dossier %s could not be bound", dossier.code)
            continue
        made += 1
        if made == MOST:
            break
    return made
