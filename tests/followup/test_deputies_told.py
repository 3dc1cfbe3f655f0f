"""Deputy and absent hear of an appointment from the sweep, once, and of its early end."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import actions as accounts
from cases.models import Case
from followup import tasks
from followup.models import Reminder
from notices.models import Notice
from tests import factories
from tests.followup.test_suggestions import suggest

pytestmark = pytest.mark.django_db


def appoint(by="handler"):
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    now = timezone.now()
    people = {
        "handler": factories.user("handler", username="away"), "deputy": factories.user("handler", username="stays"),
        "leader": factories.user("leader", factories.housing(), username="head"),
    }  # fmt: skip
    row = accounts.appoint_deputy(
        absent=people["handler"], deputy=people["deputy"], actor=people[by], at=now, reason="出差",
        starts_at=now + dt.timedelta(hours=1), ends_at=now + dt.timedelta(days=3),
    )  # fmt: skip
    return row, people, now


def told(kind="deputy"):
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__username", "text"))


def sweep(at):
    return tasks.remind(at)["deputies"]


def test_the_deputy_is_told_once_however_often_the_sweep_runs():
    row, people, now = appoint()
    assert [sweep(now + dt.timedelta(minutes=n)) for n in (0, 5, 10)] == [1, 0, 0]
    starts, ends = (f"{timezone.localtime(one):%m-%d %H:%M}" for one in (row.starts_at, row.ends_at))
    assert told() == [("stays", f"{people['deputy']} 自 {starts} 至 {ends} 代 {people['handler']} 办理业务。")]


def test_appointed_by_the_head_of_the_unit_both_are_told():
    _row, _people, now = appoint(by="leader")
    sweep(now)
    assert [name for name, _text in told()] == ["away", "stays"]


def test_an_early_end_is_told_to_who_did_not_arrange_it():
    row, people, now = appoint()
    sweep(now)
    accounts.revoke_deputy(row=row, actor=people["handler"], at=now)
    assert [sweep(now), sweep(now)] == [1, 0]
    said = f"{people['deputy']} 代 {people['handler']} 办理业务的安排已提前结束。"
    assert ("stays", said) in told()
    assert len(told()) == 2


def test_what_was_over_before_anybody_heard_is_not_told():
    row, people, now = appoint()
    accounts.revoke_deputy(row=row, actor=people["handler"], at=now)
    assert sweep(now) == 0
    assert told() == []
    assert sweep(now + dt.timedelta(days=4)) == 0


def stands_in(absent, deputy):
    now = timezone.now()
    accounts.appoint_deputy(
        absent=absent, deputy=deputy, actor=absent, at=now, reason="出差", starts_at=now,
        ends_at=now + dt.timedelta(days=3),
    )  # fmt: skip


def reminded(rule):
    rows = Reminder.objects.filter(rule=rule, superseded=False).values_list("recipient__username", flat=True)
    return sorted(rows)


@pytest.fixture
def away(db):
    """The handler and the head of the unit, and a clerk of the unit who stands in for both."""
    factories.calendar(2025, 2026, 2027)
    roles = {"handler": "handler", "head": "unit_head", "both": "clerk", "supervisor": "supervisor"}
    units = {"supervisor": factories.office()}
    people = {name: factories.user(role, units.get(name, factories.housing()), name) for name, role in roles.items()}
    return people | {"clerk": factories.user("clerk")}


def test_who_stands_in_for_two_is_reminded_once_and_so_is_everybody_else(away):
    case = factories.case(upto="handling", people=away)
    stands_in(away["handler"], away["both"])
    stands_in(away["head"], away["both"])
    for _again in range(2):
        tasks.remind(factories.later(days=61))
    assert case.clocks.get(kind="handle").strict_due < factories.later(days=61).date()
    assert reminded("remind") == ["both", "handler", "head", "supervisor"]


def test_a_suggestion_about_two_matters_reminds_a_deputy_once(away):
    cases = [factories.case(upto="handling", people=away) for _one in range(2)]
    stands_in(away["handler"], away["both"])
    suggest(cases, away)
    told_of = Notice.objects.filter(kind="suggest").values_list("recipient__username", flat=True)
    assert sorted(told_of) == ["both", "handler", "head"]
    tasks.remind(factories.later(days=34))
    assert reminded("adoption") == ["both", "handler", "head", "supervisor"]


def test_a_deputy_one_of_the_matters_is_about_hears_nothing_of_a_suggestion(away):
    cases = [factories.case(upto="handling", people=away) for _one in range(2)]
    stands_in(away["handler"], away["both"])
    Case.objects.filter(pk=cases[0].pk).update(accused_user=away["both"])
    suggest([Case.objects.get(pk=one.pk) for one in cases], away)
    tasks.remind(factories.later(days=34))
    assert not Notice.objects.filter(recipient=away["both"], kind__in=("suggest", "adoption")).exists()
