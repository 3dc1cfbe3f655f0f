"""Setting up channels, trying them, and what could not be delivered: the pages of the system administrator."""

import pytest

from audit.models import Event
from audit.verifying import findings
from notices.choices import Cause, State
from notices.models import Channel, Delivery, Notice
from notices.tasks import deliver
from tests import factories
from tests.notices.posting import NOW, channel, gateway, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db, client):
    factories.calendar(2026)
    made = factories.user("sysadmin", email="admin@example.org")
    client.force_login(made)
    return made


@pytest.fixture
def stub():
    with gateway() as made:
        yield made


def test_a_channel_is_set_up_and_its_key_never_shown_again(client, admin):
    typed = {"is_on": "on", "address": "https://ding.example.org/send?access_token=abc", "secret": "SEC1"}
    answer = client.post("/notices/office/dingtalk/", typed, follow=True)
    assert "已保存渠道“钉钉群”。" in answer.content.decode()
    one = Channel.objects.get(code="dingtalk")
    assert (one.is_on, one.address, one.secret) == (True, typed["address"], "SEC1")
    for path in ("/notices/office/", "/notices/office/dingtalk/"):
        page = client.get(path).content.decode()
        assert "ding.example.org" in page
        assert "access_token" not in page
        assert "SEC1" not in page
    client.post("/notices/office/dingtalk/", {"is_on": ""})  # nothing typed: address and secret stay
    one = Channel.objects.get(code="dingtalk")
    assert (one.is_on, one.address, one.secret) == (False, typed["address"], "SEC1")
    client.post("/notices/office/dingtalk/", {"drop_secret": "on"})
    assert Channel.objects.get(code="dingtalk").secret == ""
    facts = list(Event.objects.filter(verb="set_channel").order_by("seq").values_list("data", flat=True))
    assert facts == [
        {"channel": "dingtalk", "is_on": True, "changed": ["address", "secret"]},
        {"channel": "dingtalk", "is_on": False, "changed": []},
        {"channel": "dingtalk", "is_on": False, "changed": ["secret"]},
    ]
    assert list(findings()) == []


SMS = {
    "is_on": "on", "address": "https://sms.example.org/send", "mobile_field": "phone", "text_field": "msg",
    "id_field": "extno", "more": "sign=示范市信访局\naccount=xf", "success": "status=OK",
}  # fmt: skip


