"""One's own diary for calendar programs: its address is shown once, and whoever has it reads without a log-in."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.views.finding import needs
from diary import actions, feeding
from diary.models import Feed
from diary.policy import rules
from vault.errors import Refusal


def subscribe(request: HttpRequest) -> HttpResponse:
    """Whether one has an address and when it was last read; a new one is shown on the page that made it alone."""
    needs(request, "cases.view")
    made = _made(request) if request.method == "POST" else {}
    feed = Feed.objects.filter(user=request.user, revoked_at__isnull=True).first()
    return render(request, "diary/subscribe.html", {"feed": feed, "rules": rules()} | made)


def _made(request: HttpRequest) -> dict[str, str]:
    try:
        _feed, token = actions.make_feed(actor=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return {}
    return {"address": request.build_absolute_uri(reverse("diary:feed", args=[token]))}


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """The address is no longer answered."""
    needs(request, "cases.view")
    try:
        actions.revoke_feed(actor=request.user, at=timezone.now())
        messages.success(request, _("已停用，原地址不再有效。"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("diary:subscribe")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The diary of the feed's owner as iCalendar. 404 for a token unknown or revoked, 429 when asked too often.

    A program that has the same file already is told so (304); caches in between keep nothing.
    """
    now = timezone.now()
    row = feeding.feed_at(token)
    if row is None:
        raise Http404
    if feeding.too_often(row, now):
        return _marked(HttpResponse(status=429, headers={"Retry-After": "60"}))
    feeding.touch(row, now)
    body = feeding.text_of(row.user, timezone.localdate(now))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    answer.headers["Content-Disposition"] = 'inline; filename="diary.ics"'
    return _marked(get_conditional_response(request, etag=etag, response=answer))


def _marked(response: HttpResponse) -> HttpResponse:
    """For this program alone: it may keep its copy but asks again each time; nothing on the way may keep any."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Surrogate-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
