"""How few keys a registration takes, with the mouse taken away; the figures stand in the output of the run."""

from typing import Any

import pytest

from audit.verifying import findings
from cases.models import Case
from reception.models import Visit
from tests import factories
from tests.browser.counter import NEW, Hands
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ID = "11010519491231002X"
PERSON = {
    "name": "王建国",
    "id_type": "111",
    "id_number": ID,
    "phone": "13800000620",
    "address": "示范市和平街道幸福里 3 号",
}


@pytest.fixture
def hands(page: Any) -> Hands:
    """A clerk at the registration form, hands on the keyboard."""
    factories.calendar(*range(2025, 2030))
    factories.user("clerk", username="clerk", display_name="李晓敏")
    made = Hands(page)
    sign_in(page, "clerk", NEW)
    return made


def printed(hands: Hands) -> Visit:
    hands.page.wait_for_url("**/reception/visits/LF*/**")
    hands.wait_printed()
    return Visit.objects.order_by("-pk").first()


def told(capsys: Any, what: str, hands: Hands, most: int) -> None:
    with capsys.disabled():
        print(f"\n  keystrokes, {what}: {hands.count} of {most} ({' '.join(hands.pressed)})")
    assert hands.count <= most


def test_a_returning_visitor_whose_number_is_typed(hands, capsys):
    factories.visit(person=PERSON)
    hands.write(ID)
    hands.press("Enter")
    hands.wait_at("id_demand")
    assert hands.page.input_value("#id_name") == "王建国"
    assert hands.page.get_attribute("#id_phone", "placeholder") == "138****0620（沿用）"
    hands.write("催问外墙维修的进展。")
    for key in ("Alt+M", "Alt+3", "Alt+Q", "F9"):
        hands.press(key)
    visit = printed(hands)
    told(capsys, "returning visitor, number typed", hands, 12)
    assert (visit.petitioner.phone, visit.petitioner.address) == ("13800000620", "示范市和平街道幸福里 3 号")
    assert (Case.objects.count(), visit.case_link.position, visit.confirmed, visit.id_source) == (1, 2, True, "manual")
    assert list(findings()) == []


def test_a_returning_visitor_by_reader(hands, capsys):
    factories.visit(person=PERSON)
    hands.swipe(ID)
    hands.wait_at("id_demand")
    hands.write("催问外墙维修的进展。")
    for key in ("Alt+M", "Alt+3", "Alt+Q", "F9"):
        hands.press(key)
    visit = printed(hands)
    told(capsys, "returning visitor, reader", hands, 12)
    assert (visit.case_link.position, visit.id_source) == (2, "wedge")


def test_a_new_visitor_by_a_reader_that_types(hands, capsys):
    with hands.page.expect_response("**/cases/history/"):
        hands.swipe(ID)
    hands.wait_at("id_name")
    for text in ("王建国", "13800000620", "示范市和平街道幸福里 3 号"):
        hands.write(text)
        hands.press("Enter")
    assert hands.where() == "id_demand"
    hands.write("要求维修外墙渗水。")
    for key in ("Alt+3", "Alt+Q", "F9"):
        hands.press(key)
    visit = printed(hands)
    told(capsys, "new visitor, reader that types", hands, 15)
    assert (visit.petitioner.name, visit.petitioner.sex, visit.category, visit.id_source) == (
        "王建国",
        "2",
        "C03",
        "wedge",
    )


def test_a_new_visitor_by_a_reader_with_a_service(hands, capsys):
    card = {"name": "王建国", "sex": "女", "nation": "汉", "birth": "19491231", "address": "示范市幸福里", "idno": ID}
    with hands.page.expect_response("**/cases/history/"):
        hands.page.evaluate("card => dispatchEvent(new CustomEvent('card:simulate', {detail: {card}}))", card)
    hands.wait_at("id_phone")
    hands.write("13800000620")
    hands.press("Enter")
    assert hands.where() == "id_address"
    hands.press("Enter")
    hands.write("要求维修外墙渗水。")
    for key in ("Alt+3", "Alt+Q", "F9"):
        hands.press(key)
    visit = printed(hands)
    told(capsys, "new visitor, reader with a service", hands, 15)
    person = visit.petitioner
    assert (person.name, person.ethnicity, person.address, visit.id_source) == (
        "王建国",
        "汉族",
        "示范市幸福里",
        "reader",
    )


def test_keys_of_an_input_method_do_nothing(hands):
    """Enter that chooses a candidate is no Enter, Alt+3 while composing no category, F9 no save."""
    page = hands.page
    page.focus("#id_name")
    for key, code in (("Enter", "Enter"), ("F9", "F9"), ("3", "Digit3")):
        page.evaluate(
            """([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
               {key, code, isComposing: true, altKey: code === "Digit3", bubbles: true, cancelable: true}))""",
            [key, code],
        )
    assert (hands.where(), page.url.endswith(NEW), page.locator(":checked[name=category]").count()) == (
        "id_name",
        True,
        0,
    )


def test_enter_after_saving_leads_to_the_next_visitor(hands):
    page = hands.page
    page.fill("#id_name", "李秀英")
    page.fill("#id_demand", "要求发放工资。")
    for key in ("Alt+3", "Alt+Q", "F8"):
        hands.press(key)
    page.wait_for_url("**/reception/visits/LF*/")
    assert "登记表还没有打印" in page.inner_text("#printing")
    hands.wait_at("next-visitor")
    hands.press("Enter")
    page.wait_for_url(f"**{NEW}")
    assert hands.where() == "id_id_number"
