"""Pages of cases: registration, lists, one matter, its steps, its papers, the rules."""

from django.http import Http404, HttpRequest, HttpResponse


def pending(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404
