"""The notice centre, the bell, and the page on which somebody says how to be reached."""

import pytest
from django.utils import timezone

from audit.models import Event
from audit.verifying import findings
from notices import outbox
from notices.choices import Cause, State
from notices.models import Contact, Delivery
from notices.tasks import deliver
from tests import factories
from tests.notices.posting import NOW, channel, delivery, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    factories.calendar(2026)
    return factories.user("handler", email="handler@example.org")


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


def test_the_bell_counts_what_is_unread_and_not_taken_back(client, user):
    for n in (1, 2, 3):
        put(user, n)
    outbox.withdraw("k3", at=NOW)
    client.force_login(user)
    assert '<span class="count">2</span>' in client.get("/notices/bell/").content.decode()
    client.post("/notices/read/")
    assert "count" not in client.get("/notices/bell/").content.decode()


def test_each_way_out_says_in_words_what_became_of_it(client, user):
    for n, changes in enumerate(
        (
            {"state": State.WAITING, "next_try_at": NOW},
            {"state": State.SENDING, "leased_until": NOW},
            {"state": State.SENT, "sent_at": NOW},
            {"state": State.DEAD, "dead_at": NOW, "cause": Cause.RECEIVER},
        ),
        1,
    ):
        Delivery.objects.filter(notice=put(user, n)).update(**changes)
    put(user, 5)
    outbox.withdraw("k5", at=NOW)
    client.force_login(user)
    page = client.get("/notices/").content.decode()
    for words in ("邮件 待发", "邮件 发送中", "邮件 已送达", "邮件 失败", "邮件 已撤回", "收件地址或者手机号码无效"):
        assert words in page
    assert page.count("重发") == 1


def test_a_dead_mail_is_sent_again_from_the_page(client, user):
    notice = put(user)
    Delivery.objects.update(state=State.DEAD, attempts=8, last_error="x", dead_at=NOW)
    client.force_login(user)
    answer = client.post(f"/notices/{notice.pk}/again/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["已重新排队发送。"]
    row = delivery(notice)
    assert (row.state, row.attempts) == (State.WAITING, 0)
    assert row.next_try_at <= timezone.now()
    assert deliver() == 1
    again = client.post(f"/notices/{notice.pk}/again/", follow=True)
    assert [str(message) for message in again.context["messages"]] == ["这条通知没有发送失败，不需要重发。"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_the_same_queries_however_long(client, django_assert_num_queries, user, many):
    for n in range(1, many + 1):
        put(user, n)
    client.force_login(user)
    client.get("/notices/")
    with django_assert_num_queries(11):
        client.get("/notices/")


def test_notices_need_a_log_in(client):
    assert client.get("/notices/")["Location"] == "/accounts/login/?next=/notices/"
    assert client.get("/notices/bell/").status_code == 302


# ---- how I am reached ----


def save(client, **typed):
    return client.post("/notices/ways/", {"mail_on": "on", "sms_on": "on"} | typed, follow=True)


def test_my_number_is_kept_encrypted_and_shown_masked(client, user):
    client.force_login(user)
    assert "接收方式已保存。" in save(client, mobile="138 1234 5678").content.decode()
    contact = Contact.objects.get(user=user)
    assert (contact.mobile, contact.has_mobile) == ("13812345678", True)
    page = client.get("/notices/ways/").content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    save(client)  # nothing typed: it stays
    assert Contact.objects.get(user=user).mobile == "13812345678"
    save(client, drop="on")
    assert Contact.objects.get(user=user).has_mobile is False
    facts = Event.objects.filter(verb="set_contact")
    assert facts.count() == 3
    assert "1234" not in str(list(facts.values_list("data", "note")))
    assert list(findings()) == []


def test_a_number_no_telephone_has_is_refused_and_what_was_typed_stays(client, user):
    client.force_login(user)
    answer = save(client, mobile="12345")
    assert answer.status_code == 422
    assert "手机号码应为 11 位数字" in answer.content.decode()
    assert 'value="12345"' in answer.content.decode()
    assert not Contact.objects.exists()


def test_mail_turned_off_is_off_but_not_for_red_ones(client, user):
    client.force_login(user)
    client.post("/notices/ways/", {"sms_on": "on"})
    assert put(user, 1, tone="warn").deliveries.count() == 0
    assert put(user, 2, tone="info").deliveries.count() == 0
    assert put(user, 3, tone="late").deliveries.count() == 1


def test_red_ones_go_by_short_message_where_there_is_a_number(client, user):
    channel("sms", "https://sms.example.org/send")
    client.force_login(user)
    save(client, mobile="13812345678")
    assert sorted(put(user).deliveries.values_list("channel", flat=True)) == ["mail", "sms"]
    assert list(put(user, 2, tone="warn").deliveries.values_list("channel", flat=True)) == ["mail"]
