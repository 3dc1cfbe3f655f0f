"""The ladder and the sweep: each reminder once, however often and however late the clock runs."""

import datetime as dt
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from audit.models import Event
from audit.verifying import findings
from cases.actions import handling, sending
from cases.models import Case, Clock
from followup import actions, ladder, owing, planning, policy, tasks
from followup.models import Reminder
from notices.models import Beat, Notice
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def case(db):
    """Handled by a named handler since 2 March: handling ends on 1 May 2026, a Friday."""
    roles = ("clerk", "supervisor", "handler", "leader")
    return factories.case(upto="handling", people={role: factories.user(role, username=role) for role in roles})


def day(text):
    return dt.datetime.fromisoformat(f"{text}T10:00:00+08:00")


def reminders():
    """Every recorded reminder: what, which version of it, rung, to whom, passed over or told."""
    rows = Reminder.objects.select_related("clock", "recipient")
    return {(row.clock.kind, row.version, row.stage, row.recipient.username, row.superseded) for row in rows}


def of(stages, *people, superseded=False, version=1, kind="handle"):
    return {(kind, version, stage, who, superseded) for stage in stages for who in people}


def told():
    kinds = ("remind", "promise", "feedback", "adoption", "charge")
    return {(notice.recipient.username, notice.text) for notice in Notice.objects.filter(kind__in=kinds)}


# ---- the ladder as a table ----


@pytest.mark.parametrize(
    ("kind", "left", "stages"),
    [
        ("handle", 8, []),
        ("handle", 7, ["soon"]),
        ("handle", 4, ["soon"]),
        ("handle", 3, ["soon", "near"]),
        ("handle", 1, ["soon", "near"]),
        ("handle", 0, ["soon", "near", "today"]),
        ("handle", -1, ["soon", "near", "today", "late"]),
        ("handle", -14, ["soon", "near", "today", "late"]),
        ("handle", -15, ["soon", "near", "today", "late", "long_late"]),
        ("transfer", 7, []),
        ("transfer", 3, ["near"]),
        ("transfer", -1, ["near", "today", "late"]),
        ("notify", 3, ["near"]),
        ("assigned", 7, ["soon"]),
        ("object", 0, []),
        ("object", -20, []),
        ("request_review", -20, []),
    ],
)
def test_the_stage_reached_by_days_left(kind, left, stages):
    today = factories.day("2026-05-01")
    due = today + dt.timedelta(days=left)
    source = owing.Source("remind", kind, Clock(pk=1), 1, due, (), None)
    assert [rung.stage for rung, day in planning.steps(source) if day <= today] == stages


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("from_day = -7", "from_day = 9"), "The rungs of "),
        (('"leader"', '"mayor"'), "[unanswered_leader]: unknown ['mayor']"),
        (('tone = "info"', ""), "[soon]: missing or unknown: tone"),
        (('"transfer"', '"transfers"'), "[near]: unknown ['transfers']"),
        (('counts_from = "urging"', 'counts_from = "Easter"'), "[no_result]: unknown ['Easter']"),
    ],
)
def test_a_broken_ladder_is_named(change, sentence):
    text = policy.FILE.read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(policy.LadderError) as error:
        policy.read(text.replace(*change))
    assert str(error.value).startswith(sentence)


def test_an_office_changes_rungs_in_its_own_file():
    house = policy.FILE.read_text(encoding="utf-8")
    rung = """
    [soon]
    label = "10 日内到期"
    of = ["handle"]
    counts_from = "due"
    from_day = -10
    tell = ["handler"]
    tone = "info"
    suggest = ""
    basis = "示范市信访局规定"
    active = true
    """
    mine = policy.read(house, rung)
    assert [(one.stage, one.from_day) for one in mine][:2] == [("soon", -10), ("near", -3)]
    assert len(mine) == len(policy.read(house))
    off = policy.read(house, rung.replace("active = true", "active = false"))
    assert next(one.stage for one in off) == "near"


# ---- each once ----


