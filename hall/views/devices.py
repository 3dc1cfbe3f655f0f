"""Screens, kiosks and machines that nobody signs in at: set up and taken out of use by the system administrator."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall import actions
from hall.choices import DeviceKind
from hall.forms import DeviceForm
from hall.models import Device, Window, hall_of
from vault.errors import Refusal

ADDRESS = {DeviceKind.SCREEN: "hall:screen_at", DeviceKind.KIOSK: "hall:kiosk_at"}
MOST = 200


def devices(request: HttpRequest) -> HttpResponse:
    """The list of devices and windows; a new device's address or token is shown once, on the page that made it."""
    request.user.must("hall.manage")
    office = hall_of(request.user)
    if office is None:
        raise Http404
    form = DeviceForm(request.POST or None)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else {}
    context = {
        "form": DeviceForm() if made else form, "windows": Window.objects.filter(office=office),
        "devices": Device.objects.filter(office=office).select_related("made_by").order_by("kind", "-pk")[:MOST],
    }  # fmt: skip
    return render(request, "hall/devices.html", context | made, status=422 if form.errors and not made else 200)


def _made(request: HttpRequest, form: DeviceForm) -> dict[str, object]:
    office, said = hall_of(request.user), form.cleaned_data
    try:
        device, token = actions.add_device(office=office, actor=request.user, at=timezone.now(), **said)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return {}
    named = ADDRESS.get(device.kind)
    address = request.build_absolute_uri(reverse(named, args=[token])) if named else ""
    return {"made": device, "secret": address or token, "is_address": bool(named)}


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a device out of use."""
    request.user.must("hall.manage")
    device = get_object_or_404(Device, pk=pk, office=hall_of(request.user))
    try:
        actions.revoke_device(device=device, actor=request.user, at=timezone.now())
        messages.success(request, _("已停用，原地址不再有效。"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("hall:devices")
