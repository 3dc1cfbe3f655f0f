"""The sweep of drafts: what nobody came back to within days is deleted."""

from celery import shared_task
from django.utils import timezone

from drafts import keeping


@shared_task
def purge_drafts() -> int:
    """Delete drafts last written more than seven days ago; returns how many rows went."""
    return keeping.purge(timezone.now())
