"""Urgent and major matters (article 25): the event, the call, the written reports, its end, reminders."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from briefing import guards, hours, papers, policy, telling
from briefing.chain import done_of, next_kind
from briefing.models import UrgentEvent, UrgentReminder, UrgentReport
from cases.models import Case
from cases.workflow import move
from documents.issuing import issue
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


def _text(*texts: str) -> str:
    return "" if all(text.strip() for text in texts) else _("请填写标有必填的各项。")


@trail.verb
def open_event(
    *, case: Case, actor: User, at: dt.datetime, kind: str, known_at: dt.datetime, place: str, persons: int, cause: str,
    demand: str, phoned_to: str = "", phoned_at: dt.datetime | None = None,
) -> UrgentEvent:  # fmt: skip
    """Register what happened, with the call if it was made; from ``known_at`` on the reports are owed (article 25)."""
    _insist(guards.no_event(case) or guards.bad_event(kind, persons, known_at, at) or _text(place, cause, demand))
    _insist(guards.names_petitioner([case], place, cause, demand))
    if phoned_to.strip() or phoned_at:
        _insist(guards.bad_call(None, phoned_to, phoned_at, at))
        _insist("" if phoned_at and phoned_at >= known_at else _("电话报告的时间应当在获知之后、现在之前。"))
    move(case, "report_urgent", actor=actor, at=at)
    event = UrgentEvent.objects.create(
        case=case, kind=kind, known_at=known_at, place=place, persons=persons, cause=cause, demand=demand,
        phoned_to=phoned_to, phoned_at=phoned_at, opened_at=at, opened_by=actor,
    )  # fmt: skip
    trail.also_wrote(event)
    telling.tell_opened(event, at)
    return event


@trail.verb
def record_call(*, event: UrgentEvent, actor: User, at: dt.datetime, phoned_to: str, phoned_at: dt.datetime) -> None:
    """The call that comes before the written report. Raises ``Stale`` when somebody recorded it meanwhile."""
    _insist(guards.no_call(event, actor) or guards.bad_call(event, phoned_to, phoned_at, at))
    waiting = UrgentEvent.objects.filter(pk=event.pk, phoned_at__isnull=True)
    if not waiting.update(phoned_to=phoned_to, phoned_at=phoned_at):
        raise Stale(_("他人已先行登记，请刷新后再看。"))
    event.refresh_from_db()
    trail.record(actor=actor, verb="urgent_call", title=_("电话报告"), subject=event, at=at, matter=event.case.number)


@trail.verb
def report(
    *, event: UrgentEvent, sequence: int, actor: User, at: dt.datetime, persons: int, situation: str, measures: str,
    contact: str, recipients: Sequence[str], behaviour: str = "", next_steps: str = "",
) -> UrgentReport:  # fmt: skip
    """The next written report with its numbered paper: the first, a follow-up, or after the end the final one.

    ``sequence`` is the one the writer saw on the page: two writers of one report end
    with one report and one ``Stale``.
    """
    event = _again(event)
    _insist(guards.no_report(event, actor))
    _insist(guards.bad_recipients(event.case, recipients) or _text(situation, measures, contact))
    _insist("" if persons >= 1 else _("请填写人数，至少 1 人。"))
    _insist(guards.names_petitioner([event.case], situation, behaviour, measures, next_steps))
    written = event.reports.count()
    if sequence != written + 1:
        raise Stale(_("他人已先行报告，请刷新后再看。"))
    row = UrgentReport(
        event=event, sequence=sequence, kind=next_kind(event, written), persons=persons, situation=situation,
        behaviour=behaviour, measures=measures, next_steps=next_steps, contact=contact, recipients=list(recipients),
        reported_at=at, reported_by=actor,
    )  # fmt: skip
    row.paper = issue(
        "urgent_report", subject=event.case, matter=event.case.number, actor=actor, at=at,
        context=papers.urgent_report(event, row, actor, at), addressee="、".join(row.to)[:200],
    )  # fmt: skip
    try:
        row.save()
    except IntegrityError as twice:
        raise Stale(_("他人已先行报告，请刷新后再看。")) from twice
    trail.record(
        actor=actor, verb="urgent_report", title=str(row.get_kind_display()), subject=row, at=at,
        matter=event.case.number, rows=[row.paper],
    )  # fmt: skip
    return row


@trail.verb
def end_event(*, event: UrgentEvent, actor: User, at: dt.datetime, ended_at: dt.datetime, end_note: str) -> None:
    """The event is over: follow-ups end, the final report is owed from ``ended_at`` on."""
    _insist(guards.no_end(event, actor) or _text(end_note))
    if not event.known_at <= ended_at <= at:
        raise Refusal(_("处置结束时间应当在获知之后、现在之前。"))
    running = UrgentEvent.objects.filter(pk=event.pk, ended_at__isnull=True)
    if not running.update(ended_at=ended_at, end_note=end_note, ended_by=actor):
        raise Stale(_("他人已先行登记，请刷新后再看。"))
    event.refresh_from_db()
    trail.record(
        actor=actor, verb="urgent_end", title=_("紧急情况处置结束"), subject=event, at=at, matter=event.case.number
    )


@trail.verb
def remind_owed(*, event: UrgentEvent, actor: User | None, at: dt.datetime) -> list[UrgentReminder]:
    """Remind supervisors and leaders once of each report that is nearly due or late; [] when all were reminded.

    Two at once: the slower one ends with ``IntegrityError``, having written nothing.
    """
    event = _again(event)
    due = hours.to_remind(done_of(event), policy.urgent(), at)
    known = set(event.reminders.values_list("kind", "sequence"))
    rows = []
    for one in due:
        if (one.kind, one.sequence) in known:
            continue
        row = UrgentReminder.objects.create(event=event, kind=one.kind, sequence=one.sequence, at=at)
        trail.record(
            actor=actor, verb="remind_urgent", title=_("报告提醒"), subject=row, at=at, matter=event.case.number,
            note=telling.owed_sentence(event, one, at),
        )  # fmt: skip
        telling.tell_owed(event, one, at)
        rows.append(row)
    return rows


def _again(event: UrgentEvent) -> UrgentEvent:
    """The event as it stands now, with its matter."""
    found: Any = UrgentEvent.objects.select_related("case__office", "case__petitioner")
    return found.get(pk=event.pk)
