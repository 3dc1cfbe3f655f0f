"""When a report of an urgent event is owed: pure functions of what was done and the office's own hours."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from briefing.choices import OwedKind
from briefing.policy import Urgent


@dataclass(frozen=True)
class Done:
    """What was done about an event so far. ``reports`` are the moments of the written reports, the oldest first."""

    known_at: dt.datetime
    phoned_at: dt.datetime | None = None
    reports: tuple[dt.datetime, ...] = ()
    ended_at: dt.datetime | None = None
    final: bool = False


@dataclass(frozen=True)
class Owed:
    """One report that is owed: what, the how-manieth written one it will be (0 for the call), until when."""

    kind: OwedKind
    sequence: int
    due: dt.datetime

    def late(self, now: dt.datetime) -> bool:
        return now > self.due


def owed(done: Done, rules: Urgent) -> tuple[Owed, ...]:
    """What is owed now, the earliest first; nothing once the final report is made (article 25; hours of the office).

    The call comes first and is no longer asked for once something was reported in
    writing. Follow-ups are owed until the event is over, the final report after that.
    """
    if done.final:
        return ()
    following = len(done.reports) + 1
    if not done.reports:
        return _opening(done, rules)
    if done.ended_at:
        return (Owed(OwedKind.FINAL, following, done.ended_at + dt.timedelta(hours=rules.final_hours)),)
    return (Owed(OwedKind.FOLLOW, following, done.reports[-1] + dt.timedelta(minutes=rules.follow_minutes)),)


def _opening(done: Done, rules: Urgent) -> tuple[Owed, ...]:
    first = Owed(OwedKind.FIRST, 1, done.known_at + dt.timedelta(minutes=rules.first_minutes))
    if done.phoned_at:
        return (first,)
    return Owed(OwedKind.PHONE, 0, done.known_at + dt.timedelta(minutes=rules.phone_minutes)), first


def to_remind(done: Done, rules: Urgent, now: dt.datetime) -> tuple[Owed, ...]:
    """What is owed within ``remind_minutes`` from now, or late already."""
    ahead = now + dt.timedelta(minutes=rules.remind_minutes)
    return tuple(one for one in owed(done, rules) if one.due <= ahead)


def hints(visitors: int, codes: list[str], rules: Urgent) -> list[str]:
    """Reasons to think of a report, as sentences; a person decides."""
    said = []
    if visitors >= rules.report_up_from:
        said.append(_("来访 %(n)s 人，应当报告并同时向上级报告。") % {"n": visitors})
    elif visitors >= rules.report_from:
        said.append(_("来访 %(n)s 人，应当报告。") % {"n": visitors})
    elif visitors >= rules.warn_from:
        said.append(_("来访 %(n)s 人，请领导到场。") % {"n": visitors})
    if set(codes) & set(rules.codes):
        said.append(_("涉及围堵冲击或者突发事件，应当立即报告。"))
    return said
