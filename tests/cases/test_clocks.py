"""Starting, stopping, pausing, extending and recomputing the clocks of a matter."""

import datetime as dt

import pytest

from cases import clocks
from cases.choices import ClockKind as K
from cases.deadlines import Calendar
from cases.models import CalendarYear, Case, Clock, Holiday
from tests import factories
from tests.cases.asked import again, clock
from tests.factories import AT

pytestmark = pytest.mark.django_db
day = dt.date.fromisoformat
PLAIN = Calendar({}, {}, frozenset({2026}))


@pytest.fixture
def case():
    """A matter of 2 March 2026 without any clock."""
    factories.calendar(2026)
    made = factories.case()
    made.clocks.all().delete()
    clocks.refresh_due(made)
    return made


def shown(one: Clock) -> tuple:
    one.refresh_from_db()
    return str(one.strict_due), str(one.legal_due), one.version, str(one.stopped_on or ""), one.stop_reason


def due(case: Case) -> tuple[str, str]:
    """What is due next, in memory and in the table."""
    row = again(case)
    assert (row.due_on, row.due_kind) == (case.due_on, case.due_kind)
    return str(case.due_on or ""), case.due_kind


def test_a_clock_starts_once_and_keeps_what_explains_it(case):
    made = clocks.start(case, K.TRANSFER, day("2026-03-06"), PLAIN)
    assert shown(made) == ("2026-03-21", "2026-03-23", 1, "", "")
    assert (made.length, made.unit, made.provisional, made.steps["start"]) == (15, "calendar", False, "2026-03-06")
    assert clocks.start(case, K.TRANSFER, day("2026-03-10"), PLAIN) == made
    assert due(case) == ("2026-03-21", "transfer")
    clocks.stop(case, [K.TRANSFER], day("2026-03-07"), "accept")
    again_ = clocks.start(case, K.TRANSFER, day("2026-03-10"), PLAIN, length=3)
    assert again_ != made
    assert shown(again_) == ("2026-03-13", "2026-03-13", 1, "", "")


def test_a_day_set_in_a_letter(case):
    made = clocks.start_until(case, K.ASSIGNED, day("2026-03-02"), day("2026-03-22"), "交办函", PLAIN, "a")
    assert shown(made) == ("2026-03-22", "2026-03-23", 1, "", "")
    assert (made.length, made.unit, made.basis, made.thread) == (20, "calendar", "交办函", "a")
    with pytest.raises(AssertionError):
        clocks.start_until(case, K.HANDLE, day("2026-03-02"), day("2026-03-22"), "交办函", PLAIN)


def test_a_clock_of_the_past_makes_nothing_due(case):
    made = clocks.past(case, K.HANDLE, day("2025-01-01"), day("2025-02-01"), "import", PLAIN)
    assert shown(made) == ("2025-03-02", "2025-03-03", 1, "2025-02-01", "import")
    assert made.provisional
    clocks.refresh_due(case)
    assert due(case) == ("", "")


def test_stopping_by_kind_and_thread(case):
    handle = clocks.start(case, K.HANDLE, day("2026-03-02"), PLAIN)
    one, two = (
        clocks.start_until(case, K.ASSIST, day("2026-03-02"), day("2026-03-20"), "函", PLAIN, thread)
        for thread in ("one", "two")
    )
    assert due(case) == ("2026-03-20", "assist")
    assert clocks.stop(case, [K.ASSIST], day("2026-03-10"), "assist", thread="one") == [one]
    assert clocks.stop(case, [K.RECHECK], day("2026-03-10"), "x") == []
    assert clocks.stop(case, [K.ASSIST, K.HANDLE], day("2026-03-01"), "close") == [handle, two]
    assert shown(one)[3:] == ("2026-03-10", "assist")
    assert shown(two)[3:] == ("2026-03-02", "close")  # not before it began
    assert due(case) == ("", "")
    assert clocks.stop(case, [K.ASSIST], day("2026-03-12"), "again") == []


def test_reviving_what_was_stopped_for_a_reason(case):
    handle = clocks.start(case, K.HANDLE, day("2026-03-02"), PLAIN)
    transfer = clocks.start(case, K.TRANSFER, day("2026-03-02"), PLAIN)
    clocks.stop(case, [K.TRANSFER], day("2026-03-03"), "accept")
    clocks.stop(case, [K.HANDLE], day("2026-03-04"), "merge")
    assert clocks.revive(case, "merge", PLAIN) == [handle]
    assert shown(handle) == ("2026-05-01", "2026-05-01", 1, "", "")
    assert shown(transfer)[4] == "accept"
    assert due(case) == ("2026-05-01", "handle")
    assert clocks.revive(case, "", PLAIN) == []  # running ones were not stopped for nothing


def test_extending_counts_on_from_the_old_last_day(case):
    handle = clocks.start(case, K.HANDLE, day("2026-03-02"), PLAIN)
    assert clocks.prolong(handle, 30, PLAIN) is handle
    assert due(case) == ("2026-05-31", "handle")
    assert shown(handle) == ("2026-05-31", "2026-06-01", 2, "", "")
    assert handle.extended_by == 30
    clocks.prolong(handle, 1, PLAIN)
    assert (handle.extended_by, shown(handle)[0]) == (31, "2026-06-01")


