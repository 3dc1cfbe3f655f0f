"""Asking for a second person and deciding: each condition of cases both ways."""

import pytest

from accounts import actions as people
from accounts.models import UnitKind, User
from approvals import asking
from approvals.models import Request
from notices.models import Notice
from tests import factories
from tests.cases.asked import unit
from tests.factories import AT, housing, labour, later
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    """Any row of the product does; a unit is the smallest."""
    return housing()


def test_asking_writes_the_whole_request(subject):
    clerk = factories.user("clerk")
    made = asking.ask("void", subject=subject, actor=clerk, at=AT, reason="  文号错误 ", matter="XF1", paper=7)
    made.refresh_from_db()
    assert (made.kind, made.subject_type, made.subject_id, made.matter) == ("void", "accounts.unit", subject.pk, "XF1")
    assert (made.reason, made.payload, made.unit, made.asked_by, made.asked_at) == (
        "文号错误", {"paper": 7}, clerk.unit, clerk, AT,
    )  # fmt: skip
    assert made.is_open
    assert asking.pending("void", subject) == made
    assert asking.pending("extend", subject) is None
    assert asking.pending("void", labour()) is None


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_asking_needs_a_reason(subject, reason):
    with pytest.raises(Refusal, match="写明理由"):
        asking.ask("void", subject=subject, actor=factories.user("clerk"), at=AT, reason=reason)
    assert not Request.objects.exists()


def test_asking_twice_is_refused_until_it_is_decided(subject):
    clerk, leader = factories.user("clerk"), factories.user("leader")
    first = asking.ask("void", subject=subject, actor=clerk, at=AT, reason="一")
    with pytest.raises(Refusal, match=r"文书作废.*已经提出"):
        asking.ask("void", subject=subject, actor=factories.user("supervisor"), at=AT, reason="二")
    asking.ask("take_apart", subject=subject, actor=clerk, at=AT, reason="另一种")
    asking.ask("void", subject=labour(), actor=clerk, at=AT, reason="另一件")
    asking.decide(first, actor=leader, at=AT, granted=False, verdict="不必")
    second = asking.ask("void", subject=subject, actor=clerk, at=AT, reason="再提")
    assert asking.pending("void", subject) == second


def test_who_may_decide(subject):
    """``void`` may be decided by any leader; ``extend`` by a head of the body that asks, or above it."""
    handler, leader = factories.user("handler"), factories.user("leader")
    void = asking.ask("void", subject=subject, actor=leader, at=AT, reason="一")
    extend = asking.ask("extend", subject=subject, actor=handler, at=AT, reason="一")
    inner = unit("ZJJ-1", UnitKind.INNER, housing())
    deciders = {
        "asker": leader,
        "leader": factories.user("leader"),
        "handler": handler,
        "head": factories.user("unit_head", unit=housing()),
        "inner head": factories.user("unit_head", unit=inner),
        "other head": factories.user("unit_head", unit=labour()),
        "city head": factories.user("unit_head", unit=housing().parent),
        "nowhere": User.objects.create(username="nowhere", is_active=True),
    }
    people.grant(user=deciders["nowhere"], role="leader", actor=None, at=AT)
    able = {
        request.kind: {who for who, user in deciders.items() if asking.no_deciding(request, user) == ""}
        for request in (void, extend)
    }
    assert able == {"void": {"leader", "nowhere"}, "extend": {"head", "city head"}}
    assert "角色" in asking.no_deciding(void, handler)
    assert "自己提出" in asking.no_deciding(void, leader)
    assert "提出单位" in asking.no_deciding(extend, deciders["other head"])
    extend.unit = None
    assert "提出单位" in asking.no_deciding(extend, deciders["head"])
    void.decided_at, void.decided_by = AT, leader
    assert str(leader) in asking.no_deciding(void, deciders["leader"])


def test_deciding_once(subject):
    clerk, one, two = factories.user("clerk"), factories.user("leader"), factories.user("leader")
    made = asking.ask("void", subject=subject, actor=clerk, at=AT, reason="一")
    other = asking.ask("void", subject=labour(), actor=clerk, at=AT, reason="一")
    same = Request.objects.get(pk=made.pk)
    with pytest.raises(Refusal, match="角色"):
        asking.decide(made, actor=clerk, at=AT, granted=True)
    asking.decide(made, actor=one, at=later(1), granted=True)
    for row in (made, Request.objects.get(pk=made.pk)):
        assert (row.granted, row.decided_by, row.decided_at, row.verdict) == (True, one, later(1), "")
    with pytest.raises(Stale, match="此项已由"):
        asking.decide(same, actor=two, at=later(2), granted=False, verdict="不行")
    with pytest.raises(Refusal, match=str(one)):
        asking.decide(made, actor=two, at=later(2), granted=True)
    assert Request.objects.get(pk=made.pk).decided_by == one
    assert Request.objects.get(pk=other.pk).is_open


@pytest.mark.parametrize("verdict", ["", " "])
def test_a_denial_needs_words_and_a_grant_does_not(subject, verdict):
    leader = factories.user("leader")
    made = asking.ask("void", subject=subject, actor=factories.user("clerk"), at=AT, reason="一")
    with pytest.raises(Refusal, match="不同意的"):
        asking.decide(made, actor=leader, at=AT, granted=False, verdict=verdict)
    assert Request.objects.get(pk=made.pk).is_open
    asking.decide(made, actor=leader, at=AT, granted=False, verdict="理由不足")
    assert (made.granted, made.verdict) == (False, "理由不足")


def test_the_list_of_a_second_person_follows_the_same_rule(subject):
    handler, leader = factories.user("handler"), factories.user("leader")
    void = asking.ask("void", subject=subject, actor=factories.user("clerk"), at=AT, reason="一")
    extend = asking.ask("extend", subject=subject, actor=handler, at=AT, reason="一")
    users = [handler, leader, factories.user("unit_head", unit=housing()), factories.user("unit_head", unit=labour())]
    for user in users:
        listed = set(Request.objects.all().decidable_by(user))
        assert listed == {one for one in (void, extend) if asking.no_deciding(one, user) == ""}


def test_deciders_at_the_unit_or_above_are_told_and_the_asker_of_the_verdict(subject):
    leader, above = factories.user("leader"), factories.user("leader", unit=housing().parent)
    elsewhere, homeless = factories.user("leader", unit=labour()), factories.user("leader")
    User.objects.filter(pk=homeless.pk).update(unit=None)
    asker = factories.user("clerk")
    people.grant(user=asker, role="leader", actor=None, at=AT)
    made = asking.ask("calendar", subject=subject, actor=asker, at=AT, reason="一")
    asking.tell_deciders(made, AT)
    told = Notice.objects.filter(kind="ask")
    assert {one.recipient for one in told} == {leader, above}
    assert elsewhere not in {one.recipient for one in told}
    assert {one.text for one in told} == {"有“节假日安排”待您审批。"}
    made.unit = None
    asking.tell_deciders(made, AT)
    assert told.count() == 2
    for granted, words in ((True, "已获批准"), (False, "未获批准")):
        Notice.objects.filter(kind="decided").delete()
        made.granted = granted
        asking.tell_asker(made, AT)
        assert [(one.recipient, words in one.text) for one in Notice.objects.filter(kind="decided")] == [(asker, True)]
    Notice.objects.filter(kind="decided").delete()
    made.asked_by.is_active = False
    asking.tell_asker(made, AT)
    assert not Notice.objects.filter(kind="decided").exists()
