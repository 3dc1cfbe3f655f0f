"""The register of matters as a file: masked for whoever may export, full numbers once, after a second person agreed."""

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from approvals.asking import no_deciding
from approvals.models import Request
from cases.filters import frozen
from reports import actions, exporting, gridding, sheets
from reports.forms import FullIdsForm, VerdictForm
from vault.errors import Refusal


def register(request: HttpRequest) -> HttpResponse:
    """The matters of the list or the grid with its filters, columns and order, numbers masked; on record."""
    request.user.must("reports.export")
    now, wanted = timezone.now(), gridding.shape(request.GET)
    try:
        content, count = exporting.grid_file(wanted, actor=request.user, at=now)
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("cases:list")
    actions.record_export(actor=request.user, at=now, form="xlsx", what=_("信访事项台账"), rows=count)
    return _file(content, now, "register")


def ask_full_ids(request: HttpRequest) -> HttpResponse:
    """Ask for the same with full document numbers: the filters frozen, a reason, another person's decision."""
    request.user.must("reports.full_ids")
    form = FullIdsForm(request.POST or None, initial={"query": frozen(request.GET)})
    if request.method == "POST" and form.is_valid() and (asked := _asked(request, form)):
        messages.success(request, _("已提出申请，等待另一人审批。"))
        return redirect(asked)
    context = _asking(form, request.user, timezone.localdate())
    return render(request, "reports/full_ids_ask.html", context, status=422 if form.errors else 200)


def full_ids(request: HttpRequest, pk: int) -> HttpResponse:
    """One such request: the second person agrees or not, the asker takes the file."""
    asked = _found(request, pk)
    form, reason = VerdictForm(request.POST or None), no_deciding(asked, request.user)
    if request.method == "POST" and not reason and form.is_valid():
        reason = _decided(request, asked, form.cleaned_data["verdict"])
        if not reason:
            messages.success(request, _("已审批。"))
            return redirect("reports:approvals")
    status = 409 if request.method == "POST" and reason else 200
    return render(request, "reports/full_ids.html", _showing(request, asked, form, reason), status=status)


@require_POST
def take_full_ids(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, once."""
    asked, now = _found(request, pk), timezone.now()
    try:
        content = actions.take_full_ids(request=asked, actor=request.user, at=now)
    except Refusal as no:
        context = _showing(request, asked, VerdictForm(), str(no))
        return render(request, "reports/full_ids.html", context, status=409)
    return _file(content, now, "register-full")


def _found(request: HttpRequest, pk: int) -> Request:
    """The request, for its asker and for those who may decide it."""
    if not (request.user.can("reports.full_ids") or request.user.can("reports.full_ids_decide")):
        raise PermissionDenied
    kind = Request.objects.filter(kind=exporting.KIND).select_related("asked_by__unit", "decided_by", "unit")
    mine = kind if request.user.can("reports.full_ids_decide") else kind.filter(asked_by=request.user)
    return get_object_or_404(mine, pk=pk)


def _asked(request: HttpRequest, form: FullIdsForm) -> Request | None:
    try:
        return actions.ask_full_ids(actor=request.user, at=timezone.now(), **form.cleaned_data)
    except Refusal as no:
        form.add_error(None, str(no))
        return None


def _asking(form: FullIdsForm, user: User, today: dt.date) -> dict[str, Any]:
    query = form["query"].value() or ""
    context: dict[str, Any] = {"form": form, "back": f"{reverse('cases:list')}?{query}", "count": 0, "said": []}
    try:
        rows = exporting.chosen(query, user, today)
        return context | {"count": rows.count(), "said": exporting.said(query, user, today)}
    except Refusal as no:
        return context | {"reason": str(no)}


def _decided(request: HttpRequest, asked: Request, verdict: str) -> str:
    """Grant or deny; "" or the sentence why that cannot be."""
    act = actions.grant_full_ids if "grant" in request.POST else actions.deny_full_ids
    try:
        act(request=asked, actor=request.user, at=timezone.now(), verdict=verdict)
    except Refusal as no:
        return str(no)
    return ""


def _showing(request: HttpRequest, asked: Request, form: VerdictForm, reason: str) -> dict[str, Any]:
    mine = asked.asked_by_id == request.user.pk
    no_file = exporting.no_taking(asked, request.user, timezone.now())
    if mine and not asked.is_open:
        reason = reason if request.method == "POST" else no_file
    return {
        "asked": asked, "form": form, "reason": "" if asked.is_open and mine and request.method == "GET" else reason,
        "said": exporting.said(asked.facts["query"], asked.asked_by, exporting.asked_on(asked)),
        "count": exporting.rows_known(asked, request.user),
        "may_decide": not no_deciding(asked, request.user), "may_take": not no_file, "mine": mine,
    }  # fmt: skip


def _file(content: bytes, now: dt.datetime, name: str) -> HttpResponse:
    day = timezone.localdate(now)
    response = HttpResponse(content, content_type=sheets.XLSX)
    full = quote(f"信访事项台账-{day}.xlsx", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}-{day}.xlsx\"; filename*=UTF-8''{full}"
    response.headers["Cache-Control"] = "no-store"
    return response
