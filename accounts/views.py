"""Signing in, the start page, preferences, people and roles."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from accounts.roles import ROLES


def home(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own start page: that of their first role."""
    start = next((role.start for code, role in ROLES.items() if code in request.user.role_codes), "notices:index")
    return redirect(start)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


@login_not_required
def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=429)
