"""The pages of the counter: saving once, keeping what was typed, who may see what."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import actions as people
from audit.models import Event
from audit.verifying import findings
from cases.models import Case
from documents.models import Paper
from reception.models import Petitioner, Visit
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/reception/visits/new/"
ID = "11010519491231002X"
DESK, PANEL, PERSON, MATTERS = 14, 10, 12, 8  # queries; pages with the menu count the to-do list
LEAST = {"name": "王建国", "category": "C03", "demand": "要求维修外墙。", "confirmed": "on"}
FULL = LEAST | {
    "id_type": "111", "id_number": ID, "phone": "13800000620", "address": "示范市和平街道幸福里 3 号楼",
    "visitors": "2",
    "involved": "30", "purpose": "appeal", "content_category": "", "region": "和平街道", "facts": "外墙渗水。",
    "reasons": "开发商有保修义务。", "accused": "",
}  # fmt: skip


@pytest.fixture
def clerk(client):
    factories.calendar(*range(2025, 2030))
    made = factories.user("clerk", username="clerk", display_name="李晓敏", window="一窗口")
    client.force_login(made)
    return made


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_registration_leads_to_its_number_and_opens_its_matter(client, clerk):
    answer = client.post(NEW, FULL)
    visit = Visit.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/reception/visits/{visit.number}/")
    page = client.get(answer.url)
    case = Case.objects.get()
    assert visit.number in text(page)
    assert case.number in text(page)
    assert (case.state, case.petitioner.name, visit.visitors, visit.involved) == ("classified", "王建国", 2, 30)
    assert timezone.localdate() + dt.timedelta(days=15) == case.decide_due
    assert list(findings()) == []


def test_numbers_are_masked_on_the_page_and_encrypted_in_the_database(client, clerk):
    url = client.post(NEW, FULL).url
    assert "110105********002X" in text(client.get(url))
    assert "138****0620" in text(client.get(url))
    assert ID not in client.get(url).content.decode()
    with connection.cursor() as cursor:
        for table in (
            table for table in connection.introspection.table_names() if not table.startswith("django_session")
        ):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            assert (table, ID in stored, "13800000620" in stored, "幸福里" in stored) == (table, False, False, False)


def test_an_empty_post_is_422_and_writes_nothing(client, clerk):
    answer = client.post(NEW, {})
    assert answer.status_code == 422
    assert "有 4 处需要修改" in text(answer)
    assert (Visit.objects.count(), Petitioner.objects.count(), Case.objects.count()) == (0, 0, 0)


def test_a_refused_form_keeps_everything_typed(client, clerk):
    roster = {"roster": "张三\n李四\t123\t\t是"}
    typed = FULL | roster | {"id_number": "110105194912310021", "also": ["C06", "C10"], "clerk_note": "情绪稳定。"}
    answer = client.post(NEW, typed)
    assert answer.status_code == 422
    form, rows = answer.context["form"], answer.context["roster"]
    for name in FULL:
        assert form[name].value() in (typed[name], True)
    assert form["also"].value() == ["C06", "C10"]
    assert [row.typed.name for row in rows.rows] == ["张三", "李四"]
    body = answer.content.decode()
    for kept in ("110105194912310021", "外墙渗水。", "开发商有保修义务。", "情绪稳定。", "张三\n李四\t123\t\t是"):
        assert kept in body


def test_the_same_form_twice_is_one_visit_with_one_number(client, clerk):
    first, second = (client.post(NEW, FULL | {"key": "k" * 32}) for _ in range(2))
    assert first.url == second.url
    assert Visit.objects.count() == 1


def test_the_same_post_without_a_key_twice_is_one_visit(client, clerk):
    first, second = (client.post(NEW, FULL) for _ in range(2))
    assert first.url == second.url
    assert (Visit.objects.count(), Case.objects.count()) == (1, 1)


def test_a_saved_form_changed_and_sent_again_is_told_and_then_saved_as_another(client, clerk):
    client.post(NEW, FULL | {"key": "k" * 32})
    answer = client.post(NEW, FULL | {"key": "k" * 32, "name": "李四", "id_number": "", "phone": "13900000001"})
    assert answer.status_code == 422
    assert f"本表已登记为 {Visit.objects.get().number}，之后内容有改动" in text(answer)
    key = answer.context["form"]["key"].value()
    assert key != "k" * 32
    assert f'value="{key}"' in answer.content.decode()
    again = client.post(NEW, FULL | {"key": key, "name": "李四", "id_number": "", "phone": "13900000001"})
    assert again.status_code == 302
    assert Visit.objects.count() == 2


def test_only_what_the_form_has_is_written(client, clerk):
    url = client.post(NEW, FULL | {"number": "LF1", "state": "served", "clerk": "99", "year": "1999", "is_staff": "1",
                                   "serial": "7", "office": "99", "registered_at": "1999-01-01"}).url  # fmt: skip
    visit = Visit.objects.get()
    assert (visit.clerk, visit.office, visit.registered_at.year) == (clerk, clerk.unit, timezone.localdate().year)
    assert url.endswith(f"{visit.number}/")


def test_somebody_with_matters_under_way_is_asked_which_one(client, clerk):
    client.post(NEW, FULL)
    answer = client.post(NEW, FULL | {"demand": "催问进展。"})
    visit = Visit.objects.order_by("pk").last()
    assert answer.url == f"/cases/intake/{visit.number}/"
    page = client.get(answer.url)
    first = Case.objects.get()
    assert f"并入 {first.number}" in text(page)
    refused = client.post(answer.url, {"join": "XF2026999999"})
    assert (refused.status_code, "请选择并入哪一件" in text(refused)) == (422, True)
    done = client.post(answer.url, {"join": first.number})
    assert done.url == f"/reception/visits/{visit.number}/"
    assert [link.position for link in first.visit_links.all()] == [1, 2]
    assert client.get(answer.url).status_code == 302
    assert list(findings()) == []


def test_or_it_becomes_a_matter_of_its_own(client, clerk):
    client.post(NEW, FULL)
    url = client.post(NEW, FULL | {"demand": "另有一事。"}).url
    client.post(url, {"join": "new"})
    assert Case.objects.count() == 2
    late = client.post(url, {"join": "new"})
    assert late.status_code == 302
    assert Case.objects.count() == 2


def test_the_choice_beside_the_form_saves_the_question(client, clerk):
    client.post(NEW, FULL)
    first = Case.objects.get()
    joined = client.post(NEW, FULL | {"demand": "催问进展。", "join": first.number})
    assert joined.url.startswith("/reception/visits/")
    assert first.visit_links.count() == 2
    apart = client.post(NEW, FULL | {"demand": "另有一事。", "join": "new"})
    assert apart.url.startswith("/reception/visits/")
    assert Case.objects.count() == 2


def test_a_namesake_without_document_can_be_the_same_person(client, clerk):
    client.post(NEW, LEAST | {"phone": "13800000001"})
    first = Case.objects.get()
    client.post(NEW, FULL | {"phone": "13900000009", "join": first.number})
    assert (Petitioner.objects.count(), Petitioner.objects.get().id_number) == (1, ID)


def test_nobody_joins_the_matter_of_somebody_else(client, clerk):
    client.post(NEW, FULL)
    first = Case.objects.get()
    answer = client.post(NEW, LEAST | {"name": "李四", "join": first.number})
    assert (answer.status_code, "不是这位信访人的事项" in text(answer)) == (422, True)
    assert Visit.objects.count() == 1
    answer = client.post(NEW, LEAST | {"join": "XF2026000099"})
    assert (answer.status_code, "没有可以并入的事项" in text(answer)) == (422, True)


def test_the_panel_finds_the_person_by_document_or_name_and_phone(client, clerk):
    client.post(NEW, FULL)
    url = reverse("cases:history")
    number = Case.objects.get().number
    assert number in text(client.post(url, {"id_type": "", "id_number": ID.lower(), "name": "", "phone": ""}))
    assert number in text(client.post(url, {"id_number": "", "name": "王建国", "phone": "138 0000 0620"}))
    namesake = text(client.post(url, {"id_number": "", "name": "王建国", "phone": ""}))
    assert ("同名" in namesake, "110105********002X" in namesake, number in namesake) == (True, True, True)
    assert number not in text(client.post(url, {"id_number": "", "name": "李四", "phone": ""}))
    slip = client.post(url, {"id_number": "110105194912310021"})
    assert (slip.status_code, "最后一位应为 X" in text(slip)) == (200, True)
    assert client.get(url).status_code == 405


def test_an_anonymous_visitor_is_never_found_again(client, clerk):
    client.post(NEW, LEAST | {"name": "", "anonymous": "on", "phone": "13800000620"})
    client.post(NEW, LEAST | {"name": "", "anonymous": "on", "phone": "13800000620", "demand": "又来。"})
    assert Petitioner.objects.count() == 2
    panel = client.post(reverse("cases:history"), {"name": "匿名来访人", "phone": "13800000620"})
    assert "没有找到来访记录" in text(panel)


def group(persons: int, representatives: int) -> dict[str, str]:
    lines = [f"同来{n}\t\t\t{'是' if n < representatives else ''}" for n in range(persons - 1)]
    return {"roster": "\n".join(lines), "visitors": str(persons)}


def test_a_group_of_seven_with_five_representatives(client, clerk):
    url = client.post(NEW, FULL | group(7, 5)).url
    visit = Visit.objects.get()
    assert (visit.is_group, visit.visitors, visit.companions.count()) == (True, 7, 6)
    assert visit.companions.filter(is_representative=True).count() == 5
    assert text(client.get(url)).count("同来") >= 6
    assert list(findings()) == []


def test_a_sixth_representative_is_refused_with_the_article(client, clerk):
    answer = client.post(NEW, FULL | group(8, 6))
    assert (answer.status_code, "代表人数不得超过 5 人（《信访工作条例》第二十条第三款）" in text(answer)) == (
        422,
        True,
    )
    assert Visit.objects.count() == 0


def test_more_on_the_roster_than_came(client, clerk):
    answer = client.post(NEW, FULL | group(7, 1) | {"visitors": "3"})
    assert (answer.status_code, "名册连同信访人有 7 人" in text(answer)) == (422, True)


def test_the_form_is_issued_once_and_prints_what_was_said(client, clerk):
    url = client.post(NEW, FULL | group(7, 5) | {"after": "print"}).url
    assert url.endswith("/?print=1")
    number = Visit.objects.get().number
    first, second = (client.post(reverse("visit_form", args=[number])) for _ in range(2))
    paper = Paper.objects.get()
    assert first.url == second.url == f"/papers/{paper.pk}.pdf"
    assert (paper.kind, paper.matter, paper.subject_type) == ("visit_form", number, "reception.visit")
    assert paper.context["person"]["id_number"] == ID
    assert paper.context["categories"] == ["3 涉及到具体信访事项的"]
    assert paper.context["case_number"] == Case.objects.get().number
    assert [one["name"] for one in paper.context["roster"]] == [f"同来{n}" for n in range(6)]
    assert client.get(first.url).content.startswith(b"%PDF")
    assert list(findings()) == []


def test_full_numbers_only_for_a_reason_that_is_recorded(client, clerk):
    url = client.post(NEW, FULL).url
    refused = client.post(f"{url}reveal/", {"reason": " "})
    assert (refused.status_code, "请写明查看完整号码的原因" in text(refused), ID in text(refused)) == (422, True, False)
    shown = client.post(f"{url}reveal/", {"reason": "电话核对 13800000620"})
    assert (shown.status_code, ID in text(shown), "13800000620" in text(shown)) == (200, True, True)
    event = Event.objects.get(verb="reveal")
    assert (event.actor, event.note) == (clerk, "电话核对 138****0620")
    assert ID not in client.get(url).content.decode()
    pk = Petitioner.objects.get().pk
    assert ID in text(client.post(f"/petitioners/{pk}/reveal/", {"reason": "来访人要求核对"}))
    assert client.get(f"{url}reveal/").status_code == 405
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("role", "code"), [("handler", 403), ("leader", 403), ("archivist", 403), ("auditor", 403), ("sysadmin", 403)]
)
def test_registering_is_for_the_counter(client, role, code):
    client.force_login(factories.user(role))
    assert client.get(NEW).status_code == code
    assert client.post(NEW, FULL).status_code == code
    assert client.post(reverse("cases:history"), {"name": "王建国"}).status_code == code
    assert Visit.objects.count() == 0


def test_what_does_not_exist_is_404(client, clerk):
    for url in ("/reception/visits/LF2026999999/", "/petitioners/999/", "/cases/intake/LF2026999999/"):
        assert client.get(url).status_code == 404
    assert client.post("/reception/visits/LF2026999999/form/").status_code == 404


def test_a_unit_never_sees_registrations_and_another_office_not_ours(client, clerk):
    url = client.post(NEW, FULL).url
    person = Petitioner.objects.get().get_absolute_url()
    client.force_login(factories.user("handler"))
    assert [client.get(each).status_code for each in (url, person, "/reception/")] == [403, 403, 403]
    from accounts.models import Unit, UnitKind

    elsewhere = Unit.objects.create(code="OTHER", name="邻市信访局", kind=UnitKind.OFFICE)
    client.force_login(factories.user("clerk", unit=elsewhere))
    assert client.get(url).status_code == 404
    assert "王建国" not in text(client.get("/reception/"))


def test_the_clerk_complained_about_does_not_see_the_visit(client, clerk):
    url = client.post(NEW, FULL | {"accused": "工作人员甲", "purpose": "accusation"}).url
    other = factories.user("clerk")
    Case.objects.update(accused_user=other)
    assert client.get(url).status_code == 200
    client.force_login(other)
    assert client.get(url).status_code == 404
    assert "王建国" not in text(client.get("/reception/"))
    assert "XF" not in text(client.get(reverse("cases:of_person", args=[Petitioner.objects.get().pk])))


def test_the_desk_counts_the_day(client, clerk):
    client.post(NEW, FULL | group(7, 0))
    client.post(NEW, LEAST | {"name": "李四", "visitors": "2"})
    client.post(NEW, LEAST | {"name": "赵六", "channel": "phone"})
    client.post(NEW, FULL | {"demand": "又来。", "visitors": "1"})
    context = client.get("/reception/").context
    assert (context["day"], context["groups"], context["own"], context["open"]) == (
        {"visits": 3, "persons": 10},
        1,
        3,
        1,
    )
    assert [visit.petitioner.name for visit in context["undecided"]] == ["王建国"]


def test_a_supervisor_may_register_too_and_a_leader_only_looks(client, clerk):
    url = client.post(NEW, FULL).url
    client.force_login(factories.user("supervisor"))
    assert client.get(NEW).status_code == 200
    client.force_login(factories.user("leader"))
    page = client.get(url)
    assert (page.status_code, "打印登记表" in text(page), "显示完整号码" in text(page)) == (200, False, False)
    assert client.post(f"{url}reveal/", {"reason": "看看"}).status_code == 403
    people.grant(user=clerk, role="leader", actor=None, at=factories.AT)


@pytest.mark.parametrize("n", [1, 3])
def test_the_desk_asks_the_database_as_often_for_one_visit_as_for_three(client, clerk, django_assert_num_queries, n):
    for each in range(n):
        client.post(NEW, LEAST | {"name": f"人{each}"})
        client.post(NEW, LEAST | {"name": f"人{each}", "phone": "13800000001"})
    client.get("/reception/")  # the first page of a session also writes its CSRF token
    with django_assert_num_queries(DESK):
        client.get("/reception/")


@pytest.mark.parametrize("n", [1, 3])
def test_the_panel_asks_as_often_for_one_matter_as_for_three(client, clerk, django_assert_num_queries, n):
    for each in range(n):
        client.post(NEW, FULL | {"demand": f"第 {each} 件。", "join": "new"})
    with django_assert_num_queries(PANEL):
        client.post(reverse("cases:history"), {"id_number": ID})


@pytest.mark.parametrize("n", [1, 3])
def test_the_person_page_and_its_panel(client, clerk, django_assert_num_queries, n):
    for each in range(n):
        client.post(NEW, FULL | {"demand": f"第 {each} 件。", "join": "new"})
    pk = Petitioner.objects.get().pk
    client.get("/reception/")
    with django_assert_num_queries(PERSON):
        client.get(f"/petitioners/{pk}/")
    with django_assert_num_queries(MATTERS):
        client.get(reverse("cases:of_person", args=[pk]))
