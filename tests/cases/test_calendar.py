"""The holiday table: asked for by an administrator, approved by another person, running periods computed anew."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts.models import Unit
from approvals.models import Request
from audit.models import Event
from audit.verifying import findings
from cases.actions import reference
from cases.actions.calendar import approve_calendar, ask_calendar, deny_calendar
from cases.choices import ClockKind
from cases.dayplan import Plan, Shift, days_of, running, shifts, tally
from cases.deadlines import Calendar, due
from cases.models import CalendarYear, Case, Clock, Holiday
from notices.models import Notice
from tests import factories
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
DAY = factories.day
NEW_YEAR = {DAY("2027-01-21"): ("off", "测试节"), DAY("2027-01-22"): ("off", "测试节")}
SOURCE = "国办发明电〔2026〕9号"
LATE = factories.later(265)  # 2026-11-22: sixty days later is 2027-01-21


def plan(days=None, year=2027, confirm=True, source=SOURCE) -> Plan:
    return Plan(year, NEW_YEAR if days is None else days, confirm, source)


def asked(change: Plan | None = None, by=None) -> Request:
    return ask_calendar(plan=change or plan(), reason="按通知", actor=by or factories.user("sysadmin"), at=LATE)


def approved(change: Plan | None = None, by=None) -> int:
    return approve_calendar(request=asked(change), actor=by or factories.user("leader"), at=LATE)


@pytest.fixture
def matter() -> Case:
    factories.calendar(2026)
    return factories.case("handling", at=LATE)


def clock(case: Case, kind: str = ClockKind.HANDLE) -> Clock:
    return case.clocks.get(kind=kind)


def test_nothing_changes_before_the_second_person(matter):
    request = asked()
    assert (request.subject_id, request.matter, request.payload) == (2027, "", {
        "year": 2027, "days": {"2027-01-21": ["off", "测试节"], "2027-01-22": ["off", "测试节"]}, "confirm": True,
        "source": SOURCE,
    })  # fmt: skip
    assert (Holiday.objects.count(), CalendarYear.objects.filter(year=2027).exists()) == (0, False)
    assert clock(matter).legal_due == DAY("2027-01-21")
    assert list(findings()) == []


def test_approving_moves_the_legal_day_and_confirms(matter):
    before, count = clock(matter), Event.objects.count()
    factories.user("leader")
    assert approved() == 1
    after = clock(matter)
    assert (before.strict_due, before.legal_due, before.provisional) == (DAY("2027-01-21"), DAY("2027-01-21"), True)
    assert (after.strict_due, after.legal_due, after.provisional) == (DAY("2027-01-21"), DAY("2027-01-25"), False)
    assert after.version == before.version + 1
    assert days_of(2027) == NEW_YEAR
    row = CalendarYear.objects.get(year=2027)
    assert (row.confirmed, row.source) == (True, SOURCE)
    made = Event.objects.order_by("seq")[count:].values_list("verb", "matter", "note")
    assert [one for one in made if one[0] != "grant"] == [
        ("ask_calendar", "", "按通知"),
        ("calendar", "", ""),
        ("recompute", matter.number, "办理 2027-01-21 → 2027-01-21（顺延至 2027-01-25）（已确认）"),
    ]
    assert list(findings()) == []


def test_the_days_kept_with_the_matter_follow(matter):
    """A working-day period moves its strict day too: the nearest day and the decision day follow."""
    factories.calendar(2027)
    fresh = factories.case("classified", at=factories.later(0, at=LATE))
    case = factories.case("accepted", at=factories.later(0, at=LATE), people=fresh.people)
    Clock.objects.filter(pk=clock(case).pk).update(unit="working", length=10)
    from cases import clocks

    running_clock = clock(case)
    clocks.recompute(running_clock, Calendar.load())
    clocks.refresh_due(case)
    Case.objects.filter(pk=case.pk).update(handle_due=running_clock.strict_due)
    old = running_clock.strict_due
    approved(Plan(2026, {DAY("2026-11-30"): ("off", "测试节")}, False, ""))
    case.refresh_from_db()
    assert clock(case).strict_due == old + dt.timedelta(days=3)  # a Friday gives way to the Monday after
    assert (case.handle_due, case.due_on, case.due_kind) == (clock(case).strict_due, clock(case).strict_due, "handle")


def test_what_is_previewed_is_what_changes(matter):
    factories.case("accepted", at=factories.later(2, at=LATE), people=matter.people)
    factories.case("accepted", at=factories.later(200, at=factories.AT), people=matter.people)
    before = {one.pk: (one.strict_due, one.legal_due, one.provisional) for one in Clock.objects.all()}
    seen = {one.clock.pk for one in shifts(running(), plan().on(Calendar.load()))}
    matters = {one.clock.case_id for one in shifts(running(), plan().on(Calendar.load()))}
    request = asked()
    count = Event.objects.count()
    leader = factories.user("leader")
    count = Event.objects.count()
    assert approve_calendar(request=request, actor=leader, at=LATE) == len(seen)
    after = {one.pk: (one.strict_due, one.legal_due, one.provisional) for one in Clock.objects.all()}
    assert {pk for pk in before if before[pk] != after[pk]} == seen
    assert Event.objects.count() == count + len(matters) + 1
    assert list(findings()) == []


def test_stopped_clocks_and_filed_matters_stay(matter):
    stopped = {one.pk: one.legal_due for one in Clock.objects.filter(stopped_on__isnull=False)}
    filed = factories.case("handling", at=LATE, people=matter.people)
    Case.objects.filter(pk=filed.pk).update(state="filed")
    assert stopped
    changed = [one.clock.case_id for one in shifts(running(), plan().on(Calendar.load()))]
    assert changed == [matter.pk]
    approved()
    assert {one.pk: one.legal_due for one in Clock.objects.filter(pk__in=stopped)} == stopped
    assert clock(filed).legal_due == DAY("2027-01-21")


def test_a_make_up_day_added_and_removed():
    factories.calendar(2026)
    Holiday.objects.create(day="2026-10-01", kind="off", name="国庆节")
    case = factories.case("accepted")
    Clock.objects.filter(case=case).update(kind="simple_handle", unit="working", length=5)
    from cases import clocks

    own = case.clocks.get(stopped_on__isnull=True)
    clocks.recompute(own, Calendar.load())
    assert own.strict_due == DAY("2026-03-09")
    saturday = DAY("2026-03-07")
    approved(Plan(2026, {saturday: ("work", "调休上班")}, True, SOURCE))
    own.refresh_from_db()
    assert (own.strict_due, Calendar.load().day_off(saturday)) == (saturday, "")
    approved(Plan(2026, {saturday: None}, True, SOURCE))
    own.refresh_from_db()
    assert (own.strict_due, Calendar.load().day_off(saturday)) == (DAY("2026-03-09"), "周六")


def test_only_a_mark_changes_when_the_year_is_as_guessed(matter):
    found = shifts(running(), plan({DAY("2027-10-01"): ("off", "国庆节")}).on(Calendar.load()))
    assert vars(tally(found)) == {"clocks": 1, "later": 0, "earlier": 0, "marked": 1, "furthest": 0}
    assert [one.words() for one in found] == ["办理 2027-01-21（已确认）"]
    approved(plan({DAY("2027-10-01"): ("off", "国庆节")}))
    assert clock(matter).version == 1
    assert Notice.objects.filter(kind="recompute").count() == 0


def test_a_pause_is_kept_in_the_explanation(matter):
    own = clock(matter)
    Clock.objects.filter(pk=own.pk).update(
        paused_on=DAY("2026-12-01"), steps=own.steps | {"pausing": {"from": "2026-12-01", "reason": "听证"}}
    )
    approved()
    assert clock(matter).steps["pausing"] == {"from": "2026-12-01", "reason": "听证"}


def test_the_people_at_the_unit_are_told_once(matter):
    inner = Unit.objects.create(code="ZJJ-1", name="综合科", kind="inner", parent=factories.housing())
    factories.user("handler", inner)  # cannot open the matter
    approved()
    told = Notice.objects.filter(kind="recompute").values_list("recipient__username", "text")
    assert list(told) == [(matter.people["handler"].username, f"{matter.number} 的期限随节假日安排调整，请留意。")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Plan(2027, {DAY("2026-01-01"): ("off", "元旦")}, False, ""), "2026-01-01 不在 2027 年"),
        (Plan(2027, {DAY("2027-01-04"): ("work", "调休")}, False, ""), "2027-01-04 不是周末"),
        (Plan(2027, NEW_YEAR, True, " "), "请写明通知文号"),
        (Plan(2027, {}, True, SOURCE), "2027 年没有任何放假日"),
        (Plan(2026, {}, True, ""), "请写明通知文号"),
        (Plan(1999, NEW_YEAR, False, ""), "年度应当在 2000 至 2100 之间"),
    ],
)
def test_refused_with_a_sentence(change, sentence):
    with pytest.raises(Refusal, match=sentence):
        asked(change)
    assert Request.objects.count() == 0


def test_no_change_is_refused():
    approved()
    with pytest.raises(Refusal, match="没有需要审批的改动"):
        asked()


@pytest.mark.parametrize("role", ["clerk", "supervisor", "leader", "secadmin"])
def test_other_roles_do_not_ask(role):
    with pytest.raises(Refusal, match="不能维护节假日安排"):
        asked(by=factories.user(role))


def test_who_may_not_approve():
    request = asked()
    for user, sentence in [(request.asked_by, "角色不能审批"), (factories.user("supervisor"), "角色不能审批")]:
        with pytest.raises(Refusal, match=sentence):
            approve_calendar(request=request, actor=user, at=LATE)
    assert Holiday.objects.count() == 0


def test_one_of_two_approvers_wins():
    request = asked()
    first, second = Request.objects.get(pk=request.pk), Request.objects.get(pk=request.pk)
    approve_calendar(request=first, actor=factories.user("leader"), at=LATE)
    with pytest.raises(Stale):
        deny_calendar(request=second, actor=factories.user("leader"), at=LATE, verdict="不妥")
    assert days_of(2027) == NEW_YEAR
    assert list(findings()) == []


def test_denied_with_a_word():
    request = asked()
    with pytest.raises(Refusal, match="请写明理由"):
        deny_calendar(request=request, actor=factories.user("leader"), at=LATE, verdict="")
    deny_calendar(request=request, actor=factories.user("leader"), at=LATE, verdict="与通知不符")
    assert (request.granted, days_of(2027), CalendarYear.objects.count()) == (False, {}, 0)
    assert Notice.objects.filter(recipient=request.asked_by).values_list("text", flat=True).get() == (
        "2027 年节假日安排未获批准，请看审批意见。"
    )
    assert list(findings()) == []


def test_a_table_changed_meanwhile_is_computed_anew(matter):
    request = asked()
    Holiday.objects.create(day="2027-01-25", kind="off", name="另一节")
    approve_calendar(request=request, actor=factories.user("leader"), at=LATE)
    assert clock(matter).legal_due == DAY("2027-01-26")
    assert list(findings()) == []


def test_a_matter_about_the_approvers_own_unit_moves_unseen(client, matter):
    about = factories.case("handling", at=LATE, people=matter.people)
    leader = factories.user("leader", unit=factories.labour())
    Case.objects.filter(pk=about.pk).update(accused_unit=factories.labour(), office=factories.labour())
    Case.objects.filter(pk=matter.pk).update(office=factories.labour())
    Case.objects.filter(pk=about.pk).update(accused_user=leader)
    request = asked()
    client.force_login(leader)
    page = client.get(reverse("cases:calendar_request", args=[request.pk])).content.decode()
    assert (matter.number in page, about.number in page) == (True, False)
    assert "1 个计算中的期限" in page
    approve_calendar(request=request, actor=leader, at=LATE)
    assert clock(about).legal_due == DAY("2027-01-25")
    assert list(Notice.objects.filter(recipient=leader, kind="recompute")) == []


def test_the_administrator_sees_numbers_only(client, matter):
    admin = factories.user("sysadmin")
    request = asked(by=admin)
    client.force_login(admin)
    page = client.get(reverse("cases:calendar_request", args=[request.pk])).content.decode()
    assert ("1 个计算中的期限" in page, matter.number in page) == (True, False)
    year = client.get(reverse("cases:calendar_year", args=[2027])).content.decode()
    assert ("正在等待审批" in year, 'name="lines"' in year) == (True, False)


def test_preview_takes_the_same_queries_for_more_matters(matter, django_assert_num_queries):
    change = plan()
    with django_assert_num_queries(1):
        one = shifts(running().select_related("case"), change.on(Calendar({}, {}, frozenset({2026}))))
    factories.case("handling", at=LATE, people=matter.people)
    factories.case("handling", at=LATE, people=matter.people)
    with django_assert_num_queries(1):
        more = shifts(running().select_related("case"), change.on(Calendar({}, {}, frozenset({2026}))))
    assert (len(one), len(more)) == (1, 3)


def test_recomputing_takes_the_same_queries_for_more_matters(matter, django_assert_max_num_queries):
    for _one in range(12):
        factories.case("handling", at=LATE, people=matter.people)
    request, leader = asked(), factories.user("leader")
    with django_assert_max_num_queries(45):
        assert approve_calendar(request=request, actor=leader, at=LATE) == 13
    assert list(findings()) == []


def test_pages_from_typing_to_approval(client, matter):
    admin, leader = factories.user("sysadmin"), factories.user("leader")
    client.force_login(admin)
    address = reverse("cases:calendar_year", args=[2027])
    assert client.get(reverse("cases:calendar")).status_code == 200
    typed = {"lines": "2027-01-21至2027-01-22 测试节 休", "source": SOURCE, "confirm": "on", "reason": "按通知"}
    shown = client.post(address, typed | {"preview": "1"})
    assert (shown.status_code, "1 个计算中的期限" in shown.content.decode()) == (200, True)
    assert Request.objects.count() == 0
    assert client.post(address, typed | {"lines": "休", "ask": "1"}).status_code == 422
    refused = client.post(address, typed | {"reason": "", "ask": "1"})
    assert (refused.status_code, "请写明理由" in refused.content.decode()) == (409, True)
    answer = client.post(address, typed | {"ask": "1"})
    request = Request.objects.get()
    assert answer.url == reverse("cases:calendar_request", args=[request.pk])
    assert client.post(answer.url, {"grant": "1"}).status_code == 409
    client.force_login(leader)
    assert client.post(answer.url, {"grant": "1"}).url == address
    assert clock(matter).legal_due == DAY("2027-01-25")
    page = client.get(address).content.decode()
    assert re.findall(r'<span class="cal-day cal-off" title="测试节">(\d+)<b>休</b>', page) == ["21", "22"]
    assert client.post(answer.url, {"grant": "1"}).status_code == 409
    assert client.post(address, typed | {"ask": "1"}).status_code == 403


@pytest.mark.parametrize("role", ["clerk", "supervisor", "handler", "auditor"])
def test_pages_are_closed_to_other_roles(client, role):
    request = asked()
    client.force_login(factories.user(role))
    pages = [reverse("cases:calendar"), reverse("cases:calendar_year", args=[2027]), request.get_absolute_url()]
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]


def test_an_empty_table_never_raises():
    found = due("handle", DAY("2026-03-02"), Calendar.load())
    assert (found.strict_due, found.provisional) == (DAY("2026-05-01"), True)


def test_the_list_says_that_a_day_is_provisional(client, matter):
    client.force_login(matter.people["supervisor"])
    assert "暂定" in client.get(reverse("cases:list")).content.decode()
    approved()
    assert "暂定" not in client.get(reverse("cases:list")).content.decode()


def test_seeding_leaves_what_the_office_changed():
    approved(Plan(2026, {DAY("2026-07-01"): ("off", "本地")}, False, ""))
    reference.load_reference(actor=None, at=LATE)
    row = CalendarYear.objects.get(year=2026)
    assert (row.confirmed, row.source, days_of(2026)) == (False, "本单位录入", {DAY("2026-07-01"): ("off", "本地")})


def test_seeding_an_empty_year_is_refused(monkeypatch):
    monkeypatch.setattr("cases.seeding.days_of", lambda year: [])
    with pytest.raises(Refusal, match="没有任何放假安排"):
        reference.load_reference(actor=None, at=LATE)
    assert CalendarYear.objects.count() == 0


def test_seeding_moves_running_periods():
    case = factories.case("accepted", at=factories.later(days=150))  # sixty days end on 2026-09-28
    own = clock(case)
    assert own.provisional is True
    reference.load_reference(actor=None, at=LATE)
    own.refresh_from_db()
    assert own.provisional is False
    assert list(findings()) == []


def test_shift_words_when_the_strict_day_moves():
    one = Clock(kind="notify", strict_due=DAY("2027-01-20"), legal_due=DAY("2027-01-20"))
    found = due("transfer", DAY("2027-01-06"), Calendar({}, {}, frozenset({2027})))
    assert Shift(one, found).words() == "书面告知 2027-01-20 → 2027-01-21"
