"""Waves as pure rules: when one opens, what belongs to it, when the next begins, whoever looks when."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.policy import Rule, RulesError, read_rules, read_words, rules, words
from alerts.waves import Sighting, waves

START = dt.date(2026, 3, 2)
RULE = Rule(
    "test", "测试", "cluster", ("region",), needed=3, days=7, quiet_days=14, longest_days=30, accusations=False,
    expires_days=30, tone="warn", basis="本单位规定", suggestion="",
)  # fmt: skip


def seen(day, token, visit=None):
    when = START + dt.timedelta(days=day)
    at = dt.datetime.combine(when, dt.time(9), dt.UTC)
    return Sighting(when, at, visit or day * 100 + token, token, token, token, 1)


def opened(days_and_tokens, rule=RULE):
    return [(wave.opened - START).days for wave in waves([seen(*one) for one in days_and_tokens], rule)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([(0, 1), (3, 2), (6, 3)], [6]),  # the seventh day is the last of seven
        ([(0, 1), (3, 2), (7, 3)], []),
        ([(0, 1), (1, 1), (2, 1), (3, 2)], []),  # one matter is counted once, however often it comes
        ([(0, 1), (1, 2), (2, 3), (3, 4), (9, 5), (10, 6), (11, 7)], [2]),  # goes on: no second alarm
        ([(0, 1), (1, 2), (2, 3), (16, 4), (17, 5), (18, 6)], [2]),  # the fourteenth day still belongs to it
        ([(0, 1), (1, 2), (2, 3), (17, 4), (18, 5), (19, 6)], [2, 19]),  # a new wave
        ([(0, 1), (1, 2), (2, 3), (17, 4), (18, 5)], [2]),
        ([(day, day + 1) for day in range(0, 60)], [2, 35]),  # never quiet: counted anew after thirty days
    ],
)
def test_a_wave_opens_once_and_a_new_one_after_a_pause(days, expected):
    assert opened(days) == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 120), st.integers(1, 6)), max_size=60), st.integers(0, 120))
def test_whoever_looked_earlier_saw_the_beginning_of_the_same_waves(rows, until):
    everything = [seen(day, token, visit=place) for place, (day, token) in enumerate(rows)]
    early = [one for one in everything if (one.day - START).days <= until]
    whole = [wave.opened for wave in waves(everything, RULE)]
    assert [wave.opened for wave in waves(early, RULE)] == [day for day in whole if (day - START).days <= until]
    assert len(whole) == len(set(whole))
    held = [one.visit for wave in waves(everything, RULE) for one in wave.seen]
    assert len(held) == len(set(held))


def test_the_rules_say_on_what_they_rest_and_none_gathers_by_person():
    assert all(rule.basis and rule.suggestion for rule in rules().values())
    assert all(one.basis for one in words())
    assert {name for rule in rules().values() for name in rule.by} <= {"unit", "region", "content"}


@pytest.mark.parametrize(
    "change",
    [{"by": ["petitioner"]}, {"days": 15}, {"needed": 0}, {"tone": "loud"}, {"kind": "score"}, {"by": []}],
)
def test_a_wrong_rule_is_refused(change):
    with pytest.raises(RulesError):
        read_rules(as_toml(change))


def test_accusations_are_gathered_by_unit_alone():
    with pytest.raises(RulesError, match="article 30"):
        read_rules(as_toml({"accusations": True}))
    assert read_rules(as_toml({"accusations": True, "by": ["unit"]}))["test"].accusations


def as_toml(change):
    values = dataclasses.asdict(RULE) | {"by": list(RULE.by)} | change
    del values["code"]
    lines = [
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for name, value in values.items()
    ]
    return "[test]\n" + "\n".join(lines)


def test_words_leave_out_sayings_that_mean_something_else():
    own, _violence, together = words()
    assert together.found_in("向区组织人事局反映职称问题") == []
    assert together.found_in("再不解决就组织人去讨说法") == ["组织人"]
    assert own.found_in("不给说法我就从楼上跳楼") == ["跳楼"]
    assert own.found_in("商家打出跳楼价，拒不退款") == []
    assert own.found_in("商家打出跳楼价骗人，不退款我就跳楼") == ["跳楼"]
    with pytest.raises(RulesError):
        read_words('[anger]\nwords = ["气"]\nbut = []\nbasis = "x"')
    with pytest.raises(RulesError):
        read_words('[self]\nwords = [""]\nbut = []\nbasis = "x"')


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("不解决，就会有人跳楼", "跳楼"),
        ("我曾经跳楼被救下来，这次没人拦得住", "跳楼"),
        ("再不退款我就跳楼 价格谈不谈都一样", "跳楼"),
        ("逼急了就来一次自杀式袭击", "自杀"),
        ("今天就跟他们拼命 工作不要了", "拼命"),
        ("再拖下去他们那里会被围堵", "围堵"),
        ("我们明天去消防通道堵路", "堵路"),
    ],
)
def test_no_saying_that_is_left_out_hides_a_threat(said, word):
    assert [word] in [one.found_in(said) for one in words()]
