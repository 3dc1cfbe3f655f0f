"""The entry of the menu that counts what waits for a second person."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from reports.waiting import concerned, count_for


def approvals(request: HttpRequest) -> dict[str, Any]:
    """``approvals`` for the main menu; its count is asked for only where a page shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not concerned(user):
        return {}
    url = reverse("reports:approvals")
    return {"approvals": {"url": url, "current": request.path == url, "count": partial(count_for, request)}}