def test_five_sweeps_on_every_day_make_each_reminder_once(case):
    number = case.number
    for one in ("2026-04-23", "2026-04-24", "2026-04-28", "2026-05-01", "2026-05-02", "2026-05-15", "2026-05-16"):
        for _again in range(5):
            tasks.remind(day(one))
    assert reminders() == (
        of(("soon", "near", "today", "late", "long_late"), "handler")
        | of(("near", "today", "late", "long_late"), "supervisor") | of(("long_late",), "leader")
    )  # fmt: skip
    soon = f"{number} 的办理期限还有 7 天，2026-05-01 到期。"
    near = f"{number} 的办理期限还有 3 天，2026-05-01 到期。"
    today = f"{number} 的办理期限今日到期。"
    late = f"{number} 的办理期限已于 2026-05-01 到期，超期 1 天。"
    long_late = f"{number} 的办理期限已于 2026-05-01 到期，超期 15 天。"
    assert told() == {
        ("handler", soon), ("handler", near), ("supervisor", near), ("handler", today), ("supervisor", today),
        ("handler", late), ("supervisor", late + "建议发催办函。"), ("handler", long_late), ("supervisor", long_late),
        ("leader", long_late),
    }  # fmt: skip
    assert Notice.objects.filter(kind="remind").count() == 10
    assert Event.objects.filter(verb="remind").count() == 5
    assert list(findings()) == []


def test_a_sweep_three_days_late_tells_of_the_most_severe_stage_only(case):
    tasks.remind(day("2026-04-24"))
    for _again in range(5):
        tasks.remind(day("2026-05-04"))  # nothing ran since: near, today and late came meanwhile
    assert reminders() == (
        of(("soon", "late"), "handler") | of(("near", "today"), "handler", "supervisor", superseded=True)
        | of(("late",), "supervisor")
    )  # fmt: skip
    late = f"{case.number} 的办理期限已于 2026-05-01 到期，超期 3 天。"
    assert told() == {
        ("handler", f"{case.number} 的办理期限还有 7 天，2026-05-01 到期。"), ("handler", late),
        ("supervisor", late + "建议发催办函。"),
    }  # fmt: skip


def test_the_day_changes_at_midnight_in_the_office(case):
    tasks.remind(dt.datetime(2026, 5, 1, 15, 59, 59, tzinfo=dt.UTC))  # 23:59:59 on 1 May in Shanghai
    assert {one[2] for one in reminders()} == {"soon", "near", "today"}
    tasks.remind(dt.datetime(2026, 5, 1, 16, 0, 0, tzinfo=dt.UTC))
    assert {one[2] for one in reminders()} == {"soon", "near", "today", "late"}


def test_an_extension_starts_the_ladder_again(case):
    tasks.remind(day("2026-04-24"))
    factories.extended(case, at=day("2026-04-25"))
    assert tasks.remind(day("2026-04-28"))["clocks"] == 0
    tasks.remind(day("2026-05-24"))
    assert reminders() == of(("soon",), "handler") | of(("soon",), "handler", version=2)


def test_a_period_the_sender_set_is_named_once():
    case = factories.case(upto="accepted")
    supervisor = case.people["supervisor"]
    sending.assign(
        case=case, actor=supervisor, at=factories.later(1), unit=factories.housing(), due_on=factories.day("2026-04-01")
    )
    source = owing.again("remind", case.clocks.get(kind="assigned").pk)
    assert ladder.sentence(source, factories.day("2026-03-29")) == (
        f"{case.number} 的交办期限还有 3 天，2026-04-01 到期。"
    )


def test_a_stopped_clock_reminds_nobody(case):
    handler = case.people["handler"]
    handling.report(case=case, actor=handler, at=factories.later(1), **factories.REPORT)
    fresh = Case.objects.get(pk=case.pk)
    handling.close(case=fresh, actor=case.people["supervisor"], at=factories.later(2))
    assert set(tasks.remind(day("2026-07-01")).values()) == {0}
    assert reminders() == set()


