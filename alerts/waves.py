"""Waves: when visits about one thing have gathered, and where one gathering ends and the next begins.

A wave opens on the day on which enough is counted within the rule's days. What follows
belongs to it until ``quiet_days`` pass without anything, or it is ``longest_days`` old;
after that counting begins anew. It looks backwards only: later visits never move a wave
that has opened, so whoever looks, how often and how late, finds the same waves. A wave
that is on record keeps its day of opening where its first visits have left the days a
sweep looks at; else in a steady stream every boundary would move along with the sweep.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.policy import Rule


@dataclass(frozen=True)
class Sighting:
    """One visit as a rule sees it. ``token`` is what is counted once (a matter, or one rise in number);
    what does not count is evidence only."""

    day: dt.date
    at: dt.datetime
    visit: int
    case: int
    matter: int  # the matter it was merged into, or itself
    token: int
    heads: int
    counts: bool = True
    words: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[dt.datetime, int]:
        return self.at, self.visit


@dataclass
class Wave:
    """One gathering, opened on ``opened``."""

    opened: dt.date
    seen: list[Sighting]

    @property
    def first(self) -> dt.date:
        return min(one.day for one in self.seen)

    @property
    def last(self) -> dt.date:
        """The last day that counted; the day of opening where its visits are out of sight."""
        return max((one.day for one in self.seen if one.counts), default=self.opened)

    def meets(self, first: dt.date, last: dt.date) -> bool:
        """Do the days of this wave and these days have one in common?"""
        return self.first <= last and first <= self.last


def waves(seen: Iterable[Sighting], rule: Rule, kept: Mapping[int, dt.date] | None = None) -> list[Wave]:
    """The waves among what was seen about one thing, the oldest first.

    ``kept``: of visits that an alarm rests on already, by key, the day on which its wave opened.
    """
    found: list[Wave] = []
    recent: deque[Sighting] = deque()
    running = False
    for one in sorted(seen, key=lambda each: each.order):
        running = running and not _over(found[-1], one.day, rule)
        opened = kept.get(one.visit) if kept else None
        if opened and not (running and found[-1].opened == opened):
            found.append(Wave(opened, [each for each in recent if each.day > opened - dt.timedelta(days=rule.days)]))
            recent.clear()
            running = True
        if running:
            found[-1].seen.append(one)
            continue
        recent.append(one)
        while recent[0].day <= one.day - dt.timedelta(days=rule.days):
            recent.popleft()
        if one.counts and len({each.token for each in recent if each.counts}) >= rule.needed:
            found.append(Wave(one.day, list(recent)))
            recent.clear()
            running = True
    return found


def _over(wave: Wave, day: dt.date, rule: Rule) -> bool:
    return (day - wave.last).days > rule.quiet_days or (day - wave.opened).days > rule.longest_days
