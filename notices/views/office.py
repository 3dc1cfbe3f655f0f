"""Channels of the office and what could not be delivered: for whoever runs the system.

Neither texts nor numbers of matters are shown here.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from notices import actions, delivering, planning, showing
from notices.choices import Way
from notices.forms import ChannelForm
from notices.models import Channel, Delivery
from vault.errors import Refusal

PAGE = 30


def index(request: HttpRequest) -> HttpResponse:
    """All channels with their state, what is waiting and what failed, and when what goes out."""
    request.user.must(actions.MANAGE)
    now = timezone.now()
    context = {"rows": showing.channels(request.user), "health": delivering.health(now), "plan": planning.in_words()}
    return render(request, "notices/office.html", context | {"now": now})


def table(request: HttpRequest) -> HttpResponse:
    """The table of channels alone, asked for while a trial is on its way."""
    request.user.must(actions.MANAGE)
    return render(request, "notices/_channels.html", {"rows": showing.channels(request.user)})


@sensitive_post_parameters("address", "secret")
def channel(request: HttpRequest, code: str) -> HttpResponse:
    """Address, secret and switch of one channel."""
    request.user.must(actions.MANAGE)
    one = _channel(code)
    form = ChannelForm(request.POST or None, channel=one)
    if request.method == "POST" and form.is_valid() and _kept(request, form, one):
        messages.success(request, _("已保存渠道“%(channel)s”。") % {"channel": one.get_code_display()})
        return redirect("notices:office")
    context = {"form": form, "channel": one, "host": showing.host(one)}
    return render(request, "notices/channel.html", context, status=422 if form.errors else 200)


def _channel(code: str) -> Channel:
    if code not in Way.values:
        raise Http404
    return Channel.objects.filter(code=code).first() or Channel(code=code, is_on=code == Way.MAIL)


def _kept(request: HttpRequest, form: ChannelForm, one: Channel) -> bool:
    try:
        actions.set_channel(code=one.code, data=form.said(), actor=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_POST
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """Send one message on this channel to myself."""
    request.user.must(actions.MANAGE)
    one = _channel(code)
    try:
        actions.try_channel(code=one.code, actor=request.user, at=timezone.now())
        messages.success(request, _("试发的消息已排队，几秒后在表中看结果。"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("notices:office")


def dead(request: HttpRequest) -> HttpResponse:
    """What was given up, the latest first, with the cause."""
    request.user.must(actions.MANAGE)
    rows = Delivery.objects.dead().select_related("notice__recipient__unit").order_by("-dead_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/dead.html", {"page_obj": page})


@require_POST
def resend(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Send one of them again, or all."""
    request.user.must(actions.MANAGE)
    try:
        many = actions.resend(deliveries=None if pk is None else [pk], actor=request.user, at=timezone.now())
        messages.success(request, _("%(n)s 条已重新排队发送。") % {"n": many})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("notices:dead")
