"""The thirty days for the opinion of review and recheck (articles 35, 36) remind whoever has to give it."""

import pytest

from accounts.models import Unit
from cases.actions import ending
from cases.choices import ClockKind
from followup import owing, planning, policy, tasks
from followup.models import Reminder
from notices.models import Notice
from tests import factories
from tests.factories import later
from tests.followup.test_plan import days, noon, plain_weeks  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
DUE = "2026-04-11"  # asked for on 12 March


@pytest.fixture
def reviewing():
    """Asked for on 12 March; the office has a reviewer, a supervisor and a leader, the unit a handler and a head."""
    case = factories.case(upto="served")
    case.people |= {
        "reviewer": factories.user("reviewer", username="reviewer"),
        "leader": factories.user("leader", username="leader"),
        "unit_head": factories.user("unit_head", factories.housing()),
    }  # fmt: skip
    factories.asked(case, later(10))
    return case


def told():
    rows = Reminder.objects.filter(superseded=False, withdrawn_at__isnull=True).select_related("recipient")
    return {(row.stage, row.recipient.username) for row in rows}


def rungs(**who):
    return {(stage, name) for stage, names in who.items() for name in names}


def test_the_ladder_speaks_of_review_and_recheck_before_on_and_after_the_day():
    for kind in (ClockKind.REVIEW, ClockKind.RECHECK):
        stages = [rung.from_day for rung in policy.ladder() if kind in rung.of]
        assert stages == [-7, -3, 0, 1, 15]


def test_where_the_body_has_nobody_on_the_system_the_office_is_reminded_and_never_the_unit(reviewing):
    supervisor = reviewing.people["supervisor"].username
    [source] = owing.of_clocks(owing.clocks())
    assert (source.kind, source.due.isoformat(), source.inside) == ("review", DUE, True)
    for each in days("2026-04-01", "2026-04-26"):
        tasks.remind(noon(each))
    both = ("reviewer", supervisor)
    assert told() == rungs(soon=("reviewer",), near=both, today=both, late=both, long_late=(*both, "leader"))
    assert Notice.objects.filter(recipient=reviewing.people["reviewer"], kind="remind").first().text == (
        f"{reviewing.number} 的复查期限已于 {DUE} 到期，超期 15 天。"
    )
    assert planning.advice(type(reviewing).objects.all(), factories.day("2026-04-26")) == {}


def test_the_body_that_reviews_is_reminded_with_its_own_supervisor_and_leader(reviewing):
    city = Unit.objects.get(code="CITY")
    for role, name in (("reviewer", "decides"), ("supervisor", "watches"), ("leader", "leads")):
        factories.user(role, city, username=name)
    other = factories._unit("QXFJ", "示范区信访局", "office")
    factories.user("supervisor", other, username="elsewhere")
    tasks.remind(noon("2026-04-12"))
    assert told() == rungs(late=("decides", "watches"))
    tasks.remind(noon("2026-04-26"))
    assert told() == rungs(late=("decides", "watches"), long_late=("decides", "watches", "leads"))


def test_a_recheck_reminds_neither_who_may_not_open_the_matter_nor_who_decided_the_review(reviewing):
    factories.handed_over(factories.decided(reviewing, later(20)), later(22))
    factories.user("reviewer", factories.other_body(), username="province")
    factories.user("reviewer", username="second")
    assert factories.asked(reviewing, later(30)).body.code == "PROV"
    tasks.remind(noon("2026-05-02"))
    assert told() == rungs(late=("second", reviewing.people["supervisor"].username))  # who reviewed does not recheck


def test_an_opinion_ends_the_reminders(reviewing):
    tasks.remind(noon("2026-04-08"))
    assert told()
    factories.decided(reviewing, noon("2026-04-09"))
    tasks.remind(noon("2026-04-12"))
    assert told() == set()


def test_a_request_taken_back_reminds_nobody(reviewing):
    fresh = factories._again(reviewing)
    ending.withdraw(case=fresh, actor=reviewing.people["supervisor"], at=noon("2026-04-01"), words="不再请求复查。")
    tasks.remind(noon("2026-04-12"))
    assert told() == set()


@pytest.mark.parametrize("many", [1, 3])
def test_asking_who_reviews_costs_the_same_however_many(reviewing, django_assert_num_queries, many):
    other = {role: reviewing.people[role] for role in ("clerk", "supervisor")}
    for _one in range(many - 1):
        case = factories.case(upto="served", people=other | {"handler": factories.user("handler", factories.labour())})
        factories.asked(case, later(10))
    with django_assert_num_queries(6):
        assert len(owing.of_clocks(owing.clocks())) == many
