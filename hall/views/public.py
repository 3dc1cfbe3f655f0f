"""The big screen and the kiosk: for somebody signed in, or at the address of a device nobody signs in at."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Unit
from hall import actions, queueing
from hall.choices import DeviceKind, Source
from hall.models import Device, Ticket, hall_of
from hall.policy import rules
from hall.views.turns import pdf
from vault.errors import Refusal


def screen(request: HttpRequest) -> HttpResponse:
    """叫号大屏 of the signed-in user's office."""
    return _screen(request, _office(request, "reception.view"), reverse("hall:state"))


def state(request: HttpRequest) -> HttpResponse:
    """The part of the screen that is asked for again every few seconds."""
    return _state(request, _office(request, "reception.view"))


@login_not_required
def screen_at(request: HttpRequest, token: str) -> HttpResponse:
    """The big screen at its own address; 404 for a token unknown or revoked."""
    return _screen(request, _device(token, DeviceKind.SCREEN).office, reverse("hall:state_at", args=[token]))


@login_not_required
def state_at(request: HttpRequest, token: str) -> HttpResponse:
    """The changing part of the screen, for a device."""
    return _state(request, _device(token, DeviceKind.SCREEN).office)


def kiosk(request: HttpRequest) -> HttpResponse:
    """自助取号 on a tablet that a clerk has signed in at."""
    office = _office(request, "reception.register")
    here = {"home": reverse("hall:kiosk"), "slip": "hall:slip", "signed_in": True}
    return _kiosk(request, office, here)


@login_not_required
@csrf_exempt  # the address itself is the secret; whoever does not know it cannot have it posted to
def kiosk_at(request: HttpRequest, token: str) -> HttpResponse:
    """自助取号 at its own address, without a session; 404 for a token unknown or revoked."""
    office = _device(token, DeviceKind.KIOSK).office
    here = {"home": reverse("hall:kiosk_at", args=[token]), "slip": "hall:slip_at", "token": token}
    return _kiosk(request, office, here)


@login_not_required
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def slip_at(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The slip of a ticket of today, for the kiosk's printer."""
    office, now = _device(token, DeviceKind.KIOSK).office, timezone.now()
    return pdf(get_object_or_404(queueing.today(office, now).select_related("office"), pk=pk))


def _office(request: HttpRequest, permission: str) -> Unit:
    request.user.must(permission)
    office = hall_of(request.user)
    if office is None or request.user.scope != "office":
        raise Http404
    return office


def _device(token: str, kind: str) -> Device:
    known = Device.objects.filter(kind=kind, revoked_at__isnull=True).select_related("office")
    return get_object_or_404(known, digest=actions.digest(token))


def _screen(request: HttpRequest, office: Unit, address: str) -> HttpResponse:
    context = {"office": office, "state_url": address, "rules": rules(), "sound": request.GET.get("sound") == "1"}
    return render(request, "hall/screen.html", context | queueing.board(office, timezone.now()))


def _state(request: HttpRequest, office: Unit) -> HttpResponse:
    return render(request, "hall/_board.html", queueing.board(office, timezone.now()))


def _kiosk(request: HttpRequest, office: Unit, here: dict[str, Any]) -> HttpResponse:
    """Ask for a kind, take, and show the number on an address of its own, so that going back takes no second one."""
    now, refused = timezone.now(), ""
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")[:20]
            taken = actions.take(office=office, actor=None, at=now, reason=reason, source=Source.KIOSK)
            return redirect(f"{here['home']}?taken={taken.pk}")
        except Refusal as refusal:
            refused = str(refusal)
    context = here | {"office": office, "rules": rules(), "refused": refused} | _shown(request, office, here)
    return render(request, "hall/kiosk.html", context, status=409 if refused else 200)


def _shown(request: HttpRequest, office: Unit, here: dict[str, Any]) -> dict[str, Any]:
    """The number just taken, with the people before it, or how many wait now."""
    tickets, wanted = queueing.today(office, timezone.now()), request.GET.get("taken", "")
    ticket: Ticket | None = (
        tickets.filter(pk=wanted).first() if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None
    )
    if ticket is None:
        return {"waiting": tickets.waiting().count()}
    before = tickets.waiting().filter(queued_at__lt=ticket.queued_at).count()
    where = [here["token"], ticket.pk] if "token" in here else [ticket.pk]
    return {"ticket": ticket, "before": before, "slip_url": reverse(here["slip"], args=where)}
