"""The set of reminders: the same whenever, however often and with whatever clock the sweep runs (F-07)."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from audit.verifying import findings
from cases.actions import handling
from cases.models import Case
from followup import actions, owing, planning, tasks
from followup.models import Reminder
from notices.models import Delivery, Notice
from tests import factories
from tests.notices.posting import channel

pytestmark = pytest.mark.django_db
ROLES = ("clerk", "supervisor", "handler", "leader", "unit_head")
STEPS = {
    "soon": ("handler",), "near": ("handler", "unit_head", "supervisor"),
    "today": ("handler", "unit_head", "supervisor"),
    "late": ("handler", "unit_head", "supervisor"), "long_late": ("handler", "unit_head", "supervisor", "leader"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def case(db):
    """Handled by a named handler since 2 March: handling ends on 1 May 2026, a Friday."""
    people = {role: factories.user(role, username=role, email=f"{role}@x.example") for role in ROLES[:-1]}
    people["unit_head"] = factories.user("unit_head", factories.housing(), username="unit_head")
    return factories.case(upto="handling", people=people)


def noon(text):
    return dt.datetime.fromisoformat(f"{text}T12:00:00+08:00")


def days(first, last):
    start, end = factories.day(first), factories.day(last)
    return [(start + dt.timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


def rows():
    return {(row.stage, row.recipient.username) for row in Reminder.objects.select_related("recipient")}


def rung(*stages):
    return {(stage, who) for stage in stages for who in STEPS[stage]}


def told():
    """How often each person was told of each rung."""
    keys = Notice.objects.filter(kind="remind").values_list("key", "recipient__username")
    return sorted((key.split(":")[3], who) for key, who in keys)


def test_twenty_days_of_five_minutes_give_the_exact_sequence(case):
    """24 April to 16 May: 7 and 3 days before, the day, the day after, fifteen days after; then urged, then advised."""
    seen = {}
    for each in days("2026-04-20", "2026-05-24"):
        with time_machine.travel(noon(each), tick=False):
            if each == "2026-05-08":
                actions.urge(
                    case=case, actor=case.people["supervisor"], at=noon(each), way="phone", content="催问",
                    spoke_to="局办公室",
                )  # fmt: skip
            for _again in range(3):
                before = set(told())
                tasks.remind(noon(each))
                new = set(told()) - before
                if new:
                    seen[each] = seen.get(each, set()) | new
    assert seen == {
        "2026-04-24": rung("soon"), "2026-04-28": rung("near"), "2026-05-01": rung("today"),
        "2026-05-02": rung("late"), "2026-05-16": rung("long_late"),
        "2026-05-23": {("no_result", who) for who in ("unit_head", "supervisor", "leader")},
    }  # fmt: skip
    assert len(told()) == len(set(told()))
    assert not Reminder.objects.filter(superseded=True).exists()
    advice = Notice.objects.get(key__contains=":no_result:", recipient=case.people["supervisor"]).text
    assert advice.endswith("超期 22 天。2026-05-08 催办后没有结果。建议督办。")
    assert list(findings()) == []


JUMPS = {
    "every day": days("2026-04-20", "2026-05-20"),
    "a day back": ["2026-04-24", "2026-04-23", "2026-04-28", "2026-04-27", *days("2026-04-28", "2026-05-20")],
    "a day ahead": ["2026-04-25", "2026-04-24", "2026-04-29", *days("2026-04-28", "2026-05-20")],
    "a year ahead": ["2026-04-22", "2027-04-22", *days("2026-04-22", "2026-05-20")],
    "a year back": ["2026-04-24", "2025-04-24", *days("2026-04-24", "2026-05-20")],
    "once, late": ["2026-05-20"],
    "twice, the clock ahead": ["2027-05-20", "2026-05-20"],
}


@pytest.mark.parametrize("jump", JUMPS)
def test_whatever_the_clock_did_the_rows_are_the_same(case, jump):
    for each in JUMPS[jump]:
        for _again in range(2):
            tasks.remind(noon(each))
    assert rows() == rung(*STEPS)
    assert len(told()) == len(set(told()))  # nobody is told twice
    once_late = jump in ("once, late", "twice, the clock ahead")
    # nothing is skipped: every rung is told, but those that nobody was awake for
    assert set(told()) == (rung("long_late") if once_late else rung(*STEPS))
    passed = set(Reminder.objects.filter(superseded=True).values_list("stage", "recipient__username"))
    assert passed == rung(*STEPS) - set(told())
    assert list(findings()) == []


def promise(case, at, until):
    return actions.urge(
        case=case, actor=case.people["supervisor"], at=noon(at), way="phone", content="催问", spoke_to="局办公室",
        promise="届时办结", promised_on=factories.day(until),
    )  # fmt: skip


def test_a_promise_overrides_the_schedule_until_it_passes(case):
    """Promised on 27 April for 6 May: nothing on 28 April, 1 and 2 May; on the 7th it is late, and said once."""
    tasks.remind(noon("2026-04-24"))
    promise(case, "2026-04-27", "2026-05-06")
    for each in days("2026-04-27", "2026-05-06"):
        tasks.remind(noon(each))
    assert set(told()) == rung("soon")
    for _again in range(2):
        tasks.remind(noon("2026-05-07"))
    assert set(told()) == rung("soon", "late")
    assert rows() == rung("soon", "near", "today", "late")
    broken = Notice.objects.filter(kind="promise").values_list("recipient__username", flat=True)
    assert list(broken) == ["supervisor"]
    tasks.remind(noon("2026-05-16"))
    assert set(told()) == rung("soon", "late", "long_late")


def test_a_later_promise_carries_on_from_the_first(case):
    promise(case, "2026-04-27", "2026-05-06")
    promise(case, "2026-05-05", "2026-05-20")
    for each in days("2026-04-28", "2026-05-20"):
        tasks.remind(noon(each))
    assert set(told()) == rung("soon")  # before the first promise
    [source] = owing.of_clocks(case.clocks.filter(kind="handle"))
    assert {rung.stage: day.isoformat() for rung, day in planning.steps(source)} == {
        "soon": "2026-04-24", "near": "2026-05-21", "today": "2026-05-21", "late": "2026-05-21",
        "long_late": "2026-05-21", "no_result": "2026-05-21",
    }  # fmt: skip


def test_a_group_hears_of_a_rung_once_however_many_of_the_office_do(case):
    channel("wecom", "https://wecom.example.org/send?key=1")
    factories.user("supervisor", username="second")
    tasks.remind(noon("2026-05-02"))
    assert Notice.objects.filter(key__contains=":late:").count() == 4
    group = Delivery.objects.filter(channel="wecom", notice__kind="remind")
    assert group.count() == 1
    Delivery.objects.filter(pk=group.get().pk).update(state="withdrawn")
    tasks.remind(noon("2026-05-16"))
    assert [one.notice.key.split(":")[3] for one in group.select_related("notice").order_by("pk")] == [
        "late", "long_late",
    ]  # fmt: skip


def standing():
    return {(row.stage, row.recipient.username) for row in Reminder.objects.filter(withdrawn_at__isnull=True)}


def unsent():
    """Who still gets a reminder out of the house."""
    waiting = Delivery.objects.filter(notice__kind="remind", state="waiting")
    return {one.notice.recipient.username for one in waiting.select_related("notice__recipient")}


def test_a_stopped_period_takes_back_what_was_not_sent(case):
    tasks.remind(noon("2026-04-28"))
    assert unsent() == {"handler", "supervisor"}
    at = noon("2026-04-28")
    handling.submit(case=case, actor=case.people["handler"], at=at, **factories.REPORT)
    handling.sign(case=Case.objects.get(pk=case.pk), actor=case.people["unit_head"], at=at, note="同意")
    handling.close(case=Case.objects.get(pk=case.pk), actor=case.people["supervisor"], at=at)
    assert tasks.remind(noon("2026-04-28"))["withdrawn"] == 4
    assert (unsent(), standing()) == (set(), set())
    assert not Notice.objects.filter(kind="remind", withdrawn_at__isnull=True).exists()
    assert tasks.remind(noon("2026-06-28"))["withdrawn"] == 0
    assert list(findings()) == []


def test_a_new_day_takes_back_the_old_reminders_and_begins_anew(case):
    tasks.remind(noon("2026-04-28"))
    factories.extended(case, at=noon("2026-04-28"))
    assert tasks.remind(noon("2026-04-29"))["withdrawn"] == 4
    assert unsent() == set()
    tasks.remind(noon("2026-05-28"))  # the new day is 31 May
    assert standing() == rung("soon", "near")


def test_whoever_handed_the_matter_on_is_let_off_and_the_next_is_told(case):
    tasks.remind(noon("2026-05-02"))
    other = factories.user("handler", username="other")
    Case.objects.filter(pk=case.pk).update(handler=other)
    tasks.remind(noon("2026-05-03"))
    gone = Reminder.objects.filter(withdrawn_at__isnull=False).values_list("recipient__username", flat=True)
    assert set(gone) == {"handler"}
    mine = Notice.objects.filter(recipient=case.people["handler"], kind="remind")
    assert "handler" not in unsent()
    late = Notice.objects.get(recipient=other, kind="remind")
    assert late.text == f"{case.number} 的办理期限已于 2026-05-01 到期，超期 2 天。"
    Case.objects.filter(pk=case.pk).update(handler=case.people["handler"])
    for _again in range(2):
        tasks.remind(noon("2026-05-04"))  # back again: told once more, of the last rung alone
    assert mine.count() == 2


def test_an_order_ends_the_advice_to_give_one(case):
    tasks.remind(noon("2026-05-02"))
    promise(case, "2026-05-03", "2026-05-04")
    assert planning.advice(Case.objects.all(), factories.day("2026-05-10")) == {}
    assert planning.advice(Case.objects.all(), factories.day("2026-05-18")) == {case.pk: "supervise"}
    tasks.remind(noon("2026-05-18"))
    assert ("no_result", "supervisor") in standing()
    actions.supervise(
        case=case, actor=case.people["supervisor"], at=noon("2026-05-18"), ground="late", requirement="限期办结",
        due_on=factories.day("2026-06-01"),
    )  # fmt: skip
    tasks.remind(noon("2026-05-18"))
    assert "no_result" not in {stage for stage, _who in standing()}
    assert planning.advice(Case.objects.all(), factories.day("2026-05-20")) == {}


def test_a_late_matter_without_urging_asks_for_a_letter(case):
    assert planning.advice(Case.objects.all(), factories.day("2026-05-01")) == {}
    assert planning.advice(Case.objects.all(), factories.day("2026-05-02")) == {case.pk: "urge_letter"}


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_on_different_days_tell_each_rung_once(case):
    together = threading.Barrier(4)

    def sweep(each):
        together.wait()
        tasks.remind(noon(each))
        connections.close_all()

    chosen = ("2026-05-20", "2026-05-02", "2026-05-20", "2026-04-28")
    threads = [threading.Thread(target=sweep, args=(each,)) for each in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tasks.remind(noon("2026-05-20"))
    assert rows() == rung(*STEPS)
    assert len(told()) == len(set(told()))
    assert rung("long_late") <= set(told())
    assert list(findings()) == []


# ---- the rehearsal ----


def test_the_rehearsal_says_what_the_sweeps_will_do_and_writes_nothing(client, case, capsys):
    with time_machine.travel(noon("2026-04-23"), tick=False):
        client.force_login(case.people["supervisor"])
        page = client.get("/followup/rehearsal/?until=2026-05-02")
        assert client.get("/followup/rehearsal/?until=2027-05-02").context["form"].errors
    said = {(row["day"].isoformat(), row["lamp"].text, row["who"].username) for row in page.context["rows"]}
    assert not Reminder.objects.exists()
    assert page.context["rows"][0]["why"] == "2026-05-01 到期前 7 天"
    for each in days("2026-04-23", "2026-05-02"):
        tasks.remind(noon(each))
    labels = {"soon": "7 日内到期", "near": "3 日内到期", "today": "今日到期", "late": "已超期"}
    done = Reminder.objects.select_related("recipient")
    assert said == {(f"{one.at:%Y-%m-%d}", labels[one.stage], one.recipient.username) for one in done}
    call_command("sweep", "remind", "--dry-run", "--at", "2026-05-16")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[-1] == "remind: 4 to tell, nothing written"
    why = "2026-05-01 到期后 15 天"
    assert f"leader | long_late | {why} | {case.number} 的办理期限已于 2026-05-01 到期，超期 15 天。" in lines
    assert rows() == rung("soon", "near", "today", "late")
    with pytest.raises(CommandError):
        call_command("sweep", "deliver", "--dry-run")


def test_the_rehearsal_of_rungs_that_a_promise_put_off_to_one_day_names_the_one_that_is_told(case):
    promise(case, "2026-04-27", "2026-05-06")
    said = {
        (one.rung.stage, one.recipient.username, day.isoformat())
        for day, one in planning.rehearse(noon("2026-04-27"), factories.day("2026-05-20"))
    }
    for each in days("2026-04-27", "2026-05-20"):
        tasks.remind(noon(each))
    sent = Reminder.objects.filter(superseded=False).select_related("recipient")
    assert said == {(one.stage, one.recipient.username, f"{one.at:%Y-%m-%d}") for one in sent}
    assert {stage for stage, _who, _day in said} == {"soon", "late", "long_late"}


def test_the_rehearsal_tells_what_a_clock_that_ran_ahead_passed_over(case):
    tasks.remind(noon("2026-05-20"))  # the clock stood four weeks ahead
    coming = planning.rehearse(noon("2026-04-22"), factories.day("2026-04-24"))
    assert [(day.isoformat(), one.rung.stage) for day, one in coming] == [("2026-04-24", "soon")]
    tasks.remind(noon("2026-04-24"))
    assert set(told()) == rung("soon", "long_late")


def test_a_rehearsal_names_no_matter_the_reader_may_not_see(client, case):
    spy = factories.user("supervisor", factories.housing(), username="spy")
    client.force_login(spy)
    assert client.get("/followup/rehearsal/?until=2026-12-20").context["rows"] == []
    client.force_login(case.people["handler"])
    assert client.get("/followup/rehearsal/").status_code == 403


@pytest.mark.parametrize("many", [1, 3])
def test_the_rehearsal_takes_the_same_queries_however_many(client, case, django_assert_num_queries, many):
    for _one in range(many - 1):
        factories.case(upto="handling", people=case.people)
    with time_machine.travel(noon("2026-05-02"), tick=False):
        client.force_login(case.people["supervisor"])
        client.get("/followup/rehearsal/")
        with django_assert_num_queries(21):
            client.get("/followup/rehearsal/")
