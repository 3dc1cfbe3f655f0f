"""Saved views: keep the filters of the page, rename, share, order, remove."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import saved
from cases.filters import IDENTITY, CaseFilter, frozen
from cases.models import Case, SavedView
from cases.views.finding import needs
from vault.errors import Refusal

ACTS = {
    "share": saved.share, "unshare": saved.unshare, "start": saved.begin_with, "plain": saved.begin_plain,
    "up": saved.move_up, "delete": saved.delete,
}  # fmt: skip


def index(request: HttpRequest) -> HttpResponse:
    """Own views with what can be changed, and those that colleagues share."""
    needs(request, "cases.view")
    groups = [
        {"page": page, "label": label, "views": saved.shelf(request.user, page)}
        for page, label in SavedView.Page.choices
    ]
    return render(request, "cases/views.html", {"groups": groups})


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Keep filters, columns and order of the page it was asked from, then show that page again."""
    needs(request, "cases.view")
    asked = QueryDict(request.POST.get("query", "")[:4000])
    page = request.POST.get("page", "")
    if page not in SavedView.Page.values:
        raise Http404
    try:
        view = saved.save(
            owner=request.user, page=page, name=request.POST.get("name", ""), query=_readable(request, asked),
            columns=asked.get("cols", "")[:600], sort=asked.get("sort", "")[:40], shared="shared" in request.POST,
        )  # fmt: skip
    except Refusal as no:
        messages.error(request, str(no))
        return redirect(_as_it_was(page, asked))
    messages.success(request, _("已存为视图“%(name)s”。") % {"name": view.name})
    return redirect(view)


def _as_it_was(page: str, asked: QueryDict) -> SavedView:
    """The page the save was asked from; a typed identity number does not go into an address."""
    kept = asked.copy()
    if IDENTITY.match(re.sub(r"\s", "", kept.get("q", ""))):
        kept.pop("q")
    return SavedView(page=page, query=frozen(kept), columns=kept.get("cols", ""), sort=kept.get("sort", ""))


def _readable(request: HttpRequest, asked: QueryDict) -> str:
    """The filters, once the list's own form reads them. Raises ``Refusal`` for an identity number or a wrong day."""
    query = frozen(asked)
    found = CaseFilter(QueryDict(query), Case.objects.none(), user=request.user, today=timezone.localdate())
    if not found.form.is_valid():
        raise Refusal(_("筛选条件有误，改正后再保存。"))
    return query


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, order, remove one's own view; those of others are only read."""
    needs(request, "cases.view")
    view: Any = get_object_or_404(SavedView.objects.filter(owner_id=request.user.pk), pk=pk)
    act = request.POST.get("act", "")
    try:
        if act == "rename":
            saved.rename(view=view, owner=request.user, name=request.POST.get("name", ""))
        elif act in ACTS:
            ACTS[act](view=view, owner=request.user)
    except Refusal as no:
        messages.error(request, str(no))
    return redirect("cases:views")
