"""Reminding: recording what the plan wants and telling people. The set itself is computed (followup/planning.py)."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Deputyship, User
from audit import trail
from cases.clocks import local_day
from cases.models import Clock
from cases.telling import may_be_told, people_at
from followup import ladder, owing, planning
from followup.choices import UrgeWay
from followup.models import Reminder, Urging
from followup.planning import Planned
from notices import outbox
from notices.models import Notice


@trail.verb
def remind(*, rule: str, pk: int, actor: User | None, at: dt.datetime) -> list[Reminder]:
    """Record the reminders that should exist of one thing owed, and tell each recipient of the most severe new one.

    Planned again from the rows as they are now; each exists once, however often this runs. Returns the rows
    written or told. Raises ``NothingNew`` when there is nothing to write. Of two at once the slower ends
    with that or with ``IntegrityError``, having written nothing.
    """
    today, directory = local_day(at), planning.Directory()
    source = owing.again(rule, pk)
    if source is None:
        raise planning.NothingNew
    known, old = planning.recorded([source])
    found = planning.news(planning.planned(source, today, directory), known, old)
    if not found:
        raise planning.NothingNew
    rows = [_row(one, at) for one in found.missing]
    rows += [_told_after_all(known[one.key], at) for one in found.telling if one.key in known]
    trail.record(
        actor=actor, verb="remind", title=_("期限提醒"), subject=rows[0], at=at, matter=ladder.matter(source),
        note=ladder.sentence(source, today), rows=rows[1:], stage=rows[-1].stage, clock=source.kind,
    )  # fmt: skip
    by_key = {row.key: row for row in rows}
    for one in found.telling:
        _tell(one, by_key[one.key], today, at)
    return rows


def _row(one: Planned, at: dt.datetime) -> Reminder:
    source = one.source
    return Reminder.objects.create(
        key=one.key, source=source.name, rule=source.rule, case=source.cases[0] if source.cases else None,
        clock=source.row if isinstance(source.row, Clock) else None, version=source.version, stage=one.rung.stage,
        recipient=one.recipient, superseded=not one.last, at=at,
    )  # fmt: skip


def _told_after_all(row: Reminder, at: dt.datetime) -> Reminder:
    """A rung passed over before, or withdrawn, whose turn it is (again). A faster sweep leaves nothing to do."""
    again = row.withdrawn_at is not None and not row.superseded
    mine = Reminder.objects.filter(pk=row.pk, superseded=row.superseded, round=row.round)
    if not mine.update(superseded=False, withdrawn_at=None, at=at, round=row.round + again):
        raise planning.NothingNew
    row.refresh_from_db()
    return row


def _tell(one: Planned, row: Reminder, today: dt.date, at: dt.datetime) -> None:
    source = one.source
    outbox.put(
        recipients=[one.recipient], kind=source.rule, tone=one.rung.tone, text=ladder.text(one, today),
        url=ladder.url(source), matter=ladder.matter(source), at=at,
        key=one.key if row.round == 1 else f"{one.key}:{row.round}", occasion=f"{source.name}:{one.rung.stage}",
    )  # fmt: skip


@trail.verb
def remind_promise(*, urging: Urging, actor: User | None, at: dt.datetime) -> bool:
    """Tell the office once that a promised day has passed without a result."""
    if not Urging.objects.filter(pk=urging.pk, reminded_at__isnull=True).update(reminded_at=at):
        raise planning.NothingNew
    urging.refresh_from_db()
    case = urging.case
    facts = {"number": case.number, "unit": urging.unit, "day": urging.promised_on}
    said = _("%(number)s：%(unit)s 承诺 %(day)s 办理，至今没有结果。")
    if urging.way == UrgeWay.LETTER and not urging.promise:  # the day is the letter's, nobody promised anything
        said = _("%(number)s：催办函要求%(unit)s %(day)s 前答复，至今没有结果。")
    text = said % facts
    trail.record(
        actor=actor,
        verb="remind_promise",
        title=_("承诺到期提醒"),
        subject=urging,
        at=at,
        matter=case.number,
        note=text,
    )
    people = [urging.urged_by, *people_at(case.office, "followup.urge")]
    outbox.put(
        recipients=may_be_told(case, [user for user in people if user.is_active]),
        kind="promise",
        tone="warn",
        text=text,
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"promise:{urging.pk}",
        at=at,
    )
    return True


def tell_deputies(*, at: dt.datetime) -> int:
    """Tell deputy and absent of an appointment that is not over, and of its end before its time, each once.

    Whoever arranged it knows. The arrangement itself is in the chain (accounts.actions); a notice of it is no act.
    """
    told = 0
    for row in Deputyship.objects.filter(ends_at__gt=at).with_people():
        ended = row.revoked_at is not None
        if ended and not Notice.objects.under(f"deputy:{row.pk}").exists():
            continue  # over before anybody had heard of it
        told += _tell_pair(row, ended, at)
    return told


@transaction.atomic
def _tell_pair(row: Deputyship, ended: bool, at: dt.datetime) -> int:
    key, by = (f"deputy_off:{row.pk}", row.revoked_by) if ended else (f"deputy:{row.pk}", row.appointed_by)
    if Notice.objects.under(key).exists():
        return 0
    facts = {
        "deputy": row.deputy, "absent": row.absent, "from": f"{timezone.localtime(row.starts_at):%m-%d %H:%M}",
        "until": f"{timezone.localtime(row.ends_at):%m-%d %H:%M}",
    }  # fmt: skip
    said = _("%(deputy)s 自 %(from)s 至 %(until)s 代 %(absent)s 办理业务。") % facts
    if ended:
        said = _("%(deputy)s 代 %(absent)s 办理业务的安排已提前结束。") % facts
    return outbox.put(
        recipients=[user for user in (row.deputy, row.absent) if user.is_active and user != by], kind="deputy",
        tone="warn", text=said, url=reverse("accounts:deputies"), at=at, key=key,
    )  # fmt: skip
