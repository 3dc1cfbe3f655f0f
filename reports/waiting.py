"""What waits for a second person, and what somebody asked for: never about a matter they may not know of."""

from dataclasses import dataclass
from typing import cast

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch

from accounts.models import User
from approvals.choices import KINDS
from approvals.models import Request, RequestQuerySet
from cases.models import Case
from reception.merging import KIND as MERGING
from reception.models import Petitioner, Visit

# Who asks for each kind; who decides stands in KINDS.
ASKING = (
    "cases.propose_decline", "cases.request_extension", "documents.void", "reception.merge", "reports.full_ids",
    "archive.take_apart", "cases.manage_reference",
)  # fmt: skip
NEWEST = 50


@dataclass(frozen=True)
class Line:
    """One request as listed; ``url`` is "" where its page does not exist for this kind."""

    request: Request
    url: str


def decides(user: User) -> bool:
    """Is the user the second person of any kind?"""
    return any(user.can(kind.permission) for kind in KINDS.values())


def concerned(user: User) -> bool:
    """Does the user ask for or decide anything?"""
    return decides(user) or any(user.can(permission) for permission in ASKING)


def knowable(requests: RequestQuerySet, user: User) -> RequestQuerySet:
    """Requests about no matter, or about a matter, visit or person this user may know of."""
    cases = Case.objects.visible_to(user).values("number")
    visits = Visit.objects.visible_to(user).values("number")
    persons = Petitioner.objects.visible_to(user).values("pk")
    about_none = Q(matter="") & (~Q(kind=MERGING) | Q(subject_id__in=persons))
    return requests.filter(about_none | Q(matter__in=cases) | Q(matter__in=visits))


def for_me(user: User) -> RequestQuerySet:
    """Open requests this user may decide now, the oldest first."""
    return knowable(Request.objects.decidable_by(user), user).order_by("asked_at", "pk")


def of_mine(user: User) -> RequestQuerySet:
    """What the user asked for, open ones first, then those decided last."""
    return knowable(Request.objects.filter(asked_by=user), user).order_by(
        F("decided_at").desc(nulls_first=True), "-asked_at", "-pk"
    )


def lines(requests: RequestQuerySet) -> list[Line]:
    """The rows with what they name, joined; at most the newest fifty."""
    joined = requests.select_related("asked_by", "unit", "decided_by")[:NEWEST]
    return [Line(one, _url(one)) for one in joined]


def count_for(request: HttpRequest) -> int:
    """How many requests wait for the signed-in user: one query a page, none for whoever decides nothing."""
    if not hasattr(request, "_waiting"):
        user = cast(User, request.user)
        request._waiting = for_me(user).count() if decides(user) else 0  # type: ignore[attr-defined]
    found: int = request._waiting  # type: ignore[attr-defined]
    return found


def _url(request: Request) -> str:
    try:
        return request.get_absolute_url()
    except NoReverseMatch:
        return ""
