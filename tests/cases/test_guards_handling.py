"""The conditions while a matter is handled: extension, hearing, handler, two signatures."""

import datetime as dt

import pytest

from accounts.models import UnitKind, User
from cases import guards as g
from cases.actions import handling
from cases.choices import InterestKind, Procedure
from cases.choices import State as S
from cases.models import Clock, Hearing, Interest, Report
from tests import factories
from tests.cases.asked import again, clock, on, unit, why
from tests.factories import AT, housing, labour

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def test_in_hand_of_the_office_or_of_its_own_unit():
    case = factories.case(upto="assigned")
    asked = {
        "supervisor": why(g.in_hand, case, case.people["supervisor"]),
        "handler": why(g.in_hand, case, case.people["handler"]),
    }
    assert asked == {"supervisor": "", "handler": ""}
    assert "不在您的单位" in why(g.in_hand, case, factories.user("handler", unit=labour()))


def test_extension_on_the_last_day_and_after_it():
    """Accepted on 2 March: the sixtieth day is 1 May; the table of this test knows no Labour Day."""
    case = factories.case(upto="handling")
    assert clock(case, "handle").legal_due == dt.date(2026, 5, 1)
    assert why(g.may_extend, case, at=on("2026-05-01", 23)) == ""
    assert "2026-05-01" in why(g.may_extend, case, at=on("2026-05-02", 0))
    case.procedure = Procedure.SIMPLE
    assert "简易办理不能延期" in why(g.may_extend, case)


def test_extension_once_and_only_while_the_period_runs():
    assert "尚未开始" in why(g.may_extend, factories.case())
    case = factories.case(upto="handling")
    Clock.objects.filter(pk=clock(case, "handle").pk).update(stopped_on=AT.date())
    assert "尚未开始" in why(g.may_extend, case)
    assert "已经延期" in why(g.may_extend, factories.extended(factories.case(upto="handling")))


def test_an_extension_is_asked_for_before_it_is_granted():
    case = factories.case(upto="handling")
    leader, supervisor = factories.leader(case), case.people["supervisor"]
    assert "没有待审批" in why(g.extension_asked, case, leader)
    handling.request_extension(case=case, actor=supervisor, at=AT, days=30, reason="需要鉴定")
    case = again(case)
    assert why(g.extension_asked, case, leader) == ""
    assert "角色" in why(g.extension_asked, case, supervisor)
    factories.people.grant(user=supervisor, role="leader", actor=None, at=AT)
    assert "另一人" in why(g.extension_asked, case, User.objects.get(pk=supervisor.pk))


def test_the_handler_belongs_to_the_body_and_has_no_interest():
    case = factories.case()
    clerk, inside = case.people["clerk"], factories.user("clerk", unit=unit("XFJ-1", UnitKind.INNER, case.office))
    assert why(g.handler_not_involved, case) == ""
    assert why(g.handler_not_involved, case, handler=clerk) == ""
    assert why(g.handler_not_involved, case, handler=inside) == ""
    assert "本单位人员" in why(g.handler_not_involved, case, handler=case.people["handler"])
    assert "本单位人员" in why(g.handler_not_involved, case, handler=User(pk=0, username="x"))
    case.accused_user = clerk
    assert "第二十八条" in why(g.handler_not_involved, case, handler=clerk)
    case = again(case)
    row = {"case": case, "user": clerk, "reason": "近亲属", "recorded_by": clerk, "recorded_at": AT}
    Interest.objects.create(kind=InterestKind.EXPLAINED, **row)
    assert why(g.handler_not_involved, again(case), handler=clerk) == ""
    Interest.objects.create(kind=InterestKind.DECLARED, **row)
    assert "应当回避" in why(g.handler_not_involved, again(case), handler=clerk)
    assert why(g.handler_not_involved, again(case), handler=inside) == ""


