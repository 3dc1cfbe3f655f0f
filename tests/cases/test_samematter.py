"""Before a second matter of the same person is opened: evidence, what it means by state, and a reason that is kept."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, UnitKind
from audit.models import Event
from audit.verifying import findings
from cases import policy, samematter
from cases.actions import deciding, ending, intake, merging
from cases.choices import State
from cases.models import Case
from reception.models import Visit
from tests import factories
from tests.factories import AT, day, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
LEAK = "要求责成有关单位限期维修外墙渗水并赔偿损失。"
LEAK_AGAIN = "外墙渗水仍未维修，请求尽快维修并赔偿全部损失"
LEDGER = "要求公开本村 2025 年村务账目。"
WAGES = "要求支付 2025 年 3 月至 6 月拖欠的工资 32000 元"
NEW = "/reception/visits/new/"


@pytest.fixture(autouse=True)
def plain_years():
    factories.calendar(*range(2025, 2029))


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def come(first: Case, demand: str = LEAK_AGAIN, at=AT, **changes) -> Visit:
    """The same person comes once more; what it is about is not said."""
    data = factories.visit_data(petitioner=first.petitioner, demand=demand, visited_at=at, **changes)
    return intake.register(data=data, actor=first.people["clerk"], at=at)


def undecided(first: Case, demand: str = LEAK_AGAIN, at=AT, **changes) -> Visit:
    """A visit that the gate left without a matter, for the clerk to decide."""
    visit = come(first, demand, at, **changes)
    assert not hasattr(visit, "case_link")
    return visit


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (LEAK, LEAK, 100, 100),
        (LEAK, LEAK.replace("，", " ").replace("。", "!!"), 100, 100),
        (LEAK, LEAK_AGAIN, 50, 99),
        (LEAK, LEDGER, 0, 10),
        (LEAK, "催问进展。", 0, 0),
        ("要求尽快解决问题。", "请求依法处理。", 0, 0),
        ("", "", 0, 0),
        ("拖欠工资", "要求支付拖欠的工资三万元", 15, 60),
        (WAGES, f"我是张三，请帮忙。{WAGES}。另外食堂很差。", 90, 100),
    ],
)  # fmt: skip
def test_likeness_counts_pairs_of_characters(one, other, least, most):
    assert least <= samematter.likeness(one, other) <= most
    assert samematter.likeness(one, other) == samematter.likeness(other, one)


def test_every_state_has_a_verdict():
    assert set(samematter.VERDICTS) == set(State)


HISTORIES = [
    ("classified", None, "under_way", True, None),
    ("accepted", None, "under_way", True, None),
    ("assigned", None, "under_way", True, None),
    ("handling", None, "under_way", True, None),
    ("checking", None, "under_way", True, None),
    ("closed", None, "remedy", True, None),
    ("served", None, "remedy", True, "2026-04-01"),
    ("served", 30, "remedy", True, "2026-04-01"),
    ("served", 31, "missed", False, None),
]


@pytest.mark.parametrize(("upto", "days", "verdict", "asks", "until"), HISTORIES)
def test_what_an_earlier_matter_means_by_its_state(upto, days, verdict, asks, until):
    first = factories.case(upto)
    visit = undecided(first)
    (found,) = samematter.evidence(first.people["clerk"], visit, later(days or 0).date())
    expected = (first, verdict, asks, until and day(until), True)
    assert (found.case, found.verdict.code, found.asks, found.until, found.same) == expected


def answered(case: Case) -> None:
    deciding.answer(case=case, actor=case.people["clerk"], at=AT, answer="已经答复。")


def withdrawn(case: Case) -> None:
    ending.withdraw(case=case, actor=case.people["clerk"], at=AT, words="我先不反映了。")


def guided(case: Case) -> None:
    route = next(iter(policy.routes()))
    deciding.guide(case=case, actor=case.people["clerk"], at=AT, route=route)


@pytest.mark.parametrize(
    ("end", "verdict"),
    [(answered, "free"), (withdrawn, "free"), (guided, "elsewhere"), (factories.declined, "free")],
)
def test_after_an_end_that_shuts_nothing_they_may_come_again(end, verdict):
    first = factories.case()
    end(first)
    visit = come(first)
    second = visit.case_link.case
    assert second != first
    assert second.apart_from is None
    (found,) = samematter.evidence(first.people["clerk"], visit, AT.date())
    assert (found.case, found.verdict.code, found.same, found.asks) == (first, verdict, True, False)


@pytest.mark.parametrize(("state", "verdict"), [("concluded", "concluded"), ("no_longer", "concluded"),
                                                ("reviewing", "in_review"), ("review_served", "second_remedy"),
                                                ("rechecking", "in_recheck")])  # fmt: skip
def test_review_and_the_end_of_it_stand_against_the_same_request(state, verdict):
    first = factories.case("served")
    Case.objects.filter(pk=first.pk).update(state=state)
    (found,) = samematter.evidence(first.people["clerk"], undecided(first), AT.date())
    assert (found.verdict.code, found.asks) == (verdict, True)


@pytest.mark.parametrize(("before", "verdict"), [("concluded", "concluded"), ("answered", "free")])
def test_a_filed_matter_counts_as_what_it_was(before, verdict):
    first = factories.case()
    visit = undecided(first)
    Case.objects.filter(pk=first.pk).update(state="filed")
    last = Event.objects.latest("seq")
    Event.objects.create(
        seq=last.seq + 1, at=AT, verb="file", title="归档", matter=first.number, data={"before": before}, seals={},
        subject_type="cases.case", subject_id=str(first.pk), prev=last.hash, hash="x",
    )  # fmt: skip
    (found,) = samematter.evidence(first.people["clerk"], visit, AT.date())
    assert found.verdict.code == verdict


def test_a_merged_matter_counts_as_its_main_one():
    first = factories.case("accepted")
    main = factories.case("served", people=first.people, demand=LEDGER)
    visit = undecided(first)
    Case.objects.filter(pk=first.pk).update(state="merged", main=main)
    assert samematter.standing(again(first)) == "served"
    (found,) = samematter.evidence(first.people["clerk"], visit, AT.date())
    assert found.verdict.code == "remedy"


def test_a_window_that_passed_stands_in_the_way_once_the_office_puts_the_ground_in_force():
    assert (samematter.MISSED.stands, samematter.MISSED.ground) == (False, "review_missed")
    assert samematter.CONCLUDED.stands
    assert not samematter.FREE.stands


def test_another_request_of_the_same_person_needs_no_reason():
    first = factories.case("accepted")
    visit = undecided(first, LEDGER, facts="村务三年没有公示。")
    second = intake.decide_intake(visit=visit, actor=first.people["clerk"], at=AT)
    assert (second.apart_from, second.apart_reason) == (None, "")
    assert list(findings()) == []


def test_the_same_request_needs_a_reason_which_is_kept_and_listed(client):
    first = factories.case("handling")
    visit, clerk = undecided(first), first.people["clerk"]
    with pytest.raises(
        Refusal, match=f"与 {first.number} 疑似同一事项（请求相似 .*正在办理。请并入；确需另立的，写明理由"
    ):
        intake.decide_intake(visit=visit, actor=clerk, at=AT)
    assert Case.objects.count() == 1
    second = intake.decide_intake(visit=visit, actor=clerk, at=AT, reason="这次说的是另一套房屋。")
    assert (second.apart_from, second.apart_reason) == (first, "这次说的是另一套房屋。")
    note = Event.objects.get(verb="apart")
    assert (note.matter, note.title, note.note) == (second.number, "另立新事项", "")
    client.force_login(factories.user("leader"))
    page = client.get(reverse("cases:apart")).content.decode()
    assert all(one in page for one in (first.number, second.number, "这次说的是另一套房屋。"))
    assert list(findings()) == []


def test_joined_instead_nothing_is_asked():
    first = factories.case("handling")
    assert intake.decide_intake(visit=undecided(first), actor=first.people["clerk"], at=AT, join=again(first)) == first
    assert list(first.visit_links.values_list("position", flat=True)) == [1, 2]


def test_a_request_already_concluded_is_not_opened_by_itself():
    """Nothing is under way, yet the same facts and reasons are no longer accepted (article 36)."""
    first = factories.case("served")
    Case.objects.filter(pk=first.pk).update(state="concluded")
    assert not hasattr(come(first), "case_link")
    assert hasattr(come(first, LEDGER), "case_link")


def test_the_registration_form_keeps_what_was_typed_and_asks_why(client):
    clerk = factories.user("clerk")
    client.force_login(clerk)
    typed = {
        "name": "王建国", "phone": "13800000620", "category": "C03", "demand": LEAK, "facts": "外墙渗水。",
        "confirmed": "on",
    }  # fmt: skip
    client.post(NEW, typed)
    first = Case.objects.get()
    answer = client.post(NEW, typed | {"demand": LEAK_AGAIN, "join": "new"})
    page = answer.content.decode()
    assert (answer.status_code, f"与 {first.number} 疑似同一事项" in page, LEAK_AGAIN in page) == (422, True, True)
    assert Visit.objects.count() == 1
    done = client.post(NEW, typed | {"demand": LEAK_AGAIN, "join": "new", "apart_reason": "另一套房屋。"})
    assert done.status_code == 302
    second = Case.objects.latest("pk")
    assert (second.apart_from, second.apart_reason) == (first, "另一套房屋。")
    assert list(findings()) == []


def test_the_question_shows_the_evidence_and_keeps_the_reason(client):
    answered_at = timezone.now() - dt.timedelta(days=3)
    first = factories.case("served", answered_at)
    visit = undecided(first, at=timezone.now())
    until = first.clocks.get(kind="request_review").legal_due
    client.force_login(first.people["clerk"])
    url = reverse("cases:intake", args=[visit.number])
    page = client.get(url).content.decode()
    assert all(one in page for one in ("疑似同一事项", "请求相似", "事实相似 100%", "请求复查", f"期限至 {until}"))
    refused = client.post(url, {"join": "new"})
    assert (refused.status_code, "确需另立的，写明理由" in refused.content.decode()) == (422, True)
    assert client.post(url, {"join": "new", "apart_reason": "另一套房屋。"}).status_code == 302
    assert Case.objects.latest("pk").apart_reason == "另一套房屋。"


def test_a_clerk_of_the_accused_unit_finds_nothing_and_is_asked_nothing(client):
    """The gate never shows that somebody complained about the clerk's own body (article 30)."""
    bureau = factories.housing()
    first = factories.case("accepted", accused=bureau.name)
    inside = factories.user(
        "clerk", unit=Unit.objects.create(code="ZJJX", name="住建局信访科", kind=UnitKind.INNER, parent=bureau)
    )
    data = factories.visit_data(petitioner=first.petitioner, demand=LEAK)
    visit = intake.register(data=data, actor=inside, at=AT)
    second = visit.case_link.case
    assert (second.apart_from, samematter.evidence(inside, visit, AT.date())) == (None, [])
    assert samematter.others(inside, visit, AT.date()) == []
    other = factories.visit_data(petitioner=first.petitioner, demand=LEAK)
    later_visit = intake.register(data=other, actor=inside, at=AT)
    client.force_login(inside)
    page = client.get(reverse("cases:intake", args=[later_visit.number])).content.decode()
    assert (second.number in page, first.number in page) == (True, False)
    assert client.get(reverse("cases:gates", args=[first.number])).status_code == 404
    assert list(findings()) == []


