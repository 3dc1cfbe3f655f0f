"""What waits for a second person: the page, and the panel on the to-do list."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports import waiting


def index(request: HttpRequest) -> HttpResponse:
    """待我审批 and 我提出的; nothing about a matter the reader may not know of."""
    _needs(request)
    context = {
        "waiting": waiting.lines(waiting.for_me(request.user)),
        "asked": waiting.lines(waiting.of_mine(request.user)),
        "decides": waiting.decides(request.user),
    }
    return render(request, "approvals/index.html", context)


def panel(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, for the to-do page; empty when nothing does."""
    _needs(request)
    return render(request, "approvals/_panel.html", {"waiting": waiting.lines(waiting.for_me(request.user))})


def _needs(request: HttpRequest) -> None:
    if not waiting.concerned(request.user):
        raise PermissionDenied
