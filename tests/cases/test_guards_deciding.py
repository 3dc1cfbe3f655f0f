"""The conditions of the decision: category, grounds, routes, simple procedure, second person."""

import pytest

from accounts.models import User
from cases import guards as g
from cases import policy
from cases.actions import intake, refusing
from cases.choices import Procedure
from cases.guards.base import running, today_at
from reception.choices import PetitionerKind
from tests import factories
from tests.cases.asked import again, clock, on, why
from tests.factories import AT, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


@pytest.fixture
def case():
    return factories.case()


def test_category_is_one_of_the_ten(case):
    assert [why(g.known_category, case, category=code) for code in policy.categories()] == [""] * 10
    assert why(g.known_category, case) == ""
    assert "十类" in why(g.known_category, case, category="C11")
    case.category = ""
    assert "十类" in why(g.known_category, case)


def test_only_category_3_and_6_to_10_are_accepted(case):
    allowed = {code: why(g.category_allows_acceptance, case, category=code) == "" for code in policy.categories()}
    assert allowed == {f"C{n:02}": n in (3, 6, 7, 8, 9, 10) for n in range(1, 11)}
    case.category = "C05"
    assert policy.category_label("C05") in why(g.category_allows_acceptance, case)
    assert why(g.category_allows_acceptance, case, category="C03") == ""
    assert "不进入信访程序" in why(g.category_allows_acceptance, case, category="C99")


def test_informing_needs_a_name_or_a_telephone(case):
    assert why(g.may_be_informed, case) == ""
    case.petitioner.kind = PetitionerKind.ANONYMOUS
    assert why(g.may_be_informed, case) == ""  # a telephone is left
    case.petitioner.phone = ""
    assert "无法书面告知" in why(g.may_be_informed, case)
    case.petitioner.kind = PetitionerKind.PERSON
    assert why(g.may_be_informed, case) == ""


def test_accusations_are_not_answered_at_the_counter(case):
    assert why(g.may_answer_at_once, case) == ""
    case.purpose = "accusation"
    assert "检举控告不能当场答复" in why(g.may_answer_at_once, case)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({}, ""),
        ({"apart_from_id": 1}, "不是初次"),
        ({"superior": "省信访局"}, "上级交办"),
        ({"protected": True}, "检举控告"),
        ({"purpose": "accusation"}, "检举控告"),
        ({"is_group": True}, "集体联名"),
        ({"category": "C10"}, "集体联名"),
        ({"also": "C07,C10"}, "集体联名"),
        ({"also": "C07"}, ""),
        ({"category": "C01"}, "法定途径"),
        ({"category": "C02"}, "法定途径"),
        ({"category": "C05"}, "法定途径"),
        ({"category": "C04"}, ""),
        ({"category": "C06"}, ""),
        ({"category": "?"}, ""),
    ],
)
def test_who_may_go_the_simple_way(case, changed, part):
    for field, value in changed.items():
        setattr(case, field, value)
    said = why(g.simple_allowed, case)
    assert said == "" if part == "" else part in said


def test_a_second_visit_is_no_first_matter(case):
    data = factories.visit_data(petitioner=case.petitioner)
    intake.register(data=data, actor=case.people["clerk"], at=later(hours=1), apart=True, reason="另一处房屋")
    assert [link.position for link in case.visit_links.all()] == [1]
    assert why(g.simple_allowed, again(case)) == ""  # a matter of its own
    intake.register(
        data=factories.visit_data(petitioner=case.petitioner), actor=case.people["clerk"], at=later(hours=2), join=case
    )
    assert [link.position for link in case.visit_links.all()] == [1, 2]
    assert "不是初次" in why(g.simple_allowed, again(case))


def test_the_simple_way_is_chosen_within_three_working_days(case):
    """Registered on Monday 2 March: Thursday the fifth is the third working day."""
    assert why(g.simple_in_time, case, at=on("2026-03-05", 23)) == ""
    late = why(g.simple_in_time, case, at=on("2026-03-06", 0))
    assert "2026-03-05" in late
    assert why(g.simple_in_time, case, at=on("2026-03-02")) == ""


def test_is_simple(case):
    assert "不是简易办理" in why(g.is_simple, case)
    case.procedure = Procedure.SIMPLE
    assert why(g.is_simple, case) == ""


def test_grounds_of_the_closed_list(case):
    listed = {code: why(g.ground_is_listed, case, ground=code) == "" for code in policy.grounds()}
    assert listed == {"pending": True, "concluded": True, "review_missed": False}  # switched off by the office
    assert why(g.ground_is_listed, case) == ""
    assert "规定的情形" in why(g.ground_is_listed, case, ground="because")
    case.ground = "because"
    assert "规定的情形" in why(g.ground_is_listed, case)
    assert why(g.ground_is_listed, case, ground="pending") == ""


@pytest.mark.parametrize(
    ("ground", "declines", "ends"), [("pending", True, False), ("concluded", False, True), ("", False, False)]
)
def test_declining_and_no_longer_accepting_have_their_own_grounds(case, ground, declines, ends):
    case.ground = ground
    assert (why(g.ground_declines, case) == "", why(g.ground_ends, case) == "") == (declines, ends)
    assert [bool(why(guard, case)) for guard in (g.ground_declines, g.ground_ends)] == [not declines, not ends]


def test_a_refusal_needs_a_second_person(case):
    supervisor, leader = case.people["supervisor"], factories.leader(case)
    assert "没有待审批" in why(g.second_person, case, leader)
    refusing.propose_decline(case=case, actor=supervisor, at=AT, ground="pending", note="正在办理")
    case = again(case)
    assert why(g.second_person, case, leader) == ""
    assert "角色" in why(g.second_person, case, supervisor)
    factories.people.grant(user=supervisor, role="leader", actor=None, at=AT)
    assert "另一人" in why(g.second_person, case, User.objects.get(pk=supervisor.pk))


def test_routes_of_the_table(case):
    assert [why(g.route_is_listed, case, route=code) for code in policy.routes()] == [""] * len(policy.routes())
    assert why(g.route_is_listed, case) == ""
    assert "法定途径表" in why(g.route_is_listed, case, route="elsewhere")
    case.route = "elsewhere"
    assert "法定途径表" in why(g.route_is_listed, case)


def test_the_running_clock_is_the_oldest_that_is_not_stopped():
    case = factories.case(upto="assigned")
    assert running(case, "object") == clock(case, "object")
    assert running(case, "recheck") is None
    assert running(case, "object", "handle") == clock(case, "handle")  # started before
    clock_ = clock(case, "object")
    clock_.stopped_on = AT.date()
    clock_.save()
    assert running(case, "object") is None


def test_today_is_the_day_of_the_office():
    assert str(today_at(on("2026-03-02", 0))) == "2026-03-02"
    assert str(today_at(on("2026-03-01", 23))) == "2026-03-01"
