"""At the counter without a mouse: a new visitor, a group of seven, a returning one, a double click."""

from typing import Any

import pytest

from audit.verifying import findings
from cases.models import Case
from reception.models import Visit
from tests import factories
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/reception/visits/new/"
ID = "11010519491231002X"


@pytest.fixture
def desk(page: Any) -> Any:
    """The reception desk, signed in as a clerk; the mouse is taken away."""
    factories.calendar(*range(2025, 2030))
    factories.user("clerk", username="clerk", display_name="李晓敏")
    sign_in(page, "clerk")
    return page


def at(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def typed(page: Any, text: str) -> None:
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def walk_to(page: Any, field: str) -> None:
    """Tab on until the field has the focus."""
    for _stop in range(60):
        if at(page) == field:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{field} is not reached by Tab; focus is on {at(page)!r}")


def test_a_new_visitor_by_keyboard_alone(desk):
    desk.keyboard.press("F2")
    desk.wait_for_url(f"**{NEW}")
    assert at(desk) == "id_id_number"
    with desk.expect_response("**/cases/history/") as asked:
        typed(desk, ID)
    assert ID not in asked.value.url
    assert at(desk) == "id_name"
    typed(desk, "王建国")
    assert at(desk) == "id_phone"
    typed(desk, "13800000620")
    assert at(desk) == "id_address"
    typed(desk, "示范市和平街道幸福里 3 号楼")
    assert at(desk) == "id_demand"
    desk.keyboard.insert_text("要求责成有关单位限期维修外墙渗水。")
    desk.keyboard.press("Enter")
    desk.keyboard.insert_text("并赔偿损失。")
    desk.keyboard.press("Alt+3")
    assert desk.is_visible("text=有具体请求、应当通过信访程序办理的事项")
    walk_to(desk, "id_confirmed")
    desk.keyboard.press("Space")
    desk.keyboard.press("F8")
    desk.wait_for_url("**/reception/visits/LF*/")
    visit = Visit.objects.get()
    assert desk.inner_text(".done-panel .big") == visit.number
    assert (visit.demand, visit.category, visit.petitioner.id_number) == (
        "要求责成有关单位限期维修外墙渗水。\n并赔偿损失。", "C03", ID,
    )  # fmt: skip
    assert (visit.petitioner.sex, str(visit.petitioner.birth_date)) == ("2", "1949-12-31")
    desk.keyboard.press("F4")
    desk.wait_for_url(f"**{NEW}")
    assert list(findings()) == []


def test_a_group_of_seven_by_keyboard_alone(desk):
    desk.keyboard.press("F2")
    desk.wait_for_url(f"**{NEW}")
    desk.keyboard.press("Enter")
    typed(desk, "李秀英")
    walk_to(desk, "id_visitors")
    desk.keyboard.press("Control+A")
    desk.keyboard.insert_text("7")
    desk.keyboard.press("Tab")
    walk_to(desk, "roster-1-name")
    for n in range(6):
        assert at(desk) == f"roster-{n + 1}-name"
        typed(desk, f"同来{n}")
        desk.keyboard.press("Enter")
        desk.keyboard.press("Enter")
        assert at(desk) == f"roster-{n + 1}-is_representative"
        if n < 5:
            desk.keyboard.press("Space")
        desk.keyboard.press("Enter")
    assert desk.inner_text("#roster-count") == "已填 6 人，其中代表 5 人"
    walk_to(desk, "id_demand")
    desk.keyboard.insert_text("要求发放拖欠的工资。")
    desk.keyboard.press("Alt+3")
    walk_to(desk, "id_confirmed")
    desk.keyboard.press("Space")
    desk.keyboard.press("F9")
    desk.wait_for_url("**/reception/visits/LF*/**")
    visit = Visit.objects.get()
    assert (visit.is_group, visit.visitors, visit.companions.filter(is_representative=True).count()) == (True, 7, 5)
    desk.wait_for_selector("#print-sheet:not([hidden])")
    frame = desk.frame(name="print-frame")
    frame.wait_for_url("**/papers/*.pdf")
    desk.wait_for_function("window.printed === 1")


def test_a_returning_visitor_is_shown_and_joined(desk):
    factories.visit(person={"name": "王建国", "id_type": "111", "id_number": ID, "phone": "13800000620"})
    case = Case.objects.get()
    desk.keyboard.press("F2")
    desk.wait_for_url(f"**{NEW}")
    with desk.expect_response("**/cases/history/"):
        typed(desk, ID)
    desk.wait_for_selector(f"#history >> text={case.number}")
    assert desk.input_value("#id_name") == "王建国"
    desk.wait_for_selector("#id_demand:focus")
    desk.keyboard.press("Alt+M")
    assert desk.is_checked(f"#join-{case.number}")
    assert at(desk) == "id_demand"
    desk.keyboard.insert_text("催问进展。")
    desk.keyboard.press("Alt+3")
    walk_to(desk, "id_confirmed")
    desk.keyboard.press("Space")
    desk.keyboard.press("F8")
    desk.wait_for_url("**/reception/visits/LF*/")
    assert f"已并入事项 {case.number}，是第 2 次来访" in desk.inner_text(".done-panel")


def test_a_late_answer_does_not_take_the_choice_back(desk):
    factories.visit(person={"name": "王建国", "id_type": "111", "id_number": ID})
    desk.goto(NEW)
    typed(desk, ID)
    desk.wait_for_selector("#id_demand:focus")
    held: list[Any] = []
    desk.route("**/cases/history/", lambda route: held.append(route))
    desk.evaluate("document.getElementById('id_id_type').dispatchEvent(new Event('change', {bubbles: true}))")
    while not held:
        desk.wait_for_timeout(20)
    desk.keyboard.press("Alt+M")
    with desk.expect_response("**/cases/history/"):
        held[0].continue_()
    desk.wait_for_timeout(300)
    assert desk.is_checked(f"#join-{Case.objects.get().number}")


def fill(page: Any) -> None:
    page.goto(NEW)
    page.fill("#id_name", "王建国")
    page.fill("#id_demand", "要求维修。")
    page.check("#id_category_2")
    page.check("#id_confirmed")


def test_a_double_click_makes_one_visit(desk):
    fill(desk)
    desk.dblclick("button[data-key=F8]")
    desk.wait_for_url("**/reception/visits/LF*/")
    assert Visit.objects.count() == 1


def test_back_and_again_says_it_is_done_or_makes_the_same(desk):
    fill(desk)
    key = desk.input_value("[name=key]")
    desk.keyboard.press("F8")
    desk.wait_for_url("**/reception/visits/LF*/")
    first = desk.url
    fill(desk)
    desk.evaluate("key => { document.querySelector('[name=key]').value = key }", key)
    desk.keyboard.press("F8")
    desk.wait_for_url("**/reception/visits/LF*/")
    assert (desk.url, Visit.objects.count()) == (first, 1)


def test_what_is_wrong_is_linked_and_typed_text_stays(desk):
    desk.goto(NEW)
    desk.fill("#id_id_number", "110105194912310021")
    desk.click("text=事实、理由")
    desk.fill("#id_facts", "外墙渗水。")
    desk.keyboard.press("F8")
    desk.wait_for_selector(".error-summary")
    assert desk.evaluate("document.activeElement.className") == "error-summary"
    desk.click(".error-summary a >> nth=0")
    assert at(desk) == "id_id_number"
    assert (desk.input_value("#id_id_number"), desk.input_value("#id_facts")) == ("110105194912310021", "外墙渗水。")
    assert Visit.objects.count() == 0


def test_the_whole_form_works_without_script(desk):
    context = desk.context.browser.new_context(
        base_url=desk.url.split("/reception/")[0], java_script_enabled=False, storage_state=desk.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(NEW)
    assert plain.locator("#category-hints details").count() == 10
    plain.click("#roster > summary")
    plain.fill("#id_name", "李秀英")
    plain.fill("#id_visitors", "7")
    plain.fill("#roster-text", "\n".join(f"同来{n} 1380000000{n}" for n in range(6)))
    plain.fill("#id_demand", "要求发放工资。")
    plain.check("#id_category_2")
    plain.check("#id_confirmed")
    plain.click("text=仅登记")
    plain.wait_for_url("**/reception/visits/LF*/")
    assert Visit.objects.get().companions.count() == 6
    context.close()


def test_nothing_personal_stays_in_the_browser(desk):
    desk.goto(NEW)
    desk.fill("#id_id_number", ID)
    desk.fill("#id_name", "王建国")
    desk.keyboard.press("Tab")
    desk.wait_for_timeout(300)
    assert desk.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@pytest.mark.parametrize("size", ["", "large", "xl"])
def test_the_pages_are_accessible_and_nothing_is_cut_off(desk, axe, size):
    visit = factories.visit(person={"name": "王建国", "id_type": "111", "id_number": ID, "phone": "13800000620"})
    again = factories.visit(person={"name": "王建国", "id_type": "111", "id_number": ID, "phone": "13800000620"})
    for url in (
        NEW,
        "/reception/",
        visit.get_absolute_url(),
        visit.petitioner.get_absolute_url(),
        f"/cases/intake/{again.number}/",
    ):
        desk.goto(url)
        desk.evaluate("size => { document.documentElement.dataset.size = size }", size)
        desk.wait_for_timeout(150)
        assert (url, axe(desk)) == (url, [])
        cut = desk.evaluate(
            """() => [...document.querySelectorAll('main :is(input:not([type=hidden]), select, button, td:not(.text))')]
                .filter((el) => el.checkVisibility({opacityProperty: true}) && el.scrollWidth > el.clientWidth + 1)
                .map((el) => el.id || el.outerHTML.slice(0, 80))"""
        )
        assert (url, cut) == (url, [])
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
