"""The sweeps of early warning: what has gathered, and words of harm. Each wave is an alarm once."""

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass

from celery import shared_task
from django.db import IntegrityError
from django.utils import timezone

from alerts import actions
from alerts.gathering import Found, Subject, gathered, heard
from alerts.models import Alarm, AlarmVisit
from alerts.policy import LOOKBACK, Rule, rules
from alerts.waves import Wave, waves

log = logging.getLogger(__name__)


@shared_task
def watch() -> int:
    """What the scheduler runs every quarter of an hour: the rules that count."""
    now = timezone.now()
    return raise_all(gathered(now), now)


@shared_task
def listen() -> int:
    """What the scheduler runs every minute: words of harm are told at once."""
    now = timezone.now()
    return raise_all(heard(now), now)


def look(at: dt.datetime) -> int:
    """Both, as of ``at``; returns how many alarms were raised or went on."""
    return raise_all(heard(at), at) + raise_all(gathered(at), at)


def raise_all(found: Found, at: dt.datetime) -> int:
    """Raise what is new of these, let go on what goes on. A failure is logged and passed over."""
    known = _known(timezone.localdate(at) - dt.timedelta(days=2 * LOOKBACK))
    done = 0
    for subject, seen in found.items():
        rule = rules()[subject.rule]
        alarms = known[subject.rule, subject.office, subject.key]
        kept = {visit: one.alarm.opened_on for one in reversed(alarms) for visit in one.visits}
        for wave in waves(seen, rule, kept):
            done += _one(subject, wave, rule, alarms, at)
    return done


@dataclass
class Known:
    """An alarm that exists, and the visits it rests on."""

    alarm: Alarm
    visits: set[int]


def _known(oldest: dt.date) -> dict[tuple[str, int, str], list[Known]]:
    """The alarms not older than this, by what they are about. Two queries."""
    alarms = {one.pk: Known(one, set()) for one in Alarm.objects.filter(last_on__gt=oldest).select_related("case")}
    for alarm, visit in AlarmVisit.objects.filter(alarm__last_on__gt=oldest).values_list("alarm", "visit"):
        if alarm in alarms:
            alarms[alarm].visits.add(visit)
    found = defaultdict(list)
    for one in alarms.values():
        found[one.alarm.rule, one.alarm.office_id, one.alarm.subject].append(one)
    return found


def _one(subject: Subject, wave: Wave, rule: Rule, known: list[Known], at: dt.datetime) -> bool:
    """One wave. One whose days meet those of an alarm is that alarm's, even where a correction moved its beginning."""
    same = next((one for one in known if one.alarm.opened_on == wave.opened), None)
    same = same or next((one for one in known if wave.meets(one.alarm.first_on, one.alarm.last_on)), None)
    fresh = [one for one in wave.seen if same is None or one.visit not in same.visits]
    try:
        if same is None:
            alarm = actions.raise_alarm(subject=subject, wave=wave, rule=rule, actor=None, at=at)
            known.append(Known(alarm, set()))
        elif fresh:
            actions.extend_alarm(alarm=same.alarm, fresh=fresh, rule=rule, actor=None, at=at)
        return bool(fresh)
    except IntegrityError:
        return False  # another sweep was faster
    except Exception:
        log.exception("alarm %s of office %s failed", subject.rule, subject.office)
        return False
