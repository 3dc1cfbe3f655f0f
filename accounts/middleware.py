"""The language somebody chose, and the end of idle sessions. Roles are read once a request through ``request.user``."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import deputies


class ChosenLanguageMiddleware:
    """The language chosen in the menu, kept in its cookie until the browser is closed; Chinese otherwise.

    What the browser would prefer is not asked: an office computer set up in English is still
    a Chinese office's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


BY_ITSELF = ("bell", "queue", "queue-head")  # parts of pages that ask again and again, by their ids


class SessionIdleMiddleware:
    """Signs out whoever was idle longer than SESSION_IDLE_SECONDS; every answer is marked no-store.

    The bell and the queue ask by themselves: that is no sign of anybody being there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        if request.user.is_authenticated:
            last = request.session.get("seen", now)
            if now - last > settings.SESSION_IDLE_SECONDS:
                logout(request)
                request.session["idled"] = True
            elif "seen" not in request.session or (
                now - last > 60 and request.headers.get("HX-Trigger") not in BY_ITSELF
            ):
                request.session["seen"] = now
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


# What may still be sent when a deputyship has ended: keeping what was typed, leaving.
STILL = ("drafts:", "accounts:logout", "accounts:stop_acting")


class DeputyMiddleware:
    """Who switched on a deputyship acts in it for this request; one that is over ends here.

    It ends with the next page that is opened and says so. A form sent before that was filled in for
    the absent: it is not carried out in one's own name instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.deputyship, request.acting_over = None, False
        if deputies.ACTING in request.session and request.user.is_authenticated:
            wanted = request.session[deputies.ACTING]
            row = next((one for one in deputies.mine(request.user, timezone.now()) if one.pk == wanted), None)
            if row is not None:
                request.deputyship, request.user = row, deputies.acting(row)
            elif _opens_a_page(request):
                del request.session[deputies.ACTING]
                messages.warning(request, _("代理已经结束，您现在以本人身份办理。"))
            else:
                request.acting_over = True
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not request.acting_over or request.method in ("GET", "HEAD") or name.startswith(STILL):  # type: ignore[attr-defined]
            return None
        return render(request, "accounts/acting_over.html", status=409)


def _opens_a_page(request: HttpRequest) -> bool:
    """Somebody reads the answer: no part of a page that asks again by itself."""
    asks = "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return request.method == "GET" and not asks
