"""What holds for every period, calendar and ledger: searched with 5,000 random examples."""

import datetime as dt
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from cases import policy
from cases.choices import Holder
from cases.deadlines import ONE_DAY, Calendar, Due, Pause, count, due, replay
from cases.ledger import Stretch, lateness
from tests.cases.plainclock import run_of

FIRST = dt.date(2023, 1, 1)
YEARS = frozenset(range(2022, 2032))


def many(examples: int):
    """So many examples, the same ones in every run, and no limit of time per example on a busy machine."""
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)


days = st.integers(0, 1500).map(lambda n: FIRST + ONE_DAY * n)
rules = st.sampled_from(sorted(policy.deadlines()))
working = st.sampled_from(sorted(code for code, rule in policy.deadlines().items() if rule.unit == "working"))
calendar_rules = st.sampled_from(sorted(code for code, rule in policy.deadlines().items() if rule.unit == "calendar"))
extensions = st.integers(0, 30)
SETS = st.frozensets(days, max_size=25)


@st.composite
def calendars(draw) -> Calendar:
    """Random single days and one long holiday off, random weekend days worked."""
    off = {one: "放假" for one in draw(SETS)}
    begin, length = draw(days), draw(st.integers(0, 9))
    off |= {begin + ONE_DAY * n: "长假" for n in range(length)}
    work = {one: "调休上班" for one in draw(SETS) if one not in off}
    return Calendar(off, work, draw(st.sampled_from((YEARS, frozenset({2024, 2025}), frozenset()))))


@st.composite
def pauses(draw) -> list[Pause]:
    found = draw(st.lists(st.tuples(days, st.integers(0, 20)), max_size=3))
    return [Pause(first, first + ONE_DAY * more, "听证") for first, more in found]


def inside(found: Due, stops: list[Pause], until: dt.date) -> int:
    """How many days after the start, up to ``until``, belong to a pause."""
    span = [found.start + ONE_DAY * n for n in range(1, (until - found.start).days + 1)]
    return sum(any(one.first <= day <= one.last for one in stops) for day in span)


@many(600)
@given(rules, days, st.integers(0, 60), calendars(), extensions, pauses())
def test_a_later_start_is_never_due_earlier(rule, start, more, table, extra, stops):
    early = due(rule, start, table, extended_by=extra, pauses=stops)
    late = due(rule, start + ONE_DAY * more, table, extended_by=extra, pauses=stops)
    assert early.strict_due <= late.strict_due
    assert early.legal_due <= late.legal_due


@many(500)
@given(rules, days, calendars(), extensions, pauses())
def test_due_after_the_start_and_on_a_worked_day(rule, start, table, extra, stops):
    found = due(rule, start, table, extended_by=extra, pauses=stops)
    assert start < found.strict_due <= found.legal_due
    assert table.day_off(found.legal_due) == ""
    assert all(table.day_off(found.strict_due + ONE_DAY * n) for n in range((found.legal_due - found.strict_due).days))


@many(400)
@given(working, days, calendars(), extensions, pauses())
def test_working_days_end_on_a_working_day_that_is_not_paused(rule, start, table, extra, stops):
    found = due(rule, start, table, extended_by=extra, pauses=stops)
    assert found.strict_due == found.legal_due
    assert not any(one.first <= found.strict_due <= one.last for one in stops)
    span = [start + ONE_DAY * n for n in range(1, (found.strict_due - start).days + 1)]
    counted = [
        one for one in span if not table.day_off(one) and not any(stop.first <= one <= stop.last for stop in stops)
    ]
    assert len(counted) == found.length + extra


@many(400)
@given(working, days, calendars(), st.integers(1, 30), extensions)
def test_one_more_holiday_is_never_earlier(rule, start, table, offset, extra):
    day = start + ONE_DAY * offset
    more = Calendar({**table.off, day: "新增"}, {k: v for k, v in table.work.items() if k != day}, table.confirmed)
    before, after = due(rule, start, table, extended_by=extra), due(rule, start, more, extended_by=extra)
    assert before.strict_due <= after.strict_due


