"""From which address a request comes: whoever connects, or what the trusted proxies in front have written down."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address wrong passwords and wrong tries are counted by; None where the server knows none.

    With ``TRUSTED_PROXIES`` at n, the last n entries of ``X-Forwarded-For`` are theirs and the
    first of these is whoever asked; anything before it was sent along by the browser. A
    request with fewer entries did not pass all of them, and its header is not believed.
    """
    written = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if 0 < settings.TRUSTED_PROXIES <= len(written) and written[-settings.TRUSTED_PROXIES]:
        return written[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR")
