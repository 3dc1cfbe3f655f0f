"""Two matters become one and two again: everything stands still, and everything comes back."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import Event
from audit.verifying import findings
from cases.actions import answering, deciding, intake, merging, sending
from cases.models import Case
from notices.models import Notice
from tests import factories
from tests.factories import AT, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
WHY = "同一小区外墙渗水，属于同一事项。"


@pytest.fixture(autouse=True)
def plain_years():
    factories.calendar(*range(2025, 2029))


@pytest.fixture
def two():
    """A matter at its unit and another of somebody else, both walked by the same people."""
    first = factories.case("handling")
    second = factories.case("accepted", people=first.people)
    return first, second


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def clocks(case: Case) -> list[tuple]:
    return list(
        case.clocks.order_by("pk").values_list(
            "kind", "started_on", "strict_due", "legal_due", "stopped_on", "stop_reason"
        )
    )


def facts(case: Case) -> tuple:
    row = again(case)
    held = list(row.assignments.order_by("pk").values_list("unit_id", "role", "ended_at", "taken_by_id"))
    return (
        row.state,
        row.handling_unit_id,
        row.handler_id,
        row.due_on,
        row.due_kind,
        row.handle_due,
        held,
        clocks(row),
    )


def test_merged_and_taken_out_again_nothing_is_lost(two):
    merged, main = two
    before, people = facts(merged), merged.people
    merging.merge(case=merged, actor=people["supervisor"], at=later(3), main=main, note=WHY)
    row = again(merged)
    assert (row.state, row.main_id, row.resume_state, row.due_on) == ("merged", main.pk, "handling", None)
    assert {one.stop_reason for one in row.clocks.all() if one.kind == "handle"} == {"merged"}
    assert not row.clocks.filter(stopped_on__isnull=True).exists()
    assert row.visit_links.count() == 1
    told = Notice.objects.filter(kind="merged").values_list("recipient", "text")
    assert list(told) == [(people["handler"].pk, f"{row.number} 已并案，你单位暂停办理。")]
    taken = Event.objects.get(verb="take_in")
    assert (taken.matter, taken.title, taken.note) == (main.number, f"{row.number} 并入", WHY)

    merging.unmerge(case=row, actor=people["supervisor"], at=later(9), note="经核查不是同一处房屋。")
    assert facts(merged) == before
    assert again(merged).main is None
    assert [one.holder for one in merged.holdings.order_by("pk")][-2:] == ["pause", "unit"]
    assert list(findings()) == []


def test_the_unit_goes_on_after_the_merger_is_undone(two):
    merged, main = two
    people = merged.people
    merging.merge(case=merged, actor=people["supervisor"], at=later(1), main=main, note=WHY)
    merging.unmerge(case=again(merged), actor=people["supervisor"], at=later(2), note="分别办理。")
    from cases.actions import handling

    handling.report(case=again(merged), actor=people["handler"], at=later(3), **factories.REPORT)
    assert again(merged).state == "checking"
    assert list(findings()) == []


def test_different_people_need_a_reason_the_same_person_does_not(two):
    merged, main = two
    with pytest.raises(Refusal, match="不同信访人的事项并案，请写明属于同一事项的理由"):
        merging.merge(case=merged, actor=merged.people["supervisor"], at=AT, main=main)
    data = factories.visit_data(petitioner=main.petitioner, demand="要求公开村务账目。")
    own = intake.register(data=data, actor=main.people["clerk"], at=AT, apart=True).case_link.case
    merging.merge(case=own, actor=main.people["supervisor"], at=AT, main=main)
    assert again(own).state == "merged"


def test_never_into_itself_a_finished_one_or_in_a_circle(two):
    merged, main = two
    boss = merged.people["supervisor"]
    with pytest.raises(Refusal, match="不能并入自身"):
        merging.merge(case=merged, actor=boss, at=AT, main=merged, note=WHY)
    ended = factories.case(people=merged.people)
    deciding.answer(case=ended, actor=merged.people["clerk"], at=AT, answer="已经答复。")
    with pytest.raises(Refusal, match="已经了结，不能并入"):
        merging.merge(case=merged, actor=boss, at=AT, main=ended, note=WHY)
    merging.merge(case=merged, actor=boss, at=AT, main=main, note=WHY)
    third = factories.case("accepted", people=merged.people)
    with pytest.raises(Refusal, match="已有事项并入此事项"):
        merging.merge(case=again(main), actor=boss, at=AT, main=third, note=WHY)
    with pytest.raises(Refusal, match="已经了结，不能并入"):
        merging.merge(case=third, actor=boss, at=AT, main=merged, note=WHY)
    assert list(findings()) == []


@pytest.mark.parametrize("turned", [False, True])
def test_a_protected_matter_and_an_open_one_are_never_merged(turned):
    """The body complained about in one would meet it by way of the other (article 30)."""
    secret = factories.case("accepted", accused="示范市住房和城乡建设局")
    plain = factories.case("accepted", people=secret.people)
    pair = (plain, secret) if turned else (secret, plain)
    with pytest.raises(Refusal, match="应当分别办理"):
        merging.merge(case=pair[0], actor=secret.people["supervisor"], at=AT, main=pair[1], note=WHY)
    assert [again(one).state for one in pair] == ["accepted", "accepted"]


def test_two_about_the_same_body_may_be_and_it_sees_neither(client):
    factories.housing()
    accused = "示范市住房和城乡建设局"
    first = factories.case("accepted", accused=accused)
    second = factories.case("accepted", accused=accused, people=first.people)
    merging.merge(case=first, actor=first.people["supervisor"], at=AT, main=second, note=WHY)
    handler = factories.user("handler")
    client.force_login(handler)
    assert list(Case.objects.visible_to(handler)) == []
    for one in (first, second):
        assert client.get(reverse("cases:gates", args=[one.number])).status_code == 404


def test_a_matter_of_another_office_or_unseen_is_no_main(two):
    merged, main = two
    Case.objects.filter(pk=main.pk).update(accused_unit=factories.office(), protected=True)
    with pytest.raises(Refusal, match="没有可以并入的事项"):
        merging.merge(case=merged, actor=merged.people["supervisor"], at=AT, main=main, note=WHY)


@pytest.mark.parametrize("role", ["clerk", "handler", "leader", "unit_head", "archivist", "reviewer"])
def test_only_who_directs_the_work_merges(two, role):
    merged, main = two
    unit = merged.handling_unit if role in ("handler", "unit_head") else None
    with pytest.raises(Refusal, match="您的角色不能办理“并入另一事项”"):
        merging.merge(case=merged, actor=factories.user(role, unit=unit), at=AT, main=main, note=WHY)


def test_not_after_filing_and_not_without_a_reason(two):
    merged, main = two
    boss = merged.people["supervisor"]
    merging.merge(case=merged, actor=boss, at=AT, main=main, note=WHY)
    with pytest.raises(Refusal, match="请写明撤销并案的理由"):
        merging.unmerge(case=again(merged), actor=boss, at=AT, note=" ")
    Case.objects.filter(pk=main.pk).update(state="filed")
    with pytest.raises(Refusal, match="主件已归档"):
        merging.unmerge(case=again(merged), actor=boss, at=AT, note="理由")


def test_the_screen_offers_the_main_ones_and_keeps_what_was_typed(client, two):
    merged, main = two
    client.force_login(merged.people["supervisor"])
    url = reverse("cases:step", args=[merged.number, "merge"])
    assert main.number in client.get(url).content.decode()  # the same request of somebody else
    answer = client.post(url, {"choice": "other", "number": "XF2026999999", "note": WHY, "version": merged.version})
    page = answer.content.decode()
    assert (answer.status_code, "没有可以作为主件的事项 XF2026999999" in page, WHY in page) == (422, True, True)
    done = client.post(
        url, {"choice": "other", "number": main.number.lower(), "note": WHY, "version": again(merged).version}
    )
    assert (done.status_code, again(merged).main_id) == (302, main.pk)
    panel = client.get(reverse("cases:gates", args=[main.number])).content.decode()
    visit = merged.visit_links.get().visit
    assert (merged.number in panel, visit.number in panel, "转送" in panel or "交办函" in panel) == (True, True, True)
    assert main.number in client.get(reverse("cases:gates", args=[merged.number])).content.decode()


def test_a_unit_sees_no_number_of_the_main_matter_that_is_not_its_own(client, two):
    merged, main = two
    merging.merge(case=merged, actor=merged.people["supervisor"], at=AT, main=main, note=WHY)
    client.force_login(merged.people["handler"])
    panel = client.get(reverse("cases:gates", args=[merged.number])).content.decode()
    assert main.number not in panel
    assert all(main.number not in one.text for one in Notice.objects.filter(recipient=merged.people["handler"]))


def test_merged_while_the_unit_takes_up_the_slower_is_told(two):
    _merged, main = two
    people = main.people
    sending.assign(case=again(main), actor=people["supervisor"], at=AT, unit=factories.housing())
    stale = again(main)
    other = factories.case("accepted", people=people)
    merging.merge(case=again(main), actor=people["supervisor"], at=AT, main=other, note=WHY)
    with pytest.raises(Refusal, match="已先行办理“并入另一事项”"):
        answering.take_up(case=stale, actor=people["handler"], at=AT)
    assert list(findings()) == []


@pytest.mark.django_db(transaction=True)
def test_two_that_are_merged_into_each_other_at_once_make_no_circle():
    first = factories.case("accepted")
    second = factories.case("accepted", people=first.people)
    pairs, results, gate = [(first, second), (second, first)], [], threading.Barrier(2)

    def press(case: Case, main: Case) -> None:
        gate.wait(timeout=30)
        try:
            boss = first.people["supervisor"]
            merging.merge(case=again(case), actor=boss, at=AT, main=again(main), note=WHY)
            results.append("merged")
        except Refusal as no:
            results.append(type(no).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == ["Refusal", "merged"]
    assert sorted(Case.objects.values_list("state", flat=True)) == ["accepted", "merged"]
    assert list(findings()) == []
