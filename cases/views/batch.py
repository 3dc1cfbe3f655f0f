"""One step for many matters: the rows that can and cannot, one form, then row by row the verb and its outcome."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases import batching, forms
from cases.batching import Row
from cases.shielding import shown_name
from cases.views.steps import SCREENS, attempt
from cases.workflow import STEPS, refusal
from documents.models import Paper

log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What became of one row: done with its papers, or the sentence why not; ``again``: it can be tried once more."""

    row: Row
    done: bool
    reason: str = ""
    again: bool = False
    papers: str = ""


def batch(request: HttpRequest, step: str) -> HttpResponse:
    """The form for the ticked rows; with ``go`` the step is done. 403 without the permission, 404 for other steps."""
    if step not in batching.MANY:
        raise Http404
    if not request.user.can(STEPS[step].permission):
        raise PermissionDenied(_("您的角色不能办理“%(step)s”。") % {"step": STEPS[step].label})
    picked = batching.read(request.POST.getlist("pick"))
    if not picked or len(picked) > batching.MOST:
        return _turned_back(request, len(picked))
    now = timezone.now()
    rows = batching.rows(picked, step, request.user, now)
    form = shared_form(request, step, rows, now) if rows else None
    if "go" in request.POST and form and form.is_valid():
        outcomes = [one_row(request, row, step, now) for row in rows]
        return render(request, "cases/batch_done.html", result(outcomes, step, request))
    context = asking(rows, step, form, request.user)
    return render(request, "cases/batch.html", context, status=422 if "go" in request.POST else 200)


def _turned_back(request: HttpRequest, count: int) -> HttpResponse:
    """Back to the list with a sentence: nothing is ticked, or too much."""
    if count:
        say = _("一次最多办理 %(most)s 件，您选了 %(n)s 件，请分批办理。") % {"most": batching.MOST, "n": count}
        messages.error(request, say)
    elif request.method == "POST":
        messages.error(request, _("还没有勾选事项。请在列表中勾选后再办理。"))
    return redirect("cases:list")


def shared_form(request: HttpRequest, name: str, rows: list[Row], now: dt.datetime) -> forms.StepForm:
    """The single step's own form, without what it says about one matter: no preset unit, day or hint.

    It stands on a matter that can be done and is not protected, so that no unit is missing from
    the choice; each row's own form judges again.
    """
    able = [row for row in rows if not row.reason] or rows
    model = min(able, key=lambda row: row.case.protected).case
    data = request.POST if "go" in request.POST else None
    form = SCREENS[name][0](data, case=model, actor=request.user, today=timezone.localdate(now))
    form.without("no_interest")
    for name_of, field in form.fields.items():
        field.initial = request.POST.get(name_of) if "again" in request.POST else None
        if name_of in ("unit", "due_on"):
            field.help_text = ""
    return form


def one_row(request: HttpRequest, row: Row, name: str, now: dt.datetime) -> Outcome:
    """Do the step for one row as its own page would: same form, same verb, same refusal."""
    case, data = row.case, _data_for(request.POST, row)
    if row.version == case.version and row.reason:
        return Outcome(row, done=False, reason=row.reason)
    form = SCREENS[name][0](data, case=case, actor=request.user, today=timezone.localdate(now))
    form.without("no_interest")
    try:
        status = attempt(case, name, form, request.user, now)
    except Exception:
        # The rows before this one are done: their outcome must reach the page whatever happens here.
        log.exception("batch %s: one row failed", name)
        return Outcome(row, done=False, reason=_("系统繁忙，这一件没有办理，请重试。"), again=True)
    if status == 302:
        return Outcome(row, done=True, papers=_papers(case.number, now))
    return _not_done(row, form, name, request.user, now)


def _not_done(row: Row, form: forms.StepForm, name: str, user: User, now: dt.datetime) -> Outcome:
    """The very sentences of the single page; ``again`` where the matter as it is now allows the step."""
    row.case.refresh_from_db()
    reasons = [str(error) for errors in form.errors.values() for error in errors]
    return Outcome(row, done=False, reason=" ".join(reasons), again=not refusal(row.case, name, user, now))


def _data_for(posted: QueryDict, row: Row) -> QueryDict:
    data = posted.copy()
    data["version"] = str(row.version)
    return data


def _papers(number: str, now: dt.datetime) -> str:
    """Numbers of the papers that this row's step issued."""
    issued = Paper.objects.filter(matter=number, issued_at=now).order_by("pk")
    return _("、").join(paper.number for paper in issued if paper.number)


def asking(rows: list[Row], name: str, form: forms.StepForm | None, user: User) -> dict[str, Any]:
    """The page before the act: what can be done, what cannot and why."""
    able = [row for row in rows if not row.reason]
    return {
        "name": name, "step": STEPS[name], "form": form, "able": _shown(able, user),
        "unable": _shown([row for row in rows if row.reason], user),
    }  # fmt: skip


def _shown(rows: list[Row], user: User) -> list[dict[str, Any]]:
    return [{"row": row, "case": row.case, "name": shown_name(row.case, user)} for row in rows]


def result(outcomes: list[Outcome], name: str, request: HttpRequest) -> dict[str, Any]:
    """The page after it: done, not done with the reason, and those that can be tried again."""
    kept = [
        (field, value)
        for field in request.POST
        if field not in ("pick", "go", "again", "csrfmiddlewaretoken", "version")
        for value in request.POST.getlist(field)
    ]
    done = [one for one in outcomes if one.done]
    return {
        "name": name, "step": STEPS[name], "done": done, "failed": [one for one in outcomes if not one.done],
        "again": [one for one in outcomes if one.again], "kept": kept, "count": len(outcomes),
    }  # fmt: skip
