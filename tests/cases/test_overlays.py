"""Local rules beside the national ones, and explain_deadline with extension and pauses."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from cases import policy
from cases.actions import handling
from cases.models import Clock
from tests import factories
from vault.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def overlay(settings):
    """Switch local rules on; the read rules are forgotten before and after."""

    def use(name: str) -> None:
        settings.POLICY_OVERLAY = name
        policy.deadlines.cache_clear()

    yield use
    policy.deadlines.cache_clear()


def explained(*words: str) -> str:
    out = io.StringIO()
    call_command("explain_deadline", *words, stdout=out)
    return out.getvalue()


def test_four_are_shipped_and_name_their_basis():
    assert policy.overlays() == ["beijing_2006", "henan_2012", "shandong_2015", "zhejiang_2016"]
    for name in policy.overlays():
        text = (policy.OVERLAYS / name / "deadlines.toml").read_text(encoding="utf-8")
        assert "是否仍然有效，未经核实" in text


NATIONAL = {"transfer": (15, "calendar"), "handle": (60, "calendar"), "extend": (30, "calendar")}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zhejiang_2016", {"transfer": (5, "working"), "handle": (30, "calendar"), "extend": (60, "calendar")}),
        ("henan_2012", {"transfer": (5, "calendar"), "handle": (30, "calendar"), "extend": (60, "calendar")}),
        ("shandong_2015", NATIONAL | {"review_accept": (3, "working"), "recheck_accept": (3, "working")}),
        ("beijing_2006", NATIONAL | {"object": (5, "working"), "extend_review": (30, "calendar")}),
    ],
)
def test_lengths(name, expected):
    rules = policy.deadlines_with(name)
    assert {code: (rules[code].length, rules[code].unit) for code in expected} == expected
    assert set(policy.deadlines()) <= set(rules)


def test_an_extension_of_sixty_days_in_zhejiang(overlay):
    case = factories.case("handling")
    with pytest.raises(Refusal, match="不得超过 30 日"):
        handling.request_extension(case=case, actor=case.people["supervisor"], at=factories.AT, days=60, reason="鉴定")
    overlay("zhejiang_2016")
    factories.extended(case, days=60)
    assert Clock.objects.get(case=case, kind="handle").extended_by == 60


def test_a_new_matter_takes_the_local_period_and_an_old_one_keeps_its_own(overlay):
    old = factories.case("accepted")
    overlay("zhejiang_2016")
    new = factories.case("accepted", people=old.people)
    lengths = [Clock.objects.get(case=case, kind="handle").length for case in (old, new)]
    assert lengths == [60, 30]


RULES = (
    "transfer", "notify", "object", "judge_objection", "handle", "extend", "request_review", "review",
    "request_recheck", "recheck", "simple_accept", "simple_handle",
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_explained(rule):
    factories.calendar(2026)
    assert json.loads(explained(rule, "2026-03-02", "--json"))["rule"] == rule


def test_extension_and_pauses_in_words():
    factories.calendar(2026)
    said = explained(
        "simple_accept", "2026-03-02", "--extend", "2", "--pause", "2026-03-03", "2026-03-03", "听证",
        "--pause", "2026-03-05", "2026-03-05", "调解",
    )  # fmt: skip
    assert said.splitlines() == [
        "简易办理：决定是否受理：3 个工作日，自 2026-03-02 起算（当日不计入）。",
        "延长 2 个工作日，自原期限届满之日起连续计算。",
        "2026-03-03 至 2026-03-03 听证，不计入期限。",
        "2026-03-05 至 2026-03-05 调解，不计入期限。",
        "最后一日 2026-03-11，顺延后 2026-03-11。依据：《信访事项简易办理办法》。",
        "  不计入或顺延：2026-03-03 听证",
        "  不计入或顺延：2026-03-05 调解",
        "  不计入或顺延：2026-03-07 周六",
        "  不计入或顺延：2026-03-08 周日",
    ]


def test_extension_and_pauses_as_json():
    factories.calendar(2026)
    found = json.loads(
        explained("handle", "2026-03-02", "--extend", "30", "--pause", "2026-03-10", "2026-03-11", "听证", "--json")
    )
    assert (found["strict_due"], found["extended_by"], found["pauses"]) == (
        "2026-06-02", 30, [{"from": "2026-03-10", "to": "2026-03-11", "reason": "听证"}],
    )  # fmt: skip


def test_with_an_overlay():
    factories.calendar(2026)
    found = json.loads(explained("handle", "2026-03-02", "--overlay", "henan_2012", "--json"))
    assert (found["length"], found["strict_due"], found["basis"]) == (
        30, "2026-04-01", "《河南省信访条例》（2012）第二十六条",
    )  # fmt: skip
    assert policy.deadlines()["handle"].length == 60


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["handle", "2026-03-02", "--overlay", "mars"], "没有“mars”这一套地方规定"),
        (["handle", "2026-03-02", "--extend", "-1"], "延长的天数不能小于 0"),
        (["handle", "2026-03-02", "--pause", "2026-03-05", "2026-03-04", "听证"], "暂停的起止日期颠倒"),
        (["handle", "2026-03-02", "--pause", "昨天", "2026-03-04", "听证"], "“昨天”不是日期"),
    ],
)
def test_bad_options_are_one_sentence(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        explained(*words)
