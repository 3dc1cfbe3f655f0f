"""The pages: what was kept stands in the form again, is sent once, and is nobody else's."""

import re
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from audit.verifying import findings
from cases.models import Case
from drafts import keeping, naming
from drafts.models import Draft
from reception.models import Visit
from tests import factories
from tests.accusations import accusation

pytestmark = pytest.mark.django_db
NEW = "/reception/visits/new/"
FORM = {
    "name": "王建国", "phone": "13800000620", "visitors": "7", "category": "C03",
    "demand": "要求维修外墙。\n并赔偿损失。",
    "also": ["C06", "C07"], "confirmed": "on", "visited_at": "2026-11-02T09:30",
    "roster": "李秀英\t\t\t是\n周大年\t\t13900000001",
}  # fmt: skip


@pytest.fixture
def clerk(db, client):
    factories.calendar(*range(2025, 2030))
    user = factories.user("clerk", username="clerk")
    client.force_login(user)
    return user


@contextmanager
def full_disk(*tables: str):
    """Every write to these tables fails as on a full disk; reading goes on."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and any(f'"{table}"' in sql for table in tables):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def hidden(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode()).group(1)


def keep(client, url: str, fields: dict, **more):
    """What the page's script does: open the form and save what stands in it."""
    page = client.get(url)
    body = fields | {"draft": hidden(page, "draft"), "draft_tab": "ab", "draft_serial": "1"} | more
    return client.post("/drafts/save/", body), page


def posted(page) -> dict:
    """The form of a page as a browser would send it, every hidden and filled field with it."""
    form = page.context["form"]
    fields = {name: hidden(page, name) for name in ("draft", "draft_tab", "draft_base")}
    for bound in form:
        value = bound.value()
        if value not in (None, "", False, []):
            shown = bound.field.widget.format_value(value) if not isinstance(value, list | bool) else value
            fields[bound.html_name] = "on" if value is True else shown
    if page.context.get("roster"):
        fields["roster"] = page.context["roster"].text
    return fields


def test_a_registration_comes_back_as_typed_and_is_saved_once(client, clerk):
    answer, page = keep(client, NEW, FORM | {"key": hidden(client.get(NEW), "key")})
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer.json()["saved"])
    assert (answer.json()["version"], answer.json()["elsewhere"]) == (1, False)

    again = Client()  # a browser started anew, and no script
    again.force_login(clerk)
    page = again.get(NEW)
    text = page.content.decode()
    assert page.status_code == 200
    assert "已恢复" in text
    assert "放弃草稿" in text
    assert page.context["form"].errors == {}
    assert "有 1 处需要修改" not in text
    assert 'value="王建国"' in text
    assert "要求维修外墙。\n并赔偿损失。" in text
    assert "周大年" in text
    assert re.search(r'<details class="sheet" id="roster"[^>]* open', text)
    fields = posted(page)
    assert (fields["also"], fields["confirmed"], fields["visited_at"]) == (["C06", "C07"], "on", "2026-11-02T09:30")
    assert fields["roster"] == FORM["roster"]
    sent = again.post(NEW, fields)
    assert sent.status_code == 302, sent.context["form"].errors
    visit = Visit.objects.get()
    assert (visit.demand, visit.companions.count(), visit.visitors) == ("要求维修外墙。\n并赔偿损失。", 2, 7)
    assert Draft.objects.live().count() == 0
    assert again.post(NEW, fields).status_code == 302  # the same visit, not a second one
    assert Visit.objects.count() == 1
    assert "已恢复" not in again.get(NEW).content.decode()
    assert list(findings()) == []


def test_a_save_that_arrives_after_the_sending_brings_nothing_back(client, clerk):
    page = client.get(NEW)
    body = FORM | {"key": hidden(page, "key"), "draft": hidden(page, "draft"), "draft_tab": "ab"}
    assert client.post(NEW, body).status_code == 302
    late = client.post("/drafts/save/", body | {"draft_serial": "9"})
    assert (late.status_code, late.json()) == (410, {"say": "本表已经提交或者放弃，这里的内容不再存为草稿。"})
    assert Draft.objects.live().count() == 0


def test_a_refused_form_keeps_its_draft_and_its_page(client, clerk):
    _answer, page = keep(client, NEW, FORM)
    refused = client.post(NEW, {"name": "", "draft": hidden(page, "draft"), "draft_tab": "ab", "draft_base": "1"})
    assert refused.status_code == 422
    assert (hidden(refused, "draft_tab"), hidden(refused, "draft_base")) == ("ab", "1")
    assert (
        client.post("/drafts/save/", FORM | {"draft": hidden(refused, "draft"), "draft_serial": "2"}).status_code == 200
    )
    assert Draft.objects.live().count() == 1


