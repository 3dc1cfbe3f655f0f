"""The row is the queue: lease, back-off, taking back, several dispatchers at once, a wrong clock."""

import datetime as dt
import smtplib
import threading
import time

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connections

from audit.models import Event
from notices import channels, delivering, outbox, tasks
from notices.choices import Cause, State
from notices.models import Beat, Delivery, Notice
from notices.tasks import deliver
from tests import factories
from tests.notices.posting import NOW, SECOND, delivery, put

pytestmark = pytest.mark.django_db


class Down:
    """A mail server that refuses everything."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError("13812345678 refused")


class NoSuchBox(Down):
    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"13812345678 no such box")})


class TooBusy(Down):
    def send_messages(self, messages):
        raise smtplib.SMTPDataError(451, b"later")


class Dragging(Down):
    """Answers, but never comes to an end."""

    def send_messages(self, messages):
        time.sleep(3)
        return 1


# ---- one message ----


def test_a_mail_carries_number_and_link_and_no_names(user, settings):
    settings.SITE_URL = "https://xf.example.org"
    notice = put(user)
    assert deliver() == 1
    sent, row = mail.outbox[0], delivery(notice)
    assert (sent.subject, sent.body, sent.to, sent.extra_headers) == (
        "信访接待系统：XF2026000001 有新的提醒", "XF2026000001 被催办。\n\nhttps://xf.example.org/cases/XF2026000001/\n",
        ["handler@example.org"], {"Message-ID": f"<{row.uid}@xf.example.org>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    assert (row.state, row.attempts, row.leased_until, row.held_by) == (State.SENT, 1, None, None)
    assert row.sent_at is not None
    assert (deliver(), len(mail.outbox)) == (0, 1)


def test_somebody_without_an_address_is_told_in_the_house_only(db):
    notice = put(factories.user("handler"))
    assert (notice.deliveries.count(), deliver(), mail.outbox) == (0, 0, [])


def test_putting_twice_tells_once(user):
    put(user)
    put(user, text="again")
    assert list(Notice.objects.values_list("text", flat=True)) == ["XF2026000001 被催办。"]
    assert Delivery.objects.count() == 1


def test_somebody_who_left_is_not_written_to(user):
    notice = put(user)
    user.is_active = False
    user.save()
    assert deliver() == 0
    assert (delivery(notice).state, mail.outbox) == (State.NONE, [])


def test_putting_takes_the_same_queries_for_one_and_for_three(user, django_assert_num_queries):
    others = [factories.user("handler", email=f"h{n}@example.org") for n in range(3)]
    for people in ([user], others):
        with django_assert_num_queries(5):  # notices, channels, contacts, new ones, deliveries
            outbox.put(recipients=people, kind="urge", text="x", at=NOW, key=f"q{len(people)}", tone="late")


# ---- failures ----


def test_failures_are_put_off_longer_each_time_and_given_up_after_eight(user, settings):
    settings.EMAIL_BACKEND = "tests.notices.test_delivering.Down"
    notice = put(user)
    now, waits = NOW, []
    for _try in range(8):
        held = delivering.claim(now)
        with pytest.raises(delivering.Undelivered) as caught:
            channels.send(held, channels.lines())
        delivering.put_off(held, caught.value, now)
        row = delivery(notice)
        waits.append((row.next_try_at - now).total_seconds())
        assert delivering.claim(now) == []
        now = row.next_try_at
    assert waits[:7] == [10, 60, 300, 1800, 7200, 21600, 86400]
    row = delivery(notice)
    assert (row.state, row.attempts, row.cause, row.last_error) == (
        State.DEAD, 8, Cause.CONNECTION, "ConnectionRefusedError: 138****5678 refused",
    )  # fmt: skip
    assert row.dead_at is not None
    assert delivering.claim(now + dt.timedelta(days=9)) == []
    assert delivering.health(now)["dead_notices"] == 1


@pytest.mark.parametrize(
    ("backend", "state", "cause"),
    [("NoSuchBox", State.DEAD, Cause.RECEIVER), ("TooBusy", State.WAITING, Cause.BUSY)],
)
def test_what_trying_would_not_help_is_given_up_at_once(user, settings, backend, state, cause):
    settings.EMAIL_BACKEND = f"tests.notices.test_delivering.{backend}"
    notice = put(user)
    assert deliver() == 0
    row = delivery(notice)
    assert (row.state, row.cause, row.attempts, "138" in row.last_error) == (state, cause, 1, False)


def test_a_server_that_drags_on_is_left_in_time(user, settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.notices.test_delivering.Dragging"
    monkeypatch.setattr(channels, "HARD_SECONDS", 0.3)
    notice = put(user)
    began = time.monotonic()
    assert deliver() == 0
    assert time.monotonic() - began < 2
    assert (delivery(notice).state, delivery(notice).cause) == (State.WAITING, Cause.TIMEOUT)


def test_a_send_ends_well_before_its_lease():
    assert dt.timedelta(seconds=channels.HARD_SECONDS + 20) < delivering.LEASE


def test_one_failing_mail_does_not_stop_the_others(user, monkeypatch):
    put(user, 1)
    put(user, 2)
    real = channels.compose

    def compose(held):
        if held[0].notice.matter == "XF2026000001":
            raise ValueError("broken")
        return real(held)

    monkeypatch.setattr(channels, "compose", compose)
    assert deliver() == 1
    assert dict(Delivery.objects.values_list("notice__matter", "state")) == {
        "XF2026000001": State.WAITING, "XF2026000002": State.SENT,
    }  # fmt: skip


def test_a_channel_that_fails_three_times_rests_until_the_next_sweep(user, settings):
    settings.EMAIL_BACKEND = "tests.notices.test_delivering.TooBusy"
    for n in range(1, 6):
        put(user, n)
    deliver()
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]


# ---- lease ----


def test_a_worker_that_died_loses_nothing_after_forty_seconds(user):
    put(user)
    (dead,) = delivering.claim(NOW)
    assert delivering.claim(NOW + 39 * SECOND) == []
    (second,) = delivering.claim(NOW + 41 * SECOND)
    assert (second.pk, second.uid, second.attempts) == (dead.pk, dead.uid, 2)
    assert delivering.confirm([dead], NOW) == 0  # it was only slow: its word no longer counts
    delivering.put_off([dead], ValueError("late"), NOW)
    assert Delivery.objects.get().state == State.SENDING
    assert delivering.confirm([second], NOW) == 1
    assert Delivery.objects.get().state == State.SENT


def test_a_mail_cut_off_on_its_last_try_is_given_up_visibly(user):
    put(user)
    Delivery.objects.update(state=State.SENDING, attempts=8, leased_until=NOW)
    assert delivering.tidy(NOW + SECOND) == 1
    assert (Delivery.objects.get().state, Delivery.objects.get().cause) == (State.DEAD, Cause.INTERRUPTED)


def test_health_counts_what_is_due_and_not_what_waits_for_its_hour(user):
    put(user)
    put(user, 2, tone="info")
    assert delivering.health(NOW + dt.timedelta(minutes=7)) == {
        "oldest_unsent_seconds": 420, "dead_notices": 0, "waiting": 2, "dispatcher_beat": None, "broker_errors": 0,
    }  # fmt: skip


def test_every_sweep_leaves_a_sign_of_life(user):
    deliver()
    deliver()
    assert Beat.objects.get(name="dispatcher").ran_at is not None


# ---- called too often, out of order, by two at once ----


def test_five_sweeps_have_the_effect_of_one(user):
    put(user, 1)
    put(user, 2)
    assert [deliver() for _time in range(5)] == [2, 0, 0, 0, 0]
    assert len(mail.outbox) == 2


def test_a_word_that_comes_late_or_twice_changes_nothing(user):
    put(user)
    held = delivering.claim(NOW)
    assert [delivering.confirm(held, NOW) for _time in range(5)] == [1, 0, 0, 0, 0]
    delivering.put_off(held, ValueError("late"), NOW)
    delivering.give_no_more(held, Cause.OTHER)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == (State.SENT, 1, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tone", ["late", "info"])
def test_two_dispatchers_send_each_message_once(user, tone):
    others = [factories.user("handler", email=f"h{n}@example.org") for n in range(4)]
    for n in range(1, 9):
        for one in others:
            put(one, n, tone=tone, at=factories.later(-7))
    together, sent = threading.Barrier(2), []

    def work():
        together.wait()
        sent.append(deliver())
        connections.close_all()

    threads = [threading.Thread(target=work) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if tone == "info":
        assert len(mail.outbox) == 4  # one digest each
    whole = "\n".join(message.body for message in mail.outbox)
    assert whole.count("被催办") == 32
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == sum(sent) == len(mail.outbox)


# ---- taking back ----


def test_what_is_withdrawn_does_not_go_out_and_says_so(user):
    other = factories.user("handler", email="other@example.org")
    put(user)
    put(other)
    put(user, 11)
    assert outbox.withdraw("k1", at=NOW) == 2
    assert [outbox.withdraw("k1", at=NOW) for _time in range(4)] == [0, 0, 0, 0]
    assert deliver() == 1  # k11 is another occasion
    assert [message.subject for message in mail.outbox] == ["信访接待系统：XF20260000011 有新的提醒"]
    assert set(Delivery.objects.filter(notice__key__startswith="k1:").values_list("state", flat=True)) == {
        State.WITHDRAWN
    }
    assert list(Notice.objects.visible_to(user).unread().values_list("key", flat=True)) == [f"k11:{user.pk}"]


def test_what_was_sent_stays_sent_and_what_is_being_sent_is_not_tried_again(user):
    first, second = put(user, 1), put(user, 2, key="k1:x")
    held = delivering.claim(NOW)
    delivering.confirm(held, NOW)
    held = delivering.claim(NOW)
    assert outbox.withdraw("k1", at=NOW) == 0
    delivering.put_off(held, ConnectionError("gone"), NOW)
    assert delivering.claim(NOW + 60 * SECOND) == []
    delivering.tidy(NOW + 60 * SECOND)
    assert (delivery(first).state, delivery(second).state) == (State.SENT, State.WITHDRAWN)


# ---- without a broker ----


def test_the_command_sends_what_is_due(user, capsys):
    put(user)
    call_command("outbox")
    assert (capsys.readouterr().out, len(mail.outbox)) == ("1\n", 1)
    call_command("outbox", "--once")
    assert (capsys.readouterr().out, len(mail.outbox)) == ("0\n", 1)


@pytest.mark.parametrize(("at_once", "kicks"), [(2, 1), (5, 0)])
def test_a_sweep_that_was_full_wakes_the_next_one(user, monkeypatch, at_once, kicks):
    put(user, 1, tone="late"), put(user, 2, tone="late"), put(user, 3, tone="late")
    told = []
    monkeypatch.setattr(tasks, "AT_ONCE", at_once)
    monkeypatch.setattr(tasks.kicking, "kick", lambda: told.append(1))
    assert deliver() == min(at_once, 3)
    assert len(told) == kicks


def test_a_clock_set_back_is_written_down_once_a_day_and_told_to_the_administrators(user):
    admin = factories.user("sysadmin")
    with time_machine.travel(NOW + dt.timedelta(hours=3), tick=False):
        deliver()
    for minutes in (0, 1, 2):
        with time_machine.travel(NOW + dt.timedelta(minutes=minutes), tick=False):
            deliver()
    fact = Event.objects.get(verb="clock_anomaly")
    assert (fact.data["minutes"], fact.at, fact.actor) == (180, NOW, None)
    said = Notice.objects.get(key__startswith="clock:")
    assert (said.recipient, said.tone) == (admin, "late")
    assert said.text == "服务器时钟回拨了 180 分钟，请核对时间。提醒不会重复，也不会遗漏。"
    assert not said.deliveries.exists()  # in the house only: a wrong clock sends at a wrong hour


def test_clocks_of_two_machines_minutes_apart_are_no_anomaly(user):
    for seconds in (0, 290, 0, 290):
        with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
            deliver()
    assert not Event.objects.filter(verb="clock_anomaly").exists()


def test_what_a_clock_a_year_ahead_put_off_goes_out_once_the_clock_is_right(user):
    ahead = NOW + dt.timedelta(days=365)
    for n, tone in enumerate(("late", "warn", "info"), 1):
        put(user, n, tone=tone, at=ahead)
    assert [row.notice.tone for row in delivering.claim(ahead)] == ["late"]  # and the dispatcher died over it
    assert delivering.claim(NOW + SECOND) == []
    assert (delivering.pull_back(NOW), delivering.pull_back(NOW)) == (3, 0)
    again = [delivering.claim(NOW + SECOND) for _message in range(3)]  # NOW is an hour of work
    assert sorted(row.notice.tone for held in again for row in held) == ["info", "late", "warn"]


def test_what_a_clock_a_year_ahead_put_off_still_waits_for_an_hour_of_work(user):
    put(user, 1, tone="warn", at=NOW + dt.timedelta(days=365))
    night = factories.later(hours=15)  # 23:30
    assert (delivering.pull_back(night), delivering.claim(night + SECOND)) == (1, [])
    assert len(delivering.claim(factories.later(hours=24))) == 1


def test_what_waits_for_its_hour_is_not_hurried(user):
    put(user, 1, tone="info")
    before = Delivery.objects.get().next_try_at
    assert delivering.pull_back(NOW) == 0
    assert Delivery.objects.get().next_try_at == before
