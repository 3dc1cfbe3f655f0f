"""Papers as PDF and attached files: handed out one by one, each time on record."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from cases.actions import attaching
from cases.forms import AttachForm
from cases.models import Case
from cases.shielding import may_read
from cases.views import detail, tabs
from cases.views.finding import matter
from documents.actions import print_paper
from documents.models import Attachment, Paper
from vault.errors import Refusal


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper as PDF, shown in the browser. 404 unless the user may know of what it is about."""
    found = Paper.objects.filter(pk=pk).first()
    if found is None or not may_read(found, request.user):
        raise Http404
    try:
        data = print_paper(paper=found, actor=request.user, at=timezone.now())
    except Refusal as no:
        return HttpResponse(str(no), status=503, content_type="text/plain; charset=utf-8")
    return _file(data, "application/pdf", f"{found}.pdf", attachment=False)


def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """An attached file to save. 404 unless the user may know of the matter."""
    found = get_object_or_404(Attachment, pk=pk, voided_at__isnull=True, subject_type=Case._meta.label_lower)
    get_object_or_404(Case.objects.visible_to(request.user), pk=found.subject_id)
    try:
        data = attaching.hand_out(attachment=found, actor=request.user, at=timezone.now())
    except Refusal as no:
        return HttpResponse(str(no), status=503, content_type="text/plain; charset=utf-8")
    return _file(data, found.content_type, found.title, attachment=True)


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Add a file to a matter."""
    case, now = matter(request, number), timezone.now()
    form = AttachForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            attaching.attach(case=case, actor=request.user, at=now, upload=form.cleaned_data["upload"])
            messages.success(request, _("附件已上传。"))
            return redirect(f"{case.get_absolute_url()}?tab=attachments")
    except Refusal as no:
        form.add_error("upload", str(no))
    context = detail.page(case, request.user, now, "attachments", request.GET, attach_form=form)
    return render(request, "cases/detail.html", context, status=422)


def attachments(request: HttpRequest, number: str) -> HttpResponse:
    """The files of a matter as a panel, for a part of the page; opened by itself it is the page's tab."""
    case, now = matter(request, number), timezone.now()
    if not request.htmx:
        return redirect(f"{case.get_absolute_url()}?tab=attachments")
    context = {"case": case} | tabs.attachments(case, request.user, now)
    return render(request, "cases/_attachments.html", context)


def _file(data: bytes, content_type: str, name: str, *, attachment: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(attachment, name.replace("/", "_"))
    response["X-Content-Type-Options"] = "nosniff"
    return response
