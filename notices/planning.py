"""When a notice may leave the house, and on which ways: urgency, hours, the office's days, what a person chose."""

import datetime as dt
import functools
from collections.abc import Callable, Collection, Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import User
from notices.choices import PERSONAL, SHARED, State, Way
from notices.models import Channel, Contact, Delivery, Notice
from notices.policy import AT_ONCE, DIGEST, WORKING_HOURS, Rules, rules

ONE_DAY = dt.timedelta(days=1)
Worked = Callable[[dt.date], bool]
OFFICE_ROLES = [code for code, role in roles.ROLES.items() if role.scope == "office"]


def worked_days() -> Worked:
    """Whether a day is worked; the office's calendar stands above this app, and is read when first asked."""
    calendar: Callable[[], Worked] = functools.cache(import_string(settings.WORKING_DAYS_BY))
    return lambda day: calendar()(day)


def first_moment(when: str, at: dt.datetime, worked: Worked, said: Rules) -> dt.datetime:
    """The first moment from ``at`` on at which such a notice may go out.

    ``working_hours``: within the office's hours of a working day, outside the quiet hours;
    ``digest``: the next hour of the digest on a working day; ``at_once``: at any hour.
    """
    if when == AT_ONCE:
        return at
    local = timezone.localtime(at)
    if when == DIGEST:
        return _on_a_worked_day(local, said.digest_at, worked)
    start, end = said.hours
    earliest = local if start <= local.time() < end else _on_a_worked_day(local, start, worked)
    for _n in range(60):
        found = _awake(timezone.localtime(earliest), said)
        if worked(found.date()) and found.time() < end:
            return found.astimezone(dt.UTC)
        earliest = _at(found.date() + ONE_DAY, start)
    return earliest.astimezone(dt.UTC)


def _on_a_worked_day(local: dt.datetime, hour: dt.time, worked: Worked) -> dt.datetime:
    """The next ``hour`` that lies on a working day; ``local`` itself where it is just that hour."""
    day = local.date() if local.time() <= hour else local.date() + ONE_DAY
    for _n in range(60):  # no calendar has two months without a working day
        if worked(day):
            break
        day += ONE_DAY
    return max(_at(day, hour), local).astimezone(dt.UTC)


def _at(day: dt.date, hour: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, hour))


def _awake(local: dt.datetime, said: Rules) -> dt.datetime:
    """This moment, or the end of the quiet hours that it lies in."""
    start, end = said.quiet
    hour = local.time()
    if start <= end:
        return _at(local.date(), end) if start <= hour < end else local
    if hour < end:
        return _at(local.date(), end)
    return _at(local.date() + ONE_DAY, end) if hour >= start else local


def next_try(kind: str, tone: str, moment: dt.datetime) -> dt.datetime:
    """``moment``, or the next one at which a notice of this urgency may go out; a digest is not put off by a day."""
    when = rules().rule(kind, tone).when
    if when == AT_ONCE:
        return moment
    return first_moment(WORKING_HOURS, moment, worked_days(), rules())


def deliveries(notices: Collection[Notice], at: dt.datetime, occasion: str) -> list[Delivery]:
    """The ways out for these rows of one occasion (same kind, tone and key), not saved yet.

    A group or a platform gets one message per occasion, and only where somebody of the
    office is told: what is told to a unit is nobody else's business.
    """
    one = next(iter(notices), None)
    rule = rules().rule(one.kind, one.tone) if one else None
    ways = turned_on(rule.ways) if rule else frozenset()
    if one is None or rule is None or not ways:
        return []
    reached = _reached(notices, ways, frozenset(rule.must))
    pairs = [(notice, way) for notice in notices for way in reached.get(notice.recipient_id, ())]
    pairs += _shared(notices, ways, occasion)
    if not pairs:
        return []
    moment = first_moment(rule.when, at, worked_days(), rules())
    return [
        Delivery(notice=notice, channel=way, digest=rule.when == DIGEST, not_before=moment, next_try_at=moment)
        for notice, way in pairs
    ]


def turned_on(ways: Iterable[str]) -> frozenset[str]:
    """Which of these the office uses now. Mail is on unless it was turned off; the rest off unless turned on."""
    wanted = list(ways)
    if not wanted:
        return frozenset()
    said = dict(Channel.objects.filter(code__in=wanted).values_list("code", "is_on"))
    return frozenset(way for way in wanted if said.get(way, way == Way.MAIL))


def _reached(notices: Iterable[Notice], ways: frozenset[str], must: frozenset[str]) -> dict[int, list[str]]:
    """By recipient: the personal ways on which they can be reached and want to be, or must be."""
    if not ways & set(PERSONAL):
        return {}
    people = [notice.recipient for notice in notices if Way.SMS in ways or notice.recipient.email]
    if not people:
        return {}
    contacts = {one.user_id: one for one in Contact.objects.filter(user__in=[user.pk for user in people])}
    return {user.pk: [way for way in PERSONAL if way in ways and can_reach(user, contacts.get(user.pk), way, must)]
            for user in people}  # fmt: skip


def can_reach(user: User, contact: Contact | None, way: str, must: Collection[str] = ()) -> bool:
    """Has this person an address on this way, and not turned it off (or may not turn it off)?"""
    if way == Way.MAIL:
        return bool(user.email) and (way in must or contact is None or contact.mail_on)
    return contact is not None and contact.has_mobile and (way in must or contact.sms_on)


def _shared(notices: Collection[Notice], ways: frozenset[str], occasion: str) -> list[tuple[Notice, str]]:
    shared = [way for way in SHARED if way in ways]
    if not shared:
        return []
    ids = [notice.recipient_id for notice in notices]
    office = set(User.objects.filter(pk__in=ids, grants__role__in=OFFICE_ROLES).values_list("pk", flat=True))
    chosen = next((notice for notice in notices if notice.recipient_id in office), None)
    if chosen is None:
        return []
    told = Delivery.objects.filter(notice__in=Notice.objects.under(occasion), channel__in=shared)
    said = set(told.exclude(state__in=(State.NONE, State.WITHDRAWN)).values_list("channel", flat=True))
    return [(chosen, way) for way in shared if way not in said]


def in_words() -> list[dict[str, object]]:
    """The rules as the pages show them: urgency, when, and the ways, those that cannot be turned off apart."""
    said = rules()
    when = {
        AT_ONCE: _("随时，立即"),
        DIGEST: _("每个工作日 %(at)s 汇总一次") % {"at": f"{said.digest_at:%H:%M}"},
        WORKING_HOURS: _("工作日 %(from)s 至 %(until)s")
        % {"from": f"{said.hours[0]:%H:%M}", "until": f"{said.hours[1]:%H:%M}"},
    }
    names = {"late": _("红色（逾期、紧急）"), "warn": _("黄色（临近、待办）"), "info": _("一般")}
    return [
        {
            "tone": tone, "name": names[tone], "when": when[rule.when], "ways": [Way(way).label for way in rule.ways],
            "must": [Way(way).label for way in rule.must],
        }
        for tone, rule in said.tones.items()
    ]  # fmt: skip
