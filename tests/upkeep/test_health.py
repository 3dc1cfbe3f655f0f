"""/healthz, /metrics, the banner and the page of the running office."""

import datetime as dt
import json
import logging

import pytest
from celery import signals
from django.db import DatabaseError, InterfaceError, OperationalError
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config.celery import app
from drafts.tasks import purge_drafts
from notices import delivering, outbox
from notices.models import Beat
from notices.tasks import deliver
from tests import factories
from upkeep import policy, tasks
from upkeep.choices import Fault, Sweep
from upkeep.health import late, look

pytestmark = pytest.mark.django_db


def ran(name: str, seconds: int) -> dt.datetime:
    at = timezone.now() - dt.timedelta(seconds=seconds)
    delivering.beat(name, at)
    return at


def unsent(hours: int) -> None:
    """A mail that should have gone out ``hours`` ago."""
    at = timezone.now() - dt.timedelta(hours=hours)
    person = factories.user("clerk", email="clerk@example.org")
    outbox.put(recipients=[person], kind="urge", tone="late", text="催办", at=at, key=f"unsent:{hours}")


@pytest.fixture
def signed_in(client):
    def sign_in(role):
        client.force_login(factories.user(role))
        return client

    return sign_in


def test_a_new_office_is_well(client):
    answer = client.get("/healthz")
    said = answer.json()
    assert (answer.status_code, said["ok"], said["database"], said["faults"]) == (200, True, True, [])
    assert (said["oldest_unsent_seconds"], said["dead_notices"], said["last_sweep"]) == (0, 0, None)
    at = ran("remind", 0)
    assert client.get("/healthz").json()["last_sweep"] == at.isoformat()


@pytest.mark.parametrize("how", [{"REMOTE_ADDR": "10.0.0.7"}, {"headers": {"X-Forwarded-For": "10.0.0.7"}}])
def test_from_elsewhere_no_count_is_told(client, settings, how):
    """A number that rises would tell the accused that something came in which they do not see."""
    said = {"ok": True, "database": True, "faults": []}
    assert client.get("/healthz", **how).json() == said
    settings.METRICS_TOKEN = "x" * 40
    assert client.get("/healthz", **how).json() == said
    how = how | {"headers": how.get("headers", {}) | {"Authorization": "Bearer " + "x" * 40}}
    assert client.get("/healthz", **how).json()["dead_notices"] == 0


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (lambda: ran(delivering.DISPATCHER, 301), Fault.DISPATCHER),
        (lambda: ran("remind", 901), Fault.SWEEP),
        (lambda: unsent(2), Fault.UNSENT),
    ],
)
def test_what_stopped_is_told(client, broken, fault):
    broken()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["faults"]) == (503, [fault.value])


def test_nothing_is_wrong_just_before(client):
    ran(delivering.DISPATCHER, 290)
    ran("remind", 890)
    assert client.get("/healthz").status_code == 200


def test_a_clock_set_back_is_no_stop():
    ran(delivering.DISPATCHER, -86400)
    seen = look(timezone.now())
    assert (seen.ok, seen.dispatcher_age) == (True, 0)


def test_a_full_disk_is_told(client, monkeypatch):
    monkeypatch.setattr("upkeep.health.shutil.disk_usage", lambda _path: type("U", (), {"free": 100 * 2**20})())
    assert client.get("/healthz").json()["faults"] == ["disk"]


@pytest.mark.parametrize("error", [DatabaseError, InterfaceError])
def test_a_silent_database_is_an_answer(client, monkeypatch, error):
    def broken(now):
        raise error("gone")

    monkeypatch.setattr(delivering, "health", broken)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": False, "faults": ["database"]})
    assert b"reception_database_up 0" in client.get("/metrics").content