def test_somebody_who_came_along_before_is_found_by_document_number():
    number = "11010519491231002X"
    group = factories.case("accepted", companions=[{"name": "赵来", "id_number": number}], visitors=5, involved=30)
    data = factories.visit_data(person={"name": "赵来", "id_type": "111", "id_number": number}, demand=LEAK)
    visit = intake.register(data=data, actor=group.people["clerk"], at=AT)
    assert not hasattr(visit, "case_link")
    (found,) = samematter.evidence(group.people["clerk"], visit, AT.date())
    assert (found.case, found.own, found.asks) == (group, False, True)
    assert found.reasons[0] == "信访人是该事项的同来人员、代表，或者该事项的信访人此次同来"


def test_whoever_stays_anonymous_is_not_recognised():
    factories.case("accepted", person={"phone": "13800000620"})
    data = factories.visit_data(person={"name": "匿名来访人", "kind": "anonymous", "phone": "13800000620"}, demand=LEAK)
    visit = intake.register(data=data, actor=factories.user("clerk"), at=AT)
    assert hasattr(visit, "case_link")


def test_like_matters_of_other_people_are_a_hint_only():
    first = factories.case("accepted")
    factories.case("accepted", people=first.people, demand=LEDGER, facts="账目。")
    visit = factories.visit(first.people["clerk"])
    assert hasattr(visit, "case_link")
    assert [(one.case, one.asks) for one in samematter.others(first.people["clerk"], visit, AT.date())] == [
        (first, False)
    ]


def test_the_same_accused_in_the_same_place_is_a_hint_too():
    first = factories.case(demand=LEDGER, accused="和平村村委会", region="和平街道")
    visit = factories.visit(first.people["clerk"], accused="和平村 村委会", region="和平街道", demand="请求停止占地。")
    (found,) = samematter.others(first.people["clerk"], visit, AT.date())
    assert (found.case, "被反映的人或单位相同" in found.reasons) == (first, True)


def test_merged_into_another_the_gate_still_names_the_own_matter():
    first = factories.case("accepted")
    main = factories.case("accepted", people=first.people)
    merging.merge(case=first, actor=first.people["supervisor"], at=AT, main=main, note="同一小区。")
    (found,) = samematter.evidence(first.people["clerk"], undecided(first), AT.date())
    assert (found.case, found.verdict.code) == (first, "under_way")
