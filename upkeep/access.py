"""Who may read the figures without signing in."""

import hmac

from django.conf import settings
from django.http import HttpRequest

HERE = ("127.0.0.1", "::1")


def may_scrape(request: HttpRequest) -> bool:
    """With ``METRICS_TOKEN`` set, whoever brings it; without, this machine only, and not through a proxy."""
    return _brings_the_token(request) if settings.METRICS_TOKEN else _is_here(request)


def may_count(request: HttpRequest) -> bool:
    """Who learns how much waits and how much failed: this machine, or whoever brings the token.

    To anybody else a count that rises would tell that something was just registered which they may not see.
    """
    return _is_here(request) or _brings_the_token(request)


def _brings_the_token(request: HttpRequest) -> bool:
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(brought.encode(), settings.METRICS_TOKEN.encode())


def _is_here(request: HttpRequest) -> bool:
    return request.META.get("REMOTE_ADDR") in HERE and "X-Forwarded-For" not in request.headers