def test_figures_for_the_monitor(client):
    ran("remind", 100)
    ran(delivering.DISPATCHER, 400)
    unsent(1)
    text = client.get("/metrics").content.decode()
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["reception_up",] == 0
    assert (found["reception_fault", "dispatcher"], found["reception_fault", "disk"]) == (1, 0)
    assert 3600 <= found["reception_outbox_oldest_unsent_seconds",] < 3700
    assert 100 <= found["reception_sweep_age_seconds", "remind"] < 110
    assert found["reception_outbox_waiting",] == 1


def test_who_may_scrape(client, settings):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 403
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer another").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION="Bearer a-long-token").status_code == 200


def test_the_banner_comes_and_goes(signed_in):
    client = signed_in("clerk")
    assert "已停发" not in client.get("/reception/").content.decode()
    ran(delivering.DISPATCHER, 430)
    page = client.get("/reception/").content.decode()
    assert "已停发 7 分钟" in page
    assert reverse("upkeep:index") not in page
    assert "已停发 7 分钟" in client.get("/notices/bell/").content.decode()
    deliver()
    assert "已停发" not in client.get("/notices/bell/").content.decode()


def test_the_page_of_the_running_office(signed_in):
    ran("remind", 1000)
    ran("render", 30)
    unsent(1)
    body = signed_in("sysadmin").get(reverse("upkeep:index")).content.decode()
    said = ("定时任务没有按时运行", "有通知到时未发出", "16 分钟前", "30 秒前", "还没有运行过", "每 15 秒", "有积压")
    for words in said:
        assert words in body
    for label in Sweep.labels:
        assert str(label) in body


@pytest.mark.parametrize("role", ["clerk", "supervisor", "handler", "leader", "archivist", "secadmin"])
def test_others_do_not_see_it(signed_in, role):
    assert signed_in(role).get(reverse("upkeep:index")).status_code == 403


def test_the_page_asks_little(signed_in, django_assert_num_queries):
    client = signed_in("sysadmin")
    client.get(reverse("upkeep:index"))
    # session, user, roles, unit; outbox, its beats, beats; bell with banner
    with django_assert_num_queries(8):
        client.get(reverse("upkeep:index"))


def test_every_sweep_of_the_table_has_a_name_and_a_pace():
    assert set(app.conf.beat_schedule) == set(Sweep.values) == set(policy.limits().sweeps)
    for name, entry in app.conf.beat_schedule.items():
        if isinstance(entry["schedule"], float):
            assert policy.limits().sweeps[name].every == entry["schedule"], name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("oldest_unsent = 300", ""), ("every = 300,", "every = 0,"), ("late_after = 900 }", "late_after = 1 }"),
        ("remind =", "forgotten ="), ("least_mb = 500", 'least_mb = "much"'),
    ],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused(old, new):
    text = policy.FILE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(policy.LimitsError):
        policy.read(text.replace(old, new, 1))


def test_a_task_that_ran_leaves_a_sign_of_life():
    assert tasks.beat in [one() for _key, one in signals.task_success.receivers]
    purge_drafts.apply()
    assert Beat.objects.filter(name="drafts").exists()
    assert not late("drafts", 0)


def test_a_database_that_is_gone_is_a_sentence(signed_in, monkeypatch):
    client = signed_in("clerk")
    client.raise_request_exception = False

    def gone(*_args):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("reception.views.desk.head", gone, raising=False)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", gone)
    answer = client.get("/reception/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "暂时连不上数据库" in answer.content.decode()


def test_one_line_a_request_without_its_address(signed_in, caplog):
    case = factories.case()
    client = signed_in("supervisor")
    with caplog.at_level(logging.INFO, "reception.request"):
        answer = client.get(case.get_absolute_url() + "?q=110105199001011234")
    line = caplog.records[-1]
    assert (line.route, line.status, line.method) == ("cases:detail", 200, "GET")
    assert line.request_id == answer.headers["X-Request-ID"]
    assert case.number not in line.getMessage()
    with caplog.at_level(logging.INFO, "reception.request"):
        caplog.clear()
        client.get("/notices/bell/")
        assert [one for one in caplog.records if one.name == "reception.request"] == []
    assert json.dumps(line.user)
