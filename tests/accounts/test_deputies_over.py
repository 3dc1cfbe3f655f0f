"""A deputyship that ends while a form stands open, and one at the end of all years."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Deputyship
from diary.models import LeaderDay
from tests import factories

pytestmark = pytest.mark.django_db
DAY = {"leader_name": "高远", "starts": "09:00", "ends": "10:00", "place": "接待室", "notice": "请预约。"}


@pytest.fixture
def people():
    return {name: factories.user("supervisor", username=name) for name in ("absent", "deputy")}


def appoint(people):
    now = timezone.now()
    return actions.appoint_deputy(
        absent=people["absent"], deputy=people["deputy"], starts_at=now, ends_at=now + dt.timedelta(days=2),
        reason="出差", actor=people["absent"], at=now,
    )  # fmt: skip


def test_a_form_filled_in_for_the_absent_is_not_carried_out_in_ones_own_name(client, people):
    row, url = appoint(people), reverse("diary:new_leader_day")
    said = DAY | {"day": timezone.localdate().isoformat()}
    client.force_login(people["deputy"])
    client.post(reverse("accounts:act_for", args=[row.pk]))
    assert client.get(url).status_code == 200
    actions.revoke_deputy(row=row, actor=people["absent"], at=timezone.now())
    asks_by_itself = {"HTTP_HX_REQUEST": "true"}
    client.get(reverse("notices:bell"), **asks_by_itself)  # the bell of the open page does not end it unseen
    for _again in range(2):
        answer = client.post(url, said)
        assert (answer.status_code, "刚才提交的内容没有办理" in answer.text) == (409, True)
    assert not LeaderDay.objects.exists()
    assert "代理已经结束，您现在以本人身份办理。" in client.get(url).text
    assert client.post(url, said).status_code == 302
    assert LeaderDay.objects.get().made_by == people["deputy"]


@pytest.mark.parametrize("name", ["logout", "stop_acting"])
def test_leaving_is_always_possible(client, people, name):
    row = appoint(people)
    client.force_login(people["deputy"])
    client.post(reverse("accounts:act_for", args=[row.pk]))
    actions.revoke_deputy(row=row, actor=people["absent"], at=timezone.now())
    assert client.post(reverse(f"accounts:{name}")).status_code == 302


def test_the_last_days_there_are_end_in_no_error(client, people):
    appoint(people)  # what adjoins it is added up
    client.force_login(people["absent"])
    said = {"absent": people["absent"].pk, "deputy": people["deputy"].pk, "reason": "出差"}
    said |= {"starts_at": "9999-12-25T00:00", "ends_at": "9999-12-31T23:59"}
    assert client.post(reverse("accounts:deputies"), said).status_code == 302
    assert Deputyship.objects.count() == 2
    assert "9999" not in client.get(reverse("accounts:deputies")).text  # the list names month and day
