"""The roster as a grid: arrows, Ins, Ctrl+Del, Enter, paste from a spreadsheet, the bad row kept."""

from typing import Any

import pytest

from reception.models import Visit
from tests import factories
from tests.browser.test_registration import NEW, at, desk  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture
def grid(desk: Any) -> Any:  # noqa: F811
    desk.goto(NEW)
    desk.fill("#id_visitors", "5")
    desk.keyboard.press("Tab")
    desk.wait_for_selector("#roster[open]")
    desk.focus("#roster-1-name")
    return desk


def lines(page: Any) -> list[str]:
    return str(page.input_value("#roster-text")).split("\n")


def test_keys_move_add_and_remove(grid):
    keys = grid.keyboard
    keys.insert_text("张三")
    keys.press("ArrowRight")
    assert at(grid) == "roster-1-id_number"
    keys.press("ArrowLeft")
    assert at(grid) == "roster-1-name"
    keys.press("Insert")
    assert at(grid) == "roster-2-name"
    keys.insert_text("李四")
    keys.press("ArrowUp")
    assert at(grid) == "roster-1-name"
    keys.press("ArrowDown")
    for _cell in range(3):
        keys.press("Enter")
    assert at(grid) == "roster-2-is_representative"
    keys.press("Space")
    keys.press("Enter")
    assert at(grid) == "roster-3-name"
    assert lines(grid) == ["张三", "李四\t\t\t是"]
    assert grid.inner_text("#roster-count") == "已填 2 人，其中代表 1 人"
    keys.press("Delete")  # an empty row
    assert at(grid) == "roster-2-name"
    keys.press("Control+Delete")
    assert lines(grid) == ["张三"]
    keys.press("Insert")
    keys.press("Enter")  # an empty last row leads on
    assert at(grid) == "id_demand"


def test_a_pasted_table_finds_its_columns_and_tells_what_was_left_out(grid):
    grid.evaluate(
        PASTE, "序号\t联系电话\t姓名\t住址\t是否代表\n1\t13800000001\t张三\t幸福里\t是\n2\t13800000002\t李四\t\t"
    )
    assert lines(grid) == ["张三\t\t13800000001\t是", "李四\t\t13800000002"]
    assert grid.inner_text("#roster-told") == "没有采用的列：住址"


def test_a_bad_row_is_red_with_its_reason_and_the_rest_is_kept(grid):
    people = "\n".join(f"同来{n}\t\t138{n:08d}\t{'是' if n < 6 else ''}" for n in range(120))
    with grid.expect_response("**/reception/roster/"):
        grid.evaluate(PASTE, f"张三\t110105194912310021\t\t\n{people}")
    grid.wait_for_selector("#roster-rows tr.bad")
    assert "校验位不对" in grid.inner_text("#roster-rows tr.bad .why")
    assert (grid.locator("#roster-rows tr").count(), grid.locator("#roster-rows tr.bad").count()) == (121, 1)
    assert grid.inner_text("#roster-count") == "代表 6 人，超过 5 人，请推选不超过 5 人（第二十条）"
    grid.click("#roster-set")
    assert grid.input_value("#id_visitors") == "122"
    grid.keyboard.press("F8")
    grid.wait_for_selector(".error-summary")
    assert grid.locator("#roster-rows tr").count() == 121
    assert grid.input_value("#roster-1-id_number") == "110105194912310021"
    assert grid.locator("#roster-rows tr.bad").count() == 1
    assert Visit.objects.count() == 0


def sign(page: Any) -> None:
    box = page.locator("#pad-canvas").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for n in range(12):
        page.mouse.move(box["x"] + 40 + n * 12, box["y"] + 60 + (n % 4) * 20)
    page.mouse.up()


@pytest.mark.parametrize("width", [1366, 320])
def test_signing_on_the_pad(desk, axe, width):  # noqa: F811
    visit = factories.visit(person={"name": "王建国"}, confirmed=False)
    desk.set_viewport_size({"width": width, "height": 768})
    desk.goto(visit.get_absolute_url())
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = desk.evaluate(
        """() => [...document.querySelectorAll('#readback .btn')].filter((el) => el.getClientRects().length)
            .map((el) => [el.classList.contains('main') ? 60 : 44, el.getBoundingClientRect().height])"""
    )
    assert sizes
    assert all(height >= least for least, height in sizes)
    desk.click("#pad-form button.main")
    assert desk.inner_text("[data-pad-wrong]") == "签字板上还没有签字。"
    desk.locator("#pad-canvas").scroll_into_view_if_needed()
    sign(desk)
    desk.click("[data-pad-clear]")
    sign(desk)
    sign(desk)
    desk.click("[data-pad-undo]")
    desk.click("#pad-form button.main")
    desk.wait_for_selector("#readback .lamp.ok")
    one = visit.readbacks.get()
    assert (one.way, one.signer, len(one.strokes)) == ("pad", "王建国", 1)
    assert one.signature.size > 500


def test_the_other_ways_work_without_script(desk):  # noqa: F811
    visit = factories.visit(person={"name": "王建国"}, confirmed=False)
    context = desk.context.browser.new_context(
        base_url=desk.url.split("/reception/")[0], java_script_enabled=False, storage_state=desk.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(visit.get_absolute_url())
    assert not plain.is_visible("#pad-form")
    plain.click("summary:has-text('拒绝签字')")
    plain.fill("#declined_witness", "张某")
    plain.fill("#declined_note", "不愿签字")
    plain.click("text=记录拒绝签字")
    plain.wait_for_selector("#readback .lamp.ok")
    assert visit.readbacks.get().way == "declined"
    context.close()
