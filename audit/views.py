"""The auditor's pages: the trail, one event, and verification. Contents of petitions are not shown."""

import itertools

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.actions import note_verification
from audit.filters import EventFilter
from audit.models import Event, Head
from audit.verifying import everything

PAGE = 50
MOST = 200  # findings shown; the command shows more


def index(request: HttpRequest) -> HttpResponse:
    """The trail, newest first."""
    request.user.must("audit.view")
    found = EventFilter(request.GET, queryset=Event.objects.order_by("-seq"))
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    last = Event.objects.filter(verb="verify").order_by("-at").first()
    head = Head.objects.filter(pk=1).first()
    return render(request, "audit/index.html", {"filter": found, "page_obj": page, "last": last, "head": head})


def event(request: HttpRequest, seq: int) -> HttpResponse:
    """One event: who, what, which rows were sealed, and its place in the chain."""
    request.user.must("audit.view")
    return render(request, "audit/event.html", {"event": get_object_or_404(Event, seq=seq)})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify now; the result is shown and noted in the trail."""
    request.user.must("audit.verify")
    found = list(itertools.islice(everything(), MOST))
    note_verification(found=found, actor=request.user, at=timezone.now())
    if not found:
        return redirect("audit:index")
    return render(request, "audit/broken.html", {"findings": found, "first": found[0], "most": len(found) == MOST})
