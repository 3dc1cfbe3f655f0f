"""Who may read the figures without signing in."""

import hmac

from django.conf import settings
from django.http import HttpRequest

HERE = ("127.0.0.1", "::1")


def may_scrape(request: HttpRequest) -> bool:
    """With ``METRICS_TOKEN`` set, whoever brings it; without, this machine only, and not through a proxy."""
    if settings.METRICS_TOKEN:
        brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(brought.encode(), settings.METRICS_TOKEN.encode())
    return request.META.get("REMOTE_ADDR") in HERE and "X-Forwarded-For" not in request.headers
