"""Four eyes on every kind: nobody decides their own request, the database refuses it too, the list keeps silent."""

import datetime as dt
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import actions as people
from accounts.roles import holders
from approvals import asking
from approvals.choices import KINDS
from approvals.models import Request
from audit import trail
from audit.verifying import findings
from reports import waiting
from tests import factories
from tests.factories import AT
from tests.racing import race
from vault.errors import Refusal

THREADS = 8


def both(kind):
    """One person who asks as a clerk and holds the deciding role as well."""
    user = factories.user("clerk")
    role = next(iter(holders(KINDS[kind].permission)))
    people.grant(user=user, role=role, actor=None, at=AT)
    return type(user).objects.get(pk=user.pk)


def asked(kind, actor, matter=""):
    return Request.objects.create(
        kind=kind, subject_type="accounts.user", subject_id=actor.pk, matter=matter, payload={}, reason="理由",
        unit=actor.unit, asked_by=actor, asked_at=AT,
    )  # fmt: skip


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_decides_what_they_asked_for(kind):
    user = both(kind)
    request = asked(kind, user)
    for granted in (True, False):
        with pytest.raises(Refusal, match="提出人不能审批自己提出的事项"):
            asking.decide(request, actor=user, at=AT, granted=granted, verdict="同意")
    request.refresh_from_db()
    assert (request.granted, request.decided_by, request.decided_at) == (None, None, None)
    assert list(Request.objects.decidable_by(user)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_the_database_refuses_one_person_on_both_sides(kind):
    user = both(kind)
    request = asked(kind, user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(granted=True, decided_by=user, decided_at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_role_without_the_permission_neither_decides_nor_sees_it(kind):
    request, outsider = asked(kind, factories.user("clerk")), factories.user("auditor")
    with pytest.raises(Refusal, match="您的角色不能审批"):
        asking.decide(request, actor=outsider, at=AT, granted=True)
    assert list(Request.objects.decidable_by(outsider)) == []


@pytest.mark.django_db
def test_a_denial_takes_a_word():
    request = asked("full_ids", factories.user("supervisor"))
    with pytest.raises(Refusal, match="不同意的，请写明理由"):
        asking.decide(request, actor=factories.user("leader"), at=AT, granted=False, verdict=" ")


@trail.verb
def _grant(*, request, actor, at):
    asking.decide(request, actor=actor, at=at, granted=True)
    trail.record(actor=actor, verb="grant", title="同意", subject=request, at=at)


@pytest.mark.django_db(transaction=True)
def test_eight_leaders_decide_and_one_wins():
    request = asked("full_ids", factories.user("supervisor"))
    leaders = [factories.user("leader") for _each in range(THREADS)]
    pairs = [(Request.objects.get(pk=request.pk), leader) for leader in leaders]
    told = race(*(partial(_grant, request=copy, actor=leader, at=AT) for copy, leader in pairs))
    winner = Request.objects.get(pk=request.pk).decided_by
    assert told == ["", *[f"此项已由 {winner} 审批。"] * (THREADS - 1)]
    assert list(findings()) == []


@pytest.fixture
def office(db):
    factories.calendar(2026)
    case = factories.case(accused="市住房和城乡建设局")
    asked("take_apart", factories.user("archivist"), matter=case.number)
    asked("full_ids", case.people["supervisor"])
    return case


def test_the_list_shows_what_waits_and_what_was_asked(office):
    leader = factories.user("leader")
    page = signed_in(leader).get("/approvals/")
    assert [line.request.kind for line in page.context["waiting"]] == ["take_apart", "full_ids"]
    assert page.context["waiting"][0].request.matter == office.number
    assert '<span class="count">2</span>' in page.content.decode()
    mine = signed_in(office.people["supervisor"]).get("/approvals/")
    assert (mine.context["waiting"], [one.request.kind for one in mine.context["asked"]]) == ([], ["full_ids"])


def test_a_request_about_a_matter_one_may_not_know_of_is_neither_listed_nor_counted(office):
    accused = factories.user("leader")
    office.accused_user = accused
    office.save(update_fields=["accused_user"])
    page = signed_in(accused).get("/approvals/")
    assert [line.request.kind for line in page.context["waiting"]] == ["full_ids"]
    assert '<span class="count">1</span>' in page.content.decode()
    assert office.number not in page.content.decode()
    panel = signed_in(accused).get("/approvals/panel/").content.decode()
    assert (office.number in panel, "导出完整证件号码" in panel) == (False, True)


@pytest.mark.parametrize("role", ["secadmin", "auditor"])
def test_roles_without_part_in_it_have_no_page(db, role):
    client = signed_in(factories.user(role))
    assert [client.get(path).status_code for path in ("/approvals/", "/approvals/panel/")] == [403, 403]


@pytest.mark.parametrize("more", [0, 5])
def test_the_page_asks_as_often_for_many_as_for_few(office, django_assert_num_queries, more):
    for _n in range(more):
        asked("full_ids", factories.user("supervisor"), matter="")
    client = signed_in(factories.user("leader"))
    client.get("/approvals/")
    with django_assert_num_queries(QUERIES):
        client.get("/approvals/")


QUERIES = 8


def test_open_ones_come_first_among_mine(db):
    user = factories.user("supervisor")
    old = asked("full_ids", user)
    Request.objects.filter(pk=old.pk).update(
        granted=True, decided_by=factories.user("leader"), decided_at=AT, asked_at=AT + dt.timedelta(days=1)
    )
    new = asked("full_ids", user)
    assert [one.request.pk for one in waiting.lines(waiting.of_mine(user))] == [new.pk, old.pk]
