"""Appointing a deputy: who may appoint whom, for how long, through which form, and who sees it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions, deputies, policy
from accounts.models import Deputyship
from accounts.roles import ROLES
from tests import factories
from tests.accounts.deputising import acting, appoint, fresh, now
from vault.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]
ADMINISTRATORS = [code for code, role in ROLES.items() if role.administrative]


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_the_three_administrators_neither_have_deputies_nor_are_any(people, role):
    admin = factories.user(role)
    for absent, deputy in ((admin, people["clerk"]), (people["clerk"], admin)):
        with pytest.raises(Refusal):
            appoint(absent, deputy)
    assert admin not in deputies.eligible(people["clerk"])
    row = appoint(people["clerk"], people["supervisor"])
    people["supervisor"].grants.all().delete()
    actions.grant(user=people["supervisor"], role=role, actor=None, at=now())
    assert deputies.mine(fresh(people["supervisor"]), now()) == []  # became one meanwhile
    assert deputies.standing_in([people["clerk"]]) == []
    assert Deputyship.objects.running(now()).filter(pk=row.pk).exists()


def test_only_people_of_one_unit_and_only_for_oneself_or_by_the_leader(people):
    head, other = factories.user("unit_head", factories.housing()), factories.user("handler", factories.housing())
    with pytest.raises(Refusal, match="同一单位"):
        appoint(people["clerk"], people["handler"])
    with pytest.raises(Refusal, match="只能为本人"):
        appoint(people["supervisor"], people["clerk"], by=people["clerk"])
    with pytest.raises(Refusal, match="只能为本人"):
        appoint(people["clerk"], people["supervisor"], by=head)
    with pytest.raises(Refusal, match="另一个人"):
        appoint(people["clerk"], people["clerk"])
    with pytest.raises(Refusal, match="事由"):
        appoint(people["clerk"], people["supervisor"], reason=" ")
    assert appoint(people["handler"], other, by=head).appointed_by == head
    hat = acting(people["leader"], people["supervisor"])
    with pytest.raises(Refusal, match="只能为本人"):
        appoint(people["clerk"], people["supervisor_2"], by=hat)  # no deputy of a deputy, nor by one


def test_longer_than_the_rules_only_by_the_leader_and_not_in_slices(people):
    rules, clerk, boss = policy.rules(), people["clerk"], people["supervisor"]
    with pytest.raises(Refusal, match="请单位领导指定"):
        appoint(clerk, boss, days=rules.own_days + 1)
    first = appoint(clerk, boss, days=rules.own_days - 5)
    with pytest.raises(Refusal, match="请单位领导指定"):
        appoint(clerk, boss, days=6, starts=first.ends_at + dt.timedelta(hours=3))
    appoint(clerk, boss, days=6, starts=first.ends_at + dt.timedelta(days=2))
    with pytest.raises(Refusal, match="一次不超过"):
        appoint(boss, clerk, days=rules.longest_days + 1, by=people["leader"])
    appoint(people["supervisor_2"], people["leader"], days=rules.longest_days, by=people["leader"])


def test_one_deputy_at_a_time_and_none_who_is_away(people):
    clerk, boss, third = people["clerk"], people["supervisor"], people["supervisor_2"]
    appoint(clerk, boss)
    with pytest.raises(Refusal, match="已有代理人"):
        appoint(clerk, third)
    with pytest.raises(Refusal, match="离岗的人不能代理"):
        appoint(third, clerk)
    with pytest.raises(Refusal, match="离岗的人不能代理"):
        appoint(boss, third)
    for changes in ({"ends_at": now()}, {"starts_at": now() - dt.timedelta(days=1)}):
        with pytest.raises(Refusal):
            appoint(third, people["leader"], **changes)


def test_wrong_rules_do_not_load():
    text = policy.FILE.read_text(encoding="utf-8")
    for old, new in (
        ("own_days = 15", "own_days = 0"),
        ("longest_days = 90", "longest_days = 3"),
        ("own_days", "days"),
    ):
        with pytest.raises(policy.RulesError):
            policy.read(text.replace(old, new))


def test_a_leader_sees_the_deputies_of_the_unit_others_their_own(client, people):
    row = appoint(people["supervisor"], people["clerk"])
    for who, sees in (
        ("leader", True),
        ("clerk", True),
        ("supervisor", True),
        ("supervisor_2", False),
        ("handler", False),
    ):
        client.force_login(people[who])
        page = client.get(reverse("accounts:deputies"))
        assert (who, page.status_code, row in [one["row"] for one in page.context["rows"]]) == (who, 200, sees)
        if not sees:
            assert client.post(reverse("accounts:end_deputy", args=[row.pk])).status_code == 404
    client.force_login(people["clerk"])
    assert client.post(reverse("accounts:end_deputy", args=[row.pk])).status_code == 302
    assert fresh(row).revoked_by == people["clerk"]
    with pytest.raises(Refusal, match="已经结束"):
        actions.revoke_deputy(row=fresh(row), actor=people["leader"], at=now())


def test_the_form_keeps_what_was_typed_and_says_why_not(client, people):
    client.force_login(people["clerk"])
    start = timezone.localtime(now())
    data = {
        "absent": people["clerk"].pk, "deputy": people["supervisor"].pk, "reason": "休假",
        "starts_at": start.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (start + dt.timedelta(days=40)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    answer = client.post(reverse("accounts:deputies"), data)
    assert (answer.status_code, "请单位领导指定" in answer.text, "休假" in answer.text) == (422, True, True)
    data["ends_at"] = (start + dt.timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(reverse("accounts:deputies"), data).status_code == 302
    assert client.post(reverse("accounts:deputies"), data | {"absent": people["leader"].pk}).status_code == 422
    assert Deputyship.objects.count() == 1
