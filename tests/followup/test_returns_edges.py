"""Return visits where two act at once, a matter has moved on, or somebody would visit about their own work."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from audit.verifying import findings
from cases.actions import answering, deciding, handling
from cases.models import Case, Interest
from documents.models import Paper
from followup import guards, sampling
from followup.actions import visiting
from followup.models import ReturnVisit, Sampled, SampleRun
from tests import factories
from tests.followup.returning import badly, client_of, fresh, refusal_of, served, visit
from tests.followup.test_sampling import draw
from tests.racing import race

pytestmark = pytest.mark.django_db
WITHDREW = "您已申请回避，不能办理此事项（第二十八条）。"
OWN = "此事项由您办理，回访应当由其他人员进行。"


@pytest.fixture(autouse=True)
def _plain_weeks(db):
    year = timezone.localdate().year
    factories.calendar(2026, 2027, year - 1, year, year + 1)


@pytest.fixture
def people(db):
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}


def withdrew(case, officer):
    Interest.objects.create(
        case=case, user=officer, kind="declared", reason="亲属", recorded_by=officer, recorded_at=factories.AT
    )


def handled_by_the_office(case, handler=None):
    Case.objects.filter(pk=case.pk).update(handling_unit=factories.office(), handler=handler)
    case.assignments.update(unit=factories.office())


def acting_for(absent, deputy):
    acts = User.objects.get(pk=deputy.pk)
    acts.acting_for = absent
    return acts


# ---- the draw ----


def test_a_matter_drawn_for_two_kinds_is_drawn_again_the_same(people):
    """PostgreSQL gives the stored rule back with its keys in an order of its own."""
    served(people, visitors=7, involved=9)
    draw(people)
    run = SampleRun.objects.get()
    assert run.rows.get().reason_codes == ["share", "group"]
    assert sampling.replayed(run)
    turned = dict(reversed(run.rule.items()))
    assert sampling.draw(run.frame, turned, run.seed) == sampling.draw(run.frame, run.rule, run.seed)


# ---- a new matter ----


def test_while_the_unit_handles_it_again_no_new_matter_is_opened(people):
    case = served(people)
    last = badly(case, people["clerk"])
    visiting.rework(visit=last, case=fresh(case), actor=people["supervisor"], at=factories.later(6), note="返修")
    how = {"visit": last, "case": fresh(case), "actor": people["clerk"], "demand": "还漏"}
    assert refusal_of(visiting.open_linked, at=factories.later(7), **how).startswith("此事项正在办理")
    assert not Case.objects.filter(apart_from=case).exists()


@pytest.mark.django_db(transaction=True)
def test_of_three_who_open_it_anew_at_once_one_does(people):
    case = served(people)
    bad = badly(case, people["clerk"])
    how = {"visit": bad, "actor": people["clerk"], "at": factories.later(400), "demand": "还漏"}
    told = race(*[lambda: visiting.open_linked(case=fresh(case), **how)] * 3)
    assert told == ["", "已经另立新事项。", "已经另立新事项。"]
    assert Case.objects.filter(apart_from=case).count() == 1
    assert list(findings()) == []


def test_the_new_matter_is_kept_from_whom_the_old_one_was_kept_from(people):
    case = served(people)
    Case.objects.filter(pk=case.pk).update(
        protected=True, accused_user=people["leader"], accused_unit=factories.labour()
    )
    bad = badly(case, people["clerk"])
    visiting.open_linked(visit=bad, case=fresh(case), actor=people["clerk"], at=factories.later(400), demand="还漏")
    new = Case.objects.get(apart_from=case)
    assert (new.protected, new.accused_user, new.accused_unit) == (True, people["leader"], factories.labour())
    assert not Case.objects.visible_to(people["leader"]).filter(pk=new.pk).exists()


# ---- who visits ----


def test_who_withdrew_from_a_matter_neither_visits_nor_opens_it_anew(people):
    case, other = served(people), factories.user("clerk", username="other")
    bad = badly(case, people["clerk"])
    withdrew(case, other)
    assert refusal_of(visit, case, other, days=6) == WITHDREW
    assert guards.no_anew(fresh(case), bad, other, factories.later(400)) == WITHDREW
    assert refusal_of(visit, case, acting_for(other, people["clerk"]), days=6) == WITHDREW


def test_who_acts_for_the_handler_does_not_visit(people):
    case = served(people)
    handled_by_the_office(case, people["supervisor"])
    assert guards.no_return_visit(fresh(case), people["clerk"]) == ""
    assert guards.no_return_visit(fresh(case), acting_for(people["supervisor"], people["clerk"])) == OWN


def test_who_handled_it_before_or_through_a_deputy_does_not_visit(people):
    case = factories.case(upto="assigned", people=people)
    handled_by_the_office(case)
    mixed, deputy = (factories.user("clerk", username=name) for name in ("mixed", "deputy"))
    for one in (mixed, deputy):
        factories.people.grant(user=one, role="handler", actor=None, at=factories.AT)
    absent = factories.user("clerk", username="absent")
    factories.people.grant(user=absent, role="handler", actor=None, at=factories.AT)
    answering.take_up(case=fresh(case), actor=mixed, at=factories.AT)
    Case.objects.filter(pk=case.pk).update(handler=deputy)  # who went on with it
    handling.investigate(
        case=fresh(case), actor=acting_for(absent, deputy), at=factories.AT, held_on=factories.AT.date(),
        persons="甲、乙", findings="到场查看，外墙渗水。",
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(handler=None, state="served")
    assert [guards.no_return_visit(fresh(case), one) for one in (mixed, deputy, absent)] == [OWN] * 3
    assert guards.no_return_visit(fresh(case), people["clerk"]) == ""


# ---- the form ----


def test_an_attempt_sent_twice_is_recorded_once(people):
    case = served(people, at=timezone.now() - dt.timedelta(days=3))
    client, url = client_of(people["clerk"]), f"/followup/{case.number}/return-visit/"
    said = [client.post(url, {"way": "phone", "reached": "no"}) for _twice in range(2)]
    assert [answer.status_code for answer in said] == [302, 409]
    assert "没有重复登记" in said[1].content.decode()
    assert client.post(url, {"way": "home", "reached": "no"}).status_code == 302
    assert ReturnVisit.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_attempts_recorded_at_once_none_is_overlooked(people):
    case = served(people)
    row = draw(people).rows.get()
    callers = [people["clerk"], people["supervisor"], people["leader"], *(factories.user("clerk") for _n in range(2))]
    callers = [one for one in callers if not guards.no_return_visit(fresh(case), one)][:3]
    assert len(callers) == 3
    assert race(*(lambda who=who: visit(case, who, days=36, reached="no") for who in callers)) == ["", "", ""]
    row = Sampled.objects.get(pk=row.pk)
    assert (row.ended, row.end_note.startswith("联系 3 次未果")) == ("unreached", True)


def test_who_comes_too_late_keeps_what_they_typed(people):
    case = served(people, at=timezone.now() - dt.timedelta(days=3))
    deciding.reopen(case=fresh(case), actor=people["supervisor"], at=timezone.now(), note="返修")
    said = {"way": "phone", "reached": "yes", "satisfaction": "not", "properly_handled": "0", "remaining": "外墙仍渗水"}
    answer = client_of(people["clerk"]).post(f"/followup/{case.number}/return-visit/", said)
    assert (answer.status_code, ReturnVisit.objects.exists()) == (409, False)
    for words in ("外墙仍渗水", "答复送达后才能回访"):
        assert words in answer.content.decode()


# ---- back to the unit ----


def test_nothing_goes_back_to_a_unit_that_is_no_more(people):
    case = served(people)
    bad = badly(case, people["clerk"])
    unit = factories.housing()
    unit.is_active = False
    unit.save()
    how = {"visit": bad, "case": fresh(case), "actor": people["supervisor"], "at": factories.later(7), "note": "返修"}
    assert "已经停用" in refusal_of(visiting.rework, **how)


def test_where_the_office_handled_it_itself_no_letter_goes_to_itself(people):
    case = served(people)
    handled_by_the_office(case)
    bad, before = badly(case, people["clerk"]), Paper.objects.filter(kind="assign_letter").count()
    visiting.rework(visit=bad, case=fresh(case), actor=people["supervisor"], at=factories.later(7), note="返修")
    assert fresh(case).state == "handling"
    assert Paper.objects.filter(kind="assign_letter").count() == before
