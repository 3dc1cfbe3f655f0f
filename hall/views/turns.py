"""What a clerk does with tickets: take, print, call next, and every other turn."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from accounts.models import Unit
from drafts.filling import put_aside
from hall import actions, papers
from hall.models import Ticket, hall_of
from vault.errors import Refusal

DESK = "reception:desk"


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """取号 at the counter; the desk prints the slip when it was asked for."""
    request.user.must("reception.register")
    office, reason = _office(request), request.POST.get("reason", "")[:20]
    try:
        ticket = actions.take(office=office, actor=request.user, at=timezone.now(), reason=reason)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(DESK)
    messages.success(request, _("已取 %(n)s 号。") % {"n": ticket.number})
    return redirect(reverse(DESK) + (f"?slip={ticket.pk}" if "print" in request.POST else ""))


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip of a ticket as PDF, as wide as the office's paper."""
    request.user.must("reception.register")
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    return pdf(ticket)


def pdf(ticket: Ticket) -> HttpResponse:
    """The slip as an answer; 503 with a sentence when it cannot be rendered."""
    try:
        data = papers.slip(ticket, timezone.now())
    except Refusal as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(data, content_type="application/pdf", headers={"Content-Disposition": "inline"})


@require_POST
def next_one(request: HttpRequest) -> HttpResponse:
    """呼叫下一位 (F4): call to my window and open an empty registration; without anybody waiting only say so.

    A registration begun at the window comes along in the post and is put aside.
    """
    request.user.must("reception.register")
    put_aside(request, timezone.now())
    try:
        ticket = actions.call_next(actor=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(DESK)
    if ticket is None:
        messages.info(request, _("暂无等候，可直接登记（F2）。"))
    return redirect("register" if ticket else DESK)


@require_POST
def turn(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One turn of one ticket; to an htmx request only the status line, and word that the queue changed."""
    request.user.must("reception.register")
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).select_related("office"), pk=pk)
    _turn(request, ticket, name)
    if request.htmx:
        answer = render(request, "components/status.html")
        answer.headers["HX-Trigger-After-Swap"] = "queue"  # heard even when the button has gone with its queue
        return answer
    return redirect(_back(request))


def _turn(request: HttpRequest, ticket: Ticket, name: str) -> None:
    act = actions.ACTS.get(name)
    if act is None:
        raise Http404
    more = {"window": request.POST.get("window", "")[:40]} if name == "transfer" else {}
    try:
        act(ticket=ticket, actor=request.user, at=timezone.now(), **more)
    except Refusal as refusal:
        messages.error(request, str(refusal))


def _back(request: HttpRequest) -> str:
    """The page the button stood on, when it is one of ours; else the desk."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else DESK


def _office(request: HttpRequest) -> Unit:
    office = hall_of(request.user)
    if office is None:
        raise Http404
    return office
