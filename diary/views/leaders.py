"""Leaders' reception days: the list, planning one, publishing and calling off, the notice for the public."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_POST

from cases.deadlines import Calendar
from cases.views.finding import needs, version_seen
from diary import actions
from diary.forms import LeaderDayForm
from diary.models import LeaderDay
from drafts.filling import done, hold
from vault.errors import Refusal, Stale

PER_PAGE = 20
NOTICE = __(
    "接待来访群众反映的信访事项。请携带本人有效证件和相关材料，可以提前到接待窗口登记预约；"
    "多人反映同一事项的，推选代表，代表不超过 5 人。"
)
NOTICE_DAYS = 60


def index(request: HttpRequest) -> HttpResponse:
    """The days to come, or those that are over."""
    needs(request, "cases.view")
    today, past = timezone.localdate(), request.GET.get("tab") == "past"
    seen = LeaderDay.objects.visible_to(request.user)
    coming, over = seen.filter(day__gte=today), seen.filter(day__lt=today)
    chosen = over.order_by("-day", "-starts") if past else coming.order_by("day", "starts")
    page = Paginator(chosen.select_related("office"), PER_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"url": "?", "label": _("将要接访"), "count": coming.count(), "current": not past},
        {"url": "?tab=past", "label": _("已经过去"), "count": over.count(), "current": past},
    ]
    office = Calendar.load()
    rows = [{"day": row, "off": office.day_off(row.day)} for row in page]
    context = {"page_obj": page, "tabs": tabs, "may_plan": not actions.no_planning(request.user), "rows": rows}
    return render(request, "diary/leaders.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Plan a day."""
    needs(request, "diary.plan")
    now, office = timezone.now(), request.user.unit
    if reason := actions.no_planning(request.user):
        messages.error(request, reason)
        return redirect("diary:leaders")
    first = {"place": office.address, "notice": NOTICE}
    form = hold(request, LeaderDayForm(request.POST or None, office=office, initial=first), title=_("领导接访日"))
    status, row = _attempt(form, actions.plan_day, actor=request.user, at=now) if form.is_bound else (200, None)
    if row:
        done(request, now)
        messages.success(request, _("已安排，公布后列入公告。"))
        return redirect(row)
    return render(request, "diary/leader_day.html", {"form": form}, status=status)


def leader_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One day: read it, and change it where one may."""
    row, now = _row(request, pk), timezone.now()
    reason = actions.no_change(row, request.user, timezone.localdate(now))
    first = {name: getattr(row, name) for name in (*actions.FIELDS, "version")}
    data = request.POST if request.method == "POST" and not reason else None
    form = hold(request, LeaderDayForm(data, office=row.office, initial=first), title=_("领导接访日"))
    given = {"row": row, "version": version_seen(request)}
    status, _same = _attempt(form, actions.change_day, actor=request.user, at=now, **given) if data else (200, None)
    if status == 302:
        done(request, now)
        messages.success(request, _("已保存。"))
        return redirect(row)
    context = {"row": _row(request, pk), "form": form, "reason": reason, "off": Calendar.load().day_off(row.day)}
    return render(request, "diary/leader_day.html", context, status=status)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the day on the public list."""
    return _act(request, pk, actions.publish_day, _("已公布，列入接访公告。"))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the day off, with the reason."""
    return _act(request, pk, actions.cancel_day, _("已取消。"), reason=request.POST.get("reason", ""))


def notice(request: HttpRequest) -> HttpResponse:
    """The published days of the coming two months as one sheet to be posted at the door."""
    needs(request, "cases.view")
    today = timezone.localdate()
    last = today + timezone.timedelta(days=NOTICE_DAYS)
    rows = LeaderDay.objects.visible_to(request.user).published().filter(day__range=(today, last))
    return render(request, "diary/notice.html", {"rows": rows.select_related("office"), "today": today})


def _act(request: HttpRequest, pk: int, verb: Callable[..., None], sentence: str, **said: Any) -> HttpResponse:
    needs(request, "diary.plan")
    row = _row(request, pk)
    try:
        verb(row=row, version=version_seen(request), actor=request.user, at=timezone.now(), **said)
        messages.success(request, sentence)
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(row)


def _attempt(form: LeaderDayForm, verb: Callable[..., Any], **given: Any) -> tuple[int, Any]:
    """Do the verb with the form's fields: 302 and what it made, or 422 or 409 with the reason on the form."""
    if not form.is_valid():
        return 422, None
    try:
        return 302, verb(**given, **form.for_verb())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return (409 if isinstance(refusal, Stale) else 422), None


def _row(request: HttpRequest, pk: int) -> LeaderDay:
    """A day the user may see, or 404."""
    needs(request, "cases.view")
    return get_object_or_404(LeaderDay.objects.visible_to(request.user).select_related("office", "leader"), pk=pk)
