"""One structured line per request: what was asked for, how it ended, how long it took. No address, no words."""

import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

log = logging.getLogger("reception.request")
SLOW_MS = 1500  # what a clerk feels; logged as a warning
EASY = ("healthz", "metrics", "notices:bell")  # asked for all day long; logged only when they go wrong


class RequestLogMiddleware:
    """Logs the name of the address instead of the address itself: that may hold a number or a secret token.

    Each request has an id, answered as ``X-Request-ID``: somebody who saw an error can read it out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        began = time.perf_counter()
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        _write(request, response, int((time.perf_counter() - began) * 1000))
        return response


def _write(request: HttpRequest, response: HttpResponse, took: int) -> None:
    route = request.resolver_match.view_name if request.resolver_match else "?"
    level = _level(response.status_code, took)
    if level == logging.INFO and route in EASY:
        return
    said = {
        "request_id": request.request_id, "method": request.method, "route": route,  # type: ignore[attr-defined]
        "status": response.status_code, "ms": took, "user": _who(request),
    }  # fmt: skip
    log.log(level, "%(method)s %(route)s %(status)s %(ms)s ms user=%(user)s id=%(request_id)s", said, extra=said)


def _level(status: int, took: int) -> int:
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if took >= SLOW_MS else logging.INFO


def _who(request: HttpRequest) -> int | None:
    """The row of the account. Somebody whose session nobody asked for is not looked up for the log's sake."""
    return getattr(getattr(request, "_cached_user", None), "pk", None)