def test_an_accusation_is_not_handled_by_the_accused_body():
    case = again(factories.case(), accused_unit=factories.office(), protected=True)
    clerk = case.people["clerk"]
    assert "第三十条" in why(g.handler_not_involved, case, handler=clerk)
    case.protected = False
    assert why(g.handler_not_involved, case, handler=clerk) == ""
    case.protected, case.accused_unit = True, labour()
    assert why(g.handler_not_involved, case, handler=clerk) == ""
    assert "本单位人员" in why(g.handler_not_involved, case, handler=User(pk=0, username="x"))


def test_who_may_hear():
    case = factories.case(upto="handling")
    handler, reviewer = case.people["handler"], factories.user("reviewer")
    asked = {
        who: why(g.hearing_is_mine, case, user) == "" for who, user in (("handler", handler), ("reviewer", reviewer))
    }
    assert asked == {"handler": True, "reviewer": False}
    case.accused_user = handler
    assert "第二十八条" in why(g.hearing_is_mine, case, handler)
    for state in (S.REVIEWING, S.RECHECKING):
        case.state, case.accused_user = state, None
        assert why(g.hearing_is_mine, case, reviewer) == ""
        assert "复查复核员" in why(g.hearing_is_mine, case, case.people["supervisor"])
        case.accused_user = reviewer
        assert "第二十八条" in why(g.hearing_is_mine, case, reviewer)
        case.accused_user, case.handler = None, reviewer
        assert "不能复查" in why(g.hearing_is_mine, case, reviewer)
        case.handler = None


def hearing(case, **fields) -> Hearing:
    row = {
        "case": case, "stage": "handle", "planned_at": AT, "place": "会议室", "host": "主持人", "attending": "各方",
        "subject": "渗水", "called_by": case.people["handler"], "called_at": AT, "begins_on": AT.date(),
    }  # fmt: skip
    return Hearing.objects.create(**row | fields)


def test_an_open_hearing():
    case = factories.case(upto="handling")
    assert "没有正在进行" in why(g.open_hearing, case)
    assert why(g.no_open_hearing, case) == ""
    hearing(case, ended_on=AT.date())
    assert "没有正在进行" in why(g.open_hearing, again(case))
    assert why(g.no_open_hearing, again(case)) == ""
    hearing(case)
    assert why(g.open_hearing, again(case)) == ""
    assert "听证尚未结束" in why(g.no_open_hearing, again(case))


def test_two_signatures_where_the_head_is_on_the_system():
    case = factories.case(upto="handling")
    guards = (g.head_signs_here, g.head_signs_on_paper)

    def said(**columns) -> list[str]:
        return [why(guard, again(case, **columns))[:8] for guard in guards]

    paper, here = ["本单位在系统内没", ""], ["", "请先送单位负责人"]
    factories.user("unit_head", unit=labour())
    assert said() == paper
    head = factories.user("unit_head", unit=housing())
    assert said() == here
    inner_office = unit("ZJJ-1", UnitKind.INNER, housing())
    assert said(handling_unit=inner_office) == here
    User.objects.filter(pk=head.pk).update(is_active=False)
    assert said() == paper
    assert said(handling_unit=None) == paper


def test_nobody_signs_their_own_draft():
    case = factories.case(upto="handling")
    handler, other = case.people["handler"], factories.user("handler")
    assert why(g.not_the_author, case, handler) == ""
    made = Report.objects.create(case=case, findings="一", opinion="一", legal_basis="一", made_by=handler, made_at=AT)
    assert "自己起草" in why(g.not_the_author, case, handler)
    assert why(g.not_the_author, case, other) == ""
    made.pk, made.made_by = None, other
    made.save()
    assert why(g.not_the_author, case, handler) == ""  # the last one counts
    assert "自己起草" in why(g.not_the_author, case, other)


def test_a_superior_assigned_it():
    case = factories.case()
    assert "不是上级交办" in why(g.has_superior, case)
    case.superior = "省信访局"
    assert why(g.has_superior, case) == ""
