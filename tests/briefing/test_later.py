"""Instructions and digests when things changed meanwhile: a deputy answers, a matter became an accusation."""

import datetime as dt

import pytest

from accounts import actions as people_actions
from accounts import deputies
from accounts.models import Deputyship
from briefing import forms, listing
from briefing.actions import charging, digests, instructing
from cases.models import Case
from notices.models import Notice
from tests import factories
from tests.accounts.deputising import acting
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
AT = factories.AT
DUE = dt.date(2026, 3, 12)


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def people():
    roles = ("clerk", "supervisor", "handler", "leader")
    return {role: factories.user(role, username=role) for role in roles}


@pytest.fixture
def case(people):
    return Case.objects.get(pk=factories.case(upto="handling", people=people).pk)


def instruct(case, people, **changes):
    said = {"text": "请限期查清。", "leader_name": "张副市长", "given_on": AT.date(), "due_on": DUE} | changes
    return instructing.instruct(case=case, actor=people["supervisor"], at=AT, **said)


def stands_in(absent, deputy):
    row = people_actions.appoint_deputy(
        absent=absent, deputy=deputy, starts_at=AT, ends_at=factories.later(days=5), reason="出差", actor=absent, at=AT
    )
    return deputies.acting(Deputyship.objects.with_people().get(pk=row.pk))


@pytest.mark.parametrize("given_on", [dt.date(1900, 1, 1), dt.date(1, 1, 1), dt.date(2025, 3, 1)])
def test_an_instruction_of_long_ago_is_a_slip_of_the_year(case, people, given_on):
    """On PostgreSQL the days from then to now are more than its clock can hold."""
    with pytest.raises(Refusal, match="核对年份"):
        instruct(case, people, given_on=given_on, to_unit=factories.housing())


def test_whoever_stands_in_answers_what_was_given_to_the_absent(case, people):
    row = instruct(case, people, to_user=people["handler"])
    other = factories.user("handler", username="other")
    with pytest.raises(Refusal, match="不是交给您"):
        instructing.answer_instruction(instruction=row, actor=other, at=AT, answer="已查清。")
    acting = stands_in(people["handler"], other)
    instructing.answer_instruction(instruction=row, actor=acting, at=AT, answer="已查清。")
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("已查清。", other)


def test_the_deputy_of_a_leader_finds_the_charges_of_the_leader(case, people):
    charging.take_charge(
        case=case, actor=people["supervisor"], at=AT, leader=people["leader"], leader_name="高远", since=AT.date(),
        due_on=dt.date(2026, 6, 2),
    )  # fmt: skip
    assert len(listing.pressing(people["leader"], AT)["charges"]) == 1
    acting = stands_in(people["leader"], people["clerk"])
    assert len(listing.pressing(acting, AT)["charges"]) == 1
    assert not any("高远" in one.text for one in Notice.objects.filter(kind="charge"))


def test_a_digest_written_before_the_matter_became_an_accusation_names_nobody_either(case, people):
    name, boss = case.petitioner.name, people["supervisor"]
    row = digests.write_digest(
        cases=[case], actor=boss, at=AT, title="渗水", situation=f"{name}等人反映渗水。", suggestion="请核查。"
    )
    Case.objects.filter(pk=case.pk).update(protected=True)
    with pytest.raises(Refusal, match="第三十条"):
        digests.issue_digest(digest=row, version=1, actor=boss, at=AT)
    row.refresh_from_db()
    assert row.paper is None


def test_a_deputy_registers_the_words_of_the_leader_who_is_away(case, people):
    """Neither the form nor the row takes the deputy for the leader."""
    about = {"case": case, "actor": acting(people["leader"], people["supervisor"]), "today": AT.date()}
    assert forms.InstructForm(**about).fields["leader_name"].initial == "leader"
    said = {"text": "请限期查清。", "given_on": AT.date(), "due_on": DUE, "to_unit": factories.housing().pk}
    for name, leader in (("leader", people["leader"]), ("supervisor", None), ("张副市长", None)):
        form = forms.InstructForm(said | {"leader_name": name}, **about)
        assert form.is_valid(), form.errors
        assert form.for_verb()["leader"] == leader
