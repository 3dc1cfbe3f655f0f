"""The number beside 待办 in the menu: how many matters wait for the signed-in user."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cases.agenda import MENU_LIMIT, how_many_wait


def todo(request: HttpRequest) -> dict[str, Any]:
    """``waiting`` for the main menu; asked for only where a page shows the menu, and once."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.can("cases.view"):
        return {}
    return {"waiting": {"url": reverse("cases:todo"), "count": partial(how_many_wait, user), "limit": MENU_LIMIT}}
