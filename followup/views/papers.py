"""Papers that are about no single matter, as PDF."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from documents.actions import print_paper
from documents.models import Paper
from vault.errors import Refusal


def as_pdf(request: HttpRequest, paper: Paper | None) -> HttpResponse:
    """The paper for whoever was let through to it; 503 with the reason where it cannot be made now."""
    if paper is None:
        raise Http404
    try:
        data = print_paper(paper=paper, actor=request.user, at=timezone.now())
    except Refusal as no:
        return HttpResponse(str(no), status=503, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": content_disposition_header(False, f"{paper}.pdf".replace("/", "_"))}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
