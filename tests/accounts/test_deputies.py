"""Acting for somebody: what a deputy may, who stays out, who is told, and that nothing remains afterwards."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import actions, deputies
from accounts.models import Deputyship, User
from accounts.roles import ROLES, permissions_of
from approvals.asking import no_deciding, pending
from audit.models import Event
from audit.verifying import findings
from cases.actions import answering, handling, recusing, refusing
from cases.models import Case
from cases.telling import may_be_told, people_at
from notices.models import Notice
from reception.models import Visit
from tests import factories
from tests.accounts.deputising import acting, appoint, fresh, now
from vault.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]
BUSINESS = [code for code, role in ROLES.items() if not role.administrative]


def seen(user):
    return set(Case.objects.visible_to(user).values_list("number", flat=True))


def matters(people):
    """One of the office, one at the housing bureau, one about the labour bureau, one about the second supervisor."""
    at = now()
    plain = factories.case(people=people, at=at)
    sent = factories.case(upto="handling", people=people, at=at)
    accused = factories.case(people=people, at=at, purpose="accusation", accused=factories.labour().name)
    person = factories.case(people=people, at=at, purpose="accusation", accused="某工作人员")
    Case.objects.filter(pk=person.pk).update(accused_user=people["supervisor_2"])
    return {"plain": plain, "sent": sent, "accused": accused, "person": fresh(person)}


# ---- what a deputy may ----


@pytest.mark.parametrize("away", BUSINESS)
@pytest.mark.parametrize("stands_in", BUSINESS)
def test_a_deputy_has_the_roles_of_the_absent_and_sees_what_they_see(people, away, stands_in):
    made = matters(people)
    unit = factories.housing() if away in ("handler", "unit_head") else factories.office()
    absent, deputy = factories.user(away, unit), factories.user(stands_in, unit)
    before = (seen(User.objects.get(pk=deputy.pk)), frozenset(deputy.permissions))
    hat = acting(absent, deputy)
    assert hat.permissions == permissions_of(frozenset({away}))
    assert (hat.scopes, hat.scope) == (fresh(absent).scopes, fresh(absent).scope)
    assert seen(hat) == seen(fresh(absent))
    assert set(Visit.objects.visible_to(hat)) == set(Visit.objects.visible_to(fresh(absent)))
    same = User.objects.get(pk=deputy.pk)  # somebody who has not switched it on is who they were
    assert (seen(same), frozenset(same.permissions)) == before
    assert made["plain"].number in seen(people["clerk"])


def test_neither_ones_own_asking_nor_that_of_the_absent_is_decided(people):
    asked = proposed(people, people["supervisor"])
    hat = acting(people["leader"], people["supervisor"])
    assert "不能审批自己提出的" in no_deciding(asked, hat)
    assert no_deciding(asked, people["leader"]) == ""
    actions.grant(user=people["supervisor"], role="leader", actor=None, at=now())
    row = Deputyship(absent=fresh(people["supervisor"]), deputy=people["supervisor_2"])
    assert "不能审批自己提出的" in no_deciding(asked, deputies.acting(row))  # asked by the absent


def test_what_was_asked_in_ones_stead_is_not_decided_by_oneself_either(people):
    hat = acting(people["supervisor"], people["supervisor_2"])
    asked = proposed(people, hat)
    for who in (people["supervisor"], people["supervisor_2"]):
        actions.grant(user=who, role="leader", actor=None, at=now())
        assert "不能审批自己提出的" in no_deciding(asked, fresh(who))
    case = Case.objects.get(number=asked.matter)
    refusing.approve_decline(request=asked, case=case, actor=people["leader"], at=now())
    assert list(findings()) == []


def proposed(people, actor):
    case = factories.case(people=people, at=now())
    refusing.propose_decline(case=case, actor=actor, at=now(), ground="pending", note="已受理。")
    return pending("decline", case)


def test_nobody_signs_what_was_written_in_their_stead(people):
    head = factories.user("unit_head", factories.housing())
    case = factories.case(upto="handling", people=people, at=now())
    actions.grant(user=head, role="handler", actor=None, at=now())
    other = factories.user("handler", factories.housing())
    hat = acting(fresh(head), other)
    report = {name: value for name, value in factories.REPORT.items()}
    handling.submit(case=fresh(case), actor=hat, at=now(), **report)
    for who in (fresh(head), hat):
        with pytest.raises(Refusal, match="不能签发自己起草的报告"):
            handling.sign(case=fresh(case), actor=who, at=now())


# ---- who stays out ----


def test_the_accused_deputy_and_the_deputy_of_the_accused_see_nothing_of_it(people):
    made = matters(people)
    about_me = acting(people["supervisor"], people["supervisor_2"])
    assert made["person"].number not in seen(about_me)
    assert made["person"].number in seen(people["supervisor"])
    spare = factories.user("supervisor")
    row = Deputyship(absent=people["supervisor_2"], deputy=spare)
    hat = deputies.acting(row)
    assert made["person"].number not in seen(hat)
    assert made["person"].number in seen(spare)
    assert not Visit.objects.visible_to(hat).filter(case_link__case=made["person"]).exists()


def test_a_deputy_of_the_leader_does_not_inherit_the_exception_for_the_own_office(people):
    """Matters about the office itself are for its leader, not for whoever stands in for a while."""
    case = factories.case(people=people, at=now(), purpose="accusation", accused=factories.office().name)
    assert case.accused_unit == factories.office()
    assert case.number in seen(people["leader"])
    assert case.number not in seen(acting(people["leader"], people["supervisor"]))
    assert not Visit.objects.visible_to(deputies.acting(Deputyship.objects.get())).filter(case_link__case=case).exists()


def test_recusal_of_either_shuts_the_matter(people):
    case = factories.case(upto="handling", people=people, at=now())
    other = factories.user("handler", factories.housing())
    recusing.declare_interest(case=fresh(case), actor=people["handler"], at=now(), reason="与信访人是亲属。")
    hat = acting(people["handler"], other)
    assert (case.number in seen(other), case.number in seen(hat)) == (True, False)
    second = factories.case(upto="assigned", people=people, at=now())
    recusing.declare_interest(case=fresh(second), actor=other, at=now(), reason="与信访人是亲属。")
    with pytest.raises(Refusal, match="回避"):
        answering.take_up(case=fresh(second), actor=hat, at=now())


# ---- afterwards nothing remains ----


def over_revoked(row, people):
    actions.revoke_deputy(row=fresh(row), actor=people["leader"], at=now())


def over_absent_stopped(row, people):
    actions.deactivate(user=row.absent, actor=people["sysadmin"], at=now())


def over_moved(row, people):
    actions.change_user(user=row.deputy, actor=people["sysadmin"], at=now(), unit=factories.labour())


def over_roles_gone(row, people):
    row.absent.grants.all().delete()


def over_time(row, people):
    Deputyship.objects.filter(pk=row.pk).update(ends_at=now())


ENDS = [over_revoked, over_absent_stopped, over_moved, over_roles_gone, over_time]


@pytest.mark.parametrize("ends", ENDS, ids=[one.__name__ for one in ENDS])
def test_whatever_ends_it_nothing_of_it_remains(client, people, ends):
    made = matters(people)
    clerk, leader = people["clerk"], people["leader"]
    urls = [
        reverse("reports:index"),
        reverse("alerts:index"),
        reverse("diary:new_leader_day"),
        made["plain"].get_absolute_url(),
    ]
    row = appoint(leader, clerk)
    client.force_login(clerk)
    before = [client.get(url).status_code for url in urls]
    assert client.post(reverse("accounts:act_for", args=[row.pk])).status_code == 302
    assert [client.get(url).status_code for url in urls] == [200, 200, 200, 200]
    ends(fresh(row), people)
    after = [client.get(url).status_code for url in urls]
    assert after == (before if ends is not over_moved else [403, 403, 403, 404])
    assert "acting" not in client.session
    assert client.post(reverse("accounts:act_for", args=[row.pk])).status_code == 302
    assert "acting" not in client.session
    assert deputies.standing_in([leader]) == []
    assert deputies.mine(fresh(clerk), now()) == []
    told = may_be_told(made["plain"], people_at(factories.office(), "cases.approve"))
    assert clerk not in told


@pytest.mark.parametrize(("minutes", "stands"), [(-1, False), (0, True), (59, True), (60, False), (600, False)])
def test_it_begins_and_ends_by_itself(client, people, time_machine, settings, minutes, stands):
    settings.SESSION_IDLE_SECONDS = 10**6
    start = now() + dt.timedelta(hours=1)
    row = appoint(people["leader"], people["clerk"], starts=start, ends_at=start + dt.timedelta(hours=1))
    client.force_login(people["clerk"])
    time_machine.move_to(start + dt.timedelta(minutes=minutes), tick=False)
    client.post(reverse("accounts:act_for", args=[row.pk]))
    assert client.get(reverse("reports:index")).status_code == (200 if stands else 403)
    time_machine.move_to(start + dt.timedelta(hours=1), tick=False)
    assert client.get(reverse("reports:index")).status_code == 403


def test_a_forged_session_or_another_persons_deputyship_gives_nothing(client, people):
    row = appoint(people["leader"], people["clerk"])
    client.force_login(people["supervisor_2"])
    assert client.post(reverse("accounts:act_for", args=[row.pk])).status_code == 404
    session = client.session
    session["acting"] = row.pk
    session.save()
    assert "您正在代理" not in client.get(reverse("cases:todo")).text
    with pytest.raises(Refusal):
        actions.begin_acting(row=fresh(row), actor=people["supervisor_2"], at=now())


# ---- on record, on the page, told ----


def test_every_act_names_both_and_the_chain_holds(client, people):
    case = factories.case(people=people, at=now())
    row = appoint(people["supervisor"], people["clerk"])
    client.force_login(people["clerk"])
    assert "开始代理" in client.get(reverse("accounts:deputies")).text
    client.post(reverse("accounts:act_for", args=[row.pk]))
    page = client.get(case.get_absolute_url()).text
    assert "您正在代理 <strong>supervisor</strong>，至 " in page
    answer = client.post(reverse("cases:step", args=[case.number, "accept"]), {"version": case.version, "note": ""})
    assert answer.status_code == 302
    event = Event.objects.of_matter(case.number).get(verb="accept")
    assert (event.actor, event.actor_name) == (people["clerk"], "clerk（代 supervisor）")
    assert (event.actor_roles, event.data["acting_for"]) == ("supervisor", "supervisor")
    client.post(reverse("accounts:stop_acting"))
    assert "您正在代理" not in client.get(case.get_absolute_url()).text
    assert [one.verb for one in Event.objects.about(row).order_by("seq")] == [
        "appoint_deputy", "begin_acting", "stop_acting",
    ]  # fmt: skip
    assert list(findings()) == []


def test_the_deputy_is_told_what_the_absent_is_told_and_not_of_what_they_must_not_know(people):
    spare = factories.user("clerk")
    appoint(people["leader"], people["clerk"])
    appoint(people["supervisor"], spare)
    case = factories.case(people=people, at=now())
    refusing.propose_decline(case=case, actor=people["supervisor_2"], at=now(), ground="pending", note="已受理。")
    told = Notice.objects.filter(kind="ask", matter=case.number)
    assert {one.recipient.username for one in told} == {"leader", "clerk"}
    about = fresh(factories.case(people=people, at=now(), purpose="accusation", accused="某人"))
    Case.objects.filter(pk=about.pk).update(accused_user=people["clerk"])
    refusing.propose_decline(
        case=fresh(about), actor=people["supervisor_2"], at=now(), ground="pending", note="已受理。"
    )
    assert {one.recipient.username for one in Notice.objects.filter(kind="ask", matter=about.number)} == {"leader"}
    about = fresh(factories.case(people=people, at=now(), purpose="accusation", accused="某人"))
    Case.objects.filter(pk=about.pk).update(accused_user=people["leader"])
    refusing.propose_decline(
        case=fresh(about), actor=people["supervisor_2"], at=now(), ground="pending", note="已受理。"
    )
    assert not Notice.objects.filter(kind="ask", matter=about.number).exists()


def test_permissions_asked_twice_hold_for_both(people):
    hat = acting(people["leader"], people["clerk"])
    assert (hat.can("cases.approve"), hat.can_twice("cases.approve")) == (True, False)
    assert (hat.can("cases.view"), hat.can_twice("cases.view")) == (True, True)
    with pytest.raises(PermissionDenied):
        hat.must("reception.register")  # the deputy's own role does not add to it
