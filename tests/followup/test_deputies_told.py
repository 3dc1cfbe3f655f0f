"""Deputy and absent hear of an appointment from the sweep, once, and of its early end."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import actions as accounts
from followup import tasks
from notices.models import Notice
from tests import factories

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
