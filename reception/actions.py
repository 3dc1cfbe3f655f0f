"""Acts of the counter beside registering (which opens the matter too and lies in cases): print, reveal, merge."""

import datetime as dt
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from audit import trail
from documents.issuing import issue
from documents.keeping import content_of, keep_attachment
from documents.models import Paper
from reception import merging, readback
from reception.choices import ReadBackWay
from reception.models import Petitioner, ReadBack, Visit, Workstation
from reception.papers import readback_sheet, visit_form
from reception.readers import wrong_address
from vault.errors import Refusal, Stale

KIND = "visit_form"


def form_of(visit: Visit) -> Paper | None:
    """The 来访登记表 already issued for this visit, if any."""
    return Paper.objects.about(visit).filter(kind=KIND, voided_at__isnull=True).first()


def issue_form(*, visit: Visit, categories: list[str], case_number: str, actor: User, at: dt.datetime) -> Paper:
    """Issue the 来访登记表 of a visit once; asked again, give the same paper."""
    return form_of(visit) or _issue_form(
        visit=visit, categories=categories, case_number=case_number, actor=actor, at=at
    )


@trail.verb
def _issue_form(*, visit: Visit, categories: list[str], case_number: str, actor: User, at: dt.datetime) -> Paper:
    # Touching the row makes a second issuer wait until the first one's paper can be seen.
    Visit.objects.filter(pk=visit.pk).update(serial=F("serial"))
    paper = form_of(visit)
    if paper is None:
        context = visit_form(visit, categories, case_number)
        paper = issue(KIND, subject=visit, matter=visit.number, context=context, actor=actor, at=at)
        trail.record(
            actor=actor, verb="issue_form", title=_("制作来访登记表"), subject=visit, at=at, matter=visit.number,
            rows=[paper],
        )  # fmt: skip
    return paper


def sheet_of(*, visit: Visit, actor: User, at: dt.datetime) -> Paper:
    """The 复述确认单 of the latest version, as it stands; made and numbered when first asked for."""
    last = readback.latest(visit)
    if last is not None and last.paper is not None:
        return last.paper
    try:
        return _issue_sheet(visit=visit, actor=actor, at=at)
    except IntegrityError:  # two windows began the first version in the same instant
        return sheet_of(visit=Visit.objects.get(pk=visit.pk), actor=actor, at=at)


@trail.verb
def _issue_sheet(*, visit: Visit, actor: User, at: dt.datetime) -> Paper:
    """Lines to sign on, before anybody has signed."""
    _may_read_back(actor)
    last = readback.latest(visit) or readback.first(visit, actor=actor, at=at)
    paper = _sheet(last, actor, at)
    last.paper = paper
    last.save(update_fields=["paper"])
    trail.record(
        actor=actor, verb="issue_readback", title=_("制作复述确认单"), subject=last, at=at, matter=visit.number,
        rows=[paper], version=last.version,
    )  # fmt: skip
    return paper


@trail.verb
def confirm(
    *, visit: Visit, version: int, way: str, actor: User, at: dt.datetime, signer: str = "", witness: str = "",
    note: str = "", strokes: list[Any] | None = None, picture: UploadedFile | None = None,
    scan: UploadedFile | None = None,
) -> ReadBack:  # fmt: skip
    """Record how the words of the latest ``version`` (0: none made yet) were confirmed, and issue its sheet.

    Signed on paper (a scan may come with it), signed on the pad (picture and strokes are
    kept encrypted), declined before a witness, or not confirmed for a reason. Raises
    ``Refusal`` when something of that is missing and ``Stale`` when the version was
    confirmed, or the words were changed, meanwhile.
    """
    _may_read_back(actor)
    _insist_on_way(way, signer, witness, note, picture)
    last = readback.latest(visit)
    if (last.version if last else 0) not in (version, version + (version == 0)) or (last and last.stands):
        raise Stale(_("这一版已经确认，或者内容已有改动，请刷新后核对。"))
    last = last or readback.first(visit, actor=actor, at=at)
    if not ReadBack.objects.filter(pk=last.pk, way="").update(way=way, signed_at=at, confirmed_by=actor):
        raise Stale(_("这一版已经确认，或者内容已有改动，请刷新后核对。"))
    last.way, last.signed_at, last.confirmed_by = way, at, actor
    last.signer, last.witness, last.note = signer, witness, note
    rows = _keep_evidence(last, picture, scan, strokes, actor, at)
    if way != ReadBackWay.PAPER or last.paper is None:
        last.paper = _sheet(last, actor, at)
        rows.append(last.paper)
    last.save()
    trail.record(
        actor=actor, verb="confirm_readback", title=_("复述确认：%(way)s") % {"way": last.get_way_display()},
        subject=last, at=at, matter=visit.number, note=note, rows=rows, version=last.version,
    )  # fmt: skip
    return last


