"""Papers beside the steps: wording them before issue, declaring them void with four eyes, issuing them anew."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from audit import trail
from cases.drafting import no_drafting
from cases.models import Case
from cases.telling import tell_deciders, tell_person
from cases.voiding import corrected, no_reissue, no_voiding
from documents import drafting
from documents.choices import PAPER_KINDS
from documents.issuing import issue
from documents.models import Draft, Paper
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


def _seen(case: Case, actor: User, permission: str) -> None:
    if not actor.can(permission) or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise Refusal(_("您的角色不能办理此事。"))


@trail.verb
def edit_draft(*, case: Case, kind: str, text: str, version: int, actor: User, at: dt.datetime) -> Draft:
    """Word a paper before its issue; the next paper of this kind is printed with these words.

    ``version`` is the one the editor read, 0 for the standard text. Raises ``Refusal`` for
    a paper that is issued already, unknown placeholders or missing obligatory ones,
    ``Stale`` when somebody else saved since.
    """
    _seen(case, actor, "documents.edit_draft")
    _insist(no_drafting(case, kind, actor))
    draft = drafting.keep(kind, subject=case, matter=case.number, text=text, version=version, actor=actor, at=at)
    trail.record(
        actor=actor, verb="edit_draft", title=_("修改文书稿：%(kind)s") % {"kind": PAPER_KINDS[kind].label},
        subject=draft, at=at, matter=case.number, version=draft.version,
    )  # fmt: skip
    return draft


@trail.verb
def ask_void(*, paper: Paper, case: Case, actor: User, at: dt.datetime, reason: str) -> Request:
    """Ask that a paper be declared void; another person decides. Raises ``Refusal`` when it cannot be."""
    _seen(case, actor, "documents.void")
    _insist(no_voiding(paper, case))
    request = asking.ask("void", subject=paper, matter=case.number, actor=actor, at=at, reason=reason, paper=str(paper))
    trail.record(
        actor=actor, verb="ask_void", title=_("申请作废文书"), subject=request, at=at, matter=case.number,
        note=request.reason, paper=str(paper),
    )  # fmt: skip
    tell_deciders(case, request, at)
    return request


@trail.verb
def void(*, request: Request, paper: Paper, case: Case, actor: User, at: dt.datetime, verdict: str = "") -> Paper:
    """The second person agrees: the paper is void, its number stays taken and listed."""
    _seen(case, actor, "documents.void_decide")
    _insist(no_voiding(paper, case))
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    reason = request.reason[:200]
    won = Paper.objects.filter(pk=paper.pk, voided_at__isnull=True).update(
        voided_at=at, void_reason=reason, voided_by=actor
    )
    if won != 1:
        raise Stale(_("此文书已由他人作废。"))
    paper.refresh_from_db(fields=["voided_at", "void_reason", "voided_by"])
    trail.record(
        actor=actor, verb="void", title=_("作废文书"), subject=paper, at=at, matter=case.number, note=reason,
        rows=[request], paper=str(paper),
    )  # fmt: skip
    tell_person(request.asked_by, case, "granted", at)
    return paper


@trail.verb
def deny_void(*, request: Request, paper: Paper, case: Case, actor: User, at: dt.datetime, verdict: str) -> None:
    """The second person does not agree; the paper stays as it is."""
    _seen(case, actor, "documents.void_decide")
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    trail.record(
        actor=actor, verb="deny_void", title=_("不同意作废文书"), subject=request, at=at, matter=case.number,
        note=verdict, paper=str(paper),
    )  # fmt: skip
    tell_person(request.asked_by, case, "denied", at)


@trail.verb
def reissue(*, paper: Paper, case: Case, actor: User, at: dt.datetime) -> Paper:
    """Issue a corrected paper in place of a voided one: new number, name and title as they are now, edited words."""
    _seen(case, actor, "documents.void")
    _insist(no_reissue(paper, case))
    made = issue(
        paper.kind, subject=case, matter=case.number, actor=actor, at=at, context=corrected(paper, case, actor, at),
        addressee=paper.addressee, title=paper.title, replaces=paper,
    )  # fmt: skip
    trail.record(
        actor=actor, verb="reissue", title=_("重新制发文书"), subject=made, at=at, matter=case.number, paper=str(made),
        replaces=str(paper),
    )  # fmt: skip
    return made
