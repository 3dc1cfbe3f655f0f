"""Pages of reception: the desk, one visit, one person. Registering itself is a page of cases."""

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from reception import actions
from reception.choices import Channel
from reception.forms.reveal import RevealForm
from reception.models import ContentCategory, Petitioner, Visit
from vault.errors import Refusal

LATEST = 8
PAGE = 25


def desk(request: HttpRequest) -> HttpResponse:
    """接待台: today's figures, my latest registrations, visits nobody has said anything about yet."""
    request.user.must("reception.view")
    today = timezone.localdate()
    visits = Visit.objects.visible_to(request.user).select_related("petitioner", "clerk", "case_link__case")
    context = figures(request.user, today) | {
        "today": today,
        "mine": visits.filter(clerk=request.user).order_by("-registered_at", "-pk")[:LATEST],
        "undecided": visits.filter(case_link__isnull=True).order_by("registered_at")[:LATEST],
        "may_register": request.user.can("reception.register"),
    }
    return render(request, "reception/desk.html", context)


def figures(user: User, day: dt.date) -> dict[str, Any]:
    """批次、人次 and group visits of a day, those of the user, and how many visits are undecided."""
    visits = Visit.objects.visible_to(user)
    came = visits.on_day(day).filter(channel=Channel.VISIT)
    return {
        "day": came.aggregate(visits=Count("pk"), persons=Sum("visitors", default=0)),
        "groups": came.filter(is_group=True).count(),
        "own": came.filter(clerk=user).count(),
        "open": visits.filter(case_link__isnull=True).count(),
    }


def visit(request: HttpRequest, number: str) -> HttpResponse:
    """One registration, numbers masked; right after saving the large number and what comes next."""
    return render(request, "reception/visit.html", _visit_page(request, _visit(request, number)))


@require_POST
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The same page with the full numbers, once, for a reason that is recorded."""
    request.user.must("reception.reveal")
    visit, form = _visit(request, number), RevealForm(request.POST)
    shown = _revealed(request, form, visit.petitioner, visit)
    context = _visit_page(request, visit) | {"form": form, "revealed": shown}
    return render(request, "reception/visit.html", context, status=200 if shown else 422)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """信访人: masked identity, visits by year; their matters come as a panel of cases."""
    return render(request, "reception/person.html", _person_page(request, _person(request, pk)))


@require_POST
def reveal_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's page with the full numbers, once, for a reason that is recorded."""
    request.user.must("reception.reveal")
    petitioner, form = _person(request, pk), RevealForm(request.POST)
    shown = _revealed(request, form, petitioner, None)
    context = _person_page(request, petitioner) | {"form": form, "revealed": shown}
    return render(request, "reception/person.html", context, status=200 if shown else 422)


def contents(request: HttpRequest) -> HttpResponse:
    """The content categories as options of the list behind the field; asked for once, when the field is entered."""
    request.user.must("reception.register")
    names = ContentCategory.objects.filter(is_active=True, children__isnull=True)
    return render(request, "reception/_contents.html", {"names": names.values_list("path_name", flat=True)})


def _visit(request: HttpRequest, number: str) -> Visit:
    request.user.must("reception.view")
    joined = ("petitioner", "clerk", "office", "content_category", "case_link__case__handling_unit")
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related(*joined), number=number)


def _person(request: HttpRequest, pk: int) -> Petitioner:
    request.user.must("reception.view")
    return get_object_or_404(Petitioner.objects.visible_to(request.user), pk=pk)


def _visit_page(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    link = getattr(visit, "case_link", None)
    return {
        "visit": visit,
        "link": link,
        "companions": visit.companions.all(),
        "print_now": "print" in request.GET and request.user.can("reception.register"),
        "fresh": visit.clerk == request.user and timezone.now() - visit.registered_at < dt.timedelta(minutes=10),
        "may_reveal": request.user.can("reception.reveal"),
        "may_register": request.user.can("reception.register"),
        "today": timezone.localdate(),
        "form": RevealForm(),
    }


def _person_page(request: HttpRequest, petitioner: Petitioner) -> dict[str, Any]:
    visits = (
        Visit.objects.visible_to(request.user).filter(petitioner=petitioner).select_related("clerk", "case_link__case")
    )
    return {
        "person": petitioner,
        "page_obj": Paginator(visits.order_by("-visited_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "may_reveal": request.user.can("reception.reveal"),
        "form": RevealForm(),
    }


def _revealed(request: HttpRequest, form: RevealForm, petitioner: Petitioner, visit: Visit | None) -> bool:
    """Record the look; False with the reason in the form when there is none to give."""
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    try:
        actions.reveal(petitioner=petitioner, reason=reason, actor=request.user, at=timezone.now(), visit=visit)
    except Refusal as refusal:
        form.add_error("reason", str(refusal))
        return False
    return True
