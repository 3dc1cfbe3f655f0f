"""What the reports write: that somebody took figures or rows out of the house, and who let them."""

import datetime as dt
import hashlib

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from audit import trail
from reports import exporting
from vault.errors import Refusal, Stale


@trail.verb
def record_export(*, actor: User, at: dt.datetime, form: str, what: str, rows: int) -> None:
    """Record who exported which figures for which period, in which form, and how many rows went out."""
    person = User.objects.get(pk=actor.pk)  # the signed-in user of a request is a stand-in for the row
    trail.record(
        actor=actor, verb="export", title=_("导出统计"), subject=person, at=at, note=what, form=form, lines=rows
    )


@trail.verb
def ask_full_ids(*, query: str, reason: str, actor: User, at: dt.datetime) -> Request:
    """Ask to export the register with full document numbers; ``query`` holds the list's filters, frozen.

    One open request a person. Raises ``Refusal`` without the permission, a reason, or a
    single row, or for too many rows.
    """
    if not actor.can("reports.full_ids"):
        raise Refusal(_("您的角色不能导出完整证件号码。"))
    if not exporting.chosen(query, actor, timezone.localtime(at).date()).exists():
        raise Refusal(_("按此条件没有可以导出的事项；保密事项不导出。"))
    person = User.objects.get(pk=actor.pk)
    request = asking.ask(exporting.KIND, subject=person, actor=actor, at=at, reason=reason, query=query)
    trail.record(
        actor=actor, verb="ask_full_ids", title=_("申请导出完整证件号码"), subject=request, at=at, note=request.reason
    )
    asking.tell_deciders(request, at)
    return request


@trail.verb
def grant_full_ids(*, request: Request, actor: User, at: dt.datetime, verdict: str = "") -> None:
    """The second person agrees; the asker may take the file once within 24 hours."""
    _full_ids(request)
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    trail.record(
        actor=actor, verb="grant_full_ids", title=_("同意导出完整证件号码"), subject=request, at=at, note=verdict
    )
    asking.tell_asker(request, at)


@trail.verb
def deny_full_ids(*, request: Request, actor: User, at: dt.datetime, verdict: str) -> None:
    """The second person does not agree, with a word why."""
    _full_ids(request)
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    trail.record(
        actor=actor, verb="deny_full_ids", title=_("不同意导出完整证件号码"), subject=request, at=at, note=verdict
    )
    asking.tell_asker(request, at)


def take_full_ids(*, request: Request, actor: User, at: dt.datetime) -> bytes:
    """The workbook, once. The rows are those the asker may know of now, so a matter protected since is not in it.

    Raises ``Refusal`` for anybody else, before the grant, after 24 hours, or the second time.
    """
    if reason := exporting.no_taking(request, actor, at):
        raise Refusal(reason)
    approval = f"第 {request.pk} 号，{request.decided_by} 同意"
    content, rows = exporting.workbook(exporting.rows_asked(request), actor=actor, at=at, full=True, approval=approval)
    _take(request=request, actor=actor, at=at, rows=rows, sha256=hashlib.sha256(content).hexdigest())
    return content


@trail.verb
def _take(*, request: Request, actor: User, at: dt.datetime, rows: int, sha256: str) -> None:
    # Touching the row makes a second taker wait until the first one's fact can be seen.
    Request.objects.filter(pk=request.pk).update(kind=exporting.KIND)
    if reason := exporting.no_taking(request, actor, at):
        raise Stale(reason)
    trail.record(
        actor=actor,
        verb=exporting.TAKEN,
        title=_("下载完整证件号码"),
        subject=request,
        at=at,
        lines=rows,
        sha256=sha256,
    )


def _full_ids(request: Request) -> None:
    if request.kind != exporting.KIND:
        raise Refusal(_("这不是一项导出审批。"))