@trail.verb
def take_scan(*, one: ReadBack, actor: User, at: dt.datetime) -> bytes:
    """The scanned sheet, its hash checked; who took it is recorded. Raises ``Refusal`` (Damaged) otherwise."""
    if one.scan is None:
        raise Refusal(_("没有扫描件。"))
    data = content_of(one.scan)
    trail.record(
        actor=actor, verb="hand_out", title=_("查看确认单扫描件"), subject=one.scan, at=at, matter=one.visit.number
    )
    return data


def _may_read_back(actor: User) -> None:
    if not actor.can("reception.register"):
        raise Refusal(_("您的角色不能办理复述确认。"))


def _insist_on_way(way: str, signer: str, witness: str, note: str, picture: UploadedFile | None) -> None:
    """What each way of confirming cannot do without."""
    if way not in ReadBackWay.values:
        raise Refusal(_("请选择确认方式。"))
    if way in (ReadBackWay.PAPER, ReadBackWay.PAD) and not signer:
        raise Refusal(_("请填写签字人。"))
    if way == ReadBackWay.PAD and picture is None:
        raise Refusal(_("签字板上还没有签字。"))
    if way == ReadBackWay.DECLINED and not (witness and note):
        raise Refusal(_("拒绝签字的，写明见证人和原因。"))
    if way == ReadBackWay.ABSENT and not note:
        raise Refusal(_("请写明未能确认的原因。"))


def _keep_evidence(
    one: ReadBack, picture: UploadedFile | None, scan: UploadedFile | None, strokes: list[Any] | None, actor: User,
    at: dt.datetime,
) -> list[models.Model]:  # fmt: skip
    """Keep the picture of the signature with the sheet, a scan with the visit; returns their rows."""
    number = one.visit.number
    if one.way == ReadBackWay.PAD and picture is not None:
        one.strokes = strokes or []
        one.signature = keep_attachment(subject=one, matter=number, upload=picture, actor=actor, at=at)
    if one.way == ReadBackWay.PAPER and scan is not None:
        one.scan = keep_attachment(subject=one.visit, matter=number, upload=scan, actor=actor, at=at)
    return [kept for kept in (one.signature, one.scan) if kept is not None]


def _sheet(one: ReadBack, actor: User, at: dt.datetime) -> Paper:
    visit = one.visit
    return issue(
        "readback", subject=visit, matter=visit.number, context=readback_sheet(one), actor=actor, at=at,
        addressee=visit.petitioner.name,
    )  # fmt: skip


@trail.verb
def reveal(*, petitioner: Petitioner, reason: str, actor: User, at: dt.datetime, visit: Visit | None = None) -> None:
    """Record that somebody looked at the full numbers of a person, and why.

    The page shows them in the answer to this act only. Raises ``Refusal`` without the
    permission or without a reason.
    """
    if not actor.can("reception.reveal"):
        raise Refusal(_("您的角色不能查看完整号码。"))
    if len(reason.strip()) < 2:
        raise Refusal(_("请写明查看完整号码的原因。"))
    trail.record(
        actor=actor, verb="reveal", title=_("查看完整号码"), subject=petitioner, at=at,
        matter=visit.number if visit else "", note=reason.strip(),
    )  # fmt: skip


@trail.verb
def ask_merge(
    *, main: Petitioner, other: Petitioner, reason: str, actor: User, at: dt.datetime, documents: str = ""
) -> Request:
    """Ask that ``other`` be shown under ``main`` as one person; a second person decides.

    ``documents`` says why two different documents belong to one person. Raises ``Refusal``
    for anonymous or already merged persons, or without a reason.
    """
    _may_merge(actor)
    merging.insist_on_pair(main, other, documents)
    request = asking.ask(
        merging.KIND, subject=other, actor=actor, at=at, reason=reason, main=main.pk, documents=documents.strip(),
        undo=False,
    )  # fmt: skip
    _trace(request, main, other, "ask_merge", _("提出信访人并户"), actor, at, request.reason)
    asking.tell_deciders(request, at)
    return request


