"""Who has a direct interest stays out (article 28): declared, ordered, or hinted at and answered."""

import pytest
from django.urls import reverse

from accounts.models import Unit, UnitKind
from audit.verifying import findings
from cases import recusal
from cases.actions import answering, handling, recusing, sending
from cases.models import Case, Interest
from cases.workflow import available, refusal
from notices.models import Notice
from tests import factories
from tests.factories import AT, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
WHY = "信访人是我的亲属。"


@pytest.fixture(autouse=True)
def plain_years():
    factories.calendar(*range(2025, 2029))


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def hinted(upto: str = "assigned", **changes):
    """A matter at the housing bureau whose petitioner works there and bears the handler's surname."""
    people = {
        "clerk": factories.user("clerk"), "supervisor": factories.user("supervisor"),
        "handler": factories.user("handler", display_name="王海"), "other": factories.user("handler"),
    }  # fmt: skip
    person = {"name": "王建国", "work_unit": "示范市住房和城乡建设局"} | changes.pop("person", {})
    return factories.case(upto, people=people, person=person, **changes)


def test_whoever_declares_an_interest_is_refused_every_step_and_the_unit_is_told():
    case = factories.case("handling")
    handler, colleague = case.people["handler"], factories.user("handler")
    row = recusing.declare_interest(case=case, actor=handler, at=later(1), reason=WHY)
    fresh = again(case)
    assert (row.kind, row.user, row.reason, row.recorded_by) == ("declared", handler, WHY, handler)
    assert (fresh.state, fresh.handler, fresh.handling_unit) == ("handling", None, handler.unit)
    assert available(fresh, handler, later(1)) == []
    assert refusal(fresh, "report", handler, later(1)) == "您已申请回避，不能办理此事项（第二十八条）。"
    told = Notice.objects.filter(kind="handler_withdrew").values_list("recipient", "text")
    assert list(told) == [(colleague.pk, f"{case.number} 的承办人已回避，请另行安排人员办理。")]
    handling.report(case=again(case), actor=colleague, at=later(2), **factories.REPORT)
    with pytest.raises(Refusal, match="您已申请回避"):
        recusing.declare_interest(case=again(case), actor=handler, at=later(2), reason=WHY)
    assert list(findings()) == []


def test_a_reason_is_asked_for():
    case = factories.case("handling")
    with pytest.raises(Refusal, match="请写明回避的理由"):
        recusing.declare_interest(case=case, actor=case.people["handler"], at=AT, reason="  ")


def test_a_supervisor_orders_it_for_the_handler_who_is_told():
    case = factories.case("handling")
    boss, handler = case.people["supervisor"], case.people["handler"]
    recusing.declare_interest(case=case, actor=boss, at=AT, reason="经核实系近亲属。", officer=handler)
    assert (again(case).handler, again(case).recused_ids) == (None, frozenset({handler.pk}))
    assert [one.text for one in Notice.objects.filter(kind="recused", recipient=handler)] == [
        f"{case.number} 您应当回避，不再办理此事项（第二十八条）。"
    ]
    with pytest.raises(Refusal, match="只能为本人申请回避"):
        recusing.declare_interest(case=again(case), actor=boss, at=AT, reason="再次。", officer=handler)
    assert list(findings()) == []


@pytest.mark.parametrize("role", ["handler", "clerk", "reviewer"])
def test_others_declare_for_themselves_only(role):
    case = factories.case("handling")
    with pytest.raises(Refusal, match="只能为本人申请回避"):
        recusing.declare_interest(
            case=case, actor=factories.user(role), at=AT, reason=WHY, officer=case.people["handler"]
        )
    assert Interest.objects.count() == 0


def test_the_head_of_a_unit_orders_it_at_home_only():
    case = factories.case("handling")
    head = factories.user("unit_head", unit=factories.housing())
    away = factories.user("handler", unit=factories.labour())
    with pytest.raises(Refusal, match="只能为本人申请回避"):
        recusing.declare_interest(case=case, actor=head, at=AT, reason=WHY, officer=away)
    recusing.declare_interest(case=case, actor=head, at=AT, reason=WHY, officer=case.people["handler"])
    assert again(case).handler is None


@pytest.mark.parametrize("role", ["archivist", "sysadmin", "auditor"])
def test_who_handles_nothing_declares_nothing(role):
    case = factories.case("handling")
    with pytest.raises(Refusal, match="您的角色不能办理“申请回避”"):
        recusing.declare_interest(case=case, actor=factories.user(role), at=AT, reason=WHY)


@pytest.mark.parametrize(
    ("name", "found"),
    [("王海", "王"), ("欧阳海", "欧阳"), ("欧阳", "欧"), ("Wang", ""), ("王", ""), ("阿依古丽·买买提", "")],
)
def test_surnames(name, found):
    assert recusal.surname(name) == found


def officer(**changes):
    unit = changes.pop("unit", None)
    return factories.user("handler", unit=unit, display_name=changes.pop("name", "赵一"), **changes)


def codes(case: Case, one) -> list[str]:
    return [hint.code for hint in recusal.hints(again(case), one)]


def test_each_hint_by_itself():
    person = {"name": "王建国", "work_unit": "示范市住房和城乡建设局", "phone": "13800000001"}
    case = factories.case(person=person, companions=[{"name": "陈来", "phone": "139 0000 0002"}])
    labour = factories.labour()
    assert codes(case, officer()) == []
    assert codes(case, officer(name="王海")) == ["surname"]
    assert codes(case, officer(name="王海", unit=labour)) == []
    assert codes(case, officer(name="王建国", unit=labour)) == ["same_name"]
    assert codes(case, officer(phone="138-0000-0001")) == ["phone"]
    assert codes(case, officer(phone="0001")) == []
    assert codes(case, officer(name="陈来")) == ["companion"]
    assert codes(case, officer(phone="13900000002")) == ["companion"]


