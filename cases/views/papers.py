"""Papers: their words before issue, declaring them void, and the register of all numbers."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from approvals.asking import no_deciding
from approvals.models import Request
from cases.actions import papers as acts
from cases.drafting import known_now, no_drafting
from cases.forms.papers import DraftForm, RegisterForm, VoidForm
from cases.models import Case
from cases.shielding import papers_of, shown_name, visible_papers
from cases.views.finding import matter, needs
from cases.views.requests import VerdictForm
from cases.voiding import no_reissue, no_voiding
from documents import drafting, wording
from documents.choices import PAPER_KINDS
from documents.models import Paper
from vault.errors import Refusal, Stale

PER_PAGE = 25


def register(request: HttpRequest) -> HttpResponse:
    """The register: every number of the visible matters, voided ones with their reason."""
    needs(request, "cases.view")
    form = RegisterForm(request.GET, today=timezone.localdate())
    found = sought(visible_papers(request.user), form.cleaned_data) if form.is_valid() else Paper.objects.none()
    rows = found.select_related("issued_by", "voided_by", "replaced_by").prefetch_related("deliveries")
    page = Paginator(rows.order_by("-year", "kind", "mark", "-serial", "-pk"), PER_PAGE)
    context = {"form": form, "page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "cases/papers.html", context)


def sought(papers: QuerySet[Paper], asked: dict[str, Any]) -> QuerySet[Paper]:
    """The papers a search asks for."""
    for column in ("kind", "year"):
        if asked[column]:
            papers = papers.filter(**{column: asked[column]})
    if asked["q"]:
        text = asked["q"].strip()
        papers = papers.filter(Q(number__icontains=text) | Q(matter__icontains=text) | Q(title__icontains=text))
    if asked["shown"] == "void":
        papers = papers.filter(voided_at__isnull=False)
    elif asked["shown"] == "undelivered":
        served = [code for code, kind in PAPER_KINDS.items() if kind.served]
        papers = papers.filter(kind__in=served, voided_at__isnull=True, deliveries__isnull=True)
    return papers


def draft(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The words of a paper before its issue, with a preview; saving draws the preview anew."""
    case, now = matter(request, number), timezone.now()
    if kind not in PAPER_KINDS or not wording.standard(kind):
        raise Http404
    reason = no_drafting(case, kind, request.user)
    kept = drafting.open_draft(kind, case)
    form = DraftForm(request.POST if request.method == "POST" else None, initial=_initial(kind, kept))
    if request.method == "POST" and not reason and form.is_valid():
        reason = _save(case, kind, form, request.user, now)
        if not reason:
            messages.success(request, _("文书稿已保存，右侧是填好后的样子。"))
            return redirect("cases:draft", number, kind)
    status = 409 if reason else 422 if form.errors else 200
    return render(request, "cases/draft.html", _draft_page(case, kind, form, reason, request.user, now), status=status)


def _initial(kind: str, kept: Any) -> dict[str, Any]:
    text = kept.text if kept else wording.standard(kind)
    return {"text": wording.to_words(kind, text), "version": kept.version if kept else 0}


def _save(case: Case, kind: str, form: DraftForm, actor: User, now: dt.datetime) -> str:
    """Keep the draft; "" or the sentence why that cannot be. "恢复标准文字" is posted by its own button."""
    text = wording.standard(kind) if "standard" in form.data else wording.from_words(kind, form.cleaned_data["text"])
    try:
        acts.edit_draft(case=case, kind=kind, text=text, version=form.cleaned_data["version"], actor=actor, at=now)
    except (Refusal, Stale) as no:
        return str(no)
    return ""


def _draft_page(case: Case, kind: str, form: DraftForm, reason: str, user: User, now: dt.datetime) -> dict[str, Any]:
    kept = drafting.open_draft(kind, case)
    may_edit = not no_drafting(case, kind, user)
    text = kept.text if kept else wording.standard(kind)
    known = wording.spec(kind)
    names = sorted(set(known.names.values())) if known else []
    preview = wording.sample(kind, text, known_now(case, kind, user, now)) if may_edit else None
    return {
        "case": case, "kind": kind, "label": PAPER_KINDS[kind].label, "form": form, "reason": reason, "kept": kept,
        "may_edit": may_edit, "preview": preview,
        "names": ["{" + name + "}" for name in names], "petitioner": shown_name(case, user),
        "last": papers_of(case, user).filter(kind=kind, voided_at__isnull=True).last(),
    }  # fmt: skip


def _paper(request: HttpRequest, pk: int) -> tuple[Paper, Case]:
    """The paper of a matter that the user may know of, or 404."""
    found = get_object_or_404(Paper, pk=pk, subject_type=Case._meta.label_lower)
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=found.subject_id)
    if not papers_of(case, request.user).filter(pk=pk).exists():
        raise Http404
    return found, case


def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a paper be void: the reason, then another person decides."""
    needs(request, "documents.void")
    paper, case = _paper(request, pk)
    form, reason = VoidForm(request.POST or None), no_voiding(paper, case)
    if request.method == "POST" and not reason and form.is_valid():
        try:
            acts.ask_void(
                paper=paper, case=case, actor=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("已申请作废，等待另一人审批。"))
            return redirect(f"{case.get_absolute_url()}#papers")
        except Refusal as no:
            reason = str(no)
    status = 409 if reason else 422 if form.errors else 200
    return render(request, "cases/void.html", _void_page(paper, case, form, reason, request.user), status=status)


def _void_page(paper: Paper, case: Case, form: Any, reason: str, user: User, asked: Any = None) -> dict[str, Any]:
    return {
        "paper": paper, "case": case, "form": form, "reason": reason, "asked": asked,
        "petitioner": shown_name(case, user), "may_ask": not asked and not no_voiding(paper, case),
        "may_decide": asked is not None and not no_deciding(asked, user),
        "may_reissue": user.can("documents.void") and not no_reissue(paper, case),
    }  # fmt: skip


def voiding(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's page: agree that a paper is void, or not."""
    asked = get_object_or_404(Request, pk=pk, kind="void")
    paper, case = _paper(request, asked.subject_id)
    form, reason = VerdictForm(request.POST or None), no_deciding(asked, request.user)
    if request.method == "POST" and not reason and form.is_valid():
        reason = _decide(asked, paper, case, request, form.cleaned_data["verdict"])
        if not reason:
            messages.success(request, _("%(paper)s 已审批。") % {"paper": paper})
            return redirect(f"{case.get_absolute_url()}#papers")
    page = _void_page(
        paper, case, form, reason if request.method == "POST" or asked.is_open else "", request.user, asked
    )
    return render(request, "cases/void.html", page, status=409 if reason and request.method == "POST" else 200)


def _decide(asked: Request, paper: Paper, case: Case, request: HttpRequest, verdict: str) -> str:
    act = acts.void if "grant" in request.POST else acts.deny_void
    try:
        act(request=asked, paper=paper, case=case, actor=request.user, at=timezone.now(), verdict=verdict)
    except (Refusal, Stale) as no:
        return str(no)
    return ""


@require_POST
def reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a corrected paper in place of a voided one."""
    needs(request, "documents.void")
    paper, case = _paper(request, pk)
    try:
        made = acts.reissue(paper=paper, case=case, actor=request.user, at=timezone.now())
        messages.success(request, _("已重新制发：%(paper)s。") % {"paper": made})
    except Refusal as no:
        messages.error(request, str(no))
    return redirect(f"{case.get_absolute_url()}#papers")
