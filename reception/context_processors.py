"""The queue in one line, for whichever page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from reception.desk import head


def queue(request: HttpRequest) -> dict[str, Any]:
    """``queue_head``, asked of the database only where a template looks at it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"queue_head": SimpleLazyObject(lambda: head(user, timezone.now()) or {})}