def test_the_superior_of_the_accused_and_a_namesake_are_hinted_at():
    bureau = factories.housing()
    Unit.objects.create(code="WYK", name="示范市物业站", kind=UnitKind.AGENCY, parent=bureau)
    case = factories.case(accused="示范市物业站负责人赵一平", person={"name": "王建国", "work_unit": bureau.name})
    assert codes(case, officer(name="赵一平")) == ["named", "superior"]
    assert codes(case, officer(name="赵一平", unit=factories.labour())) == ["named"]


def test_of_a_protected_matter_no_hint_tells_a_unit_who_the_petitioner_is():
    person = {"name": "王建国", "work_unit": "示范市住房和城乡建设局", "phone": "13800000001"}
    case = factories.case(purpose="accusation", person=person)
    assert codes(case, officer(name="王海", phone="13800000001")) == []
    inside = factories.user("supervisor", display_name="王建国")
    assert codes(case, inside) == ["same_name"]


def test_a_hint_is_answered_or_the_matter_is_not_taken_up():
    case = hinted()
    handler = case.people["handler"]
    assert refusal(case, "take_up", handler, AT) == ""  # the button stays
    with pytest.raises(Refusal, match="王海 可能与此事项有利害关系：与信访人同姓"):
        answering.take_up(case=case, actor=handler, at=AT)
    assert (again(case).state, Interest.objects.count()) == ("assigned", 0)
    answering.take_up(case=again(case), actor=handler, at=AT, no_interest="同姓而已，不相识。")
    row = Interest.objects.get()
    assert (row.kind, row.user, row.reason, row.recorded_by) == ("explained", handler, "同姓而已，不相识。", handler)
    assert row.hint == "与信访人同姓，且信访人的工作单位或者所反映的是其所在单位。"
    assert again(case).handler == handler
    assert list(findings()) == []


def test_without_a_hint_nothing_is_asked_and_nothing_kept():
    case = hinted()
    answering.take_up(case=case, actor=case.people["other"], at=AT, no_interest="无。")
    assert (again(case).handler, Interest.objects.count()) == (case.people["other"], 0)


def test_the_screen_shows_the_hint_and_keeps_what_was_typed(client):
    case = hinted()
    url = reverse("cases:step", args=[case.number, "take_up"])
    client.force_login(case.people["handler"])
    assert "系统提示的线索：与信访人同姓" in client.get(url).content.decode()
    empty = client.post(url, {"note": "备注在此", "version": case.version})
    assert (empty.status_code, "备注在此" in empty.content.decode()) == (422, True)
    assert client.post(url, {"no_interest": "不相识。", "version": case.version}).status_code == 302
    client.force_login(factories.user("leader"))
    listed = client.get(reverse("cases:apart") + "?tab=interests").content.decode()
    assert ("不相识。" in listed, case.number in listed) == (True, True)
    panel = client.get(reverse("cases:gates", args=[case.number])).content.decode()
    assert "说明无利害关系" in panel


def test_a_body_that_handles_itself_asks_the_same_of_its_own_people(client):
    bureau = factories.housing()
    people = {
        "clerk": factories.user("clerk", unit=bureau), "supervisor": factories.user("supervisor", unit=bureau),
        "handler": factories.user("handler", display_name="王海"),
    }  # fmt: skip
    person = {"name": "王建国", "work_unit": bureau.name}
    case = factories.case("accepted", people=people, person=person)
    with pytest.raises(Refusal, match="王海 可能与此事项有利害关系"):
        sending.handle_here(case=case, actor=people["supervisor"], at=AT, handler=people["handler"])
    client.force_login(people["supervisor"])
    url = reverse("cases:step", args=[case.number, "handle_here"])
    assert "王海：与信访人同姓" in client.get(url).content.decode()
    form = {"handler": people["handler"].pk, "no_interest": "已核实无亲属关系。", "version": again(case).version}
    assert client.post(url, form).status_code == 302
    assert (again(case).handler, Interest.objects.get().recorded_by) == (people["handler"], people["supervisor"])
    assert list(findings()) == []


def test_the_form_for_recusal_offers_people_to_whoever_directs_the_work(client):
    case = factories.case("handling")
    url = reverse("cases:step", args=[case.number, "declare_interest"])
    client.force_login(case.people["handler"])
    assert "回避人员" not in client.get(url).content.decode()
    client.force_login(case.people["supervisor"])
    page = client.get(url)
    offered = {one.pk for one in page.context["form"].fields["officer"].queryset}
    assert offered == {case.people["handler"].pk, case.people["clerk"].pk}
    done = client.post(url, {"officer": case.people["handler"].pk, "reason": WHY, "version": case.version})
    assert (done.status_code, again(case).handler) == (302, None)


def test_a_unit_sees_the_recusals_of_its_own_people_only(client):
    case = factories.case("handling")
    recusing.declare_interest(case=case, actor=case.people["clerk"], at=AT, reason="我是信访人的同学。")
    client.force_login(case.people["handler"])
    panel = client.get(reverse("cases:gates", args=[case.number])).content.decode()
    assert "同学" not in panel


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("leader", 200), ("clerk", 403), ("handler", 403)])
def test_who_may_open_the_list(client, role, status):
    client.force_login(factories.user(role))
    assert client.get(reverse("cases:apart")).status_code == status


def test_no_telephone_is_made_of_few_digits():
    assert [recusal.digits(one) for one in ("138-0000-0001", "12345", "", None)] == ["13800000001", "", "", ""]
