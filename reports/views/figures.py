"""The leaders' page, the rows behind its numbers, and both as files."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from briefing.listing import pressing
from documents import rendering
from reports import listing, sheets
from reports.actions import record_export
from reports.bases import Scope
from reports.counting import Cell
from reports.forms import NoSuchCell, PeriodForm, cell_from
from reports.periods import Period, presets
from reports.showing import Page, file_name, heading, lines, on_page, on_paper
from reports.tables import Table, compose, definitions

PER_PAGE = 50
PDF = "application/pdf"
PARTS = {"overview": __("总览"), "structure": __("结构"), "whole": __("总表与口径")}


def index(request: HttpRequest) -> HttpResponse:
    """All figures of a period with their charts; a bad date gets its sentence and status 422."""
    request.user.must("reports.view")
    form = _form(request)
    chips = _chips(request)
    if not form.is_valid():
        return render(request, "reports/index.html", {"form": form, "chips": chips}, status=422)
    report = compose(Scope.of(request.user), form.period)
    page, part = on_page(report), request.GET.get("part", "")
    context = {"form": form, "chips": chips, "page": page, "definitions": definitions()}
    if request.user.can("briefing.instruct"):
        context["pressing"] = pressing(request.user, timezone.now())
    return render(request, "reports/index.html", context | _parts(page["query"], part))


def _parts(query: str, chosen: str) -> dict[str, Any]:
    """The page is read in three parts, each light enough for an old machine; an unknown part is the first."""
    part = chosen if chosen in PARTS else "overview"
    tabs = [{"url": f"?{query}&part={code}", "label": label, "current": code == part} for code, label in PARTS.items()]
    return {"part": part, "parts": tabs}


def rows(request: HttpRequest) -> HttpResponse:
    """The matters or visits that a number counts, page by page; 404 for a number there is not."""
    request.user.must("reports.view")
    period, cell = _asked(request)
    found = listing.listed(Scope.of(request.user), period, cell)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    persons = found.aggregate(n=Sum("visitors"))["n"] or 0 if listing.adds_up_persons(cell) else None
    table = listing.rows_table(cell, listing.title_of(cell), page)
    context = {"cell": cell, "period": period, "page_obj": page, "table": table, "persons": persons}
    return render(request, "reports/rows.html", context)


def pdf(request: HttpRequest) -> HttpResponse:
    """The leaders' page as PDF."""
    return _export(request, "pdf", _pdf)


def excel(request: HttpRequest) -> HttpResponse:
    """All tables and the definitions as a workbook."""
    return _export(request, "xlsx", _excel)


def comma_separated(request: HttpRequest) -> HttpResponse:
    """All tables and the definitions as text."""
    return _export(request, "csv", _csv)


def rows_excel(request: HttpRequest) -> HttpResponse:
    """The rows behind a number as a workbook."""
    return _export_rows(request, "xlsx", _excel)


def rows_csv(request: HttpRequest) -> HttpResponse:
    """The rows behind a number as text."""
    return _export_rows(request, "csv", _csv)


Writer = Callable[[Page], bytes]


def _export(request: HttpRequest, form: str, write: Writer) -> HttpResponse:
    request.user.must("reports.export")
    period, now = _period(request), timezone.now()
    with translation.override(settings.LANGUAGE_CODE):  # a file leaves the house: Chinese like every paper
        report = compose(Scope.of(request.user), period)
        tables = [*report.tables.values(), definitions()]
        page = Page(heading(), lines(period, request.user, now), tables, now, report)
        return _send(request, page, period, form, write, _("统计报表"))


def _export_rows(request: HttpRequest, form: str, write: Writer) -> HttpResponse:
    request.user.must("reports.export")
    period, cell = _asked(request)
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        table = _all_rows(request, period, cell)
        page = Page(heading(), [listing.title_of(cell), *lines(period, request.user, now)], [table], now)
        return _send(request, page, period, form, write, listing.title_of(cell))


def _all_rows(request: HttpRequest, period: Period, cell: Cell) -> Table:
    found = listing.listed(Scope.of(request.user), period, cell)
    if found.count() > listing.MOST_EXPORTED:
        raise Http404(_("行数过多，请缩短时间段再导出。"))
    return listing.rows_table(cell, _("明细"), found)


def _send(request: HttpRequest, page: Page, period: Period, form: str, write: Writer, what: str) -> HttpResponse:
    content = write(page)
    note = _("%(what)s，%(first)s 至 %(last)s") % {"what": what, "first": period.first, "last": period.last}
    count = sum(len(table.rows) for table in page.tables)
    record_export(actor=request.user, at=page.at, form=form, what=note, rows=count)
    response = HttpResponse(content, content_type={"pdf": PDF, "xlsx": sheets.XLSX, "csv": sheets.CSV}[form])
    response.headers["Content-Disposition"] = file_name(what, period, form, inline=form == "pdf")
    return response


def _pdf(page: Page) -> bytes:
    return rendering.render("print/statistics.html", on_paper(page), at=page.at)


def _excel(page: Page) -> bytes:
    return sheets.excel(page.heading, page.lines, page.tables, page.at)


def _csv(page: Page) -> bytes:
    return sheets.comma_separated(page.heading, page.lines, page.tables)


def _form(request: HttpRequest) -> PeriodForm:
    today = timezone.localdate()
    month = presets(today)[0]
    return PeriodForm(request.GET, default=Period(month.first, month.last, today))


def _period(request: HttpRequest) -> Period:
    form = _form(request)
    if not form.is_valid():
        raise Http404
    return form.period


def _asked(request: HttpRequest) -> tuple[Period, Cell]:
    try:
        return _period(request), cell_from(request.GET)
    except NoSuchCell as error:
        raise Http404 from error


def _chips(request: HttpRequest) -> list[dict[str, Any]]:
    chosen = (request.GET.get("from"), request.GET.get("to"))
    found = presets(timezone.localdate())
    days = {preset.code: (preset.first.isoformat(), preset.last.isoformat()) for preset in found}
    current = "month" if chosen == (None, None) else next((code for code, both in days.items() if both == chosen), "")
    return [
        {
            "label": preset.label,
            "url": f"?from={preset.first}&to={preset.last}",
            "current": preset.code == current,
        }
        for preset in found
    ]
