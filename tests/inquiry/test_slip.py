"""回执单: printed by the counter, with a code that opens one matter, made late for old rows."""

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from audit.verifying import findings
from cases import coding
from cases.models import Case, QueryCode
from inquiry import slips
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks(db):
    factories.calendar(2026, timezone.localdate().year)


@pytest.fixture
def case(db):
    return factories.case(at=timezone.now())


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_slip_says_code_and_address_and_no_name(case):
    row = QueryCode.objects.get(case=case)
    facts = slips.facts(case, row)
    assert (facts["code"], facts["number"]) == (coding.spaced(row.code), case.number)
    assert slips.address(row.code).endswith(f"/inquiry/#{row.code}")
    assert slips.address().endswith("/inquiry/")
    assert facts["qr"].startswith("<svg")
    assert case.petitioner.name not in str(facts)
    assert slips.slip(case, row, timezone.now())[:5] == b"%PDF-"


def test_who_left_no_number_gets_a_slip_without_a_code():
    nobody = {"kind": "anonymous", "name": "", "phone": ""}
    case = factories.case(at=timezone.now(), person=nobody)
    facts = slips.facts(case, QueryCode.objects.get(case=case))
    assert (facts["code"], facts["qr"], facts["address"]) == ("", "", "")


def test_printing_is_recorded_and_the_code_stays(case):
    before = QueryCode.objects.get(case=case).code
    answer = signed_in(case.people["clerk"]).post(f"/inquiry/{case.number}/slip/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert QueryCode.objects.get(case=case).code == before
    fact = Event.objects.get(verb="print_slip")
    assert (fact.title, fact.matter, before in str(fact.data)) == ("打印回执单", case.number, False)
    assert list(findings()) == []


def test_an_old_matter_gets_its_code_with_the_first_slip(case):
    QueryCode.objects.filter(case=case).delete()
    signed_in(case.people["clerk"]).post(f"/inquiry/{case.number}/slip/")
    assert QueryCode.objects.filter(case=case).count() == 1


def test_a_new_code_shuts_out_the_old_one(case):
    old = QueryCode.objects.get(case=case).code
    signed_in(case.people["clerk"]).post(f"/inquiry/{case.number}/slip/", {"renew": "1"})
    new = QueryCode.objects.get(case=case).code
    assert new != old
    digits = case.petitioner.phone[-4:]
    statuses = [Client().post("/inquiry/", {"code": code, "digits": digits}).status_code for code in (old, new)]
    assert statuses == [422, 200]
    assert Event.objects.get(verb="print_slip").title == "换发查询码"
    assert list(findings()) == []


def test_only_the_counter_prints_it(case):
    url = f"/inquiry/{case.number}/slip/"
    assert signed_in(case.people["clerk"]).get(url).status_code == 405
    assert signed_in(factories.user("leader")).post(url).status_code == 403
    assert Client().post(url).status_code == 302
    Case.objects.filter(pk=case.pk).update(accused_user=case.people["supervisor"], protected=True)
    assert signed_in(case.people["supervisor"]).post(url).status_code == 404


def test_the_pages_offer_it_to_the_counter(case):
    clerk = signed_in(case.people["clerk"])
    url = f"/inquiry/{case.number}/slip/"
    visit = case.visit_links.get().visit
    assert url in clerk.get(visit.get_absolute_url()).content.decode()
    assert url in clerk.get(f"/cases/{case.number}/?tab=papers").content.decode()
    leader = signed_in(factories.user("leader"))
    assert url not in leader.get(f"/cases/{case.number}/?tab=papers").content.decode()
