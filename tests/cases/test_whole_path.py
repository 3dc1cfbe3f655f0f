"""One petition through every verb, and what it leaves behind."""

import pytest

from audit.models import Event
from audit.verifying import findings
from documents.models import Paper
from tests import factories

pytestmark = pytest.mark.django_db


def test_whole_life_leaves_events_papers_clocks_and_a_sound_chain():
    factories.calendar(2026)
    case = factories.case(upto="served")
    assert list(Event.objects.exclude(verb="grant").order_by("seq").values_list("verb", flat=True)) == [
        "register", "open", "classify", "accept", "assign", "take_up", "report", "close", "serve",
    ]  # fmt: skip
    assert [paper.number for paper in Paper.objects.about(case) if paper.number] == [
        "示信受〔2026〕1号", "示信交〔2026〕1号", "示信告〔2026〕1号", "示信收〔2026〕1号", "示信报〔2026〕1号",
        "示信答〔2026〕1号",
    ]  # fmt: skip
    assert {(c.kind, str(c.strict_due), c.stop_reason) for c in case.clocks.all()} == {
        ("transfer", "2026-03-17", "accept"),
        ("handle", "2026-05-01", "close"),
        ("object", "2026-03-09", "take_up"),
        ("notify", "2026-03-17", "take_up"),
        ("request_review", "2026-04-01", ""),
    }
    assert case.due_on is None
    assert list(findings()) == []
