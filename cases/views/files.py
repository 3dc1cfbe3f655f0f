"""Papers as PDF and attached files: handed out or shown one by one, each time on record."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin

from cases.actions import attaching
from cases.models import Case
from cases.shielding import files_of, may_read
from documents.actions import print_paper
from documents.models import Attachment, Paper
from documents.previewing import is_picture, preview
from vault.errors import Refusal

# What was handed in is never a page of ours, whatever a browser may take it for.
ALONE = "default-src 'none'; sandbox"
IN_FRAME = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper as PDF, shown in the browser. 404 unless the user may know of what it is about."""
    found = Paper.objects.filter(pk=pk).first()
    return as_pdf(request, found if found and may_read(found, request.user) else None)


def as_pdf(request: HttpRequest, paper: Paper | None) -> HttpResponse:
    """A paper for whoever was let through to it; 404 where there is none, 503 with the reason where it fails now."""
    if paper is None:
        raise Http404
    try:
        data = print_paper(paper=paper, actor=request.user, at=timezone.now())
    except Refusal as no:
        return _sorry(no)
    return _file(data, "application/pdf", f"{paper}.pdf", attachment=False)


def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """An attached file to save. 404 unless the user may know of it."""
    found, _case = known_file(request, pk)
    try:
        data = attaching.hand_out(attachment=found, actor=request.user, at=timezone.now())
    except Refusal as no:
        return _sorry(no)
    return _file(data, found.content_type, found.title, attachment=True, policy=ALONE)


def picture(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """One page of a picture, made anew. 404 unless the user may know of it and it is a picture."""
    found, _case = known_file(request, pk)
    if not is_picture(found):
        raise Http404
    try:
        data = attaching.show(attachment=found, page=page, actor=request.user, at=timezone.now())
    except Refusal as no:
        return _sorry(no)
    return _file(data, "image/jpeg", f"{pk}-{page}.jpg", attachment=False, policy=ALONE)


def thumb(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture in small for the list. Of a protected matter there is none: each look at its files is on record."""
    found, case = known_file(request, pk)
    if case.protected or not is_picture(found):
        raise Http404
    try:
        return _file(preview(found, "thumb"), "image/jpeg", f"{pk}.jpg", attachment=False, policy=ALONE)
    except Refusal as no:
        return _sorry(no)


@xframe_options_sameorigin
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """An attached PDF for the browser's own viewer in a frame of ours."""
    found, _case = known_file(request, pk)
    if found.content_type != "application/pdf":
        raise Http404
    try:
        data = attaching.show(attachment=found, page=1, actor=request.user, at=timezone.now())
    except Refusal as no:
        return _sorry(no)
    return _file(data, "application/pdf", found.title, attachment=False, policy=IN_FRAME)


def known_file(request: HttpRequest, pk: int) -> tuple[Attachment, Case]:
    """A file that was not voided, with its matter; 404 unless the user may know of both."""
    found = get_object_or_404(Attachment, pk=pk, voided_at__isnull=True, subject_type=Case._meta.label_lower)
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("office"), pk=found.subject_id)
    return get_object_or_404(files_of(case, request.user), pk=pk), case


def _sorry(no: Refusal) -> HttpResponse:
    return HttpResponse(str(no), status=503, content_type="text/plain; charset=utf-8")


def _file(data: bytes, content_type: str, name: str, *, attachment: bool, policy: str = "") -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(attachment, name.replace("/", "_"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    if policy:
        response["Content-Security-Policy"] = policy
    return response
