"""One step for many matters: each through its own verb, each with its own outcome, nothing done twice."""

import threading

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Event
from audit.verifying import findings
from cases.actions import deciding, sending
from cases.batching import MOST, pick
from cases.models import Assignment, Case
from documents.models import Paper
from tests import factories

PEOPLE = ("clerk", "supervisor", "handler")


def office(upto: str = "accepted", count: int = 3):
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    people = {role: factories.user(role) for role in PEOPLE}
    return [factories.case(upto=upto, at=timezone.now(), people=people) for _each in range(count)], people


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def assigning(cases, **more):
    return {
        "pick": [pick(case) for case in cases],
        "go": "1",
        "unit": factories.housing().pk,
        "note": "请依法办理。",
    } | more


@pytest.mark.django_db
def test_the_form_tells_beforehand_which_rows_can_and_why_not():
    cases, people = office()
    other = factories.case(at=timezone.now(), people=people)  # classified, not accepted
    page = client_of(people["supervisor"]).post(
        "/cases/batch/assign/", {"pick": [pick(one) for one in [*cases, other]]}
    )
    assert page.status_code == 200
    assert [line["case"].number for line in page.context["able"]] == [case.number for case in cases]
    (line,) = page.context["unable"]
    assert line["row"].reason == "当前环节为“已归类”，不能办理“交办”。"
    assert Event.objects.filter(verb="assign").count() == 0


@pytest.mark.django_db
def test_every_row_goes_through_the_verb_and_says_its_paper():
    cases, people = office()
    page = client_of(people["supervisor"]).post("/cases/batch/assign/", assigning(cases))
    assert [one.row.case.number for one in page.context["done"]] == [case.number for case in cases]
    assert page.context["failed"] == []
    for one in page.context["done"]:
        letter = Paper.objects.get(matter=one.row.case.number, kind="assign_letter")
        assert letter.number in one.papers
    assert {case.state for case in Case.objects.all()} == {"assigned"}
    assert Event.objects.filter(verb="assign").count() == 3
    assert list(findings()) == []


@pytest.mark.django_db
def test_a_row_changed_meanwhile_is_refused_and_names_who_was_faster():
    cases, people = office()
    data = assigning(cases)
    faster = factories.user("supervisor")
    sending.assign(case=Case.objects.get(pk=cases[1].pk), actor=faster, at=timezone.now(), unit=factories.labour())
    page = client_of(people["supervisor"]).post("/cases/batch/assign/", data)
    assert [one.row.case.number for one in page.context["done"]] == [cases[0].number, cases[2].number]
    (lost,) = page.context["failed"]
    assert lost.reason == f"{faster} 已先行办理“交办”，请刷新后再看。"
    assert not lost.again
    assert Case.objects.get(pk=cases[1].pk).handling_unit == factories.labour()


@pytest.mark.django_db
def test_a_row_changed_but_still_possible_stays_ticked_for_another_try():
    (case,), people = office("classified", 1)
    data = {"pick": [pick(case)], "go": "1", "note": ""}
    deciding.classify(
        case=Case.objects.get(pk=case.pk), actor=people["clerk"], at=timezone.now(), category="C03", purpose="appeal"
    )
    client = client_of(people["supervisor"])
    page = client.post("/cases/batch/accept/", data)
    (lost,) = page.context["failed"]
    assert (lost.again, "已先行办理“归类”" in lost.reason) == (True, True)
    again = client.post("/cases/batch/accept/", {"pick": [lost.row.pick], "again": "1", "note": "再办"})
    assert again.context["form"]["note"].value() == "再办"
    assert client.post("/cases/batch/accept/", {"pick": [lost.row.pick], "go": "1"}).context["failed"] == []


@pytest.mark.django_db
def test_the_same_form_sent_twice_does_nothing_twice():
    cases, people = office()
    client, data = client_of(people["supervisor"]), assigning(cases)
    client.post("/cases/batch/assign/", data)
    second = client.post("/cases/batch/assign/", data)
    assert (len(second.context["done"]), len(second.context["failed"])) == (0, 3)
    assert Assignment.objects.count() == 3
    assert Paper.objects.filter(kind="assign_letter").count() == 3


@pytest.mark.django_db
def test_a_missing_field_does_nothing_and_keeps_the_words():
    cases, people = office()
    page = client_of(people["supervisor"]).post("/cases/batch/assign/", assigning(cases, unit="", note="请速办"))
    assert page.status_code == 422
    assert page.context["form"]["note"].value() == "请速办"
    assert Assignment.objects.count() == 0


@pytest.mark.django_db
def test_who_may_how_many_and_what_is_not_there():
    cases, people = office(count=1)
    assert client_of(people["clerk"]).post("/cases/batch/assign/", assigning(cases)).status_code == 403
    supervisor = client_of(people["supervisor"])
    assert supervisor.post("/cases/batch/withdraw/", assigning(cases)).status_code == 404
    assert supervisor.get("/cases/batch/assign/").status_code == 302
    many = {"pick": [f"XF{n:010}:1" for n in range(MOST + 1)], "go": "1"}
    assert supervisor.post("/cases/batch/assign/", many).status_code == 302
    stranger = client_of(factories.user("supervisor", factories.labour()))
    page = stranger.post("/cases/batch/assign/", assigning(cases))
    assert cases[0].number not in page.content.decode()
    assert Assignment.objects.count() == 0


def rows_of(page, rows: str) -> dict[str, str]:
    """Number and last cell of these rows of a page of outcomes."""
    soup = BeautifulSoup(page.content, "html.parser")
    return {row.find("a").text.strip(): row.find_all("td")[-1].text.strip() for row in soup.select(rows)}


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_assign_the_same_twenty():
    cases, people = office(count=20)
    rivals = [people["supervisor"], factories.user("supervisor")]
    units = [factories.housing(), factories.labour()]
    start, pages = threading.Barrier(2), {}

    def press(rival, unit) -> None:
        try:
            client, data = client_of(rival), assigning(cases, unit=unit.pk)
            start.wait(timeout=60)
            pages[rival] = client.post("/cases/batch/assign/", data)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in zip(rivals, units, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)

    # The pages are read as they came: two clients in two threads share what the test framework notes of contexts.
    won = {number: rival for rival, page in pages.items() for number in rows_of(page, "#done ~ div tbody tr")}
    assert sorted(won) == sorted(case.number for case in cases)
    assert Assignment.objects.count() == 20
    lost = [(rival, *one) for rival, page in pages.items() for one in rows_of(page, ".sheet.warn tbody tr").items()]
    assert len(lost) == 20
    for rival, number, reason in lost:
        assert won[number] is not rival
        assert f"{won[number]} " in reason, reason
        assert "已办理“交办”" in reason or "已先行办理“交办”" in reason, reason
    assert list(findings()) == []
