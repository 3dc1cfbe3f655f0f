"""Filing a matter, binding its dossier into one PDF, printing and handing it over."""

import datetime as dt
import logging
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import asking
from approvals.models import Request
from archive.binding import Volume, bind
from archive.choices import Retention
from archive.contents import Entry, contents_of
from archive.models import Dossier, DossierItem, DossierVolume
from archive.naming import dossier_code, dossier_title, household_of
from archive.readiness import checklist, missing
from archive.retention import propose
from audit import trail
from audit.models import Event
from cases import clocks
from cases.choices import ClockKind
from cases.models import Case
from cases.telling import tell_deciders, tell_person
from cases.workflow import insist_unmoved, move, refusal
from documents import files
from documents.keeping import keep_attachment
from documents.models import Attachment
from documents.numbering import next_serial
from followup.choices import SampleEnd
from followup.sampling import settle
from vault.errors import Refusal, Stale

log = logging.getLogger(__name__)


def file_case(
    *, case: Case, actor: User, at: dt.datetime, retention: str = "", waiver: str = "", note: str = "",
    checked_by: str = "", at_once: bool = True,
) -> Dossier:  # fmt: skip
    """File a finished matter under its petitioner and year, then bind it, so that its pages are numbered at once.

    ``retention`` "" takes the proposed period; a longer one is accepted, a shorter refused.
    ``waiver`` says why no return visit is made; that ends the row of a matter drawn for one. A dossier that cannot
    be bound now stays filed; the sweep and the first print try again, and without ``at_once`` it is left to them.
    """
    dossier = _file(
        case=case,
        actor=actor,
        at=at,
        retention=retention,
        waiver=waiver.strip(),
        note=note.strip(),
        checked_by=checked_by,
    )
    if not at_once:
        return dossier
    try:
        bind_dossier(dossier=dossier, actor=actor, at=at)
    except Refusal:
        log.exception("dossier %s is filed but could not be bound", dossier.code)
    return dossier


@trail.verb
def _file(
    *, case: Case, actor: User, at: dt.datetime, retention: str, waiver: str, note: str, checked_by: str
) -> Dossier:
    day = timezone.localtime(at).date()
    period = _period(case, actor, at, retention, waiver)
    move(case, "file", actor=actor, at=at, note=note)
    stopped = clocks.stop(case, ClockKind.values, day, "file")
    entries = contents_of(case)
    dossier = _open(case, entries, actor, at, period, _remark(note, waiver), checked_by)
    drawn: Any = case.sampled.waiting()
    waived = [settle(row, SampleEnd.WAIVED, waiver, at) for row in drawn]
    items = DossierItem.objects.bulk_create(_line(dossier, n, entry) for n, entry in enumerate(entries, start=1))
    trail.record(
        actor=actor, verb="open_dossier", title=_("立卷"), subject=dossier, at=at, matter=case.number,
        rows=[dossier.household, *items, *stopped, *waived], code=dossier.code, retention=dossier.retention,
        waiver=waiver,
    )  # fmt: skip
    return dossier


def _period(case: Case, actor: User, at: dt.datetime, retention: str, waiver: str) -> Retention:
    """The asked-for period. Raises ``Refusal`` before anything is touched: step, checklist, a period too short."""
    if reason := refusal(case, "file", actor, at):
        insist_unmoved(case)
        raise Refusal(reason)
    checks = missing(checklist(case, timezone.localtime(at).date()))
    if left := [check.text for check in checks if not (check.code == "return_visit" and waiver)]:
        insist_unmoved(case)
        raise Refusal(_("还不能归档：%(what)s"), what=" ".join(left))
    proposal = propose(case)
    chosen = Retention(retention) if retention else proposal.retention
    if chosen not in proposal.allowed:
        words = {"proposed": proposal.retention.label, "rule": proposal.name}
        raise Refusal(_("保管期限不能低于%(proposed)s（%(rule)s）。"), **words)
    return chosen


def _remark(note: str, waiver: str) -> str:
    """What the note sheet of the dossier says; Chinese like every paper."""
    return "\n".join(part for part in (note, f"未回访的原因：{waiver}" if waiver else "") if part)


def _open(
    case: Case, entries: list[Entry], actor: User, at: dt.datetime, retention: Retention, note: str, checked_by: str
) -> Dossier:
    closed = case.closed_at or at
    year = timezone.localtime(closed).year
    household = household_of(case.petitioner, at)
    serial = next_serial("dossier", year)
    last = max([case.registered_on, timezone.localtime(closed).date(), *(entry.day for entry in entries)])
    return Dossier.objects.create(
        case=case, household=household, year=year, serial=serial, code=dossier_code(year, retention, serial),
        title=dossier_title(case), retention=retention, first_day=case.registered_on, last_day=last, note=note,
        filed_at=at, filed_by=actor, checked_by=checked_by,
    )  # fmt: skip