@trail.verb
def ask_unmerge(*, person: Petitioner, reason: str, actor: User, at: dt.datetime) -> Request:
    """Ask that a merged person stand alone again; a second person decides. Raises ``Refusal`` when not merged."""
    _may_merge(actor)
    merging.insist_on_undoing(person)
    main = cast(Petitioner, person.merged_into)
    request = asking.ask(
        merging.KIND, subject=person, actor=actor, at=at, reason=reason, main=main.pk, documents="", undo=True
    )
    _trace(request, main, person, "ask_unmerge", _("提出撤销并户"), actor, at, request.reason)
    asking.tell_deciders(request, at)
    return request


@trail.verb
def merge(*, request: Request, actor: User, at: dt.datetime, verdict: str = "") -> None:
    """The second person agrees: the pointer is set, nothing else. Raises ``Refusal`` when either changed meanwhile."""
    _may_decide(request, undo=False)
    asking.hold(request)
    main, other = merging.locked(request.facts["main"], request.subject_id)
    merging.insist_on_pair(main, other, request.facts["documents"])
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    other.merged_into = main
    other.save(update_fields=["merged_into"])
    _trace(request, main, other, "merge_persons", _("信访人并户"), actor, at, verdict)
    asking.tell_asker(request, at)


@trail.verb
def unmerge(*, request: Request, actor: User, at: dt.datetime, verdict: str = "") -> None:
    """The second person agrees to undo: the pointer is taken away, so that all is as it was before the merge."""
    _may_decide(request, undo=True)
    asking.hold(request)
    main, other = merging.locked(request.facts["main"], request.subject_id)
    if other.merged_into_id != main.pk:
        raise Refusal(_("并户情况已有变化，请退回后重新提出。"))
    merging.insist_on_undoing(other)
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    other.merged_into = None
    other.save(update_fields=["merged_into"])
    _trace(request, main, other, "unmerge_persons", _("撤销并户"), actor, at, verdict)
    asking.tell_asker(request, at)


@trail.verb
def deny_merge(*, request: Request, actor: User, at: dt.datetime, verdict: str) -> None:
    """The second person does not agree, with a word why; both persons stay as they are."""
    _may_decide(request, undo=merging.undoes(request))
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    main, other = merging.pair_of(request)
    _trace(request, main, other, "deny_merge", _("不同意并户"), actor, at, verdict)
    asking.tell_asker(request, at)


def _may_merge(actor: User) -> None:
    if not actor.can("reception.merge"):
        raise Refusal(_("您的角色不能提出信访人并户。"))


def _may_decide(request: Request, *, undo: bool) -> None:
    if request.kind != merging.KIND or merging.undoes(request) != undo:
        raise Refusal(_("这不是一项并户审批。"))


def _trace(
    request: Request,
    main: Petitioner,
    other: Petitioner,
    verb: str,
    title: str,
    actor: User,
    at: dt.datetime,
    note: str,
) -> None:
    """On record at both persons, so that the chain tells of it from either side."""
    trail.record(
        actor=actor, verb=verb, title=title, subject=other, at=at, note=note, rows=[request], main=main.pk
    )  # fmt: skip
    trail.record(actor=actor, verb=verb, title=title, subject=main, at=at, note=note, other=other.pk)


@trail.verb
def set_workstation(*, workstation: Workstation, actor: User, at: dt.datetime) -> Workstation:
    """Keep which reader stands at a window, new or changed.

    Raises ``Refusal`` without the permission, and for an address that is not on that computer itself.
    """
    if not actor.can("reception.workstations"):
        raise Refusal(_("您的角色不能设置窗口设备。"))
    wrong = wrong_address(workstation.adapter, workstation.address)
    if wrong:
        raise Refusal(wrong)
    workstation.save()
    trail.record(
        actor=actor, verb="set_workstation", title=_("设置窗口设备"), subject=workstation, at=at,
        window=workstation.window, adapter=workstation.adapter, address=workstation.address,
    )  # fmt: skip
    return workstation