def test_giving_up_gives_an_empty_form_and_asks_nothing(client, clerk):
    keep(client, NEW, FORM)
    draft = Draft.objects.get()
    answer = client.post(f"/drafts/{draft.uid}/away/")
    assert (answer.status_code, answer["Location"]) == (302, NEW)
    text = client.get(NEW).content.decode()
    assert "王建国" not in text
    assert "已恢复" not in text
    assert Draft.objects.get().typed == {}
    assert client.post(f"/drafts/{draft.uid}/away/").status_code == 404


def test_next_visitor_puts_the_typed_form_aside(client, clerk):
    page = client.get(NEW)
    answer = client.post("/drafts/park/", FORM | {"draft": hidden(page, "draft"), "key": hidden(page, "key")})
    assert (answer.status_code, answer["Location"]) == (302, NEW)
    page = client.get(NEW)
    assert "王建国" not in page.content.decode()
    assert "有 1 份未完成的草稿" in page.content.decode()
    keep(client, NEW, FORM | {"name": "李秀英"})
    listing = client.get("/drafts/").content.decode()
    assert "王建国" in listing
    assert "李秀英" in listing
    assert "13800000620" not in listing
    parked = Draft.objects.get(parked=True)
    assert 'value="王建国"' in client.get(f"{NEW}?draft={parked.uid}").content.decode()
    text = client.get(NEW).content.decode()
    assert 'value="李秀英"' in text
    assert "另有 1 份未完成" in text


def test_next_visitor_on_a_form_without_words_leaves_nothing(client, clerk):
    page = client.get(NEW)
    empty = {
        "draft": hidden(page, "draft"),
        "key": hidden(page, "key"),
        "visitors": "1",
        "visited_at": "2026-11-02T09:30",
    }
    assert client.post("/drafts/park/", empty)["Location"] == NEW
    assert Draft.objects.count() == 0


def test_parking_wins_over_a_save_of_the_same_window(client, clerk):
    _answer, page = keep(client, NEW, FORM, draft_serial="99")
    client.post("/drafts/park/", FORM | {"name": "末了改名", "draft": hidden(page, "draft"), "draft_tab": "ab"})
    row = Draft.objects.get()
    assert (row.parked, row.typed["name"]) == (True, ["末了改名"])


def test_a_step_comes_back_and_a_lost_race_is_told(client):
    factories.calendar(*range(2025, 2030))
    case = factories.case()
    client.force_login(case.people["supervisor"])
    url = f"/cases/{case.number}/accept/"
    answer, _page = keep(client, url, {"note": "材料齐全。", "version": str(case.version)})
    assert answer.status_code == 200
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)
    page = client.get(url)
    text = page.content.decode()
    assert "材料齐全。" in text
    assert "已恢复" in text
    assert f'name="version" value="{case.version}"' in text
    lost = client.post(url, posted(page) | {"version": str(case.version)})
    assert lost.status_code == 409
    assert "材料齐全。" in lost.content.decode()
    assert Draft.objects.live().count() == 1
    Case.objects.filter(pk=case.pk).update(version=case.version)
    assert client.post(url, posted(page) | {"version": str(case.version)}).status_code == 302
    assert Draft.objects.live().count() == 0


@pytest.mark.parametrize(
    ("url", "role", "fields"),
    [
        ("/followup/{}/urge/", "supervisor", {"content": "请尽快办理。"}),
        ("/briefing/instruct/{}/", "supervisor", {"text": "抓紧核实。", "leader_name": "张某"}),
    ],
)
def test_the_other_long_forms_are_kept_too(client, url, role, fields):
    factories.calendar(*range(2025, 2030))
    case = factories.case(upto="assigned")
    client.force_login(case.people[role])
    address = url.format(case.number)
    answer, page = keep(client, address, fields)
    assert answer.status_code == 200, page.content.decode()[:200]
    text = client.get(address).content.decode()
    assert "已恢复" in text
    assert all(value in text for value in fields.values())


def test_nobody_else_sees_or_touches_a_draft(client, clerk):
    _answer, page = keep(client, NEW, FORM)
    row, signed = Draft.objects.get(), hidden(page, "draft")
    others = [factories.user(role, username=f"x-{role}") for role in ("clerk", "sysadmin", "secadmin", "auditor")]
    for other in others:
        theirs = Client()
        theirs.force_login(other)
        assert "王建国" not in theirs.get("/drafts/").content.decode()
        assert "王建国" not in theirs.get("/drafts/panel/").content.decode()
        assert theirs.post(f"/drafts/{row.uid}/away/").status_code == 404
        assert theirs.post("/drafts/save/", FORM | {"draft": signed}).status_code == 404
        assert theirs.post("/drafts/park/", FORM | {"draft": signed}).status_code == 404
        assert "王建国" not in theirs.get(f"{NEW}?draft={row.uid}").content.decode()
    assert Draft.objects.get().typed["name"] == ["王建国"]


