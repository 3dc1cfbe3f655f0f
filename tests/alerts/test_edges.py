"""What falls on an edge: of the days a sweep looks at, of a word, of two who write one note."""

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from alerts import actions, guards
from alerts.models import Alarm, AlarmVisit
from alerts.tasks import look
from alerts.waves import Sighting, waves
from archive.contents import contents_of
from cases.actions import intake
from notices.models import Notice
from tests import factories
from tests.alerts.gatherings import again, at, come, content
from tests.alerts.test_waves import RULE
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
NOTE = {"title": "物业集中反映", "situation": "三件事项。", "suggestion": "请属地牵头。"}


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "leader")}


def raised(people):
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        come(people["clerk"], day, region="和平区", content_category=content())
    look(at("2026-03-04", 23))
    return Alarm.objects.get()


def written(people, **said):
    return actions.write_note(alarm=raised(people), actor=people["supervisor"], at=at("2026-03-05"), **NOTE | said)


def test_a_steady_stream_is_told_anew_when_a_wave_has_lasted_its_longest(people):
    """The words of a month are looked at, a wave lasts a month at most: its first visits leave while it runs."""
    case = come(people["clerk"], "2026-03-01", facts="不想活了。")
    for n in range(72):
        day = (dt.date(2026, 3, 1) + dt.timedelta(days=n)).isoformat()
        if n and n % 3 == 0:
            again(people["clerk"], day, case, demand="不想活了。")
        look(at(day, 23))
    opened = [alarm.opened_on.isoformat() for alarm in Alarm.objects.order_by("opened_on")]
    assert opened == ["2026-03-01", "2026-04-03", "2026-05-06"]
    assert AlarmVisit.objects.values("visit").distinct().count() == AlarmVisit.objects.count() == 24
    assert Notice.objects.filter(recipient=people["leader"]).count() == 24


def test_a_visit_registered_late_joins_the_alarm_it_came_before(people):
    alarm = raised(people)
    place = {"region": "和平区", "content_category": content()}
    for day in ("2026-03-01", "2026-02-20"):  # within the seven days of the rule, and before them
        data = factories.visit_data(visited_at=at(day), **place)
        intake.register(data=data, actor=people["clerk"], at=at("2026-03-10"))
    for _again in range(2):
        look(at("2026-03-10", 23))
    alarm.refresh_from_db()
    assert (Alarm.objects.count(), alarm.first_on.isoformat(), alarm.visits) == (1, "2026-03-01", 4)


def test_a_wave_on_record_keeps_its_day_of_opening_whatever_is_still_seen():
    one = dataclasses.replace(RULE, needed=2, days=2, quiet_days=5, longest_days=10)
    seen = [
        Sighting(day, at(day.isoformat()), n, case=n, matter=n, token=n, heads=1)
        for n in range(1, 31)
        for day in [dt.date(2026, 3, n)]
    ]
    whole = waves(seen, one)
    kept = {each.visit: wave.opened for wave in whole for each in wave.seen}
    assert len(whole) == 3
    for cut in range(30):
        later = waves(seen[cut:], one, kept)
        assert [wave.opened for wave in later] == [wave.opened for wave in whole][-len(later) :]
        assert later[-1].seen == whole[-1].seen[-len(later[-1].seen) :]


@pytest.mark.parametrize("said", ["再不解决我就跳\n楼。", "再不解决我就 自 杀 。", "不想\u3000活了。"])
def test_a_word_broken_by_a_space_or_a_line_is_heard(people, said):
    come(people["clerk"], "2026-03-02", facts=said)
    look(at("2026-03-02", 23))
    assert Alarm.objects.get().harm == "self"


def test_two_fields_make_no_word_and_a_broken_saying_stays_one(people):
    come(people["clerk"], "2026-03-02", demand="要求厂家给个说法，不让私自", facts="杀猪。商家打出跳楼 价。")
    look(at("2026-03-02", 23))
    assert not Alarm.objects.exists()


def test_who_came_after_the_note_was_written_is_not_named_in_it_either(people):
    note = written(people, analysis="欧阳守义牵头。")
    come(people["clerk"], "2026-03-06", region="和平区", content_category=content(), person={"name": "欧阳守义"})
    look(at("2026-03-06", 23))
    with pytest.raises(Refusal, match="说事不说人"):
        actions.issue_note(note=note, version=1, actor=people["supervisor"], at=at("2026-03-07"))
    note.refresh_from_db()
    assert note.paper is None


def test_of_two_notes_at_once_the_second_is_told(people, monkeypatch):
    alarm = written(people).alarm
    monkeypatch.setattr(guards, "no_note", lambda *_of: "")  # both had looked before either wrote
    with pytest.raises(Stale):
        actions.write_note(alarm=alarm, actor=people["leader"], at=at("2026-03-05"), **NOTE)


@pytest.mark.parametrize("issued", [False, True])
def test_what_was_typed_into_a_note_stays_when_somebody_was_faster(client, people, issued):
    note = written(people)
    if issued:
        actions.issue_note(note=note, version=1, actor=people["supervisor"], at=at("2026-03-05"))
    client.force_login(people["supervisor"])
    url = reverse("alerts:edit", args=[note.pk]) if issued else reverse("alerts:note", args=[note.alarm_id])
    answer = client.post(url, NOTE | {"analysis": "写了很久的研判。", "version": 1})
    assert (answer.status_code, "写了很久的研判。" in answer.text) == (422, True)
    assert ("已经制发" if issued else "已有未制发") in answer.text
    assert (reverse("alerts:issue", args=[note.pk]) in answer.text) is False


def test_an_issued_note_is_bound_into_nobodys_file(people):
    note = written(people)
    actions.issue_note(note=note, version=1, actor=people["supervisor"], at=at("2026-03-05"))
    for case in guards.matters(note.alarm):
        assert note.paper_id not in {entry.source.pk for entry in contents_of(case) if entry.number}
