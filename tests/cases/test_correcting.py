"""Corrections after registration: who may, what follows, what is kept, and who loses a race."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import Client

from audit.models import Event
from audit.verifying import findings
from cases.actions.correcting import correct, read_back
from cases.correcting import FIELDS, wants_read_back
from cases.models import Case, Correction
from reception.models import Petitioner, Visit
from tests import factories
from vault.errors import Refusal, Stale
from vault.keyring import blind_index

pytestmark = [pytest.mark.django_db]
HTMX = {"HTTP_HX_REQUEST": "true"}
NEW = "要求责成物业公司限期维修外墙渗水并赔偿装修损失三万元。"


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def again(case: Case) -> Case:
    fresh = Case.objects.get(pk=case.pk)
    fresh.people = case.people
    return fresh


def done(case: Case, field: str, value, reason: str = "登记时听错", who: str = "clerk") -> Correction:
    return correct(
        case=again(case), actor=case.people[who], at=factories.later(1), field=field, value=value, reason=reason
    )


def test_the_petitioners_words_are_kept_and_must_be_read_back():
    case = factories.case()
    old = case.demand
    row = done(case, "demand", NEW)
    fresh = again(case)
    assert (fresh.demand, fresh.version) == (NEW, case.version + 1)
    assert (row.old, row.new, row.read_back_wanted) == (old, NEW, True)
    assert Visit.objects.get().demand == old  # what was read back and signed stays
    assert wants_read_back(fresh)
    event = Event.objects.get(verb="correct")
    assert (event.note, event.data) == ("登记时听错", {"field": "demand", "old": old, "new": NEW})
    read_back(case=fresh, actor=case.people["clerk"], at=factories.later(2))
    assert not wants_read_back(fresh)
    with pytest.raises(Refusal, match="没有等待重新复述的更正"):
        read_back(case=fresh, actor=case.people["clerk"], at=factories.later(2))
    assert list(findings()) == []


def test_numbers_are_masked_in_the_trail_and_found_again_by_index():
    case = factories.case()
    old = case.petitioner.phone
    row = done(case, "phone", "13999990000")
    assert Petitioner.objects.get().phone_index == blind_index("phone", "13999990000")
    assert (row.old, row.new) == (old, "13999990000")
    said = str(Event.objects.get(verb="correct").data)
    assert old not in said
    assert "13999990000" not in said
    assert "139****0000" in said
    done(case, "address", "示范市清水街道 8 号")
    assert Petitioner.objects.get().address == "示范市清水街道 8 号"
    assert list(findings()) == []


def test_what_a_visit_keeps_is_corrected_there():
    case = factories.case()
    done(case, "occurred", "2026 年 1 月")
    assert Visit.objects.get().occurred == "2026 年 1 月"
    assert list(findings()) == []


def test_shielding_follows_the_accused_and_never_turns_the_holder_into_one():
    case = factories.case(upto="handling")
    with pytest.raises(Refusal, match="住房和城乡建设局正在承办此事项"):
        done(case, "accused", "示范市住房和城乡建设局")
    assert (again(case).accused, again(case).version) == ("", case.version)
    factories.labour()
    done(case, "accused", "示范市人力资源和社会保障局张某")
    fresh = again(case)
    assert (fresh.protected, fresh.accused_unit.code) == (True, "RSJ")
    spy = factories.user("supervisor", factories.labour())
    assert not Case.objects.visible_to(spy).filter(pk=case.pk).exists()
    done(case, "accused", "")
    fresh = again(case)
    assert (fresh.protected, fresh.accused_unit) == (True, None)  # protection never ends by a correction


def test_an_accusation_is_protected_from_then_on():
    case = factories.case()
    done(case, "purpose", "accusation")
    assert again(case).protected
    assert Event.objects.get(verb="correct").data == {"field": "purpose", "old": "申诉求决", "new": "检举控告"}


@pytest.mark.parametrize(
    ("field", "value", "reason", "sentence"),
    [
        ("demand", NEW, " ", "请写明理由"),
        ("title", "", "", "不能为空"),
        ("state", "closed", "", "没有这一项"),
        ("region", "", "", "内容没有改动"),
    ],
)
def test_what_is_refused(field, value, reason, sentence):
    case = factories.case()
    with pytest.raises(Refusal, match=sentence):
        done(case, field, value, reason)
    assert not Correction.objects.exists()


def test_only_the_office_and_not_after_filing_or_recusal():
    case = factories.case(upto="handling")
    with pytest.raises(Refusal, match="您的角色不能更正"):
        done(case, "title", "另一个标题", who="handler")
    Case.objects.filter(pk=case.pk).update(state="filed")
    with pytest.raises(Refusal, match="不能再更正"):
        done(case, "title", "另一个标题")


def test_every_field_has_a_form_and_opens_in_place_and_as_a_page():
    case = factories.case()
    client = client_of(case.people["clerk"])
    for field in FIELDS:
        url = f"/cases/{case.number}/correct/{field}/"
        whole, part = client.get(url).content.decode(), client.get(url, **HTMX).content.decode()
        assert "<html" in whole
        assert "<html" not in part
        assert f'id="fact-{field}"' in whole
        assert f'id="fact-{field}"' in part
        assert "<form" not in client.get(url + "?row", **HTMX).content.decode()
    assert client.get(f"/cases/{case.number}/correct/state/").status_code == 404
    assert client_of(factories.user("leader")).get(url).status_code == 403


def test_a_correction_by_the_page_and_by_the_row():
    case = factories.case()
    client, url = client_of(case.people["clerk"]), f"/cases/{case.number}/correct/title/"
    answer = client.post(url, {"value": "外墙渗水求维修", "version": case.version})
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.number}/?tab=demand#fact-title")
    shown = client.get(answer.url).content.decode()
    assert "外墙渗水求维修" in shown
    assert "更正过 1 次" in shown
    part = client.post(url, {"value": "外墙渗水", "version": case.version + 1}, **HTMX).content.decode()
    assert 'id="fact-title"' in part
    assert 'id="matter-title" hx-swap-oob="true"' in part
    assert client.post(url, {"value": "", "version": case.version + 2}).status_code == 422


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_lost_race_names_the_winner_and_keeps_the_text(htmx):
    case = factories.case()
    client, url = client_of(case.people["clerk"]), f"/cases/{case.number}/correct/demand/"
    rival = factories.user("supervisor", display_name="王主任")
    correct(case=again(case), actor=rival, at=factories.AT, field="demand", value="先到的话。", reason="核对录音")
    mine = {"value": "我写了很久的话。", "reason": "来访人要求", "version": case.version}
    answer = client.post(url, mine, **htmx)
    page = answer.content.decode()
    assert answer.status_code == 409
    for word in (
        "他人已先行办理",
        "王主任 2026-03-02 09:30 已更正“请求”",
        "先到的话。",
        "我写了很久的话。",
        "来访人要求",
    ):
        assert word in page
    assert f'name="version" value="{case.version + 1}"' in page
    assert again(case).demand == "先到的话。"
    seen = answer.context["form"].mark
    assert client.post(url, mine | {"version": case.version + 1, "seen": seen}).status_code == 302
    assert again(case).demand == "我写了很久的话。"


def test_another_matter_of_the_same_person_is_a_race_too():
    case = factories.case()
    shown = Client()
    shown.force_login(case.people["clerk"])
    url = f"/cases/{case.number}/correct/phone/"
    mark = shown.get(url).context["form"].mark
    person = case.petitioner
    person.phone = "13700001111"
    person.save()
    answer = shown.post(url, {"value": "13900002222", "version": case.version, "seen": mark})
    assert answer.status_code == 409
    assert "13900002222" in answer.content.decode()
    assert Petitioner.objects.get().phone == "13700001111"


def test_units_read_no_earlier_text_and_no_reason():
    case = factories.case(upto="handling")
    done(case, "demand", NEW, "来访人电话 13812340000 说明")
    page = client_of(case.people["handler"]).get(f"/cases/{case.number}/?tab=course").content.decode()
    assert "更正登记内容" in page
    assert "说明" not in page.split('id="course"')[1].split("更正登记内容")[1].split("</li>")[0]
    assert "更正过" not in client_of(case.people["handler"]).get(f"/cases/{case.number}/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("field", ["demand", "phone"])
def test_of_eight_who_correct_at_once_exactly_one_wins(field):
    case = factories.case()
    people = [factories.user("supervisor") for _each in range(8)]
    copies = [Case.objects.select_related("petitioner").get(pk=case.pk) for _each in people]
    seen = copies[0].demand if field == "demand" else copies[0].petitioner.phone
    start, results = threading.Barrier(len(people)), []

    def press(number: int) -> None:
        try:
            start.wait(timeout=30)
            correct(
                case=copies[number], actor=people[number], at=factories.AT, field=field, value=f"1390000000{number}",
                reason="核对", seen=seen,
            )  # fmt: skip
            results.append("won")
        except Stale as no:
            results.append(str(no))
        except Exception as fault:
            results.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    winner = Event.objects.get(verb="correct")
    assert sorted(results) == sorted(["won"] + [f"{winner.actor_name} 已先行办理“更正登记内容”，请刷新后再看。"] * 7)
    assert (Correction.objects.count(), again(case).version) == (1, case.version + 1)
    assert list(findings()) == []


def test_the_moment_is_the_callers():
    case = factories.case()
    assert done(case, "region", "和平街道").made_at == factories.AT + dt.timedelta(days=1)
