"""Seeded visits give exactly the expected alarms, each once, whoever sweeps, however often, late or in which order."""

import threading

import pytest
from django.core.management import call_command
from django.db import connections

from alerts import actions
from alerts.models import Alarm
from alerts.tasks import look
from audit.models import Event
from audit.verifying import findings
from cases.models import Case
from notices.models import Notice
from tests import factories
from tests.alerts.gatherings import accuse, again, at, come, content, found
from vault.errors import Stale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def people():
    factories.labour()
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "leader", "handler")}


def alarms():
    return [found(alarm) for alarm in Alarm.objects.order_by("opened_on", "pk")]


def seed(clerk):
    """A place, a unit, a growing group, words; and what is nearly an alarm and is none."""
    place = {"region": "和平区", "content_category": content()}
    one, two = come(clerk, "2026-03-02", **place), come(clerk, "2026-03-04", **place)
    again(clerk, "2026-03-05", one)
    three = come(clerk, "2026-03-06", **place)
    for day in ("2026-03-02", "2026-03-03"):
        come(clerk, day, region="临江县", content_category=content())  # two are too few
    come(clerk, "2026-03-20", region="临江县", content_category=content())
    told = [accuse(clerk, day) for day in ("2026-03-03", "2026-03-09", "2026-03-16")]
    for day in ("2026-03-03", "2026-03-04", "2026-03-05"):
        accuse(clerk, day, region="云岭县", content_category=content(), accused="某企业负责人")  # not by place
    group = come(clerk, "2026-03-03", visitors=8, involved=20)
    again(clerk, "2026-03-10", group, visitors=9, involved=20)  # more, but fewer than ten
    again(clerk, "2026-03-17", group, visitors=21, involved=21)
    again(clerk, "2026-03-18", group, visitors=21, involved=21)
    said = come(clerk, "2026-03-11", facts="再不解决我就从楼上跳楼。")
    come(clerk, "2026-03-11", facts="商家打出跳楼价。")
    return {"place": (one, two, three), "unit": told, "group": group, "said": said}


def expected(made):
    one, two, three = (case.number for case in made["place"])
    unit, group, said = [case.number for case in made["unit"]], made["group"].number, made["said"].number
    return [
        ("place", "和平区 · 物业服务", "2026-03-06",
         [(one, "2026-03-02"), (two, "2026-03-04"), (one, "2026-03-05"), (three, "2026-03-06")]),
        ("words", f"{said} · 自伤、轻生", "2026-03-11", [(said, "2026-03-11")]),
        ("unit", "示范市人力资源和社会保障局", "2026-03-16",
         list(zip(unit, ("2026-03-03", "2026-03-09", "2026-03-16"), strict=True))),
        ("growth", group, "2026-03-17",
         [(group, day) for day in ("2026-03-03", "2026-03-10", "2026-03-17", "2026-03-18")]),
    ]  # fmt: skip


def test_seeded_visits_give_exactly_these_alarms_and_none_twice(people):
    made = seed(people["clerk"])
    for _time in range(5):
        look(at("2026-03-31"))
    assert alarms() == expected(made)
    told = Notice.objects.filter(kind="alarm")
    assert sorted(told.values_list("recipient__username", flat=True)) == ["leader"] * 3 + ["supervisor"] * 3
    assert not told.filter(tone="late").exists()  # the words of 11 March had run out by then
    assert list(findings()) == []


@pytest.mark.parametrize("days", [(2, 6, 9, 11, 16, 17, 20, 31), (31, 5, 17, 3, 31), (17, 31), (31, 2)])
def test_daily_late_and_jumping_sweeps_find_the_same(people, days):
    made = seed(people["clerk"])
    for day in days:
        look(at(f"2026-03-{day:02d}", 23))
    assert sorted(alarms()) == sorted(expected(made))
    look(at("2028-03-01"))  # the clock of the computer was wrong, and is put right
    look(at("2026-03-31"))
    assert sorted(alarms()) == sorted(expected(made))
    assert list(findings()) == []


def test_a_wave_goes_on_without_a_second_alarm_and_a_new_wave_is_a_new_one(people):
    clerk, place = people["clerk"], {"region": "和平区", "content_category": content()}
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        come(clerk, day, **place)
    assert look(at("2026-03-05")) == 1
    come(clerk, "2026-03-12", **place)
    assert look(at("2026-03-12", 23)) == 1
    (alarm,) = Alarm.objects.all()
    assert (alarm.matters, alarm.visits, alarm.last_on.isoformat()) == (4, 4, "2026-03-12")
    assert Notice.objects.filter(kind="alarm", recipient=people["leader"]).count() == 1
    for day in ("2026-04-06", "2026-04-07", "2026-04-08"):
        come(clerk, day, **place)
    look(at("2026-04-09"))
    assert [one.opened_on.isoformat() for one in Alarm.objects.order_by("opened_on")] == ["2026-03-04", "2026-04-08"]
    assert Notice.objects.filter(kind="alarm", recipient=people["leader"]).count() == 2
    assert list(findings()) == []


def test_a_late_registration_does_not_make_a_second_alarm_of_one_wave(people):
    clerk, place = people["clerk"], {"region": "和平区", "content_category": content()}
    for day in ("2026-03-02", "2026-03-05", "2026-03-06"):
        come(clerk, day, **place)
    look(at("2026-03-06", 23))
    come(clerk, "2026-03-03", **place)  # a letter of the third, typed in later: the wave would have opened on the fifth
    look(at("2026-03-07"))
    assert [(one.opened_on.isoformat(), one.matters) for one in Alarm.objects.all()] == [("2026-03-06", 4)]


