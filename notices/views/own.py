"""The notice centre, the bell, and how one wants to be reached."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from notices import actions, delivering, planning
from notices.choices import PERSONAL
from notices.forms import ContactForm
from notices.models import Contact, Notice
from vault.errors import Refusal

PAGE = 30


def index(request: HttpRequest) -> HttpResponse:
    """My notices, unread ones first, with what became of each way out of the house."""
    mine = Notice.objects.visible_to(request.user).order_by(F("read_at").desc(nulls_first=True), "-created_at", "-pk")
    kept = mine.unread() if request.GET.get("show") == "unread" else mine
    page = Paginator(kept.prefetch_related("deliveries"), PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/index.html", {"page_obj": page, "tabs": _tabs(request, mine)})


def _tabs(request: HttpRequest, mine: "Notice.objects") -> list[dict[str, object]]:
    only = request.GET.get("show") == "unread"
    return [
        {"url": request.path, "label": _("全部"), "count": mine.count(), "current": not only},
        {"url": "?show=unread", "label": _("未读"), "count": mine.unread().count(), "current": only},
    ]


def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, asked for once a minute; the context processor counts."""
    return render(request, "components/bell.html")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    delivering.mark_read(request.user, timezone.now())
    return redirect("notices:index")


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice as read and go to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    delivering.mark_read(request.user, timezone.now(), pk)
    return redirect(notice.url or "notices:index")


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was given up of one notice once more."""
    get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if delivering.send_again(request.user, pk, timezone.now()):
        messages.success(request, _("已重新排队发送。"))
    else:
        messages.error(request, _("这条通知没有发送失败，不需要重发。"))
    return redirect("notices:index")


@sensitive_post_parameters("mobile")
def ways(request: HttpRequest) -> HttpResponse:
    """How I am told out of the house: mail, short messages, and the number for them."""
    contact = Contact.objects.filter(user=request.user).first()
    form = ContactForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid() and _kept(request, form):
        messages.success(request, _("接收方式已保存。"))
        return redirect("notices:ways")
    context = {"form": form, "contact": contact, "on": planning.turned_on(PERSONAL), "plan": planning.in_words()}
    return render(request, "notices/ways.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: ContactForm) -> bool:
    try:
        actions.set_contact(**form.said(), actor=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error("mobile", str(refusal))
        return False
    return True