def _line(dossier: Dossier, position: int, entry: Entry) -> DossierItem:
    return DossierItem(
        dossier=dossier, version=dossier.version, position=position, number=entry.number,
        responsible=entry.responsible[:120],
        title=entry.title[:200], day=entry.day, source_type=entry.source._meta.label_lower,
        source_id=entry.source.pk, note=entry.note,
    )  # fmt: skip


def bind_dossier(*, dossier: Dossier, actor: User | None, at: dt.datetime) -> None:
    """Make and keep the PDF of a dossier and write its page numbers; once, however often it is asked for.

    Joining takes seconds and happens before the transaction. Raises ``Refusal`` while it is taken apart.
    """
    if dossier.is_apart:
        raise Refusal(_("案卷已经拆卷，重新装订后再打印。"))
    if not dossier.file:
        _bind(dossier=dossier, volume=bind(dossier), actor=actor, at=at)


@trail.verb
def _bind(*, dossier: Dossier, volume: Volume, actor: User | None, at: dt.datetime) -> None:
    name, sha256 = files.keep(volume.pdf, "dossiers")
    won = Dossier.objects.filter(pk=dossier.pk, file="").update(file=name, sha256=sha256, pages=volume.pages)
    dossier.refresh_from_db(fields=["file", "sha256", "pages"])
    if not won:
        files.drop(name)
        raise Stale(_("案卷已由他人装订，请重新打开。"))
    items = dossier.lines
    for item in items:
        item.first_page, item.pages = volume.places[item.pk]
    DossierItem.objects.bulk_update(items, ["first_page", "pages"])
    trail.record(
        actor=actor, verb="bind", title=_("编页装订"), subject=dossier, at=at, matter=dossier.case.number, rows=items,
        pages=volume.pages, sha256=sha256,
    )  # fmt: skip


def print_dossier(*, dossier: Dossier, actor: User | None, at: dt.datetime, purpose: str = "print") -> bytes:
    """The bound dossier, the same bytes every time, recorded as print, reprint or export.

    Raises ``Refusal`` when a part is damaged or the kept bytes are not the recorded ones.
    """
    try:
        bind_dossier(dossier=dossier, actor=actor, at=at)
    except Stale:
        log.info("dossier %s was bound by somebody else in the meantime", dossier.code)
    pdf = files.fetch_checked(dossier.file, dossier.sha256)
    _record(dossier=dossier, actor=actor, at=at, purpose=purpose)
    return pdf


@trail.verb
def _record(*, dossier: Dossier, actor: User | None, at: dt.datetime, purpose: str) -> None:
    printed = Event.objects.about(dossier).filter(verb="print").exists()
    verb = "reprint" if purpose == "print" and printed else purpose
    titles = {"print": _("打印案卷"), "reprint": _("补打案卷"), "export": _("导出案卷")}
    trail.record(actor=actor, verb=verb, title=titles[verb], subject=dossier, at=at, matter=dossier.case.number)


@trail.verb
def ask_take_apart(*, dossier: Dossier, reason: str, actor: User, at: dt.datetime) -> Request:
    """Ask to take a bound dossier apart so that it can be corrected; the matter stays filed.

    Raises ``Refusal`` without the permission or a reason, or when it is not bound.
    """
    if not actor.can("archive.take_apart"):
        raise Refusal(_("您的角色不能提出拆卷。"))
    if dossier.is_apart or not dossier.file:
        raise Refusal(_("案卷尚未装订，不用拆卷。"))
    case = dossier.case
    request = asking.ask("take_apart", subject=dossier, matter=case.number, actor=actor, at=at, reason=reason)
    trail.record(
        actor=actor, verb="ask_take_apart", title=_("提出拆卷"), subject=request, at=at, matter=case.number,
        note=request.reason, code=dossier.code,
    )  # fmt: skip
    tell_deciders(case, request, at)
    return request


@trail.verb
def take_apart(*, request: Request, actor: User, at: dt.datetime, verdict: str = "") -> DossierVolume:
    """The second person agrees: the bound version is put by, PDF and catalogue as they are, and the papers are free.

    The code stays taken by this dossier; binding again makes the next version under it.
    """
    dossier = _dossier_of(request)
    asking.decide(request, actor=actor, at=at, granted=True, verdict=verdict)
    if dossier.is_apart or not dossier.file:
        raise Stale(_("案卷已有变化，请刷新后再看。"))
    volume = DossierVolume.objects.create(
        dossier=dossier, version=dossier.version, request=request, pages=dossier.pages, note=dossier.note,
        file=dossier.file, sha256=dossier.sha256, taken_apart_at=at,
    )  # fmt: skip
    dossier.file, dossier.sha256, dossier.pages = "", "", 0
    dossier.version, dossier.taken_apart_at = dossier.version + 1, at
    dossier.save(update_fields=["file", "sha256", "pages", "version", "taken_apart_at"])
    trail.record(
        actor=actor, verb="take_apart", title=_("拆卷"), subject=dossier, at=at, matter=dossier.case.number,
        note=request.reason, rows=[request, volume], version=volume.version, sha256=volume.sha256,
    )  # fmt: skip
    tell_person(request.asked_by, dossier.case, "granted", at)
    return volume


