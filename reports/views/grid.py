"""The register as a grid on the screen and on paper."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from cases import saved
from cases.views.finding import needs
from cases.views.lists import shelf
from reports import exporting, gridding

PER_PAGE = 100
PRINTED = 2_000  # rows of the print view; more belong into a workbook
PAGE = "register"


def grid(request: HttpRequest) -> HttpResponse:
    """One page of the grid over the list's filters; a view chosen as the first one comes when nothing is asked for."""
    needs(request, "cases.view")
    if not request.GET and (first := saved.first_shown(request.user, PAGE)):
        return redirect(first)
    context = _read(request)
    rows, wanted, count = context.pop("found"), context["wanted"], context["count"]
    pages = Paginator(rows, PER_PAGE)
    pages.count = count  # the totals counted them
    page = pages.get_page(request.GET.get("page"))
    context |= {
        "page_obj": page, "rows": _lines(page, wanted), "sets": gridding.sets(wanted), "heads": gridding.heads(wanted),
        "columns": gridding.COLUMNS.values(), "codes": [column.code for column in wanted.columns],
        "keep": [(name, value) for name, value in (("cols", wanted.codes), ("sort", wanted.order)) if value],
        "filters_kept": list(QueryDict(wanted.query).items()),
    }  # fmt: skip
    return render(request, "reports/grid.html", context | shelf(request, PAGE))


def paper(request: HttpRequest) -> HttpResponse:
    """The same rows for the printer: landscape, the heads on every page."""
    needs(request, "cases.view")
    context = _read(request)
    rows = context.pop("found")[:PRINTED]
    context |= {
        "rows": _lines(rows, context["wanted"]), "printed": PRINTED, "heads": gridding.heads(context["wanted"]),
        "said": exporting.said(context["wanted"].query, request.user, timezone.localdate()),
    }  # fmt: skip
    return render(request, "reports/grid_print.html", context)


def _read(request: HttpRequest) -> dict[str, Any]:
    """Filters, rows in order, number and totals; a filter that cannot be read gives no rows and says so."""
    wanted = gridding.shape(request.GET)
    found = exporting.filter_of(wanted.query, request.user, timezone.localdate())
    rows = found.qs if found.form.is_valid() else found.qs.none()
    count, foot = gridding.totals(rows, wanted)
    return {
        "filter": found, "wanted": wanted, "found": gridding.told(rows, wanted), "count": count, "foot": foot,
        "address": wanted.address(),
    }  # fmt: skip


def _lines(cases: Any, wanted: gridding.Shape) -> list[dict[str, Any]]:
    """Rows of cells, each with its column: what the template walks."""
    today = timezone.localdate()
    return [
        {"case": case, "cells": list(zip(wanted.columns, gridding.cells(case, wanted.columns, today), strict=True))}
        for case in cases
    ]
