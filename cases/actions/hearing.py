"""听证 (articles 31, 36): called, held and recorded, or called off; its days may stand outside the period."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, ledger, sides
from cases.choices import State
from cases.deadlines import Calendar
from cases.models import Case, Clock, Hearing, Holding
from cases.workflow import move
from documents.issuing import issue
from vault.errors import Refusal

REASON = "听证"


@trail.verb
def call_hearing(
    *, case: Case, actor: User, at: dt.datetime, planned_at: dt.datetime, place: str, host: str, attending: str,
    subject: str, members: str = "", begins_on: dt.date | None = None, in_public: bool = True,
) -> Hearing:  # fmt: skip
    """通知听证: the notice is issued and its delivery owed; where the rule of the stage says so the period pauses.

    ``begins_on`` (the day of the hearing unless told otherwise) is the first day not
    counted; it may lie ahead. Raises ``Refusal`` for times that cannot be, or when the
    accused unit is asked to an accusation's hearing.
    """
    begins_on = begins_on or clocks.local_day(planned_at)
    _fitting(case, clocks.local_day(at), planned_at, begins_on)
    sides.keep_out_the_accused(case, [], f"{attending}\n{members}\n{host}")
    move(case, "call_hearing", actor=actor, at=at, note=subject)
    hearing = Hearing.objects.create(
        case=case, stage=sides.STAGE[State(case.state)], planned_at=planned_at, place=place, host=host,
        members=members, attending=attending, subject=subject, called_by=actor, called_at=at, begins_on=begins_on,
        in_public=in_public,
    )  # fmt: skip
    hearing.notice = issue(
        "hearing_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=sides.hearing_notice(case, hearing, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    hearing.save(update_fields=["notice"])
    trail.also_wrote(hearing, hearing.notice, *_pause(case, hearing, clocks.local_day(at)))
    return hearing


def _fitting(case: Case, today: dt.date, planned_at: dt.datetime, begins_on: dt.date) -> None:
    held_on = clocks.local_day(planned_at)
    if held_on < today or begins_on < today:
        raise Refusal(_("听证应当在今日或者以后举行。"))
    if begins_on > held_on:
        raise Refusal(_("听证开始的日期不应晚于举行听证的日期 %(day)s。"), day=held_on.isoformat())
    if (held_on - today).days > FAR:
        raise Refusal(_("听证时间距今超过 %(n)s 日，请核对年份。"), n=FAR)


FAR = 180  # calendar days; a plain slip of the year, not a rule of law


def _pause(case: Case, hearing: Hearing, today: dt.date) -> list[Clock | Holding]:
    """The stage's clock pauses from the first day; a hearing that begins today takes over the days at once."""
    paused = [clocks.pause(one, hearing.begins_on, REASON) for one in sides.stopped_by_hearing(case, hearing.stage)]
    if not paused or hearing.begins_on > today:
        return [*paused]
    return [*paused, *ledger.to_hearing(case, hearing.begins_on, "call_hearing")]


@trail.verb
def end_hearing(
    *, case: Case, actor: User, at: dt.datetime, ended_on: dt.date, record: str, opinion: str
) -> Hearing:  # fmt: skip
    """听证结束: record and opinion are kept on paper; the days from the first to ``ended_on``, both among them,
    are out of the count where the period paused, and belong to the hearing in the ledger."""
    if not record.strip() or not opinion.strip():
        raise Refusal(_("请填写听证笔录和听证意见。"))
    move(case, "end_hearing", actor=actor, at=at, note=opinion)
    hearing = _open_one(case)
    if not hearing.begins_on <= ended_on <= clocks.local_day(at):
        raise Refusal(_("听证结束日期应当在听证开始之日和今日之间。"))
    hearing.ended_on, hearing.record, hearing.opinion, hearing.ended_by = ended_on, record, opinion, actor
    hearing.record_paper = issue(
        "hearing_record", subject=case, matter=case.number, actor=actor, at=at,
        context=sides.hearing_record(case, hearing, actor, at), addressee=case.office.name,
    )  # fmt: skip
    hearing.save()
    calendar = Calendar.load()
    resumed = [clocks.resume(one, ended_on, REASON, calendar) for one in _paused(case)]
    held = ledger.to_hearing(case, hearing.begins_on, "end_hearing") if resumed else []
    back = ledger.from_hearing(case, ended_on, "end_hearing")
    trail.also_wrote(hearing, hearing.record_paper, *resumed, *held, *back)
    return hearing


@trail.verb
def cancel_hearing(*, case: Case, actor: User, at: dt.datetime, note: str) -> Hearing:
    """取消听证 with the reason: the period runs as if none had been called, no day is excluded."""
    if not note.strip():
        raise Refusal(_("请写明取消听证的理由。"))
    move(case, "cancel_hearing", actor=actor, at=at, note=note)
    hearing = _open_one(case)
    hearing.cancelled_at, hearing.cancelled_why = at, note
    hearing.save()
    calendar = Calendar.load()
    running = [clocks.unpause(one, calendar) for one in _paused(case)]
    back = ledger.from_hearing(case, dt.date.min, "cancel_hearing")
    trail.also_wrote(hearing, *running, *back)
    return hearing


def _open_one(case: Case) -> Hearing:
    """The open hearing of a matter; the guard of the step has just seen it."""
    return next(one for one in case.hearings.all() if one.is_open)


def _paused(case: Case) -> list[Clock]:
    return list(case.clocks.filter(paused_on__isnull=False, stopped_on__isnull=True))