def test_merged_matters_count_as_one_and_old_registers_not_at_all(people):
    clerk, place = people["clerk"], {"region": "和平区", "content_category": content()}
    one, two, three = (come(clerk, f"2026-03-0{day}", **place) for day in (2, 3, 4))
    Case.objects.filter(pk=three.pk).update(main=one)
    assert look(at("2026-03-05")) == 0
    Case.objects.filter(pk=three.pk).update(main=None)
    two.visit_links.get().visit.__class__.objects.filter(case_link__case=two).update(source="import")
    assert look(at("2026-03-05")) == 0


def test_words_are_told_at_once_by_number_alone_and_again_when_said_again(people):
    clerk = people["clerk"]
    case = come(clerk, "2026-03-02", demand="要求赔偿，不然就喝农药。", person={"name": "欧阳某"})
    look(at("2026-03-02", 11))
    notices = Notice.objects.filter(kind="alarm")
    assert {(one.recipient.username, one.tone, one.text) for one in notices} == {
        (who, "late", f"预警：{case.number} 需要即时关注，请核实处置。") for who in ("supervisor", "leader")
    }
    again(clerk, "2026-03-04", case, demand="还是要喝农药。")
    look(at("2026-03-04", 11))
    assert Alarm.objects.count() == 1
    assert notices.filter(recipient=people["leader"]).count() == 2
    again(clerk, "2026-03-20", case, demand="没人管，我要喝农药。")
    look(at("2026-03-20", 11))
    assert Alarm.objects.count() == 2


@pytest.mark.parametrize("answer", [actions.acknowledge, actions.clear])
def test_words_said_again_after_an_answer_have_to_be_answered_again(people, answer):
    boss, case = people["supervisor"], come(people["clerk"], "2026-03-02", demand="不然就喝农药。")
    look(at("2026-03-02", 11))
    answer(alarm=Alarm.objects.get(), version=1, note="已上门安抚。", actor=boss, at=at("2026-03-03"))
    for _again in range(2):  # nothing new: nothing happens
        look(at("2026-03-03", 11))
        assert Alarm.objects.get().version == 2
    again(people["clerk"], "2026-03-04", case, demand="还是要喝农药。")
    for _again in range(2):
        look(at("2026-03-04", 11))
        alarm = Alarm.objects.get()
        assert (alarm.state, alarm.version, alarm.handled_by, alarm.handled_at, alarm.handled_note) == (
            "open", 3, None, None, "",
        )  # fmt: skip
        assert Event.objects.about(alarm).get(verb="extend_alarm").data["reopened"] is True
    with pytest.raises(Stale):
        answer(alarm=alarm, version=2, note="已上门安抚。", actor=boss, at=at("2026-03-04", 12))
    answer(alarm=alarm, version=3, note="已送医。", actor=boss, at=at("2026-03-04", 12))
    look(at("2026-03-04", 13))
    assert (Alarm.objects.get().is_open, Alarm.objects.get().version) == (False, 4)
    assert [one.note for one in Event.objects.about(alarm).filter(verb="answer_alarm")] == ["已上门安抚。", "已送医。"]
    assert list(findings()) == []


def test_words_heard_late_open_an_answered_alarm_that_has_run_out_and_wake_nobody(people):
    case = come(people["clerk"], "2026-03-02", demand="不然就喝农药。")
    look(at("2026-03-02", 11))
    actions.clear(alarm=Alarm.objects.get(), version=1, note="已核实。", actor=people["leader"], at=at("2026-03-03"))
    again(people["clerk"], "2026-03-04", case, demand="还是要喝农药。")
    told = Notice.objects.count()
    look(at("2026-03-30"))
    assert Alarm.objects.expired(at("2026-03-30").date()).count() == 1
    assert Notice.objects.count() == told


def test_an_answered_alarm_of_a_place_goes_on_without_being_asked_again(people):
    clerk, place = people["clerk"], {"region": "和平区", "content_category": content()}
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        come(clerk, day, **place)
    look(at("2026-03-05"))
    actions.acknowledge(
        alarm=Alarm.objects.get(), version=1, note="已交办。", actor=people["leader"], at=at("2026-03-05")
    )
    come(clerk, "2026-03-12", **place)
    look(at("2026-03-12", 23))
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.version, alarm.handled_note) == ("noted", 3, "已交办。")


def test_what_ran_out_long_ago_is_on_record_and_wakes_nobody(people):
    come(people["clerk"], "2026-03-02", demand="不解决就跳楼。")
    look(at("2026-03-30"))
    assert Alarm.objects.count() == 1
    assert not Notice.objects.filter(kind="alarm").exists()


def test_the_command_looks_as_of_a_moment(people, capsys):
    made = seed(people["clerk"])
    call_command("sweep", "alerts", "--at", "2026-03-31T10:00:00+08:00")
    call_command("sweep", "alerts", "--at", "2026-03-31T10:00:00+08:00")
    assert capsys.readouterr().out.splitlines() == ["alerts: 4", "alerts: 0"]
    assert alarms() == expected(made)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_each_alarm_once(people):
    made = seed(people["clerk"])
    together = threading.Barrier(2)

    def sweep():
        together.wait()
        look(at("2026-03-31"))
        connections.close_all()

    threads = [threading.Thread(target=sweep) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look(at("2026-03-31"))
    assert sorted(alarms()) == sorted(expected(made))
    assert list(findings()) == []
