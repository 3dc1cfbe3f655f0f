"""The files of a matter: the panel, adding several, the viewer, correcting, voiding, arranging."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from cases.actions import attaching
from cases.choices import State
from cases.forms import AttachForm, DescribeForm, VoidFileForm
from cases.models import Case
from cases.shielding import files_of, may_change
from cases.views.files import known_file
from cases.views.finding import matter
from documents.arranging import arranged, arrangement_of, material_of
from documents.keeping import SameAgain
from documents.models import Arrangement, Attachment
from documents.policy import materials
from documents.previewing import is_picture
from vault.errors import Refusal, Stale


@dataclass(frozen=True)
class Outcome:
    """What became of one file: kept, there already, or refused with the reason."""

    name: str
    state: str
    text: str


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """The files of a matter: a part for other pages, a page of its own without script."""
    return _shown(request, matter(request, number))


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Add files to a matter; each is kept or refused by itself. A script sends one and gets its outcome as JSON."""
    case = matter(request, number)
    form = AttachForm(request.POST, request.FILES, case=case, user=request.user)
    if form.is_valid():
        outcomes = [_outcome(request.user, case, form, upload) for upload in form.cleaned_data["upload"]]
    else:
        outcomes = [Outcome("", "refused", text) for several in form.errors.values() for text in several]
    fine = all(one.state == "kept" for one in outcomes)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"state": outcomes[0].state, "text": outcomes[0].text}, status=200 if fine else 422)
    if fine:
        messages.success(request, _("已上传 %(n)s 个附件。") % {"n": len(outcomes)})
        return redirect(f"{case.get_absolute_url()}?tab=attachments")
    return _shown(request, case, form=form, outcomes=outcomes, status=422)


@require_POST
def arrange(request: HttpRequest, number: str) -> HttpResponse:
    """Move one file up or down, or before another one of its group (an empty ``before``: to the end)."""
    case, posted = matter(request, number), request.POST
    groups, _row = _groups(case, request.user)
    now, version = timezone.now(), _number(posted.get("version", ""))
    try:
        order, said = _moved(groups, posted)
        if said:
            attaching.arrange(case=case, order=order, version=version, actor=request.user, at=now)
    except Stale as no:
        return _shown(request, case, said=_by_whom(no, case), warned=True, status=409)
    except Refusal as no:
        return _shown(request, case, said=str(no), warned=True, status=422)
    return _shown(request, case, said=said)


def view(request: HttpRequest, pk: int) -> HttpResponse:
    """One file to look at, with the ones before and after it."""
    found, case = known_file(request, pk)
    groups, _row = _groups(case, request.user)
    lying = [file for _kind, files in groups for file in files]
    at = lying.index(found)
    context = {
        "case": case, "file": found, "position": at + 1, "total": len(lying),
        "before": lying[at - 1] if at else None, "after": lying[at + 1] if at + 1 < len(lying) else None,
        "picture": is_picture(found), "pdf": found.content_type == "application/pdf",
        "sheet": _sheet(request, found), "sheets": max(found.pages, 1), "material": material_of(found, case.office),
        "may_change": may_change(found, request.user) and case.state != State.FILED,
    }  # fmt: skip
    return render(request, "cases/attachment.html", context)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name and what is said of a file; void one that does not belong here."""
    found, case = known_file(request, pk)
    request.user.must("cases.attach")
    posted, kind = request.POST if request.method == "POST" else None, material_of(found, case.office).code
    form = DescribeForm(posted, file=found, kind=kind)
    if posted is not None and form.is_valid():
        try:
            attaching.describe(
                attachment=found, case=case, title=form.cleaned_data["title"], said=form.said(),
                pages=form.cleaned_data["pages"] or 0, actor=request.user, at=timezone.now(),
            )  # fmt: skip
            return redirect(f"{case.get_absolute_url()}?tab=attachments")
        except Refusal as no:
            form.add_error(None, str(no))
    return _edit(request, case, found, form, VoidFileForm())


@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Void a file with a reason."""
    found, case = known_file(request, pk)
    request.user.must("cases.attach")
    form, described = VoidFileForm(request.POST), DescribeForm(file=found, kind=material_of(found, case.office).code)
    if form.is_valid():
        try:
            reason, now = form.cleaned_data["reason"], timezone.now()
            attaching.void_file(attachment=found, case=case, reason=reason, actor=request.user, at=now)
            return redirect(f"{case.get_absolute_url()}?tab=attachments")
        except Refusal as no:
            form.add_error("reason", str(no))
    return _edit(request, case, found, described, form)


