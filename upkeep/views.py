"""For the watch: /healthz and /metrics; for the administrator: how the office runs."""

import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.defaults import server_error
from prometheus_client import CONTENT_TYPE_LATEST

from upkeep import gauges, health, showing
from upkeep.access import may_count, may_scrape


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """For a monitor: 200 when nothing is wrong, else 503 with the reasons; the figures to this machine or a token."""
    seen = health.look(timezone.now())
    said = {"ok": seen.ok, "database": seen.database, "faults": list(seen.faults)}
    more = _figures(seen) if seen.database and may_count(request) else {}
    return JsonResponse(said | more, status=200 if seen.ok else 503)


def _figures(seen: health.Health) -> dict[str, Any]:
    return {
        "oldest_unsent_seconds": seen.oldest_unsent,
        "dead_notices": seen.dead, "waiting_notices": seen.waiting, "dispatcher_age_seconds": seen.dispatcher_age,
        "broker_errors": seen.broker_errors, "disk_free_mb": seen.disk_free_mb, "sweep_age_seconds": seen.sweeps,
        "last_sweep": seen.last_sweep.isoformat() if seen.last_sweep else None,
    }  # fmt: skip


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus; only from this machine, or with the token of the settings."""
    if not may_scrape(request):
        return HttpResponse(status=403)
    return HttpResponse(gauges.text(health.look(timezone.now())), content_type=CONTENT_TYPE_LATEST)


def index(request: HttpRequest) -> HttpResponse:
    """How the office runs: what is wrong, the outbox, each sweep, the disk."""
    request.user.must("upkeep.view")
    return render(request, "upkeep/index.html", showing.page(timezone.now()))


def failed(request: HttpRequest) -> HttpResponse:
    """What an error ends in: a database that does not answer is 503 with a sentence, anything else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
    return server_error(request)
