"""The auditor's pages."""

import pytest
from django.utils import timezone

from accounts.roles import ROLES
from audit.models import Event
from audit.tasks import verify_nightly
from audit.verifying import everything
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    factories.calendar(2026)
    return factories.case(upto="assigned")


@pytest.fixture
def auditor(client):
    client.force_login(factories.user("auditor", display_name="审计员甲"))
    return client


@pytest.mark.parametrize("role", list(ROLES))
def test_only_the_auditor_reads_and_verifies(client, role):
    client.force_login(factories.user(role))
    expected = 200 if role == "auditor" else 403
    assert client.get("/audit/").status_code == expected
    assert client.get("/audit/1/").status_code == expected
    assert client.post("/audit/verify/").status_code == (302 if role == "auditor" else 403)
    assert client.get("/audit/verify/").status_code == 405


def test_the_trail_is_searched_by_number_act_person_and_day(auditor, case):
    def seen(**query):
        return [event.verb for event in auditor.get("/audit/", query).context["page_obj"]]

    clerk = case.people["clerk"]
    assert seen(number=case.number) == ["assign", "accept", "classify", "open"]
    assert seen(verb="交办") == ["assign"]
    assert seen(person=clerk.display_name) == ["classify", "open", "register"]
    assert seen(day="2026-03-02", number=case.number, verb="受理") == ["accept"]
    assert seen(day="2026-03-03") == []
    assert auditor.get("/audit/?number=%00").status_code == 200
    assert auditor.get("/audit/?day=2026-13-99&page=999").status_code == 200


def test_contents_of_petitions_are_not_shown(auditor, case):
    from cases.actions import answering

    answering.take_up(case=case, actor=case.people["handler"], at=factories.later(1), note="王某说的秘密")
    seq = Event.objects.get(verb="take_up").seq
    pages = auditor.get("/audit/").content.decode() + auditor.get(f"/audit/{seq}/").content.decode()
    assert "王某说的秘密" not in pages
    assert case.petitioner.name not in pages
    assert case.number in pages


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_the_same_queries_however_long(auditor, django_assert_num_queries, many):
    for _one in range(many):
        factories.user("clerk")
    auditor.get("/audit/")
    with django_assert_num_queries(9):
        auditor.get("/audit/")


def test_verifying_is_noted_with_its_result(auditor, case):
    answer = auditor.post("/audit/verify/", follow=True)
    upto = Event.objects.exclude(verb="verify").order_by("-seq").first().seq
    assert f"由 审计员甲 校验至第 {upto} 号" in answer.content.decode()
    event = Event.objects.get(verb="verify")
    assert (event.note, event.data) == ("完整", {"findings": 0, "upto": upto})
    assert list(everything()) == []


def test_a_break_is_shown_first_bad_first(auditor, case):
    type(case).objects.filter(pk=case.pk).update(title="改过的标题")
    answer = auditor.post("/audit/verify/")
    assert answer.status_code == 200
    assert [one.subject for one in answer.context["findings"]] == [f"cases.case:{case.pk}"]
    assert f"首个问题：cases.case:{case.pk}" in answer.content.decode()
    assert "有问题" in auditor.get("/audit/").content.decode()


def test_the_nightly_run_notes_its_result_and_logs_what_is_wrong(case, caplog):
    assert verify_nightly() == 0
    type(case).objects.filter(pk=case.pk).update(title="改过的标题")
    assert verify_nightly() == 1
    assert f"cases.case:{case.pk}" in caplog.text
    assert list(Event.objects.filter(verb="verify").order_by("seq").values_list("actor_name", "data__findings")) == [
        ("系统", 0), ("系统", 1),
    ]  # fmt: skip
    assert timezone.now() > Event.objects.first().at