def _edit(
    request: HttpRequest, case: Case, file: Attachment, form: DescribeForm, void_form: VoidFileForm
) -> HttpResponse:
    context = {"case": case, "file": file, "form": form, "void_form": void_form}
    wrong = form.errors or void_form.errors
    return render(request, "cases/attachment_edit.html", context, status=422 if wrong else 200)


def _outcome(user: User, case: Case, form: AttachForm, upload: Any) -> Outcome:
    try:
        kept = attaching.attach(case=case, actor=user, at=timezone.now(), upload=upload, said=form.said())
    except SameAgain as no:
        return Outcome(upload.name, "same", str(no))
    except Refusal as no:
        return Outcome(upload.name, "refused", str(no))
    return Outcome(kept.title, "kept", _("已上传：%(title)s") % {"title": kept.title})


def _shown(
    request: HttpRequest, case: Case, *, form: AttachForm | None = None, outcomes: list[Outcome] | None = None,
    said: str = "", warned: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = files(case, request.user, form) | {"outcomes": outcomes or [], "said": said, "warned": warned}
    name = "cases/_attachments.html" if request.htmx else "cases/attachments.html"
    return render(request, name, context, status=status)


def files(case: Case, user: User, form: AttachForm | None = None) -> dict[str, Any]:
    """The files of a matter by kind, in the order of the dossier, the voided ones, and the form for more."""
    every = list(files_of(case, user))
    (groups, row), filed = _groups(case, user, every), case.state == State.FILED
    kept = [file for _kind, several in groups for file in several]
    may_attach = user.can("cases.attach") and not filed
    return {
        "case": case, "groups": groups, "voided": [file for file in every if file.voided_at],
        "version": row.version if row else 0, "filed": filed, "may_attach": may_attach,
        "attach_form": form or AttachForm(case=case, user=user), "count": len(kept),
        "changeable": {file.pk for file in kept if may_attach and may_change(file, user)},
        "used": sum(file.size for file in kept), "limit": settings.ATTACHMENT_MAX_BYTES // 1024**2,
        "most": settings.ATTACHMENT_MAX_FILES,
    }  # fmt: skip


def _groups(
    case: Case, user: User, every: list[Attachment] | None = None
) -> tuple[list[tuple[Any, list[Attachment]]], Arrangement | None]:
    """The files by kind, as the dossier will hold them, with the arrangement they come from."""
    row = arrangement_of(case)
    known = files_of(case, user) if every is None else every
    files = arranged([file for file in known if file.voided_at is None], row.order if row else [])
    kinds = sorted(materials().values(), key=lambda kind: kind.place)
    of = {file.pk: material_of(file, case.office).code for file in files}
    groups = [(kind, [file for file in files if of[file.pk] == kind.code]) for kind in kinds]
    return [(kind, several) for kind, several in groups if several], row


def _moved(groups: list[tuple[Any, list[Attachment]]], posted: Any) -> tuple[list[int], str]:
    """The new order of the files shown and a sentence for it, "" when the file is at the end of its group already."""
    how = next((name for name in ("up", "down", "file") if posted.get(name)), "")
    moving, before = _number(posted.get(how, "")), _number(posted.get("before", ""))
    lists = [[file.pk for file in files] for _kind, files in groups]
    group = next((several for several in lists if moving in several), None)
    if group is None:
        raise Refusal(_("附件已有变化，请刷新后再排。"))
    at = group.index(moving)
    group.remove(moving)
    if how == "file":
        to = group.index(before) if before in group else len(group)
    else:
        to = min(max(at + (1 if how == "down" else -1), 0), len(group))
    group.insert(to, moving)
    said = "" if to == at else _("已移到本类第 %(n)s 位。") % {"n": to + 1}
    return [pk for several in lists for pk in several], said


def _number(text: str) -> int:
    """A small number out of a request; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _by_whom(no: Stale, case: Case) -> str:
    row = arrangement_of(case)
    return f"{no}" + (_("（%(who)s）") % {"who": row.arranged_by} if row else "")


def _sheet(request: HttpRequest, file: Attachment) -> int:
    """The page of a scan that was asked for."""
    return min(max(_number(request.GET.get("sheet", "")), 1), max(file.pages, 1))