def test_before_any_unit_has_it_the_registering_clerk_is_told():
    clerk = factories.user("clerk", username="clerk")
    supervisor = factories.user("supervisor", username="supervisor")
    case = factories.case(people={"clerk": clerk, "supervisor": supervisor})
    tasks.remind(day("2026-03-15"))
    text = f"{case.number} 的转送交办期限还有 2 天，2026-03-17 到期。"
    assert told() == {("clerk", text), ("supervisor", text)}


def test_no_letter_is_suggested_where_no_unit_could_be_urged():
    people = {role: factories.user(role, username=role) for role in ("clerk", "supervisor")}
    case = factories.case(people=people)
    tasks.remind(day("2026-03-19"))
    text = f"{case.number} 的转送交办期限已于 2026-03-17 到期，超期 2 天。"
    assert told() == {("clerk", text), ("supervisor", text)}


def test_until_somebody_takes_it_up_the_whole_unit_is_told():
    people = {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler")}
    factories.user("handler", username="second")
    case = factories.case(upto="assigned", people=people)
    tasks.remind(day("2026-03-17"))
    text = f"{case.number} 的书面告知期限今日到期。"
    assert told() == {("handler", text), ("second", text), ("supervisor", text)}


def test_the_unit_complained_about_and_its_people_are_never_told():
    """Article 30: the accused unit's users get nothing, whatever is done about the matter."""
    roles = ("clerk", "supervisor", "leader")
    people = {role: factories.user(role, username=role) for role in roles}
    people["handler"] = factories.user("handler", unit=factories.labour(), username="handler")
    accused = [factories.user("handler", username="accused"), factories.user("leader", factories.housing(), "accused2")]
    case = factories.case(upto="handling", people=people, accused="示范市住房和城乡建设局")
    assert case.accused_unit == factories.housing()
    supervisor = people["supervisor"]
    actions.urge(case=case, actor=supervisor, at=factories.later(1), way="letter", content="请说明进度")
    order = actions.supervise(
        case=case, actor=supervisor, at=factories.later(1), ground="evasion", requirement="说明原因",
        due_on=factories.day("2026-03-10"),
    )  # fmt: skip
    for _again in range(2):
        tasks.remind(day("2026-06-01"))
    actions.give_feedback(supervision=order, actor=people["handler"], at=day("2026-06-02"), feedback="已办")
    actions.close_supervision(supervision=order, actor=supervisor, at=day("2026-06-03"), note="属实")
    assert Notice.objects.filter(recipient__in=accused).count() == 0
    assert {notice.recipient.username for notice in Notice.objects.all()} == {"handler", "supervisor", "leader"}
    assert not Case.objects.visible_to(accused[0]).exists()


# ---- promises and feedback ----


def test_a_broken_promise_is_reminded_of_once(case):
    supervisor = case.people["supervisor"]
    actions.urge(
        case=case, actor=supervisor, at=factories.later(1), way="phone", content="询问进度", spoke_to="局办公室",
        promise="下周一办结", promised_on=factories.day("2026-03-09"),
    )  # fmt: skip
    assert tasks.remind(day("2026-03-09"))["promises"] == 0
    assert [tasks.remind(day("2026-03-12"))["promises"] for _again in range(5)] == [1, 0, 0, 0, 0]
    text = f"{case.number}：示范市住房和城乡建设局 承诺 2026-03-09 办理，至今没有结果。"
    assert told() == {("supervisor", text)}
    assert list(findings()) == []


def test_a_kept_promise_reminds_nobody(case):
    actions.urge(
        case=case, actor=case.people["supervisor"], at=factories.later(1), way="phone", content="询问进度",
        spoke_to="局办公室", promised_on=factories.day("2026-03-09"),
    )  # fmt: skip
    handling.report(case=case, actor=case.people["handler"], at=factories.later(2), **factories.REPORT)
    handling.close(case=Case.objects.get(pk=case.pk), actor=case.people["supervisor"], at=factories.later(3))
    assert tasks.remind(day("2026-03-12"))["promises"] == 0


def test_missing_feedback_goes_up_the_ladder(case):
    order = actions.supervise(
        case=case, actor=case.people["leader"], at=factories.later(1), ground="evasion", requirement="说明原因",
        due_on=factories.day("2026-03-10"),
    )  # fmt: skip
    head = factories.user("unit_head", factories.housing(), username="head")
    parent = factories.user("handler", factories.housing().parent, username="parent")
    assert {head.unit, parent.unit} == {factories.housing(), factories.housing().parent}
    counts = [tasks.remind(day(f"2026-03-{n:02}"))["feedback"] for n in range(6, 22) for _again in range(2)]
    assert sum(counts) == 5
    number = case.number
    soon, now = f"{number} 的督办反馈期限还有 3 天，2026-03-10 到期。", f"{number} 的督办反馈期限今日到期。"
    late = {n: f"{number} 的督办反馈期限已于 2026-03-10 到期，超期 {n} 天。" for n in (1, 5, 10)}
    # the leader ordered it, so the leader is told at every step; others the further up, the later
    assert told() == (
        {(who, words) for who in ("handler", "head", "supervisor", "leader") for words in (soon, now, late[1], late[5])}
        | {("parent", late[5])} | {(who, late[10]) for who in ("head", "parent", "supervisor", "leader")}
    )  # fmt: skip
    actions.give_feedback(supervision=order, actor=case.people["handler"], at=day("2026-03-22"), feedback="已办")
    assert tasks.remind(day("2026-04-12"))["feedback"] == 0
    assert list(findings()) == []


# ---- the sweep itself ----


def test_one_failing_row_does_not_stop_the_others(monkeypatch, caplog):
    cases = [factories.case() for _one in range(3)]
    bad = cases[1].clocks.get().pk
    real = actions.remind

    def remind(*, rule, pk, actor, at):
        if pk == bad:
            raise RuntimeError("broken row")
        return real(rule=rule, pk=pk, actor=actor, at=at)

    monkeypatch.setattr(actions, "remind", remind)
    assert tasks.remind(day("2026-03-17"))["clocks"] == 2
    assert f"reminder of cases.clock {bad} failed" in caplog.text
    monkeypatch.undo()
    assert tasks.remind(day("2026-03-17"))["clocks"] == 1


def test_more_rows_than_a_batch_are_all_reached(monkeypatch):
    monkeypatch.setattr(owing, "BATCH", 2)
    for _one in range(5):
        factories.case()
    assert tasks.remind(day("2026-03-17"))["clocks"] == 5


def test_the_command_runs_what_the_scheduler_runs(case, capsys):
    call_command("sweep", "remind", "--at", "2026-04-24T10:00:00+08:00")
    call_command("sweep", "remind", "--at", "2026-04-24")
    assert capsys.readouterr().out.splitlines() == [
        "remind: withdrawn 0, clocks 1, feedback 0, suggestions 0, charges 0, promises 0, deputies 0",
        "remind: withdrawn 0, clocks 0, feedback 0, suggestions 0, charges 0, promises 0, deputies 0",
    ]  # fmt: skip
    call_command("sweep")
    assert set(Beat.objects.values_list("name", flat=True)) == {
        "windows", "briefing", "remind", "alerts", "deliver", "dispatcher", "render", "drafts", "hall",
    }  # fmt: skip
    with pytest.raises(CommandError, match="not an ISO time"):
        call_command("sweep", "remind", "--at", "2026-13-45")


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remind_once(case):
    others = [factories.case() for _one in range(4)]
    together = threading.Barrier(2)
    counts = []

    def sweep():
        together.wait()
        counts.append(tasks.remind(day("2026-05-02"))["clocks"])
        connections.close_all()

    threads = [threading.Thread(target=sweep) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = 1 + len(others)
    assert sum(counts) == expected
    told_of = Notice.objects.filter(kind="remind").values_list("key", flat=True)
    assert len(told_of) == len(set(told_of)) > expected
    assert Reminder.objects.filter(superseded=False).count() == len(told_of)
    assert list(findings()) == []
    assert connection.vendor in ("sqlite", "postgresql")
