"""Waking a dispatcher: never in the way of a save, whatever the broker does."""

import os
import socket
import threading
import time

import pytest
from celery import current_app

from notices import kicking
from notices.models import Beat
from tests import factories
from tests.notices.posting import put


@pytest.fixture
def broker(monkeypatch):
    """Celery as in production, with a broker of the test's choosing."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # Celery itself prefers it to what it is told
    made = []

    def at(url):
        from celery import Celery

        app = Celery("kicks", broker=url, set_as_current=False)
        app.conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 1}
        monkeypatch.setattr(kicking, "current_app", app)
        made.append(app)
        return app

    yield at
    for app in made:
        app.close()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_counted_and_nothing_else(broker):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    broker(f"redis://127.0.0.1:{port}/0")
    Beat.objects.create(name="broker", ran_at=factories.AT, count=1)
    assert kicking.publish() is False
    assert Beat.objects.get(name="broker").count == 2


def test_saving_does_not_wait_for_a_broker_that_hangs(broker, monkeypatch):
    counted = threading.Event()
    monkeypatch.setattr(kicking, "_count", counted.set)
    with socket.socket() as mute:  # takes connections, says nothing
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        broker(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        kicker, began = kicking.Kicker(), time.monotonic()
        for _save in range(100):
            kicker.kick()
        assert time.monotonic() - began < 0.5
        assert counted.wait(60)


def test_many_wake_ups_become_few(monkeypatch):
    sent, go = [], threading.Event()

    def publish():
        sent.append(1)
        go.wait(5)
        return True

    monkeypatch.setattr(kicking, "publish", publish)
    kicker = kicking.Kicker()
    for _save in range(50):
        kicker.kick()
    go.set()
    time.sleep(0.5)
    assert 1 <= len(sent) <= 2


def test_a_server_that_forked_wakes_up_by_itself(monkeypatch):
    sent = threading.Event()
    monkeypatch.setattr(kicking, "publish", lambda: sent.set() or True)
    kicker = kicking.Kicker()
    kicker.pid = os.getpid() + 1  # as the parent left it
    kicker.kick()
    assert sent.wait(5)


@pytest.mark.django_db(transaction=True)
def test_what_is_due_wakes_a_dispatcher_after_the_commit_and_the_rest_does_not(monkeypatch):
    factories.calendar(2026)
    woken = []
    monkeypatch.setattr(kicking, "kick", lambda: woken.append(1))
    user = factories.user("handler", email="h@example.org")
    put(user, 1, tone="info")
    assert woken == []
    put(user, 2)
    assert woken == [1]


@pytest.mark.redis
def test_a_wake_up_reaches_the_queue(broker, redis_url):
    app = broker(redis_url)
    assert kicking.publish()
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=5)
        assert message.headers["task"] == kicking.TASK
        message.ack()


def test_the_task_that_is_woken_exists():
    assert kicking.TASK in current_app.tasks
