"""Signing in and out, lock-out, start pages, preferences, people and roles."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import RoleGrant, Unit, User
from accounts.roles import ROLES, WORDS
from audit.models import Event
from audit.verifying import findings
from tests import factories

pytestmark = pytest.mark.django_db


def log_in(client, username, password=factories.PASSWORD, **more):
    return client.post("/accounts/login/", {"username": username, "password": password, **more})


def test_signing_in_leads_to_the_start_page_and_into_the_trail(client):
    user = factories.user("auditor")
    answer = log_in(client, user.username)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/")["Location"] == "/audit/"
    assert list(Event.objects.exclude(verb="grant").values_list("verb", "actor__username")) == [
        ("sign_in", user.username)
    ]
    assert list(findings()) == []


@pytest.mark.parametrize(("role", "path"), [("secadmin", "/accounts/roles/"), ("sysadmin", "/accounts/people/")])
def test_each_administrator_has_a_start_page(client, role, path):
    client.force_login(factories.user(role))
    assert client.get("/")["Location"] == path
    assert client.get(path).status_code == 200


def test_somebody_without_a_role_lands_on_the_notices(client):
    user = User.objects.create_user("new", password=factories.PASSWORD, unit=factories.office())
    client.force_login(user)
    assert client.get("/")["Location"] == "/notices/"


@pytest.mark.parametrize("case", ["wrong password", "unknown name", "stopped account"])
def test_every_cause_of_a_failed_sign_in_reads_the_same(client, case):
    user = factories.user("clerk")
    if case == "stopped account":
        User.objects.filter(pk=user.pk).update(is_active=False)
    name = "nobody" if case == "unknown name" else user.username
    answer = log_in(client, name, "wrong-password" if case == "wrong password" else factories.PASSWORD)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["用户名或密码不正确。连续 5 次不正确，将锁定 15 分钟。"]
    assert "_auth_user_id" not in client.session


def test_five_failures_lock_the_name_for_fifteen_minutes_and_no_longer(client):
    user, other = factories.user("clerk"), factories.user("clerk")
    statuses = [log_in(client, user.username, "wrong").status_code for _try in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=10, seconds=30))
    locked = log_in(client, user.username)
    assert (locked.status_code, locked.context["minutes"], locked["Retry-After"]) == (429, 5, "300")
    assert "请约 5 分钟后再试" in locked.content.decode()
    assert log_in(client, other.username).status_code == 302  # the rest of the hall goes on working
    client.logout()
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=15, seconds=1))
    assert log_in(client, user.username).status_code == 302


def test_signing_in_does_not_leave_the_site(client):
    user = factories.user("clerk")
    assert log_in(client, user.username, next="https://elsewhere.example/")["Location"] == "/"


def test_signing_out_takes_a_post(client):
    client.force_login(factories.user("secadmin"))
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/accounts/roles/")["Location"] == "/accounts/login/?next=/accounts/roles/"


def test_idle_people_are_signed_out_and_told(client, settings):
    client.force_login(factories.user("secadmin"))
    assert client.get("/accounts/roles/").status_code == 200
    session = client.session
    session["seen"] -= settings.SESSION_IDLE_SECONDS + 1
    session.save()
    answer = client.get("/accounts/roles/", follow=True)
    assert answer.redirect_chain == [("/accounts/login/?next=/accounts/roles/", 302)]
    assert "系统已自动退出" in answer.content.decode()
    assert "系统已自动退出" not in client.get("/accounts/login/").content.decode()


def test_every_page_is_marked_no_store(client):
    client.force_login(factories.user("secadmin"))
    assert "no-store" in client.get("/accounts/roles/")["Cache-Control"]


def test_text_size_is_kept_and_leads_back(client):
    user = factories.user("secadmin")
    client.force_login(user)
    answer = client.post("/accounts/preferences/", {"text_size": "large", "next": "/accounts/roles/"})
    assert answer["Location"] == "/accounts/roles/"
    assert 'data-size="large"' in client.get("/accounts/roles/").content.decode()
    client.post("/accounts/preferences/", {"text_size": "gigantic", "next": "//elsewhere.example"})
    user.refresh_from_db()
    assert user.text_size == "large"
    assert list(findings()) == []


def test_own_password_is_changed_here_and_ends_other_sessions(client, django_user_model):
    user = factories.user("secadmin")
    elsewhere = type(client)()
    elsewhere.force_login(user)
    client.force_login(user)
    new = {
        "old_password": factories.PASSWORD,
        "new_password1": "修好外墙的渗水-2026",
        "new_password2": "修好外墙的渗水-2026",
    }
    refused = client.post("/accounts/password/", new | {"new_password2": "不同的密码不同的密码"})
    assert refused.status_code == 422
    assert client.post("/accounts/password/", new)["Location"] == "/"
    assert client.get("/accounts/roles/").status_code == 200
    assert elsewhere.get("/accounts/roles/").status_code == 302
    assert Event.objects.filter(verb="change_password").count() == 1


# ---- who may open what ----

PAGES = {
    "accounts:people": "sysadmin", "accounts:new_person": "sysadmin", "accounts:new_unit": "sysadmin",
    "accounts:roles": "secadmin",
}  # fmt: skip


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("name", list(PAGES))
def test_administration_opens_for_its_administrator_only(client, role, name):
    client.force_login(factories.user(role))
    assert client.get(reverse(name)).status_code == (200 if role == PAGES[name] else 403)


@pytest.mark.parametrize("role", ["clerk", "leader", "auditor", "secadmin"])
def test_only_the_system_administrator_stops_accounts(client, role):
    user = factories.user("clerk")
    client.force_login(factories.user(role))
    assert client.post(reverse("accounts:act", args=[user.pk, "deactivate"])).status_code == 403
    user.refresh_from_db()
    assert user.is_active


# ---- people ----


def new_person(**changes):
    return {
        "username": "wang.fang", "display_name": "王芳", "unit": factories.housing().pk, "window": "",
        "phone": "", "email": "wf@example.org", "password": "修好外墙的渗水-2026",
    } | changes  # fmt: skip


def test_a_new_account_may_do_nothing_until_a_role_is_granted(client):
    client.force_login(factories.user("sysadmin"))
    assert client.post("/accounts/people/new/", new_person())["Location"] == "/accounts/people/"
    made = User.objects.get(username="wang.fang")
    assert (made.display_name, made.unit.code, made.permissions, made.check_password("修好外墙的渗水-2026")) == (
        "王芳", "ZJJ", frozenset(), True,
    )  # fmt: skip
    assert "王芳" in client.get("/accounts/people/?q=王").content.decode()
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"username": "王芳"}, "username", "用户名用 2 至 40 个英文字母、数字、点、下划线或连字符。"),
        ({"password": "123456789012"}, "password", "密码只包含数字。"),
        ({"display_name": ""}, "display_name", "这个字段是必填项。"),
        ({"unit": "9999"}, "unit", "选择一个有效的选项： 该选择不在可用的选项中。"),
    ],
)
def test_a_new_account_with_bad_input_is_refused_and_keeps_what_was_typed(client, changes, field, sentence):
    client.force_login(factories.user("sysadmin"))
    answer = client.post("/accounts/people/new/", new_person(**changes))
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field]
    assert "wf@example.org" in answer.content.decode()
    assert not User.objects.filter(email="wf@example.org").exists()


def test_a_user_name_is_taken_once_whatever_its_case(client):
    client.force_login(factories.user("sysadmin"))
    client.post("/accounts/people/new/", new_person())
    answer = client.post("/accounts/people/new/", new_person(username="Wang.Fang"))
    assert answer.context["form"].non_field_errors() == ["用户名“Wang.Fang”已有人使用。"]


def test_changing_a_person_names_the_columns_in_the_trail(client):
    user = factories.user("clerk")
    client.force_login(factories.user("sysadmin"))
    form = {"display_name": "李明", "unit": factories.housing().pk, "window": "3 号窗", "phone": "", "email": ""}
    assert client.post(f"/accounts/people/{user.pk}/", form).status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.unit.code, user.window) == ("李明", "ZJJ", "3 号窗")
    assert Event.objects.get(verb="change_user").data["changed"] == ["display_name", "unit", "window"]


def test_stopping_an_account_ends_its_sessions_at_once(client):
    user = factories.user("secadmin")
    factories.user("secadmin")  # a second one, or the first could not be stopped
    theirs = type(client)()
    theirs.force_login(user)
    client.force_login(factories.user("sysadmin"))
    client.post(reverse("accounts:act", args=[user.pk, "deactivate"]))
    assert theirs.get("/accounts/roles/").status_code == 302
    assert Session.objects.count() == 1
    assert Event.objects.get(verb="deactivate").data == {"username": user.username, "sessions": 1}
    client.post(reverse("accounts:act", args=[user.pk, "activate"]))
    user.refresh_from_db()
    assert user.is_active


def test_nobody_stops_themselves_or_the_last_administrator(client):
    sysadmin, secadmin = factories.user("sysadmin"), factories.user("secadmin")
    client.force_login(sysadmin)
    told = [
        str(message)
        for one in (sysadmin, secadmin)
        for message in client.post(reverse("accounts:act", args=[one.pk, "deactivate"]), follow=True).context[
            "messages"
        ]
    ]
    assert told == ["不能停用自己。", "这是最后一名安全管理员，请先指定另一名。"]
    assert User.objects.filter(is_active=True).count() == 2


def test_a_forgotten_password_is_reset_but_never_an_administrators(client):
    clerk, auditor = factories.user("clerk"), factories.user("auditor")
    client.force_login(factories.user("sysadmin"))
    new = {"password": "修好外墙的渗水-2026"}
    assert client.post(f"/accounts/people/{clerk.pk}/password/", new).status_code == 302
    clerk.refresh_from_db()
    assert clerk.check_password(new["password"])
    refused = client.post(f"/accounts/people/{auditor.pk}/password/", new)
    assert (refused.status_code, refused.context["form"].non_field_errors()) == (
        422, ["管理员的密码不能由他人重置，请本人修改；忘记的，由运行维护人员在服务器上设置。"],
    )  # fmt: skip


def test_units_are_added_and_moved_but_never_below_themselves(client):
    client.force_login(factories.user("sysadmin"))
    form = {"code": "ZJJ-1", "name": "房屋安全科", "kind": "inner", "parent": factories.housing().pk}
    assert client.post("/accounts/units/new/", form).status_code == 302
    inner = Unit.objects.get(code="ZJJ-1")
    assert inner.path.startswith(factories.housing().path)
    again = client.post("/accounts/units/new/", form)
    assert again.context["form"].non_field_errors() == ["单位代码“ZJJ-1”已经使用。"]
    housing = factories.housing()
    wrong = client.post(
        f"/accounts/units/{housing.pk}/",
        {"name": housing.name, "kind": "agency", "parent": inner.pk, "is_active": "on"},
    )
    assert wrong.context["form"].non_field_errors() == ["上级单位不能是它自己或它的下级。"]
    assert list(findings()) == []


# ---- roles ----


def test_every_permission_has_words():
    assert set().union(*(role.permissions for role in ROLES.values())) == set(WORDS)


def test_roles_are_granted_and_taken_back_and_a_clash_is_refused(client):
    clerk, admin = factories.user("clerk"), factories.user("secadmin")
    client.force_login(admin)

    def told(path, data):
        return [str(each) for each in client.post(path, data, follow=True).context["messages"]]

    grant = reverse("accounts:grant")
    assert told(grant, {"user": clerk.pk, "role": "supervisor"}) == ["已办理，并已记入审计。"]
    assert told(grant, {"user": clerk.pk, "role": "supervisor"}) == ["该用户已有此角色。"]
    assert told(grant, {"user": clerk.pk, "role": "auditor"}) == [
        "系统、安全、审计管理员必须由不同的人担任，也不能兼任业务角色。"
    ]
    assert told(grant, {"user": "", "role": "king"}) == ["请选择人员和角色。"]
    held = RoleGrant.objects.get(user=clerk, role="supervisor")
    assert told(reverse("accounts:revoke", args=[held.pk]), {}) == ["已办理，并已记入审计。"]
    assert sorted(RoleGrant.objects.values_list("user__username", "role")) == sorted(
        [(clerk.username, "clerk"), (admin.username, "secadmin")]
    )
    own = RoleGrant.objects.get(user=admin)
    assert told(reverse("accounts:revoke", args=[own.pk]), {}) == ["这是最后一名安全管理员，请先指定另一名。"]
    assert list(findings()) == []


def test_unlocking_forgets_failures_and_ends_sessions(client):
    clerk = factories.user("clerk")
    for _try in range(5):
        log_in(client, clerk.username, "wrong")
    admin = type(client)()
    admin.force_login(factories.user("secadmin"))
    admin.post(reverse("accounts:act", args=[clerk.pk, "unlock"]))
    assert log_in(client, clerk.username).status_code == 302
    admin.post(reverse("accounts:act", args=[clerk.pk, "unlock"]))
    assert client.get("/notices/").status_code == 302


@pytest.mark.parametrize("many", [1, 3])
def test_the_lists_take_the_same_queries_however_long(client, django_assert_num_queries, many):
    client.force_login(factories.user("sysadmin"))
    for _one in range(many):
        factories.user("clerk")
    client.get("/accounts/people/")
    with django_assert_num_queries(9):
        client.get("/accounts/people/")


def test_verbs_refuse_what_cannot_be(db):
    from vault.errors import Refusal

    admin, user = factories.user("secadmin"), factories.user("clerk")
    for act, fields, sentence in (
        (actions.grant, {"user": user, "role": "king"}, "没有这个角色。"),
        (actions.revoke, {"user": user, "role": "leader"}, "该用户没有此角色。"),
        (actions.activate, {"user": user}, "该用户并未停用。"),
    ):
        with pytest.raises(Refusal) as refusal:
            act(actor=admin, at=factories.AT, **fields)
        assert str(refusal.value) == sentence


MENUS = {
    "clerk": [
        ["接待台", "待办", "日程"], ["事项", "督办", "回访抽查", "报告批示"],
        ["送达", "文书登记"], ["台账", "办理规则"],
    ],
    "supervisor": [
        ["接待台", "待办", "日程"], ["事项", "督办", "回访抽查", "调度", "报告批示", "预警"], ["送达", "文书登记"],
        ["台账", "统计", "办理规则"],
    ],
    "reviewer": [["待办", "日程"], ["事项", "督办", "复查复核"], ["文书登记"], ["台账", "办理规则"]],
    "sysadmin": [["人员", "窗口设备", "叫号设备", "通知渠道", "节假日", "系统运行"]],
    "auditor": [["系统运行", "审计"]],
}  # fmt: skip


@pytest.mark.parametrize("role", MENUS)
def test_the_menu_groups_what_a_role_opens_and_marks_where_it_is(client, role):
    client.force_login(factories.user(role))
    page = client.get("/notices/")
    groups = page.context["nav"]
    assert [[str(entry["label"]) for entry in group["entries"]] for group in groups] == MENUS[role]
    assert [entry for group in groups for entry in group["entries"] if entry["current"]] == []
    first = groups[0]["entries"][0]
    again = client.get(first["url"]).context["nav"]
    assert [entry["url"] for group in again for entry in group["entries"] if entry["current"]] == [first["url"]]