def test_a_draft_about_a_matter_no_longer_visible_is_not_there(client):
    """Article 30: the matter turns out to be about the unit of whoever was typing."""
    factories.calendar(*range(2025, 2030))
    spy = factories.user("supervisor", factories.labour(), username="spy")
    case = accusation({"clerk": factories.user("clerk"), "spy-person": factories.user("supervisor")})
    slip = naming.Slip(
        page="00000000-0000-0000-0000-000000000001", form="cases:step", subject=f"/cases/{case.number}/accept/",
        title="受理", matter=case.number, url=f"/cases/{case.number}/accept/",
    )  # fmt: skip
    keeping.save(user=spy, slip=slip, typed={"note": ["写过的话"]}, at=timezone.now())
    client.force_login(spy)
    for url in ("/drafts/", "/drafts/panel/"):
        text = client.get(url).content.decode()
        assert "写过的话" not in text
        assert case.number not in text
    assert client.get(slip.url).status_code == 404
    assert client.post("/drafts/save/", {"draft": naming.sign(slip, spy), "note": "再写"}).status_code == 404


def test_a_database_that_fails_answers_the_script_in_a_sentence(client, clerk):
    page = client.get(NEW)
    with full_disk("drafts_draft"):
        answer = client.post("/drafts/save/", FORM | {"draft": hidden(page, "draft")})
    assert (answer.status_code, answer.json()) == (503, {"say": "本次未保存，内容仍在本页，稍后自动再存。"})


@pytest.mark.parametrize("kept", [True, False])
def test_a_form_the_database_did_not_take_says_where_the_words_are(client, clerk, kept):
    page = client.get(NEW)
    body = FORM | {"draft": hidden(page, "draft")}
    with full_disk("reception_visit", *([] if kept else ["drafts_draft"])):
        answer = client.post(NEW, body)
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "本次未保存" in text
    assert ("内容仍在草稿中" in text) is kept
    assert Visit.objects.count() == 0
    assert client.get(NEW).content.decode().count('value="王建国"') == int(kept)


def test_a_draft_that_cannot_be_closed_does_not_undo_the_act(client, clerk):
    page = client.get(NEW)
    body = FORM | {"draft": hidden(page, "draft")}
    with full_disk("drafts_draft"):
        assert client.post(NEW, body).status_code == 302
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_often_for_one_draft_as_for_three(client, django_assert_num_queries, n):
    factories.calendar(*range(2025, 2030))
    case = factories.case()
    user = case.people["supervisor"]
    client.force_login(user)
    for step in ("accept", "classify", "propose_decline")[:n]:
        keep(client, f"/cases/{case.number}/{step}/", {"note": "写到这里"})
    client.get("/drafts/")
    with django_assert_num_queries(LIST):
        assert client.get("/drafts/").content.decode().count("写到这里") == n
    with django_assert_num_queries(PANEL):
        client.get("/drafts/panel/")


LIST, PANEL = 10, 7


def test_signing_in_again_on_the_page_gives_a_fresh_token_and_counts_failures(client):
    user = factories.user("clerk", username="clerk")
    client = Client(enforce_csrf_checks=True)
    token = client.get("/accounts/again/").json()
    assert token["user"] == ""
    wrong = client.post(
        "/accounts/again/", {"username": "clerk", "password": "x", "csrfmiddlewaretoken": token["token"]}
    )
    assert (wrong.status_code, list(wrong.json())) == (422, ["say"])
    right = {"username": "clerk", "password": factories.PASSWORD}
    assert client.post("/accounts/again/", right).status_code == 403  # no token
    told = client.post("/accounts/again/", right | {"csrfmiddlewaretoken": token["token"]})
    assert (told.status_code, told.json()["user"]) == (200, user.username)
    assert client.post("/accounts/preferences/", {"csrfmiddlewaretoken": told.json()["token"]}).status_code == 302
    other = Client()
    for _turn in range(5):
        locked = other.post("/accounts/again/", {"username": "clerk", "password": "x"})
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 900
    assert other.post("/accounts/again/", right).status_code == 429


def test_what_asks_by_itself_is_no_sign_of_life(client, settings):
    client.force_login(factories.user("clerk"))
    client.get("/notices/")
    session = client.session
    seen = session["seen"] = session["seen"] - 120
    session.save()
    for url, part in (("/notices/bell/", "bell"), ("/reception/queue/", "queue"), ("/reception/head/", "queue-head")):
        assert client.get(url, headers={"HX-Request": "true", "HX-Trigger": part}).status_code == 200
        assert client.session["seen"] == seen
    client.get("/notices/")
    assert client.session["seen"] > seen
