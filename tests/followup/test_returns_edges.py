"""Return visits where two act at once, a matter has moved on, or somebody would visit about their own work."""

import pytest
from django.utils import timezone

from accounts.models import User
from cases.models import Case, Interest
from followup import sampling
from followup.models import SampleRun
from tests import factories
from tests.followup.test_returns import draw, served

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
