"""The row is the queue: delivery with lease and back-off, and the pages of the notice centre."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from notices import delivering, outbox
from notices.models import MailState, Notice
from notices.tasks import deliver_mail
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.AT


def put(user, n=1, **changes):
    fields = {
        "kind": "urge",
        "text": f"XF202600000{n} 被催办。",
        "key": f"k{n}",
        "matter": f"XF202600000{n}",
        "at": NOW,
    }
    outbox.put(recipients=[user], **fields | {"url": f"/cases/XF202600000{n}/"} | changes)
    return Notice.objects.get(key=f"{changes.get('key', f'k{n}')}:{user.pk}")


@pytest.fixture
def user(db):
    return factories.user("handler", email="handler@example.org")


class Down:
    """A mail server that refuses everything."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError("13812345678 refused")


# ---- delivery ----


def test_a_mail_carries_number_and_link_and_no_names(user, settings):
    settings.SITE_URL = "https://xf.example.org"
    notice = put(user)
    assert deliver_mail() == 1
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.to, sent.extra_headers) == (
        "信访接待系统：XF2026000001 有新的提醒", "XF2026000001 被催办。\n\nhttps://xf.example.org/cases/XF2026000001/\n",
        ["handler@example.org"], {"Message-ID": f"<{notice.uid}@xf.example.org>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    notice.refresh_from_db()
    assert (notice.mail_state, notice.attempts, notice.leased_until) == (MailState.SENT, 1, None)
    assert deliver_mail() == 0
    assert len(mail.outbox) == 1


def test_somebody_without_an_address_is_told_in_the_house_only():
    notice = put(factories.user("handler"))
    assert (notice.mail_state, deliver_mail(), mail.outbox) == (MailState.NONE, 0, [])


def test_putting_twice_tells_once(user):
    put(user)
    put(user, text="again")
    assert list(Notice.objects.values_list("text", flat=True)) == ["XF2026000001 被催办。"]


def test_failures_are_put_off_longer_each_time_and_given_up_after_eight(user, settings, caplog):
    settings.EMAIL_BACKEND = "tests.notices.test_notices.Down"
    notice = put(user)
    now, waits = NOW, []
    for _try in range(8):
        claimed = delivering.claim(now)
        try:
            delivering.letter(claimed).send()
        except ConnectionRefusedError as error:
            delivering.put_off(claimed, error, now)
        notice.refresh_from_db()
        waits.append((notice.next_try_at - now).total_seconds())
        assert delivering.claim(now) is None
        now = notice.next_try_at
    assert waits[:7] == [10, 60, 300, 1800, 7200, 21600, 86400]
    assert (notice.mail_state, notice.attempts, notice.last_error) == (
        MailState.DEAD, 8, "ConnectionRefusedError: 138****5678 refused",
    )  # fmt: skip
    assert delivering.claim(now + dt.timedelta(days=9)) is None
    assert delivering.health(now) == {"oldest_unsent_seconds": 0, "dead_notices": 1}


def test_one_failing_mail_does_not_stop_the_others(user, settings, monkeypatch):
    put(user, 1)
    put(user, 2)
    real = delivering.letter

    def letter(notice):
        if notice.matter == "XF2026000001":
            raise ValueError("broken")
        return real(notice)

    monkeypatch.setattr(delivering, "letter", letter)
    assert deliver_mail() == 1
    assert dict(Notice.objects.values_list("matter", "mail_state")) == {
        "XF2026000001": MailState.WAITING, "XF2026000002": MailState.SENT,
    }  # fmt: skip


def test_a_worker_that_died_loses_nothing_after_forty_seconds(user):
    put(user)
    dead = delivering.claim(NOW)
    assert delivering.claim(NOW + dt.timedelta(seconds=39)) is None
    second = delivering.claim(NOW + dt.timedelta(seconds=41))
    assert (second.pk, second.attempts) == (dead.pk, 2)
    delivering.confirm(dead)  # it was only slow: its word no longer counts
    assert Notice.objects.get().mail_state == MailState.SENDING
    delivering.confirm(second)
    assert Notice.objects.get().mail_state == MailState.SENT


def test_a_mail_cut_off_on_its_last_try_is_given_up_visibly(user):
    notice = put(user)
    Notice.objects.update(mail_state=MailState.SENDING, attempts=8, leased_until=NOW)
    assert delivering.bury_abandoned(NOW + dt.timedelta(seconds=1)) == 1
    notice.refresh_from_db()
    assert notice.mail_state == MailState.DEAD


def test_the_oldest_waiting_mail_is_measured_from_when_it_was_due(user):
    put(user)
    assert delivering.health(NOW + dt.timedelta(minutes=7)) == {"oldest_unsent_seconds": 420, "dead_notices": 0}


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(user):
    for n in range(1, 9):
        put(user, n)
    together, sent = threading.Barrier(2), []

    def work():
        together.wait()
        sent.append(deliver_mail())
        connections.close_all()

    threads = [threading.Thread(target=work) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(sent), len(mail.outbox)) == (8, 8)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 8


# ---- pages ----


def test_my_notices_unread_first_and_nobody_elses(client, user):
    other = factories.user("handler")
    first, second, third = put(user, 1), put(user, 2, at=factories.later(1)), put(user, 3, at=factories.later(2))
    put(other, 4)
    client.force_login(user)
    client.post(f"/notices/{third.pk}/open/")
    answer = client.get("/notices/")
    assert list(answer.context["page_obj"]) == [second, first, third]
    assert [tab["count"] for tab in answer.context["tabs"]] == [3, 2]
    assert list(client.get("/notices/?show=unread").context["page_obj"]) == [second, first]


def test_opening_marks_as_read_and_leads_to_the_matter(client, user):
    notice = put(user)
    client.force_login(user)
    assert client.post(f"/notices/{notice.pk}/open/")["Location"] == "/cases/XF2026000001/"
    notice.refresh_from_db()
    read = notice.read_at
    client.post(f"/notices/{notice.pk}/open/")
    notice.refresh_from_db()
    assert notice.read_at == read is not None
    assert client.get(f"/notices/{notice.pk}/open/").status_code == 405


def test_other_peoples_notices_do_not_exist(client, user):
    notice = put(user)
    client.force_login(factories.user("handler"))
    for act in ("open", "again"):
        assert client.post(f"/notices/{notice.pk}/{act}/").status_code == 404
    client.post("/notices/read/")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_bell_counts_what_is_unread(client, user):
    put(user, 1)
    put(user, 2)
    client.force_login(user)
    assert '<span class="count">2</span>' in client.get("/notices/bell/").content.decode()
    client.post("/notices/read/")
    assert "count" not in client.get("/notices/bell/").content.decode()


def test_a_dead_mail_is_sent_again_from_the_page(client, user):
    notice = put(user)
    Notice.objects.update(mail_state=MailState.DEAD, attempts=8, last_error="x")
    client.force_login(user)
    assert "发送失败" in client.get("/notices/").content.decode()
    answer = client.post(f"/notices/{notice.pk}/again/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["已重新排队发送。"]
    notice.refresh_from_db()
    assert (notice.mail_state, notice.attempts) == (MailState.WAITING, 0)
    assert notice.next_try_at <= timezone.now()
    assert deliver_mail() == 1
    again = client.post(f"/notices/{notice.pk}/again/", follow=True)
    assert [str(message) for message in again.context["messages"]] == ["这条通知的邮件没有失败，不需要重发。"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_the_same_queries_however_long(client, django_assert_num_queries, user, many):
    for n in range(1, many + 1):
        put(user, n)
    client.force_login(user)
    client.get("/notices/")
    with django_assert_num_queries(10):
        client.get("/notices/")


def test_notices_need_a_log_in(client):
    assert client.get("/notices/")["Location"] == "/accounts/login/?next=/notices/"
    assert client.get("/notices/bell/").status_code == 302
