"""Real HTTP on loopback: what an answer means. Nothing that was not taken counts as sent."""

import base64
import hashlib
import hmac
import logging
from urllib.parse import parse_qs, urlsplit

import pytest

from audit.models import Event
from notices import actions, channels, delivering, gateways
from notices.choices import Cause, State
from notices.models import Channel, Delivery, Notice
from notices.tasks import deliver
from tests import factories
from tests.notices.posting import NOW, channel, gateway, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def stub():
    with gateway() as made:
        yield made


@pytest.fixture
def clerk(db):
    factories.calendar(2026)
    return factories.user("clerk")


def sent_by(clerk, code, n=1):
    put(clerk, n)
    deliver()
    return Delivery.objects.get(channel=code, notice__key=f"k{n}:{clerk.pk}")


def test_a_group_gets_number_and_link_and_nothing_else(stub, clerk, settings):
    settings.SITE_URL = "https://xf.example.org"
    channel("wecom", stub.url)
    row = sent_by(clerk, "wecom")
    (path, headers, said), *more = stub.got
    assert (row.state, more, headers["Idempotency-Key"]) == (State.SENT, [], str(row.uid))
    assert path == "/send?key=secret-in-the-address"
    assert said == {
        "msgtype": "text",
        "text": {"content": "XF2026000001 有红色提醒，请登录系统办理。 https://xf.example.org/cases/XF2026000001/"},
    }


def test_dingtalk_is_signed(stub, clerk):
    channel("dingtalk", stub.url, secret="SEC123")
    assert sent_by(clerk, "dingtalk").state == State.SENT
    query = parse_qs(urlsplit(stub.got[0][0]).query)
    stamp = query["timestamp"][0]
    digest = hmac.new(b"SEC123", f"{stamp}\nSEC123".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(digest).decode()]


def test_a_platform_gets_id_number_stage_and_link(stub, clerk, settings):
    settings.SITE_URL = "https://xf.example.org"
    channel("webhook", stub.url, secret="token-1")
    row = sent_by(clerk, "webhook")
    _path, headers, said = stub.got[0]
    assert (row.state, headers["Authorization"], said) == (State.SENT, "Bearer token-1", {
        "id": str(row.uid), "number": "XF2026000001", "stage": "late",
        "text": "XF2026000001 有红色提醒，请登录系统办理。", "link": "https://xf.example.org/cases/XF2026000001/",
    })  # fmt: skip


def test_a_short_message_has_the_fields_the_gateway_wants(stub, clerk, settings):
    settings.SITE_URL = "https://xf.example.org"
    body = {"mobile": "{mobile}", "content": "{text}", "id": "{id}", "sign": "示信", "token": "{secret}"}
    channel("sms", stub.url, secret="s-1", body=body)
    actions.set_contact(mobile="13812345678", mail_on=True, sms_on=True, actor=clerk, at=NOW)
    row = sent_by(clerk, "sms")
    _path, headers, said = stub.got[0]
    assert (row.state, "Authorization" in headers) == (State.SENT, False)
    assert said == {
        "mobile": "13812345678", "id": str(row.uid), "sign": "示信", "token": "s-1",
        "content": "XF2026000001 被催办。 https://xf.example.org/cases/XF2026000001/",
    }  # fmt: skip


# ---- answers (F-13) ----

ANSWERS = [
    ("errcode busy", {"errcode": -1, "errmsg": "system busy"}, 200, State.WAITING, Cause.BUSY),
    ("errcode limit", {"errcode": 45009}, 200, State.WAITING, Cause.BUSY),
    ("errcode bad key", {"errcode": 93000, "errmsg": "invalid webhook url"}, 200, State.DEAD, Cause.REFUSED),
    ("errcode unknown", {"errcode": 77777}, 200, State.WAITING, Cause.SERVER),
    ("errcode as text", {"errcode": "0"}, 200, State.WAITING, Cause.ANSWER),
    ("errcode true", {"errcode": False}, 200, State.WAITING, Cause.ANSWER),
    ("no errcode", {"ok": True}, 200, State.WAITING, Cause.ANSWER),
    ("a list", [0], 200, State.WAITING, Cause.ANSWER),
    ("malformed", b'{"errcode": 0', 200, State.WAITING, Cause.ANSWER),
    ("a page", b"<html>maintenance</html>", 200, State.WAITING, Cause.ANSWER),
    ("empty", b"", 200, State.WAITING, Cause.ANSWER),
    ("not UTF-8", b"\xff\xfe\x00", 200, State.WAITING, Cause.ANSWER),
    ("endless", b'{"errcode": 0, "x": "' + b"x" * 70_000 + b'"}', 200, State.WAITING, Cause.ANSWER),
    ("500", {"errcode": 0}, 500, State.WAITING, Cause.SERVER),
    ("503", {"errcode": 0}, 503, State.WAITING, Cause.SERVER),
    ("429", {"errcode": 0}, 429, State.WAITING, Cause.BUSY),
    ("404", {"errcode": 0}, 404, State.DEAD, Cause.REFUSED),
    ("401", {"errcode": 0}, 401, State.DEAD, Cause.REFUSED),
    ("302", {"errcode": 0}, 302, State.DEAD, Cause.MOVED),
    ("307", {"errcode": 0}, 307, State.DEAD, Cause.MOVED),
]