@many(400)
@given(working, days, calendars(), st.integers(1, 30), extensions)
def test_one_more_make_up_day_is_never_later(rule, start, table, offset, extra):
    day = start + ONE_DAY * offset
    fewer = Calendar({k: v for k, v in table.off.items() if k != day}, {**table.work, day: "调休"}, table.confirmed)
    before, after = due(rule, start, table, extended_by=extra), due(rule, start, fewer, extended_by=extra)
    assert after.strict_due <= before.strict_due


@many(300)
@given(rules, days, calendars(), extensions, st.integers(0, 10), pauses())
def test_a_longer_extension_is_never_earlier(rule, start, table, extra, more, stops):
    less = due(rule, start, table, extended_by=extra, pauses=stops)
    longer = due(rule, start, table, extended_by=extra + more, pauses=stops)
    assert (less.strict_due < longer.strict_due) == (more > 0)
    if policy.deadlines()[rule].unit == "calendar" and not stops:
        assert longer.strict_due == less.strict_due + ONE_DAY * more


@many(500)
@given(calendar_rules, days, calendars(), extensions, pauses())
def test_a_pause_moves_a_calendar_period_by_just_its_days_inside(rule, start, table, extra, stops):
    plain = due(rule, start, table, extended_by=extra)
    paused = due(rule, start, table, extended_by=extra, pauses=stops)
    assert (paused.strict_due - plain.strict_due).days == inside(paused, stops, paused.strict_due)


@many(900)
@given(rules, days, calendars(), extensions, pauses(), st.integers(1, 45) | st.none())
def test_the_stored_steps_alone_give_the_same_days(rule, start, table, extra, stops, length):
    found = due(rule, start, table, length=length, extended_by=extra, pauses=stops)
    assert replay(found.steps()) == (found.strict_due, found.legal_due)
    shuffled = due(rule, start, table, length=length, extended_by=extra, pauses=stops[::-1])
    assert (shuffled.strict_due, shuffled.legal_due) == (found.strict_due, found.legal_due)
    again = count(
        rule, found.start, found.length, found.unit, found.basis, table, extended_by=extra, pauses=found.pauses
    )
    assert again == found  # recomputing changes nothing


@many(300)
@given(rules, days, calendars())
def test_provisional_just_when_a_needed_year_is_not_confirmed(rule, start, table):
    found = due(rule, start, table)
    first = start if found.unit == "working" else found.strict_due
    needed = {first + ONE_DAY * n for n in range((found.legal_due - first).days + 1)}
    assert found.provisional == any(one.year not in table.confirmed for one in needed)


@st.composite
def ledgers(draw) -> list[Stretch]:
    """Random holders one after the other, some for no day at all, the last one open or ended."""
    since, found = draw(days), []
    holders = draw(st.lists(st.tuples(st.sampled_from(list(Holder)), st.integers(0, 40)), min_size=1, max_size=8))
    for number, (holder, length) in enumerate(holders):
        last = number == len(holders) - 1 and draw(st.booleans())
        until = None if last else since + ONE_DAY * length
        found.append(Stretch(holder, None, since, until, length))
        since = until or since
    return found


@many(700)
@given(ledgers(), st.integers(0, 200), st.integers(0, 150), st.integers(0, 260), st.booleans())
def test_lateness_equals_a_count_day_by_day(ledger, due_after, stop_after, today_after, stopped):
    begin = ledger[0].since
    legal, today = begin + ONE_DAY * due_after, begin + ONE_DAY * today_after
    stopped_on = begin + ONE_DAY * stop_after if stopped else None
    clock = SimpleNamespace(paused_on=None, legal_due=legal, stopped_on=stopped_on)
    wanted: dict[tuple[Holder, None], int] = {}
    day, end = legal + ONE_DAY, stopped_on or today
    while day <= end:
        owner = next((one for one in ledger if one.since < day <= (one.until or end)), None)
        if owner:
            wanted[owner.holder, None] = wanted.get((owner.holder, None), 0) + 1
        day += ONE_DAY
    assert lateness(clock, ledger, today) == wanted
    covered = [one.until or end for one in ledger]
    if covered[-1] >= end and legal >= begin:
        assert sum(wanted.values()) == max((end - legal).days, 0)
    assert run_of(ledger) == []
