"""Duties, instructions, digests: one form each."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from briefing import duties, forms, guards
from briefing.actions import digests, instructing
from briefing.actions import duties as doing
from briefing.models import Digest, Instruction
from briefing.views.page import one_act
from cases.models import Case
from cases.views.files import as_pdf
from cases.views.finding import matter, needs, version_seen
from cases.workflow import refusal
from vault.errors import Refusal


def duty(request: HttpRequest, number: str) -> HttpResponse:
    """One duty of categories 6 to 10 was done."""
    needs(request, "briefing.duty")
    case = matter(request, number)
    left = duties.still_open(case)
    reason = "" if left or request.method == "POST" else _("此事项没有尚未落实的、另外要做的事。")
    first = {"duty": request.GET.get("duty", "")}
    return one_act(request, case, forms.DutyForm, doing.do_duty, __("登记落实"), reason, initial=first, duties=left)


def instruct(request: HttpRequest, number: str) -> HttpResponse:
    """A leader's instruction about a matter."""
    needs(request, "briefing.instruct")
    case = matter(request, number)
    reason = refusal(case, "instruct", request.user, timezone.now())
    return one_act(request, case, forms.InstructForm, instructing.instruct, __("登记批示"), reason)


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of an instruction, by whom it went to."""
    needs(request, "briefing.answer")
    row = _instruction(request, pk)
    reason = guards.no_answer(row, request.user)
    return one_act(
        request, row.case, forms.AnswerForm, instructing.answer_instruction, __("反馈批示落实情况"), reason,
        about={"instruction": row}, instruction=row,
    )  # fmt: skip


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an instruction, with the reason."""
    needs(request, "briefing.instruct")
    row = _instruction(request, pk)
    reason = guards.no_withdrawal(row, request.user)
    return one_act(
        request, row.case, forms.WithdrawForm, instructing.withdraw_instruction, __("撤销批示"), reason,
        about={"instruction": row}, instruction=row,
    )  # fmt: skip


def _instruction(request: HttpRequest, pk: int) -> Instruction:
    """An instruction the user may know of, or 404."""
    return get_object_or_404(Instruction.objects.visible_to(request.user).with_parts(), pk=pk)


def digest(request: HttpRequest, number: str) -> HttpResponse:
    """Write a digest, starting from one matter."""
    needs(request, "briefing.digest")
    case = matter(request, number)
    reason = refusal(case, "digest", request.user, timezone.now())
    first = {} if case.protected else {"title": case.title, "situation": case.demand}
    return one_act(
        request, case, forms.NewDigestForm, digests.write_digest, __("编写摘报"), reason,
        initial=first, back=reverse("briefing:index") + "?tab=digests", about={},
    )  # fmt: skip


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a digest until it is issued."""
    needs(request, "briefing.digest")
    row = _digest(request, pk)
    first = {name: getattr(row, name) for name in ("title", "situation", "analysis", "suggestion")}
    reason, back = guards.no_change(row, request.user), reverse("briefing:edit_digest", args=[pk])
    return one_act(
        request, _first(request, row), forms.EditDigestForm, digests.edit_digest, __("修改摘报"), reason,
        initial=first, back=back, about={"digest": row}, digest=row, shown_version=row.version,
    )  # fmt: skip


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a digest its number; after that it is frozen."""
    needs(request, "briefing.digest")
    row = _digest(request, pk)
    try:
        digests.issue_digest(digest=row, version=version_seen(request), actor=request.user, at=timezone.now())
        messages.success(request, _("已制发 %(paper)s。") % {"paper": row.paper})
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("briefing:edit_digest", pk)
    return redirect(reverse("briefing:index") + "?tab=digests")


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """An issued digest as PDF, for those who may read it."""
    return as_pdf(request, _digest(request, pk).paper)


def _digest(request: HttpRequest, pk: int) -> Digest:
    """A digest all of whose matters the user may know of, or 404."""
    return get_object_or_404(Digest.objects.visible_to(request.user).select_related("paper"), pk=pk)


def _first(request: HttpRequest, row: Digest) -> Case:
    """The matter a digest started from."""
    return matter(request, row.links.select_related("case").earliest("pk").case.number)
