"""The demo office: every state, the promised special cases, a sound chain, and only where it is allowed."""

import datetime as dt
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from archive.models import Dossier
from audit.models import Event
from audit.verifying import findings
from briefing.models import Charge
from cases.choices import State
from cases.models import Case, Extension
from followup.models import ReturnVisit, Suggestion, Supervision, Urging, UrgingLetter
from reception.identity import read
from reception.models import Companion, Petitioner, Visit

ACCOUNTS = {
    "clerk": "clerk",
    "supervisor": "supervisor",
    "handler": "handler",
    "handler2": "handler",
    "leader": "leader",
    "archivist": "archivist",
    "sysadmin": "sysadmin",
    "secadmin": "secadmin",
    "auditor": "auditor",
    "head": "unit_head",
    "reviewer": "reviewer",
}


def seed_demo() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


# The first morning after the long October holiday: the hardest day, because what is short lies before it.
MORNING = dt.datetime.fromisoformat("2026-10-08T09:00+08:00")


@pytest.mark.timeout(600)  # some hundred matters through every step, on whatever machine
@pytest.mark.django_db
def test_demo_office_has_everything_it_promises(time_machine):
    """One run, looked at from all sides: it takes some seconds."""
    time_machine.move_to(MORNING)
    seed_demo()
    today = timezone.localdate()
    states = Counter(Case.objects.values_list("state", flat=True))
    assert set(states) == set(State) - {State.REGISTERED}
    assert 130 <= Case.objects.count() <= 170
    assert Case.objects.overdue(today).count() >= 3

    group = Visit.objects.get(visitors=7)
    assert (group.involved, group.is_group) == (23, True)
    assert group.companions.filter(is_representative=True).count() == 5

    assert max(case.visit_links.count() for case in Case.objects.all()) == 3
    assert Case.objects.filter(ground="concluded", state=State.NO_LONGER).count() == 2
    accused = Case.objects.get(protected=True)
    assert (accused.accused_unit.code, accused.handling_unit.code) == ("ZJJ", "JWJW")
    assert not Case.objects.visible_to(User.objects.get(username="handler")).filter(pk=accused.pk).exists()
    assert Visit.objects.filter(case_link__isnull=True).count() == 1
    assert [Extension.objects.count(), Supervision.objects.count(), Urging.objects.count()] == [2, 2, 8]
    assert [UrgingLetter.objects.count(), Suggestion.objects.count(), Charge.objects.count()] == [1, 2, 1]
    assert set(Suggestion.objects.values_list("adoption", flat=True)) == {"", "partly"}
    assert ReturnVisit.objects.count() >= 20
    assert Dossier.objects.count() == states[State.FILED] >= 10

    for petitioner in [*Petitioner.objects.exclude(id_type=""), *Companion.objects.exclude(id_index="")]:
        read(petitioner.id_number, today=today)
    moments = list(Event.objects.values_list("at", flat=True))
    assert max(moments) <= timezone.now()
    assert min(moments) >= timezone.now() - dt.timedelta(days=170)
    assert list(findings()) == []

    for username, role in ACCOUNTS.items():
        user = User.objects.get(username=username)
        assert (user.role_codes, user.check_password("reception-demo-2026")) == (frozenset({role}), True)
    others = User.objects.exclude(username__in=ACCOUNTS)
    assert [user.username for user in others if user.has_usable_password()] == []

    before = Event.objects.count()
    assert "不再建立演示数据" in seed_demo()
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_demo_office_is_refused_where_it_is_not_allowed(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="当前设置不允许建立演示数据"):
        call_command("seed_demo")
    assert User.objects.count() == 0
