"""When reports of an urgent event are owed, as plain values."""

import datetime as dt

import pytest

from briefing import hours, policy
from briefing.hours import Done, Owed

START = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


def after(minutes):
    return START + dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("done", "owed"),
    [
        (Done(START), (Owed("phone", 0, after(30)), Owed("first", 1, after(60)))),
        (Done(START, phoned_at=after(5)), (Owed("first", 1, after(60)),)),
        (Done(START, reports=(after(50),)), (Owed("follow", 2, after(170)),)),
        (Done(START, after(5), (after(50), after(160))), (Owed("follow", 3, after(280)),)),
        (Done(START, after(5), (after(50),), after(100)), (Owed("final", 2, after(100 + 24 * 60)),)),
        (Done(START, after(5), (after(50), after(200)), after(100), final=True), ()),
    ],
)
def test_what_is_owed(done, owed):
    assert hours.owed(done, policy.urgent()) == owed


@pytest.mark.parametrize(
    ("minutes", "kinds"),
    [(0, []), (19, []), (20, ["phone"]), (49, ["phone"]), (50, ["phone", "first"]), (900, ["phone", "first"])],
)
def test_reminded_ten_minutes_before(minutes, kinds):
    assert [one.kind for one in hours.to_remind(Done(START), policy.urgent(), after(minutes))] == kinds


def test_late_only_after_the_moment():
    one = Owed("first", 1, after(60))
    assert [one.late(after(59)), one.late(after(60)), one.late(after(61))] == [False, False, True]


@pytest.mark.parametrize(
    ("visitors", "codes", "said"),
    [
        (4, ["C03"], []),
        (5, ["C03"], ["来访 5 人，请领导到场。"]),
        (29, [], ["来访 29 人，请领导到场。"]),
        (30, [], ["来访 30 人，应当报告。"]),
        (50, ["C03", "C06"], ["来访 50 人，应当报告并同时向上级报告。", "涉及围堵冲击或者突发事件，应当立即报告。"]),
        (1, ["C08"], ["涉及围堵冲击或者突发事件，应当立即报告。"]),
    ],
)
def test_hints(visitors, codes, said):
    assert hours.hints(visitors, codes, policy.urgent()) == said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("phone_minutes = 30", ""),
        ("phone_minutes = 30", "phone_minutes = -1"),
        ('"joint"', '"press"'),
        ('"C08"', '"C99"'),
    ],
)
def test_a_broken_file_of_hours_is_refused(old, new):
    text = (policy.FOLDER / "urgent.toml").read_text(encoding="utf-8")
    with pytest.raises(policy.RulesError):
        policy.read_urgent(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"), [("[C06.lead]", "[C03.lead]"), ("minutes = 30\n", ""), ('"digest"', '"gossip"')]
)
def test_a_broken_file_of_duties_is_refused(old, new):
    text = (policy.FOLDER / "duties.toml").read_text(encoding="utf-8")
    with pytest.raises(policy.RulesError):
        policy.read_duties(text.replace(old, new, 1))
