"""The list of alarms, one alarm with its evidence, the note for the leader, the rules."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from alerts import actions, forms, guards, listing, papers, policy
from alerts.filters import AlarmFilter
from alerts.models import Alarm, Note
from cases.views.files import as_pdf
from cases.views.finding import needs, version_seen
from drafts.filling import done, hold
from vault.errors import Refusal, Stale

PER_PAGE = 20


def index(request: HttpRequest) -> HttpResponse:
    """Alarms that the user may see: waiting, run out, answered."""
    needs(request, "alerts.view")
    today, tab = timezone.localdate(), request.GET.get("tab", "waiting")
    tab = tab if tab in listing.TABS else "waiting"
    found = AlarmFilter(request.GET, Alarm.objects.visible_to(request.user))
    page = Paginator(listing.chosen(found.qs, tab, today), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found, "tab": tab, "tabs": listing.tabs(found.qs, tab, today), "page_obj": page,
        "rows": [listing.row(alarm, today) for alarm in page],
    }  # fmt: skip
    return render(request, "alerts/index.html", context)


def rules(request: HttpRequest) -> HttpResponse:
    """The rules and the words, each with its basis."""
    needs(request, "alerts.view")
    context = {"rules": policy.rules().values(), "words": policy.words()}
    return render(request, "alerts/rules.html", context)


ANSWERS: dict[str, Callable[..., None]] = {"acknowledge": actions.acknowledge, "clear": actions.clear}


def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm; posting says a word about it: known and followed up, or looked into without risk."""
    row, now = _alarm(request, pk), timezone.now()
    verb = ANSWERS.get(request.POST.get("act", ""))
    form = forms.AnswerForm(request.POST if verb else None, initial={"version": row.version})
    form = hold(request, form, title=_("处置预警"))
    status = _attempt(form, verb, alarm=row, actor=request.user, at=now) if verb else 200
    if status == 302:
        done(request, now)
        messages.success(request, _("已登记处置情况。"))
        return redirect(row)
    context = listing.page(row, request.user, timezone.localdate(now)) | {"form": form}
    return render(request, "alerts/alarm.html", context, status=status)


def note(request: HttpRequest, pk: int) -> HttpResponse:
    """The note drafted from an alarm, for its writer to edit and keep."""
    needs(request, "alerts.note")
    row, now = _alarm(request, pk), timezone.now()
    reason = guards.no_note(row, request.user)
    if reason and request.method != "POST":  # what was typed is answered by the verb, and stays on the page
        messages.error(request, reason)
        return redirect(row)
    form = forms.NoteForm(request.POST or None, initial=papers.first_words(row))
    form = hold(request, form, title=_("预警摘报"))
    status = _attempt(form, _write, alarm=row, actor=request.user, at=now) if form.is_bound else 200
    return _kept(request, row, None, form, status)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a note until it is issued."""
    needs(request, "alerts.note")
    row, now = _note(request, pk), timezone.now()
    reason = guards.no_change(row, request.user)
    if reason and request.method != "POST":
        messages.error(request, reason)
        return redirect(row.alarm)
    first = {name: getattr(row, name) for name in ("title", "situation", "analysis", "suggestion", "version")}
    form = hold(request, forms.NoteForm(request.POST or None, initial=first), title=_("预警摘报"))
    status = _attempt(form, actions.edit_note, note=row, actor=request.user, at=now) if form.is_bound else 200
    return _kept(request, row.alarm, row, form, status)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a note its number and send it to the leaders; after that it is frozen."""
    needs(request, "alerts.note")
    row = _note(request, pk)
    try:
        actions.issue_note(note=row, version=version_seen(request), actor=request.user, at=timezone.now())
        messages.success(request, _("已制发 %(paper)s，并通知领导。") % {"paper": row.paper})
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("alerts:edit", pk)
    return redirect(row.alarm)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """An issued note as PDF, for those who may see its alarm."""
    return as_pdf(request, _note(request, pk).paper)


def _write(*, version: int, **fields: Any) -> None:
    """A first version has nothing to be compared with."""
    actions.write_note(**fields)


def _attempt(form: forms.Plain, verb: Callable[..., Any], **given: Any) -> int:
    """Do the verb with the form's fields: 302 when done, 422 or 409 with the reason on the form."""
    if not form.is_valid():
        return 422
    try:
        verb(**given, **form.for_verb())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return 409 if isinstance(refusal, Stale) else 422
    return 302


def _kept(request: HttpRequest, row: Alarm, draft: Note | None, form: forms.Plain, status: int) -> HttpResponse:
    """Back to the note, to be read once more and issued; or the form with what is wrong."""
    if status == 302:
        done(request, timezone.now())
        messages.success(request, _("摘报稿已保存，核对后制发。"))
        return redirect("alerts:edit", (draft or row.notes.get(issued_at__isnull=True)).pk)
    context = listing.page(row, request.user, timezone.localdate()) | {"form": form, "note": draft}
    return render(request, "alerts/note.html", context, status=status)


def _alarm(request: HttpRequest, pk: int) -> Alarm:
    """An alarm the user may see, or 404."""
    needs(request, "alerts.view")
    return get_object_or_404(Alarm.objects.visible_to(request.user).with_parts(), pk=pk)


def _note(request: HttpRequest, pk: int) -> Note:
    """A note of an alarm the user may see, or 404."""
    needs(request, "alerts.view")
    rows = Note.objects.visible_to(request.user).select_related("paper", "alarm__office", "alarm__unit", "alarm__case")
    return get_object_or_404(rows, pk=pk)