@pytest.mark.parametrize(("name", "body", "status", "state", "cause"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_no_answer_but_a_plain_yes_counts(stub, clerk, name, body, status, state, cause):
    stub.says(body, status, **({"Location": f"{stub.url}&moved=1"} if 300 <= status < 400 else {}))
    channel("wecom", stub.url)
    row = sent_by(clerk, "wecom")
    assert (row.state, row.cause, row.sent_at, len(stub.got)) == (state, cause, None, 1)


@pytest.mark.parametrize(
    ("how", "cause"),
    [("reset", Cause.CONNECTION), ("silent", Cause.TIMEOUT), ("drip", Cause.TIMEOUT), ("gone", Cause.CONNECTION)],
)
def test_a_gateway_that_breaks_off_or_drags_on_has_not_taken_it(stub, clerk, monkeypatch, how, cause):
    monkeypatch.setattr(channels, "HARD_SECONDS", 1)
    channel("wecom", stub.url if how != "gone" else "http://127.0.0.1:1/send")
    stub.how = how
    row = sent_by(clerk, "wecom")
    assert (row.state, row.cause, row.attempts) == (State.WAITING, cause, 1)


@pytest.mark.parametrize(
    ("success", "body", "state", "cause"),
    [
        ("code=0", {"code": 0}, State.SENT, ""),
        ("code=0", {"code": "0"}, State.SENT, ""),
        ("result.ok=true", {"result": {"ok": True}}, State.SENT, ""),
        ("code=0", {"code": 1}, State.WAITING, Cause.SERVER),
        ("code=0", {"status": "ok"}, State.WAITING, Cause.ANSWER),
        ("result.ok=true", {"result": "ok"}, State.WAITING, Cause.ANSWER),
        ("result=ok", {"result": {"ok": True}}, State.WAITING, Cause.SERVER),
    ],
)
def test_a_platform_says_yes_in_the_words_it_was_set_up_with(stub, clerk, success, body, state, cause):
    stub.says(body)
    channel("webhook", stub.url, success=success)
    row = sent_by(clerk, "webhook")
    assert (row.state, row.cause) == (state, cause)


def test_after_eight_failures_the_administrators_are_told_once_in_the_house(stub, clerk):
    admin = factories.user("sysadmin", email="admin@example.org")
    stub.says({"errcode": 0}, 500)
    channel("wecom", stub.url, actor=admin)
    for n in (1, 2):
        put(clerk, n)
    for _try in range(10):
        deliver()
        Delivery.objects.filter(state=State.WAITING).update(next_try_at=NOW)
    assert len(stub.got) == 16
    assert set(Delivery.objects.values_list("state", "cause", "attempts")) == {(State.DEAD, Cause.SERVER, 8)}
    told = Notice.objects.filter(kind="outbox")
    assert [(one.recipient, one.tone, one.text, one.deliveries.count()) for one in told] == [
        (admin, "late", "企业微信群有通知发送失败，请查看原因，处理后重发。", 0)
    ]
    assert Event.objects.filter(verb="outbox_dead").count() == 1


def test_the_key_in_an_address_is_in_no_log_no_row_and_no_fact(stub, clerk, caplog):
    caplog.set_level(logging.DEBUG)
    channel("wecom", stub.url, secret="hidden-secret")
    for n, how in enumerate(("reset", "answer"), 1):
        stub.how = how
        stub.says({"errcode": 93000}) if how == "answer" else None
        sent_by(clerk, "wecom", n)
    rows = str(list(Delivery.objects.values())) + str(list(Event.objects.values()))
    for told in ("secret-in-the-address", "hidden-secret"):
        assert told not in caplog.text
        assert told not in rows
    assert not any(
        b"secret" in bytes(value) for row in _raw() for value in row if isinstance(value, bytes | memoryview)
    )


def _raw():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT address, secret FROM {Channel._meta.db_table}")
        return cursor.fetchall()


# ---- addresses ----


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org/", "example.org", "https://", "https://a:b@example.org/", "https://example.org/#x",
     "https://example.org:port/", "https://exa mple.org/", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address):
    assert gateways.wrong_address(address)
    with pytest.raises(delivering.Undelivered) as caught:
        gateways.post(address, {}, name="x")
    assert (caught.value.cause, caught.value.for_good) == (Cause.SETTINGS, True)


def test_an_office_may_name_the_hosts_that_are_allowed(settings):
    settings.OUTBOX_HOSTS = ["sms.example.org"]
    assert gateways.wrong_address("https://sms.example.org/send") == ""
    assert "OUTBOX_HOSTS" in gateways.wrong_address("https://elsewhere.example.org/")


def test_proxies_of_the_environment_are_not_used(stub, clerk, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    channel("wecom", stub.url)
    assert sent_by(clerk, "wecom").state == State.SENT
