"""A form of urging or supervising that is sent twice makes one paper; the second is told that it is done already."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.verifying import findings
from documents.models import Paper
from followup import actions
from followup.models import Supervision, Urging
from tests import factories
from tests.followup.test_pages import ago, signed_in, today
from tests.racing import race
from vault.errors import Stale

pytestmark = pytest.mark.django_db
A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def case(db):
    people = {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}
    return factories.case(upto="handling", at=ago(80), people=people)


def urge(case, at=None, way="letter", actor=None):
    return actions.urge(
        case=case, actor=actor or case.people["supervisor"], at=at or timezone.now(), way=way, content="请抓紧办理。",
        spoke_to="局办公室",
    )  # fmt: skip


def order(case, at=None, ground="evasion", actor=None):
    return actions.supervise(
        case=case, actor=actor or case.people["supervisor"], at=at or timezone.now(), ground=ground,
        requirement="说明原因。", due_on=today() + dt.timedelta(days=15),
    )  # fmt: skip


def test_the_button_of_one_letter_pressed_twice_makes_one(client, case):
    signed_in(client, case.people["supervisor"])
    first = client.post(f"/followup/{case.number}/letter/", follow=True)
    again = client.post(f"/followup/{case.number}/letter/", follow=True)
    assert "已制发" in first.content.decode()
    assert "一分钟以内您已经用同样的方式催办过此事项" in again.content.decode()
    assert (Urging.objects.count(), Paper.objects.filter(kind="urge_letter").count()) == (1, 1)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("urge", {"way": "phone", "spoke_to": "局办公室", "content": "请抓紧办理。"}),
        ("supervise", {"ground": "evasion", "requirement": "说明原因。"}),
    ],
)
def test_a_form_sent_twice_is_done_once_and_keeps_what_was_typed(client, case, page, said):
    signed_in(client, case.people["supervisor"])
    said = said | ({"due_on": (today() + dt.timedelta(days=15)).isoformat()} if page == "supervise" else {})
    assert client.post(f"/followup/{case.number}/{page}/", said).status_code == 302
    again = client.post(f"/followup/{case.number}/{page}/", said)
    assert again.status_code == 409
    assert "请稍后再" in again.content.decode()
    assert (said.get("content") or said["requirement"]) in again.content.decode()
    assert Urging.objects.count() + Supervision.objects.count() == 1


def test_another_way_another_person_another_ground_or_a_minute_later_is_another_act(case):
    now, leader = timezone.now(), case.people["leader"]
    second = factories.user("supervisor")
    urge(case, now)
    urge(case, now, way="phone")
    urge(case, now, actor=second)
    urge(case, now + A_MINUTE)
    order(case, now)
    order(case, now, ground="other")
    order(case, now, actor=leader)
    order(case, now + A_MINUTE)
    for twice in (urge, order):
        with pytest.raises(Stale):
            twice(case, now + A_MINUTE * 1.5)
    assert (Urging.objects.count(), Supervision.objects.count()) == (4, 4)


@pytest.mark.parametrize("act", [urge, order])
def test_who_pressed_first_but_waited_for_the_other_is_refused_as_well(case, act):
    now = timezone.now()
    act(case, now)
    with pytest.raises(Stale):
        act(case, now - dt.timedelta(milliseconds=5))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [urge, order])
def test_two_at_once_make_one_paper(case, act):
    told = race(*[lambda: act(case)] * 2)
    assert (told[0], "一分钟以内" in told[1]) == ("", True), told
    assert Paper.objects.filter(kind__in=("urge_letter", "supervision_letter")).count() == 1
    assert list(findings()) == []
