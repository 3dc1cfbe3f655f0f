"""Raising alarms and answering them; writing, changing and issuing the note. An alarm is never deleted."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from alerts import guards, papers, telling
from alerts.choices import AlarmState, RuleKind
from alerts.gathering import Subject
from alerts.models import Alarm, AlarmVisit, Note
from alerts.policy import Rule
from alerts.waves import Sighting, Wave
from audit import trail
from cases.clocks import local_day
from documents.issuing import issue
from vault.errors import Refusal, Stale

UNANSWERED: dict[str, Any] = {"state": AlarmState.OPEN, "handled_at": None, "handled_by": None, "handled_note": ""}


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def raise_alarm(*, subject: Subject, wave: Wave, rule: Rule, actor: User | None, at: dt.datetime) -> Alarm:
    """A wave has opened: the alarm, its evidence, and the notices. A second one of the same wave breaks the key."""
    alarm = Alarm(
        rule=rule.code, label=rule.label, counted=rule.counts(), basis=rule.basis, tone=rule.tone,
        office_id=subject.office, subject=subject.key, unit_id=subject.unit, region=subject.region,
        content_id=subject.content, case_id=subject.case, harm=subject.harm, opened_on=wave.opened, raised_at=at,
        **_figures(wave.seen, wave.first, wave.last, rule),
    )  # fmt: skip
    alarm.save(force_insert=True)
    trail.record(
        actor=actor, verb="raise_alarm", title=_("预警"), subject=alarm, at=at, rule=rule.code,
        rows=_keep(alarm, wave.seen), visits=len(wave.seen),
    )  # fmt: skip
    if alarm.expires_on >= local_day(at):  # what ran out long ago is on record and wakes nobody
        telling.tell_raised(alarm, at)
    return alarm


@trail.verb
def extend_alarm(*, alarm: Alarm, fresh: Sequence[Sighting], rule: Rule, actor: User | None, at: dt.datetime) -> None:
    """The wave goes on: further visits are added. Nobody is told again, save of words that were said again.

    Of those somebody has to say a word anew: an answered alarm is open again, its old answer stays in the trail.
    """
    rows, words = _keep(alarm, fresh), rule.kind == RuleKind.WORDS
    reopened = words and Alarm.objects.handled().filter(pk=alarm.pk).update(**UNANSWERED) > 0
    seen = list(alarm.evidence.values_list("case__main", "case", "heads"))
    last = max({one.day for one in fresh if one.counts} | {alarm.last_on})
    Alarm.objects.filter(pk=alarm.pk).update(  # not what was read before: somebody may be answering right now
        first_on=min({one.day for one in fresh} | {alarm.first_on}), last_on=last,
        expires_on=last + dt.timedelta(days=rule.expires_days), visits=len(seen),
        matters=len({main or case for main, case, _heads in seen}), heads=max(heads for _main, _case, heads in seen),
        version=F("version") + 1,
    )  # fmt: skip
    alarm.refresh_from_db()
    trail.record(
        actor=actor, verb="extend_alarm", title=_("预警续有来访，须重新处置") if reopened else _("预警续有来访"),
        subject=alarm, at=at, rows=rows, visits=len(fresh), reopened=reopened,
    )  # fmt: skip
    if words and alarm.expires_on >= local_day(at):
        telling.tell_raised(alarm, at, occasion=str(max(one.visit for one in fresh)))


def _figures(seen: Sequence[Sighting], first: dt.date, last: dt.date, rule: Rule) -> dict[str, object]:
    return {
        "first_on": first, "last_on": last, "expires_on": last + dt.timedelta(days=rule.expires_days),
        "matters": len({one.matter for one in seen}), "visits": len(seen), "heads": max(one.heads for one in seen),
    }  # fmt: skip


def _keep(alarm: Alarm, seen: Sequence[Sighting]) -> list[AlarmVisit]:
    rows = [
        AlarmVisit(
            alarm=alarm, case_id=one.case, visit_id=one.visit, day=one.day, heads=one.heads, words=list(one.words)
        )
        for one in seen
    ]
    for row in rows:
        row.save(force_insert=True)
    return rows


@trail.verb
def acknowledge(*, alarm: Alarm, version: int, note: str, actor: User, at: dt.datetime) -> None:
    """Known, and what is being done about it. ``version`` is the one that was read; raises ``Stale`` otherwise."""
    _answer(alarm, version, AlarmState.NOTED, note, _("请写明怎样跟进。"), actor, at)


@trail.verb
def clear(*, alarm: Alarm, version: int, note: str, actor: User, at: dt.datetime) -> None:
    """Looked into, and there is no risk, with the reason. The alarm stays on record."""
    _answer(alarm, version, AlarmState.CLEARED, note, _("请写明核实的情况和理由。"), actor, at)


def _answer(alarm: Alarm, version: int, state: str, note: str, ask: str, actor: User, at: dt.datetime) -> None:
    _insist(guards.no_word(alarm, actor) or ("" if note.strip() else ask))
    same = Alarm.objects.filter(pk=alarm.pk, version=version, state=AlarmState.OPEN)
    if not same.update(state=state, version=F("version") + 1, handled_at=at, handled_by=actor, handled_note=note):
        raise Stale(_("这条预警刚刚有变化，请刷新后再看。"))
    alarm.refresh_from_db()
    trail.record(
        actor=actor,
        verb="answer_alarm",
        title=str(AlarmState(state).label),
        subject=alarm,
        at=at,
        note=note,
        state=state,
    )


@trail.verb
def write_note(
    *, alarm: Alarm, actor: User, at: dt.datetime, title: str, situation: str, suggestion: str, analysis: str = ""
) -> Note:
    """Keep the draft of a note about an alarm, as its writer left it. ``Stale`` when somebody was faster."""
    _insist(guards.no_note(alarm, actor))
    _insist(guards.bad_note(guards.matters(alarm), title, situation, analysis, suggestion))
    try:
        note = Note.objects.create(
            alarm=alarm, title=title, situation=situation, analysis=analysis, suggestion=suggestion, made_at=at,
            made_by=actor,
        )  # fmt: skip
    except IntegrityError as twice:
        raise Stale(_("他人已先行编写，请刷新后再看。")) from twice
    trail.record(actor=actor, verb="write_note", title=_("编写预警摘报"), subject=note, at=at)
    return note


@trail.verb
def edit_note(
    *, note: Note, version: int, actor: User, at: dt.datetime, title: str, situation: str, suggestion: str,
    analysis: str = "",
) -> None:  # fmt: skip
    """Change a note that is not issued yet. ``version`` is the one the writer saw; raises ``Stale`` otherwise."""
    _insist(guards.no_change(note, actor))
    _insist(guards.bad_note(guards.matters(note.alarm), title, situation, analysis, suggestion))
    same = Note.objects.filter(pk=note.pk, version=version, issued_at__isnull=True)
    if not same.update(
        title=title, situation=situation, analysis=analysis, suggestion=suggestion, version=F("version") + 1
    ):
        raise Stale(_("他人已先行修改，请刷新后再看。"))
    note.refresh_from_db()
    trail.record(actor=actor, verb="edit_note", title=_("修改预警摘报"), subject=note, at=at)


@trail.verb
def issue_note(*, note: Note, version: int, actor: User, at: dt.datetime) -> None:
    """Give the note its number, freeze it and tell the leaders. ``version`` is the one that was read.

    Raises ``Refusal`` when it is longer than one page: a leader reads it between two meetings; and when it
    names somebody whose matter the alarm has taken in since it was written.
    """
    _insist(guards.no_change(note, actor))
    cases = guards.matters(note.alarm)
    _insist(guards.bad_note(cases, note.title, note.situation, note.analysis, note.suggestion))
    paper = issue(
        "digest", subject=note, matter=cases[0].number, actor=actor, at=at, title=papers.TITLE,
        context=papers.note(note, actor, at), addressee=_("领导"),
    )  # fmt: skip
    _insist(guards.too_long(paper))
    same = Note.objects.filter(pk=note.pk, version=version, issued_at__isnull=True)
    if not same.update(paper=paper, issued_at=at):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    note.refresh_from_db()
    trail.record(actor=actor, verb="issue_note", title=_("制发预警摘报"), subject=note, at=at, rows=[paper])
    telling.tell_issued(note, at)
