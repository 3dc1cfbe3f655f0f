"""Ends idle sessions. Roles are read once per request through ``request.user``."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse


class SessionIdleMiddleware:
    """Signs out whoever was idle longer than SESSION_IDLE_SECONDS; every answer is marked no-store."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        if request.user.is_authenticated:
            last = request.session.get("seen", now)
            if now - last > settings.SESSION_IDLE_SECONDS:
                logout(request)
                request.session["idled"] = True
            elif now - last > 60 or "seen" not in request.session:
                request.session["seen"] = now
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
