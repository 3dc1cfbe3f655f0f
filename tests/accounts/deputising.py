"""How the tests of deputies appoint one, and act as one."""

import datetime as dt

from django.utils import timezone

from accounts import actions, deputies
from accounts.models import Deputyship


def now():
    return timezone.now()


def appoint(absent, deputy, days=3, by=None, starts=None, **changes):
    starts = starts or now()
    said = {"reason": "出差", "starts_at": starts, "ends_at": starts + dt.timedelta(days=days)} | changes
    return actions.appoint_deputy(absent=absent, deputy=deputy, actor=by or absent, at=now(), **said)


def acting(absent, deputy, **how):
    row = appoint(absent, deputy, **how)
    return deputies.acting(Deputyship.objects.with_people().get(pk=row.pk))


def fresh(row):
    return type(row).objects.get(pk=row.pk)
