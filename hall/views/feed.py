"""What an existing calling machine sends (docs/deploy.md)."""

import json
import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hall import actions, feeding
from hall.choices import DeviceKind
from hall.models import Device
from vault.errors import Refusal

MOST = 4096  # bytes of one message
BEARER = re.compile(r"Bearer ([\w-]{20,100})", re.ASCII)


@login_not_required
@csrf_exempt  # a machine has no session; its token stands in a header that no other site can send
@require_POST
def feed(request: HttpRequest) -> JsonResponse:
    """One message as JSON: 200, or 401, 409, 413, 422, 429 with the reason. The same id is answered the same."""
    device, now = _device(request), timezone.now()
    if device is None:
        return _no(401, "Authorization: Bearer <token>")
    if int(request.headers.get("Content-Length") or 0) > MOST:
        return _no(413, f"at most {MOST} bytes")
    said = _said(request)
    if why := feeding.wrong(said):
        return _no(422, why)
    if feeding.answered(device, said["id"]) is None and feeding.too_many(device, now):
        return _no(429, "too many messages")
    try:
        event = actions.feed(device=device, said=said, actor=None, at=now)
    except Refusal:
        return _no(409, "busy, send again")
    return JsonResponse(event.answer, status=event.status)


def _device(request: HttpRequest) -> Device | None:
    found = BEARER.fullmatch(request.headers.get("Authorization", ""))
    if found is None:
        return None
    known = Device.objects.filter(kind=DeviceKind.FEED, revoked_at__isnull=True).select_related("office")
    return known.filter(digest=actions.digest(found[1])).first()


def _said(request: HttpRequest) -> Any:
    """The message; None when it is no JSON."""
    try:
        return json.loads(request.body)
    except ValueError:
        return None


def _no(status: int, why: str) -> JsonResponse:
    return JsonResponse({"ok": False, "said": why}, status=status)