def test_a_gateway_for_short_messages_is_described(client, admin):
    assert client.post("/notices/office/sms/", SMS).status_code == 302
    one = Channel.objects.get(code="sms")
    assert (one.body, one.success) == (
        {"phone": "{mobile}", "msg": "{text}", "extno": "{id}", "sign": "示范市信访局", "account": "xf"}, "status=OK",
    )  # fmt: skip
    page = client.get("/notices/office/sms/").content.decode()
    for kept in ('value="phone"', 'value="msg"', 'value="extno"', "sign=示范市信访局", 'value="status=OK"'):
        assert kept in page


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("wecom", {"is_on": "on"}, "没有接口地址，不能启用。"),
        ("wecom", {"is_on": "on", "address": "not an address"}, "接口地址不是网址"),
        ("wecom", {"is_on": "on", "address": "https://u:p@example.org/"}, "不能有用户名"),
        ("webhook", {"is_on": "on", "address": "https://example.org/"}, "没有成功标志"),
        ("webhook", {"is_on": "on", "address": "https://example.org/", "success": "yes"}, "成功标志写成"),
        ("sms", SMS | {"more": "no equals sign"}, "每行写成"),
        ("sms", SMS | {"mobile_field": ""}, "必填"),
    ],
)
def test_what_could_not_work_is_refused_and_what_was_typed_stays(client, admin, code, typed, said):
    answer = client.post(f"/notices/office/{code}/", typed)
    assert (answer.status_code, Channel.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert said in page or "这个字段" in page
    if "address" in typed and code != "sms":
        assert f'value="{typed["address"]}"' in page


def test_a_channel_that_does_not_exist_is_not_found(client, admin):
    assert client.get("/notices/office/fax/").status_code == 404
    assert client.post("/notices/office/fax/try/").status_code == 404


@pytest.mark.parametrize("role", ["clerk", "supervisor", "handler", "leader", "secadmin", "auditor"])
def test_only_who_runs_the_system_comes_here(client, db, role):
    client.force_login(factories.user(role))
    for path in ("", "table/", "sms/", "dead/"):
        assert client.get(f"/notices/office/{path}").status_code == 403
    for path in ("sms/", "sms/try/", "dead/again/", "dead/1/again/"):
        assert client.post(f"/notices/office/{path}").status_code == 403


# ---- trials ----


def test_a_trial_goes_out_at_once_on_a_channel_that_is_still_off(client, admin, stub):
    channel("wecom", stub.url, actor=admin, is_on=False)
    answer = client.post("/notices/office/wecom/try/", follow=True)
    assert "试发的消息已排队" in answer.content.decode()
    assert 'hx-trigger="every 3s"' in client.get("/notices/office/table/").content.decode()
    assert deliver() == 1
    assert stub.got[0][2]["text"]["content"].startswith("这是一条试发的消息")
    page = client.get("/notices/office/table/").content.decode()
    assert "已送达" in page
    assert "every 3s" not in page


def test_a_trial_that_fails_says_why_and_is_not_repeated(client, admin, stub):
    stub.says({"errcode": 93000})
    channel("wecom", stub.url, actor=admin)
    client.post("/notices/office/wecom/try/")
    assert [deliver(), deliver()] == [0, 0]
    row = Delivery.objects.get()
    assert (row.state, row.cause, len(stub.got)) == (State.NONE, Cause.REFUSED, 1)
    page = client.get("/notices/office/").content.decode()
    assert "没有送达" in page
    assert "对方拒收" in page
    assert "errcode 93000" in page
    assert not Notice.objects.filter(kind="outbox").exists()


@pytest.mark.parametrize(("code", "said"), [("wecom", "请先填写接口地址并保存。"), ("sms", "请先填写接口地址并保存。")])
def test_a_trial_needs_an_address(client, admin, code, said):
    assert said in client.post(f"/notices/office/{code}/try/", follow=True).content.decode()
    assert not Delivery.objects.exists()


def test_a_trial_by_short_message_needs_a_number_of_ones_own(client, admin):
    channel("sms", "https://sms.example.org/", actor=admin)
    answer = client.post("/notices/office/sms/try/", follow=True)
    assert "您自己还没有填写邮箱或者手机号码" in answer.content.decode()


# ---- what was given up ----


def given_up(many=1):
    clerk = factories.user("handler", email="h@example.org")
    for n in range(1, many + 1):
        put(clerk, n)
    Delivery.objects.update(state=State.DEAD, dead_at=NOW, attempts=8, cause=Cause.TIMEOUT, last_error="15 s")
    return clerk


def test_failures_are_listed_with_the_cause_and_without_any_matter(client, admin):
    clerk = given_up()
    page = client.get("/notices/office/dead/").content.decode()
    for told in ("邮件", str(clerk), "对方 15 秒内没有应答", "2026-03-02 09:30"):
        assert told in page
    assert "XF2026" not in page


def test_one_is_sent_again_or_all(client, admin):
    given_up(3)
    first = Delivery.objects.first()
    answer = client.post(f"/notices/office/dead/{first.pk}/again/", follow=True)
    assert "1 条已重新排队发送。" in answer.content.decode()
    assert (
        "没有失败的外发，不需要重发。"
        in client.post(f"/notices/office/dead/{first.pk}/again/", follow=True).content.decode()
    )
    answer = client.post("/notices/office/dead/again/", follow=True)
    assert "2 条已重新排队发送。" in answer.content.decode()
    assert set(Delivery.objects.values_list("state", "attempts", "cause")) == {(State.WAITING, 0, "")}
    assert deliver() == 3
    assert [event.data["many"] for event in Event.objects.filter(verb="resend").order_by("seq")] == [1, 2]
    assert list(findings()) == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_lists_take_the_same_queries_however_long(client, admin, django_assert_num_queries, many):
    given_up(many)
    client.get("/notices/office/")
    with django_assert_num_queries(7):
        client.get("/notices/office/dead/")
    with django_assert_num_queries(10):
        client.get("/notices/office/")
