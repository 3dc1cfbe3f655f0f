"""Who is told of a matter can open it: the notice carries its address."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Unit
from briefing.actions import charging, instructing
from cases.actions import convening
from cases.models import Case
from cases.telling import may_be_told, not_about
from followup.actions.urging import urge
from notices.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db
AT, DUE = factories.AT, dt.date(2026, 3, 12)


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2026)


def inner(of, code):
    return Unit.objects.create(code=code, name=f"{of.name}综合科", kind="inner", parent=of)


@pytest.fixture
def inside():
    """People of inner offices: of the unit that handles, and of the office that registers."""
    factories.labour()
    housing, office = inner(factories.housing(), "ZJJ-1"), inner(factories.office(), "XFJ-1")
    return [factories.user(role, housing) for role in ("handler", "unit_head")] + [
        factories.user(role, office) for role in ("clerk", "supervisor", "leader")
    ]


def instructed(case, people):
    said = {"text": "请限期查清。", "leader_name": "张副市长", "given_on": AT.date(), "due_on": DUE}
    return instructing.instruct(case=case, actor=people["supervisor"], at=AT, to_unit=factories.housing(), **said)


def test_whoever_is_told_of_a_matter_can_open_it(client, inside):
    """All along the way, with an instruction, a charge and an urging besides."""
    case = factories.case(upto="served")
    people = case.people | {"leader": factories.user("leader")}
    other = factories.case(upto="handling", people=people)
    row = instructed(Case.objects.get(pk=other.pk), people)
    instructing.withdraw_instruction(instruction=row, actor=people["supervisor"], at=AT, reason="误登")
    charging.take_charge(
        case=Case.objects.get(pk=other.pk), actor=people["supervisor"], at=AT, leader=people["leader"],
        leader_name=str(people["leader"]), since=AT.date(), due_on=DUE,
    )  # fmt: skip
    said = {"way": "phone", "content": "请尽快办理。", "spoke_to": "科长"}
    urge(case=Case.objects.get(pk=other.pk), actor=people["supervisor"], at=AT, **said)
    assert {"sent", "instruction", "charge", "urge"} <= set(Notice.objects.values_list("kind", flat=True))
    assert not Notice.objects.filter(recipient__in=inside, url__contains="/cases/").exists()
    for one in Notice.objects.exclude(url="").select_related("recipient"):
        client.force_login(one.recipient)
        assert client.get(one.url).status_code == 200, (one.recipient.username, one.text)


def test_a_meeting_is_told_to_those_asked_without_the_address_where_they_cannot_open_it(inside):
    case = factories.case(upto="handling")
    convening.convene(
        case=Case.objects.get(pk=case.pk), actor=case.people["supervisor"], at=AT, planned_at=factories.later(days=3),
        place="会议室", topic="维修", units=[factories.housing()],
    )  # fmt: skip
    told = dict(Notice.objects.filter(kind="meeting").values_list("recipient", "url"))
    assert (told[inside[0].pk], told[case.people["handler"].pk]) == ("", reverse("cases:detail", args=[case.number]))


def test_who_cannot_open_it_may_be_told_without_the_address_alone(inside):
    case = factories.case(upto="handling")
    assert may_be_told(case, inside) == []
    assert not_about(case, inside) == inside