@trail.verb
def deny_take_apart(*, request: Request, actor: User, at: dt.datetime, verdict: str) -> None:
    """The second person does not agree, with a word why; the dossier stays bound."""
    dossier = _dossier_of(request)
    asking.decide(request, actor=actor, at=at, granted=False, verdict=verdict)
    trail.record(
        actor=actor, verb="deny_take_apart", title=_("不同意拆卷"), subject=request, at=at,
        matter=dossier.case.number, note=verdict, code=dossier.code,
    )  # fmt: skip
    tell_person(request.asked_by, dossier.case, "denied", at)


def bind_again(
    *, dossier: Dossier, note: str, actor: User, at: dt.datetime, leave_out: frozenset[str] = frozenset()
) -> None:
    """Bind a dossier taken apart as the next version: the matter's papers as they stand, without ``leave_out``.

    ``note`` says what was corrected; it goes onto the note sheet. A version that cannot be
    joined now is left to the sweep, as at filing.
    """
    _collect(dossier=dossier, note=note.strip(), actor=actor, at=at, leave_out=leave_out)
    try:
        bind_dossier(dossier=dossier, actor=actor, at=at)
    except Refusal:
        log.exception("dossier %s was collected again but could not be bound", dossier.code)


@trail.verb
def _collect(*, dossier: Dossier, note: str, actor: User, at: dt.datetime, leave_out: frozenset[str]) -> None:
    if not actor.can("archive.file"):
        raise Refusal(_("您的角色不能装订案卷。"))
    if not note:
        raise Refusal(_("请写明更正了什么，写入备考表。"))
    if Dossier.objects.filter(pk=dossier.pk, taken_apart_at__isnull=False).update(taken_apart_at=None) != 1:
        raise Stale(_("案卷没有拆卷，或者已由他人重新装订。"))
    dossier.refresh_from_db()
    entries = [entry for entry in contents_of(dossier.case) if entry.key not in leave_out]
    items = DossierItem.objects.bulk_create(_line(dossier, n, entry) for n, entry in enumerate(entries, start=1))
    day = timezone.localtime(at).date()
    said = f"{day.isoformat()} 经批准拆卷更正，重新装订为第 {dossier.version} 版：{note}"
    dossier.note = "\n".join(part for part in (dossier.note, said) if part)
    dossier.last_day = max([dossier.last_day, *(entry.day for entry in entries)])
    dossier.save(update_fields=["note", "last_day"])
    trail.record(
        actor=actor, verb="bind_again", title=_("重新立卷"), subject=dossier, at=at, matter=dossier.case.number,
        note=note, rows=items, version=dossier.version, left_out=sorted(leave_out),
    )  # fmt: skip


@trail.verb
def add_paper(*, dossier: Dossier, upload: UploadedFile, actor: User, at: dt.datetime) -> Attachment:
    """Put a missing paper to a matter whose dossier is taken apart; the next version holds it."""
    if not actor.can("archive.file"):
        raise Refusal(_("您的角色不能装订案卷。"))
    if not Dossier.objects.filter(pk=dossier.pk, taken_apart_at__isnull=False).exists():
        raise Refusal(_("案卷没有拆卷，不能补充文件。"))
    case = dossier.case
    kept = keep_attachment(subject=case, matter=case.number, upload=upload, actor=actor, at=at)
    trail.record(
        actor=actor, verb="attach", title=_("补充卷内文件"), subject=kept, at=at, matter=case.number, note=kept.title
    )
    return kept


@trail.verb
def hand_out_volume(*, volume: DossierVolume, actor: User, at: dt.datetime) -> bytes:
    """The PDF of an earlier version, its hash checked, on record."""
    data = files.fetch_checked(volume.file, volume.sha256)
    trail.record(
        actor=actor, verb="reprint", title=_("打印旧卷"), subject=volume, at=at, matter=volume.dossier.case.number,
        version=volume.version,
    )  # fmt: skip
    return data


def _dossier_of(request: Request) -> Dossier:
    if request.kind != "take_apart":
        raise Refusal(_("这不是一项拆卷审批。"))
    return Dossier.objects.select_related("case").get(pk=request.subject_id)
