"""三项建议: the list, one with its answer, the answer, closing, the letter."""

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

from cases.models import Case
from cases.views.files import as_pdf
from followup import actions, adopting
from followup.filters import SuggestionFilter
from followup.forms import AnswerForm, CloseSuggestionForm
from followup.models import Suggestion
from vault.errors import Refusal, Stale

PAGE = 20


def index(request: HttpRequest) -> HttpResponse:
    """Suggestions this user may know of, the earliest day first among those without an answer."""
    request.user.must("cases.view")
    now = timezone.now()
    rows = Suggestion.objects.visible_to(request.user)
    found = SuggestionFilter(request.GET, queryset=rows, today=timezone.localdate(now))
    page = Paginator(found.qs.with_parts().order_by("-issued_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    dressed = [adopting.row_of(row, request.user, now) for row in page]
    return render(request, "followup/suggestions.html", {"filter": found, "page_obj": page, "rows": dressed})


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggestion; 404 for whoever may not know of it."""
    return _shown(request, _known(request, pk))


def _known(request: HttpRequest, pk: int) -> Suggestion:
    return get_object_or_404(Suggestion.objects.visible_to(request.user).with_parts(), pk=pk)


def _shown(request: HttpRequest, row: Suggestion, form: Any = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    known = Case.objects.visible_to(request.user).filter(suggestion_links__suggestion=row).order_by("pk")
    context = adopting.row_of(row, request.user, now) | {"cases": known, "status": status, "form": form}
    answer = form if isinstance(form, AnswerForm) else AnswerForm(today=timezone.localdate(now))
    closing = form if isinstance(form, CloseSuggestionForm) else CloseSuggestionForm()
    context |= {"answer_form": answer, "close_form": closing}
    return render(request, "followup/suggestion.html", context, status=status)


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The written answer of the unit, or what came on paper."""
    row = _known(request, pk)
    form = AnswerForm(request.POST or None, today=timezone.localdate())
    return _done(request, row, form, actions.answer_suggestion, adopting.no_answer(row, request.user))


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """销号."""
    request.user.must("followup.supervise")
    row = _known(request, pk)
    form = CloseSuggestionForm(request.POST or None)
    return _done(request, row, form, actions.close_suggestion, adopting.no_closing(row, request.user))


def _done(request: HttpRequest, row: Suggestion, form: Any, verb: Callable[..., Any], reason: str) -> HttpResponse:
    """Do the verb; what was typed comes back with the reason why not."""
    if request.method != "POST" or reason or not form.is_valid():
        if reason and form.is_bound:
            form.add_error(None, reason)
        return _shown(request, row, form, 409 if reason else 422 if form.is_bound else 200)
    try:
        verb(suggestion=row, actor=request.user, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, row, form, 409 if isinstance(refusal, Stale) else 422)
    messages.success(request, _("%(number)s 已登记。") % {"number": adopting.number(row)})
    return redirect(row)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as PDF."""
    return as_pdf(request, _known(request, pk).paper)
