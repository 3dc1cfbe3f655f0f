"""Article 36 paragraph 3: the same facts are not accepted again after a recheck; the notice names its opinion."""

import pytest

from cases.chain import conclusions_of
from cases.forms import DeclineForm
from cases.models import Case
from documents.models import Paper
from tests import factories
from tests.factories import AT, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


def ended(outcome="upheld"):
    case = factories.case(upto="served")
    factories.reviewed(case, later(5))
    return factories.reviewed(case, later(10), outcome)


def again(case):
    """A new matter of the same petitioner at the same office."""
    new = factories.case(at=later(20), people=case.people)
    Case.objects.filter(pk=new.pk).update(petitioner=case.petitioner)
    return factories._again(new)


def test_the_notice_is_prefilled_with_number_and_date_of_the_opinion():
    case = ended()
    new, clerk = again(case), case.people["clerk"]
    number = Paper.objects.about(case).get(kind="recheck_opinion").number
    form = DeclineForm(case=new, actor=clerk, today=AT.date())
    assert form.fields["note"].initial == (
        f"该事项（{case.number}）已由示范省人民政府于 2026-03-12 作出复核意见（{number}），2026-03-12 送达。"
    )
    declined = factories.declined(new, later(21), ground="concluded", note=form.fields["note"].initial)
    assert declined.state == "no_longer"
    assert number in str(Paper.objects.about(new).get(kind="no_longer_notice").context)


def test_an_ordered_redo_or_somebody_elses_matter_ends_nothing():
    case = ended("redo")
    new, clerk = again(case), case.people["clerk"]
    assert conclusions_of(case.petitioner, clerk) == []
    assert DeclineForm(case=new, actor=clerk, today=AT.date()).fields["note"].initial is None
    other = ended()
    assert conclusions_of(case.petitioner, clerk) == []
    assert [one.case for one in conclusions_of(other.petitioner, clerk)] == [other]
    assert conclusions_of(other.petitioner, factories.user("handler", unit=factories.labour())) == []
