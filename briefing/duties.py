"""What categories 6 to 10 add to a matter: the table times its codes, minus what was done."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils import timezone

from audit.models import Event
from briefing.models import DoneDuty
from briefing.policy import Duty, duties
from cases.models import Case, CaseQuerySet
from cases.policy import categories
from cases.workflow import OPEN

LOOKED_AT = 200  # matters looked through for the list of open duties, the newest first


@dataclass(frozen=True)
class OpenDuty:
    """A duty not done yet, and until when, where an hour or the day is set."""

    duty: Duty
    due: dt.datetime | None

    def late(self, now: dt.datetime) -> bool:
        return self.due is not None and now > self.due


def codes_of(case: Case) -> list[str]:
    """The codes of a matter, its category first."""
    return list(dict.fromkeys(code for code in (case.category, *case.also_codes) if code))


def of(case: Case) -> list[Duty]:
    """Every duty that the codes of this matter carry, done or not."""
    codes = codes_of(case)
    return [duty for duty in duties().values() if duty.code in codes]


def due(duty: Duty, since: dt.datetime) -> dt.datetime | None:
    """Until when: minutes from the classification, the end of that day, or None where nothing is set."""
    if duty.minutes:
        return since + dt.timedelta(minutes=duty.minutes)
    if duty.same_day:
        return timezone.localtime(since).replace(hour=23, minute=59, second=59, microsecond=0)
    return None


def still_open(case: Case) -> list[OpenDuty]:
    """The duties of one matter not done yet, in the order of the table."""
    done = set(DoneDuty.objects.filter(case=case).values_list("key", flat=True))
    since = classified_at([case])[case.pk]
    return [OpenDuty(duty, due(duty, since)) for duty in of(case) if duty.key not in done]


def classified_at(cases: Iterable[Case]) -> dict[int, dt.datetime]:
    """When each matter got its present codes: its last classification, else its registration."""
    cases = list(cases)
    events = Event.objects.filter(verb="classify", matter__in=[case.number for case in cases])
    last = dict(events.order_by().values_list("matter").annotate(last=Max("at")))
    return {case.pk: last.get(case.number, case.registered_at) for case in cases}


def adding(cases: CaseQuerySet) -> CaseQuerySet:
    """The matters among these whose codes carry duties and that are not filed or merged."""
    codes = [code for code, category in categories().items() if category.adds_duties]
    carries = Q(category__in=codes)
    for code in codes:
        carries |= Q(also__contains=code)
    return cases.filter(carries, state__in=OPEN)


def everything_open(cases: CaseQuerySet) -> list[tuple[Case, list[OpenDuty]]]:
    """Matters with open duties, the newest first; three queries however many there are."""
    found = list(adding(cases).order_by("-pk")[:LOOKED_AT])
    done = set(DoneDuty.objects.filter(case__in=found).values_list("case_id", "key"))
    since = classified_at(found)
    rows = [
        (case, [OpenDuty(one, due(one, since[case.pk])) for one in of(case) if (case.pk, one.key) not in done])
        for case in found
    ]
    return [(case, left) for case, left in rows if left]
