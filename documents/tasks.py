"""The sweep that renders papers nobody has printed yet, so that every issued paper has its PDF."""

import logging

from celery import shared_task
from django.utils import timezone

from documents.actions import print_paper
from documents.models import Paper
from vault.errors import Refusal

log = logging.getLogger(__name__)
MOST = 20  # a second of rendering each at worst; the next sweep goes on
TRIED = 200  # papers that cannot be rendered must not keep the others waiting


@shared_task
def render_pending() -> int:
    """Render up to ``MOST`` issued papers without a PDF, the oldest first; returns how many were made.

    Safe to run at any time and twice at once: a paper is kept once, whoever is faster.
    """
    made = 0
    for paper in Paper.objects.filter(file="", voided_at__isnull=True).order_by("issued_at", "pk")[:TRIED]:
        try:
            print_paper(paper=paper, actor=None, at=timezone.now())
        except Refusal:
            log.exception("paper %s could not be rendered", paper.pk)
            continue
        made += 1
        if made == MOST:
            break
    return made
