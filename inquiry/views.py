"""The public page: ask, see, rate; and the slip with the code, for the counter."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from axes.helpers import get_client_ip_address
from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cases import coding
from cases.models import Case, QueryCode
from followup.evaluating import window
from inquiry import actions, matching, slips, throttling
from inquiry.forms import AskForm, RateForm
from inquiry.showing import shown
from vault.errors import Refusal

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """For a page that anybody may open: nothing is kept, passed on or indexed; the language stands in the address.

    There is no session, so no token against forged posts either: whoever posts must bring
    the code, or the signed pass of a page that was shown for it.
    """

    @login_not_required
    @csrf_exempt
    @never_cache
    @sensitive_post_parameters()
    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("lang") or request.GET.get("lang") or ""
        with translation.override(wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            answer = view(request, *args, **kwargs)
            answer.headers["Content-Language"] = request.LANGUAGE_CODE
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return wrapped


@public
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form, or the matter it asks about. Wrong code and wrong digits get the same answer."""
    form, now = AskForm(request.POST or None), timezone.now()
    if request.method == "GET" or not form.is_valid():
        return _form(request, form, "" if request.method == "GET" else "empty", 200 if request.method == "GET" else 422)
    one = throttling.a_try(get_client_ip_address(request), form.cleaned_data["code"], now)
    row, status = _judged(one, form.cleaned_data, now)
    if row is None:
        return _form(request, form, "shut" if status == 429 else "wrong", status)
    return _page(request, row, None, now)


@public
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """Take the rating of a page that was shown, and show it again."""
    row, now = matching.passed(request.POST.get("pass", "")), timezone.now()
    if row is None:
        return redirect("inquiry:ask") if request.method == "GET" else _form(request, AskForm(), "old", 422)
    form = RateForm(request.POST, open_to=window(row.case, timezone.localdate(now)).open_to)
    said, status = _rated(row, form, now)
    return _page(request, row, form if status == 422 else None, now, said, status)


def _judged(one: throttling.Try, typed: dict[str, str], now: dt.datetime) -> tuple[QueryCode | None, int]:
    """The row asked about, with the status: 200, 422 when it does not fit, 429 after too many wrong tries."""
    day = timezone.localdate(now)
    if not throttling.pay(one):
        throttling.note(day, "shut")
        return None, 429
    row = matching.found(coding.plain(typed["code"]), matching.tail(typed["digits"]))
    if row is None:
        throttling.note(day, "wrong")
        return None, 422
    throttling.pay_back(one)
    throttling.note(day, "looks")
    if throttling.written_down(one):
        actions.look(row=row, actor=None, at=now)
    return row, 200


def _rated(row: QueryCode, form: RateForm, now: dt.datetime) -> tuple[str, int]:
    if not form.fields:
        return "done", 409
    if not form.is_valid():
        return "choose", 422
    try:
        actions.rate(row=row, actor=None, at=now, given=form.cleaned_data)
    except Refusal:
        return "done", 409
    return "thanks", 200


def _form(request: HttpRequest, form: AskForm, why: str, status: int) -> HttpResponse:
    """The form again, empty: what was typed does not come back in the answer."""
    minutes = throttling.limits()["code"].seconds // 60
    context = {"form": form if why == "empty" else AskForm(), "why": why, "minutes": minutes, "bare": request.path}
    return render(request, "inquiry/ask.html", context | _around(), status=status)


def _page(
    request: HttpRequest, row: QueryCode, form: RateForm | None, now: dt.datetime, said: str = "", status: int = 200
) -> HttpResponse:
    case = Case.objects.select_related("handling_unit", "office").get(pk=row.case_id)
    seen = shown(case, timezone.localdate(now))
    context = {"seen": seen, "form": form or RateForm(open_to=seen.rating.open_to), "said": said}
    context["pass"] = request.POST["pass"] if said else matching.pass_for(row)  # only a look gives a new one
    return render(request, "inquiry/matter.html", context | _around(), status=status)


def _around() -> dict[str, Any]:
    return {"lang": translation.get_language(), "languages": settings.LANGUAGES, "phone": settings.OFFICE_PHONE}


@require_POST
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """回执单 as PDF, with another code when ``renew`` was asked for; every print is recorded."""
    request.user.must("reception.register")
    case, now = get_object_or_404(Case.objects.visible_to(request.user), number=number), timezone.now()
    row = actions.hand_out(case=case, actor=request.user, at=now, renew="renew" in request.POST)
    try:
        data = slips.slip(case, row, now)
    except Refusal as refusal:
        return HttpResponse(str(refusal), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(data, content_type="application/pdf", headers={"Content-Disposition": "inline"})