def test_a_pause_and_its_end(case):
    recheck = clocks.start(case, K.RECHECK, day("2026-03-02"), PLAIN)
    assert clocks.pause(recheck, day("2026-03-10"), "听证") is recheck
    assert due(case) == ("", "")
    assert shown(recheck) == ("2026-04-01", "2026-04-01", 2, "", "")
    recheck.case = case
    assert recheck.steps["pausing"] == {"from": "2026-03-10", "reason": "听证"}
    assert recheck.steps["start"] == "2026-03-02"
    assert clocks.resume(recheck, day("2026-03-19"), "听证", PLAIN) is recheck
    assert due(case) == ("2026-04-11", "recheck")
    assert shown(recheck) == ("2026-04-11", "2026-04-13", 3, "", "")
    assert recheck.pauses == [{"from": "2026-03-10", "to": "2026-03-19", "reason": "听证"}]
    assert (recheck.paused_on, clocks.days_paused(recheck)) == (None, 10)
    clocks.pause(recheck, day("2026-03-19"), "听证")
    clocks.resume(recheck, day("2026-03-18"), "听证", PLAIN)  # ended before it began: that one day
    assert (clocks.days_paused(recheck), shown(recheck)[0]) == (10, "2026-04-11")
    with pytest.raises(AssertionError):
        clocks.resume(recheck, day("2026-03-20"), "听证", PLAIN)


@pytest.mark.parametrize(("begins", "still_due"), [("2026-04-01", False), ("2026-04-02", True)])
def test_a_pause_after_the_last_day_changes_nothing(case, begins, still_due):
    recheck = clocks.start(case, K.RECHECK, day("2026-03-02"), PLAIN)
    clocks.pause(recheck, day(begins), "听证")
    assert due(recheck.case) == (("2026-04-01", "recheck") if still_due else ("", ""))
    found = {text: clocks.is_paused(recheck, day(text)) for text in ("2026-03-31", "2026-04-01", "2026-04-02")}
    assert found == {"2026-03-31": False, "2026-04-01": not still_due, "2026-04-02": True}
    recheck.stopped_on = day("2026-04-01")
    assert not clocks.is_paused(recheck, day("2026-04-02"))
    assert not clocks.is_paused(clocks.start(case, K.HANDLE, day("2026-03-02"), PLAIN), day("2026-04-02"))


def test_a_pause_that_was_not_needed(case):
    recheck = clocks.start(case, K.RECHECK, day("2026-03-02"), PLAIN)
    clocks.pause(recheck, day("2026-03-10"), "听证")
    assert clocks.unpause(recheck, PLAIN) is recheck
    assert due(case) == ("2026-04-01", "recheck")
    assert (recheck.paused_on, recheck.pauses, shown(recheck)[0]) == (None, [], "2026-04-01")
    assert "pausing" not in recheck.steps


def test_recomputing_moves_the_version_only_with_the_days(case):
    factories.calendar(2027)
    handle = clocks.start(case, K.HANDLE, day("2026-03-03"), PLAIN)  # ends on Saturday 2 May
    assert shown(handle)[:3] == ("2026-05-02", "2026-05-04", 1)
    assert clocks.recompute(handle, PLAIN) is False
    assert shown(handle)[2] == 1
    Holiday.objects.bulk_create([Holiday(day=f"2026-05-0{n}", kind="off", name="劳动节") for n in range(1, 6)])
    assert clocks.recompute(handle, Calendar.load()) is True
    assert shown(handle)[:3] == ("2026-05-02", "2026-05-06", 2)
    assert handle.steps["skipped"][-1] == {"date": "2026-05-05", "reason": "劳动节"}
    assert clocks.recompute(handle, Calendar.load()) is False
    assert shown(handle)[2] == 2
    assert not handle.provisional
    CalendarYear.objects.update(confirmed=False)
    assert clocks.recompute(handle, Calendar.load()) is False
    handle.refresh_from_db()
    assert handle.provisional


def test_the_nearest_of_our_own_periods_is_due(case):
    for kind in (K.OBJECT, K.REQUEST_REVIEW, K.REQUEST_RECHECK):
        clocks.start(case, kind, day("2026-03-02"), PLAIN)
    clocks.start_until(case, K.PERFORM, day("2026-03-02"), day("2026-03-04"), "协议", PLAIN)
    assert due(case) == ("", "")  # nobody here is late when these pass
    clocks.start(case, K.HANDLE, day("2026-03-02"), PLAIN)
    first = clocks.start(case, K.TRANSFER, day("2026-03-02"), PLAIN)
    clocks.start(case, K.NOTIFY, day("2026-03-02"), PLAIN)
    assert due(case) == ("2026-03-17", "transfer")  # of two on one day the older
    clocks.stop(case, [K.TRANSFER], AT.date(), "accept")
    assert due(case) == ("2026-03-17", "notify")
    other = factories.case(people=case.people)
    clocks.start(other, K.SIMPLE_ACCEPT, day("2026-03-02"), PLAIN)
    clocks.refresh_due(case)
    assert due(case) == ("2026-03-17", "notify")  # another matter's clock is not ours
    assert (again(other).due_on, again(other).due_kind) == (day("2026-03-05"), "simple_accept")  # nor ours theirs
    assert shown(first)[3:] == ("2026-03-02", "accept")


def test_days_paused_counts_each_day_once():
    one = Clock(pauses=[
        {"from": "2026-03-01", "to": "2026-03-03", "reason": ""},
        {"from": "2026-03-03", "to": "2026-03-03", "reason": ""},
        {"from": "2026-03-10", "to": "2026-03-10", "reason": ""},
    ])  # fmt: skip
    assert clocks.days_paused(one) == 4
    assert clocks.days_paused(Clock()) == 0


def test_an_extended_clock_is_computed_from_its_inputs(case):
    handle = clocks.start(case, K.HANDLE, day("2026-03-02"), PLAIN)
    handle.extended_by, handle.pauses = 5, [{"from": "2026-03-03", "to": "2026-03-04", "reason": "听证"}]
    found = clocks.computed(handle, PLAIN)
    assert (str(found.strict_due), found.extended_by, found.rule) == ("2026-05-08", 5, "handle")
    assert clock(case, "handle").strict_due == day("2026-05-01")  # nothing written
