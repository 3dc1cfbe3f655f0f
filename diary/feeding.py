"""The diary as an iCalendar file (RFC 5545): number, kind, stage and link; no names, no words of the demand."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vDuration

from accounts.models import User
from audit.models import Event as Fact
from diary.gathering import Entry, entries
from diary.models import Feed
from diary.policy import rules

TOKEN_SIGNS = 43  # 256 bits in URL-safe signs
EVERY = dt.timedelta(hours=1)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_at(token: str) -> Feed | None:
    """The feed of this token, unless it was revoked, its owner was stopped since it was made, or never existed.

    A stopped account that is let in again does not get its old address back.
    """
    if len(token) != TOKEN_SIGNS:
        return None
    found = Feed.objects.filter(digest=digest(token), revoked_at__isnull=True).select_related("user__unit").first()
    if found is None or not found.user.is_active:
        return None
    stopped = Fact.objects.about(found.user).filter(verb="deactivate", at__gte=found.made_at)
    return None if stopped.exists() else found


def too_often(feed: Feed, at: dt.datetime) -> bool:
    """More than the rules allow within this minute, on this machine."""
    key = f"feed:{feed.pk}:{at:%Y%m%d%H%M}"
    cache.add(key, 0, 120)
    return bool(cache.incr(key) > rules().per_minute)


def touch(feed: Feed, at: dt.datetime) -> None:
    """Note that a program asked, once an hour: its owner can see that somebody still does."""
    old = Q(fetched_at__isnull=True) | Q(fetched_at__lt=at - EVERY)
    Feed.objects.filter(old, pk=feed.pk).update(fetched_at=at)


def text_of(user: User, today: dt.date) -> bytes:
    """The file for this user as of ``today``; the same rows give the same bytes."""
    span = rules()
    first, last = today - dt.timedelta(days=span.back_days), today + dt.timedelta(days=span.ahead_days)
    return written(entries(user, first, last))


def written(found: Iterable[Entry]) -> bytes:
    """The entries as an iCalendar file."""
    made = Calendar()
    made.add("prodid", "-//xinfang-reception//diary//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("信访日程"))
    made.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for one in found:
        made.add_component(_event(one))
    return bytes(made.to_ical())


def _event(one: Entry) -> Event:
    host = settings.SITE_URL.split("//", 1)[-1].split("/")[0].split(":")[0]
    made = Event()
    made.add("uid", f"{one.uid}@{host}")
    made.add("dtstamp", one.since.astimezone(dt.UTC))
    made.add("sequence", one.version)
    made.add("summary", one.title)
    if one.starts is not None and one.ends is not None:
        made.add("dtstart", one.starts.astimezone(dt.UTC))
        made.add("dtend", one.ends.astimezone(dt.UTC))
        made.add_component(_reminder(one))
    else:
        made.add("dtstart", one.day)
        made.add("dtend", one.day + dt.timedelta(days=1))
        made.add("transp", "TRANSPARENT")
    if one.stage:
        made.add("description", _("环节：%(stage)s") % {"stage": one.stage})
    made.add("url", f"{settings.SITE_URL}{one.url}")
    made.add("class", "PRIVATE")
    return made


def _reminder(one: Entry) -> Alarm:
    """Half an hour before something that begins at a time."""
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", one.title)
    made.add("trigger", dt.timedelta(minutes=-30))
    return made
