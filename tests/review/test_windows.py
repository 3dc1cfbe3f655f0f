"""The sweep of windows: what passes by itself, on the right day, once."""

import datetime as dt

import pytest
from django.core.management import call_command

from audit.models import Event
from audit.verifying import findings
from cases.actions import answering, ending
from cases.choices import State as S
from cases.models import Case
from cases.tasks import pass_windows
from tests import factories
from tests.factories import AT, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


def at(text):
    return dt.datetime.fromisoformat(f"{text}T00:05:00+08:00")


def state(case):
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def test_a_window_lapses_after_its_legal_day_which_rolls_over_days_off():
    case = factories.case(upto="served", at=later(18))  # 20 March; day thirty is Sunday 19 April
    clock = case.clocks.get(kind="request_review")
    assert (clock.strict_due, clock.legal_due) == (dt.date(2026, 4, 19), dt.date(2026, 4, 20))
    assert pass_windows(at("2026-04-20")) == {"lapsed": 0, "stayed": 0}
    assert state(case) == S.SERVED
    assert [pass_windows(at("2026-04-21"))["lapsed"] for _ in range(5)] == [1, 0, 0, 0, 0]
    assert state(case) == S.LAPSED
    assert Event.objects.of_matter(case.number).filter(verb="lapse").count() == 1
    assert list(findings()) == []


def test_after_review_the_window_for_recheck_lapses_but_not_with_a_redo_ordered():
    upheld, redo = factories.case(upto="served"), factories.case(upto="served")
    factories.reviewed(upheld, later(5))
    factories.reviewed(redo, later(5), "redo")
    assert pass_windows(later(36))["lapsed"] == 1
    assert (state(upheld), state(redo)) == (S.LAPSED, S.REVIEW_SERVED)
    assert factories.asked(upheld, later(40), late_reason="住院").level == 2


def test_silence_about_an_objection_leaves_the_matter_with_the_unit():
    case = factories.case(upto="assigned")
    answering.hand_back(case=case, actor=case.people["handler"], at=AT, note="此事项不属于本单位职权范围。")
    due = case.clocks.get(kind="judge_objection").legal_due
    assert pass_windows(at(due.isoformat())) == {"lapsed": 0, "stayed": 0}
    after = at((due + dt.timedelta(days=1)).isoformat())
    assert [pass_windows(after)["stayed"] for _ in range(3)] == [1, 0, 0]
    assert state(case) == S.ASSIGNED
    assert list(findings()) == []


def test_one_bad_row_does_not_hold_up_the_others(monkeypatch, caplog):
    bad, good = factories.case(upto="served"), factories.case(upto="served")
    real = ending.lapse

    def lapse(*, case, actor, at):
        if case.pk == bad.pk:
            raise ValueError("broken")
        return real(case=case, actor=actor, at=at)

    monkeypatch.setattr(ending, "lapse", lapse)
    assert pass_windows(later(40))["lapsed"] == 1
    assert (state(bad), state(good)) == (S.SERVED, S.LAPSED)
    assert bad.number in caplog.text


def test_the_sweep_runs_by_hand(capsys):
    case = factories.case(upto="served")
    call_command("sweep", "windows", "--at", later(40).date().isoformat())
    assert capsys.readouterr().out == "windows: lapsed 1, stayed 0\n"
    assert state(case) == S.LAPSED


def test_an_ordered_redo_waits_for_the_supervisor_not_for_filing():
    from cases.agenda import waiting_for_user

    case = factories.case(upto="served")
    factories.reviewed(case, later(5))
    factories.reviewed(case, later(6), "redo")
    assert list(waiting_for_user(case.people["supervisor"])) == [case]
    assert list(waiting_for_user(factories.user("archivist"))) == []
    Case.objects.filter(pk=case.pk).update(recheck_outcome="upheld")
    assert list(waiting_for_user(case.people["supervisor"])) == []
    assert list(waiting_for_user(factories.user("archivist"))) == [case]
