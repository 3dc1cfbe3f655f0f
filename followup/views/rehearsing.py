"""预演: which reminders would go out, to whom, by which rung and why, until a chosen day. Writes nothing."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case
from cases.views.finding import needs
from followup import rehearsal
from followup.forms import RehearsalForm


def index(request: HttpRequest) -> HttpResponse:
    """The reminders of the matters this user may see, the nearest day first."""
    if not (request.user.can("followup.urge") or request.user.can("followup.supervise")):
        raise PermissionDenied(_("您的岗位不能打开这一页。"))
    now = timezone.now()
    form = RehearsalForm(request.GET or None, today=timezone.localdate(now))
    until: dt.date = form.chosen()
    cases = Case.objects.visible_to(request.user)
    context = rehearsal.page(now, until, cases, request.GET.get("page"))
    return render(request, "followup/rehearsal.html", context | {"form": form})


def ladder(request: HttpRequest) -> HttpResponse:
    """The ladder of reminders, as a panel of the page 办理规则."""
    needs(request, "cases.view")
    return render(request, "followup/_ladder.html", {"ladder": rehearsal.rungs()})
