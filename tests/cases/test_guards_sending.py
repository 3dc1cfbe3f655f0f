"""The conditions of sending a matter to a unit, and of what the unit says to that."""

import pytest

from accounts.models import UnitKind, User
from cases import guards as g
from cases.actions import answering, sending
from cases.choices import SendKind, SendRole
from cases.choices import State as S
from cases.guards.sending import accused_unit_of, assistance_of, hand_backs, own_rules, sent_kind
from cases.models import Assignment
from tests import factories
from tests.cases.asked import again, clock, on, unit, why
from tests.factories import AT, housing, labour, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def inner(code: str = "ZJJ-WY", parent=None):
    return unit(code, UnitKind.INNER, parent or housing())


def test_the_accused_unit_is_meant_with_its_inner_offices():
    case = factories.case()
    case.accused_unit = housing()
    deeper = inner("ZJJ-WY-1", inner())
    own_company = unit("ZJJ-GS", UnitKind.OTHER, housing())  # below it, but a body of its own
    asked = {one.code: accused_unit_of(case, one) for one in (housing(), inner("ZJJ-2"), deeper, own_company, labour())}
    assert asked == {"ZJJ": True, "ZJJ-2": True, "ZJJ-WY-1": True, "ZJJ-GS": False, "RSJ": False}
    case.accused_unit = None
    assert not accused_unit_of(case, housing())


def test_an_accusation_never_goes_to_the_accused_unit():
    case = factories.case()
    case.accused_unit, case.protected = housing(), True
    assert "第三十条" in why(g.target_not_accused, case, handling_unit=housing())
    assert why(g.target_not_accused, case, handling_unit=labour()) == ""
    assert why(g.target_not_accused, case) == ""
    case.protected = False  # a plain complaint about a unit may well go there
    assert why(g.target_not_accused, case, handling_unit=housing()) == ""


def test_who_receives_matters():
    case = factories.case()
    assert why(g.target_receives, case, handling_unit=housing()) == ""
    assert why(g.target_receives, case) == ""
    assert "不能接收" in why(g.target_receives, case, handling_unit=case.office)
    closed = unit("OLD", is_active=False)
    assert "单位OLD" in why(g.target_receives, case, handling_unit=closed)


def test_how_it_was_last_sent():
    case = factories.case(upto="accepted")
    assert sent_kind(case) == SendKind.ASSIGN
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=housing())
    case = again(case)
    assert sent_kind(case) == SendKind.REFER
    row = {"case": case, "unit": labour(), "sent_at": AT, "sent_by": case.people["supervisor"]}
    Assignment.objects.create(kind=SendKind.ASSIGN, role=SendRole.ASSIST, **row)
    assert sent_kind(case) == SendKind.REFER  # an assisting unit's letter does not say how
    Assignment.objects.create(kind=SendKind.ASSIGN, role=SendRole.LEAD, **row)
    assert sent_kind(case) == SendKind.ASSIGN


def test_own_unit_and_its_inner_offices():
    case = factories.case(upto="assigned")
    handler = case.people["handler"]
    asked = {
        "own": why(g.own_unit, case, handler) == "",
        "inner": why(g.own_unit, case, factories.user("handler", unit=inner())) == "",
        "other": why(g.own_unit, case, factories.user("handler", unit=labour())) == "",
        "nowhere": why(g.own_unit, case, User(username="x")) == "",
    }
    assert asked == {"own": True, "inner": False, "other": False, "nowhere": False}
    case.handling_unit = inner("ZJJ-3")
    assert why(g.own_unit, case, handler) == ""
    case.handling_unit = None
    assert "不在您的单位" in why(g.own_unit, case, handler)


def test_whom_it_is_about_does_not_handle_it():
    case = factories.case(upto="assigned")
    handler = case.people["handler"]
    assert why(g.not_involved, case, handler) == ""
    case.accused_user = handler
    assert "第二十八条" in why(g.not_involved, case, handler)
    assert why(g.not_involved, case, factories.user("handler")) == ""


def test_objection_on_the_fifth_and_the_sixth_working_day():
    """Assigned on Monday 2 March: Monday the ninth is the fifth working day."""
    case = factories.case(upto="assigned")
    assert why(g.objection_in_time, case, at=AT) == ""
    assert why(g.objection_in_time, case, at=on("2026-03-09", 23)) == ""
    assert "第二十三条" in why(g.objection_in_time, case, at=on("2026-03-10", 0))
    stopped = clock(case, "object")
    stopped.stopped_on = AT.date()
    stopped.save()
    assert "5 个工作日" in why(g.objection_in_time, case, at=AT)
    assert "5 个工作日" in why(g.objection_in_time, factories.case(people=case.people), at=AT)


