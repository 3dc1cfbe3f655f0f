"""The bell's number and the banner of a stopped dispatcher, in one query, asked only where a page shows them."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notices.delivering import DISPATCHER
from notices.models import Beat, Notice
from upkeep.health import halted_minutes


def pulse(request: HttpRequest) -> dict[str, Any]:
    """``pulse.unread``: unread notices of mine; ``pulse.halted``: minutes without a dispatcher, 0 when all is well."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"pulse": SimpleLazyObject(lambda: _pulse(user))}


def _pulse(user: User) -> dict[str, int]:
    unread = Notice.objects.visible_to(user).unread().filter(recipient=OuterRef("pk")).order_by()
    counted = unread.values("recipient").annotate(n=Count("pk")).values("n")
    last = Beat.objects.filter(name=DISPATCHER).values("ran_at")
    number, beat = User.objects.filter(pk=user.pk).values_list(Coalesce(Subquery(counted), 0), Subquery(last)).get()
    return {"unread": number, "halted": halted_minutes(beat, timezone.now())}
