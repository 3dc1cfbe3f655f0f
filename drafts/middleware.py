"""When the database could not take a form, the page says so, and where the words are."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from drafts import keeping, naming
from drafts.models import Draft

log = logging.getLogger(__name__)


class NotSavedMiddleware:
    """A full disk or a database that failed under a kept form: 503 in a sentence instead of an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.method != "POST" or not isinstance(exception, DatabaseError | OSError):
            return None
        slip = naming.read(request.POST.get("draft", ""), request.user)
        if slip is None:
            return None
        log.error("form not saved: %s", type(exception).__name__, exc_info=exception)
        context = {"draft": _kept_now(request, slip), "url": slip.url}
        return HttpResponse(render_to_string("drafts/not_saved.html", context), status=503)


def _kept_now(request: HttpRequest, slip: naming.Slip) -> Draft | None:
    """The draft with all that was sent if the database takes it now, else as last kept, else None."""
    tab = request.POST.get("draft_tab", "")[:32]
    try:
        keeping.save(
            user=request.user, slip=slip, typed=keeping.kept(request.POST), at=timezone.now(), tab=tab,
            serial=int(timezone.now().timestamp() * 1000),
        )  # fmt: skip
    except Exception as error:  # whatever is broken: the answer must come
        log.warning("draft not kept: %s", type(error).__name__)
    try:
        return Draft.objects.visible_to(request.user).live().filter(page=slip.page).first()
    except DatabaseError:
        return None
