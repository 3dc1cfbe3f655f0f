"""Filing a matter, binding its dossier into one PDF, printing and handing it over."""

import datetime as dt
import logging

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from archive.binding import Volume, bind
from archive.choices import Retention
from archive.contents import Entry, contents_of
from archive.models import Dossier, DossierItem
from archive.naming import dossier_code, dossier_title, household_of
from archive.readiness import checklist, missing
from archive.retention import propose
from audit import trail
from audit.models import Event
from cases import clocks
from cases.choices import ClockKind
from cases.models import Case
from cases.workflow import move, refusal
from documents import files
from documents.numbering import next_serial
from vault.errors import Refusal, Stale

log = logging.getLogger(__name__)


def file_case(
    *, case: Case, actor: User, at: dt.datetime, retention: str = "", waiver: str = "", note: str = "",
    checked_by: str = "", at_once: bool = True,
) -> Dossier:  # fmt: skip
    """File a finished matter under its petitioner and year, then bind it, so that its pages are numbered at once.

    ``retention`` "" takes the proposed period; a longer one is accepted, a shorter refused.
    ``waiver`` says why no return visit is made. A dossier that cannot be bound now stays
    filed; the sweep and the first print try again, and without ``at_once`` it is left to them.
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
    kinds = tuple(kind for kind in ClockKind if kind != ClockKind.REQUEST_REVIEW)
    stopped = clocks.stop(case, kinds, day, "file")
    entries = contents_of(case)
    dossier = _open(case, entries, actor, at, period, _remark(note, waiver), checked_by)
    items = DossierItem.objects.bulk_create(_line(dossier, n, entry) for n, entry in enumerate(entries, start=1))
    trail.record(
        actor=actor, verb="open_dossier", title=_("立卷"), subject=dossier, at=at, matter=case.number,
        rows=[dossier.household, *items, *stopped], code=dossier.code, retention=dossier.retention, waiver=waiver,
    )  # fmt: skip
    return dossier


def _period(case: Case, actor: User, at: dt.datetime, retention: str, waiver: str) -> Retention:
    """The asked-for period. Raises ``Refusal`` before anything is touched: step, checklist, a period too short."""
    if reason := refusal(case, "file", actor, at):
        raise Refusal(reason)
    checks = missing(checklist(case, timezone.localtime(at).date()))
    if left := [check.text for check in checks if not (check.code == "return_visit" and waiver)]:
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
        dossier=dossier, position=position, number=entry.number, responsible=entry.responsible[:120],
        title=entry.title[:200], day=entry.day, source_type=entry.source._meta.label_lower,
        source_id=entry.source.pk, note=entry.note,
    )  # fmt: skip


def bind_dossier(*, dossier: Dossier, actor: User | None, at: dt.datetime) -> None:
    """Make and keep the PDF of a dossier and write its page numbers; once, however often it is asked for.

    Joining takes seconds and happens before the transaction.
    """
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
    items = list(dossier.items.all())
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