def test_the_newest_period_to_object_counts():
    case = factories.case(upto="assigned")
    old = clock(case, "object")
    old.stopped_on = AT.date()
    old.save()
    new = type(old).objects.get(pk=old.pk)
    new.pk, new.stopped_on, new.legal_due = None, None, on("2026-04-01").date()
    new.save()
    assert why(g.objection_in_time, case, at=on("2026-04-01")) == ""


def handed_back(case, times: int):
    """The matter with so many hand-backs by leads, and one by an assisting unit, which does not count."""
    row = {"case": case, "kind": "assign", "unit": housing(), "sent_at": AT, "sent_by": case.people["supervisor"]}
    for _ in range(times):
        Assignment.objects.create(objected_at=AT, **row)
    Assignment.objects.create(objected_at=AT, role=SendRole.ASSIST, **row)
    Assignment.objects.create(**row)
    return again(case)


@pytest.mark.parametrize(("times", "coordinator"), [(0, False), (2, False), (3, True), (4, True)])
def test_the_third_hand_back_goes_to_the_coordinator(times, coordinator):
    case = handed_back(factories.case(), times)
    assert hand_backs(case) == times
    case.state = S.OBJECTED
    assert (why(g.for_coordinator, case) == "") == coordinator
    said = why(g.not_for_coordinator, case)
    assert said == "" if not coordinator else str(times) in said
    case.state = S.ACCEPTED
    assert why(g.not_for_coordinator, case) == ""


def test_silence_of_the_sender_lapses_after_five_working_days():
    case = factories.case(upto="assigned")
    assert "尚未届满" in why(g.judging_lapsed, case)
    answering.hand_back(case=case, actor=case.people["handler"], at=AT, note="此事由人社部门主管，不属于本单位职责")
    case = again(case)
    assert "尚未届满" in why(g.judging_lapsed, case, at=on("2026-03-09", 23))
    assert why(g.judging_lapsed, case, at=on("2026-03-10", 0)) == ""


@pytest.mark.parametrize("kind", UnitKind.values)
def test_courts_and_discipline_bodies_follow_their_own_rules(kind):
    case = factories.case()
    case.handling_unit = unit("X", kind)
    own = kind in ("justice", "discipline")
    assert own_rules(case.handling_unit) is own
    assert (why(g.leaves_the_system, case) == "") is own


def test_nothing_leaves_without_a_unit():
    assert "政法机关" in why(g.leaves_the_system, factories.case())


def joint():
    """Led by housing, labour assisting."""
    case = factories.case(upto="accepted")
    sending.assign(
        case=case, actor=case.people["supervisor"], at=AT, unit=housing(), assisting=[labour()],
        due_on=on("2026-04-01").date(),
    )  # fmt: skip
    return again(case)


def test_only_an_assisting_unit_assists_and_once():
    case = joint()
    helper, inside = factories.user("handler", unit=labour()), factories.user("handler", unit=inner("RSJ-1", labour()))
    assert assistance_of(case, helper) == case.assignments.get(role="assist")
    assert assistance_of(case, inside) is None
    assert assistance_of(case, User(username="x")) is None
    assert why(g.assisting, case, helper) == ""
    assert "协办单位" in why(g.assisting, case, case.people["handler"])
    row = case.assignments.get(role="assist")
    for field in ("answered_at", "ended_at"):
        Assignment.objects.filter(pk=row.pk).update(**{field: later(1)})
        assert assistance_of(case, helper) is None
        assert "已经报送" in why(g.assisting, case, helper)
        Assignment.objects.filter(pk=row.pk).update(**{field: None})
    assert assistance_of(factories.case(people=case.people), helper) is None


def test_the_oldest_assistance_comes_first():
    case = joint()
    row = case.assignments.get(role="assist")
    Assignment.objects.create(case=case, kind="assign", role="assist", unit=labour(), sent_at=AT, sent_by=row.sent_by)
    assert assistance_of(case, factories.user("handler", unit=labour())) == row


def test_the_lead_waits_for_the_assistants():
    case = joint()
    assert why(g.assistants_answered, case).endswith("：人社局。")
    row = case.assignments.get(role="assist")
    Assignment.objects.filter(pk=row.pk).update(answered_at=AT)
    assert why(g.assistants_answered, again(case)) == ""
    Assignment.objects.filter(pk=row.pk).update(answered_at=None, ended_at=AT)
    assert why(g.assistants_answered, again(case)) == ""
    assert why(g.assistants_answered, factories.case(upto="assigned", people=case.people)) == ""
