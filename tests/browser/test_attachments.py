"""Files in the browser: three at once with a bad one, retry after a broken line, keyboard order, the viewer."""

import io
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from audit.verifying import findings
from cases.actions import attaching
from documents.keeping import Details
from documents.models import Attachment
from tests import factories
from tests.browser.looking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), color).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def case() -> Any:
    factories.calendar(2026)
    return factories.case()


def test_three_files_at_once_with_a_bad_one_and_a_retry(page, case, axe):
    sign_in(page, case.people["clerk"].username)
    page.goto(f"/cases/{case.number}/")
    page.keyboard.press("4")
    form = page.locator("form[data-upload][data-live]")
    form.wait_for()
    held: list[Any] = []
    page.route("**/attach/", lambda route: held.append(route) if len(held) < 2 else route.continue_())
    form.locator("[name=kind]").select_option("evidence")
    form.locator("[name=upload]").set_input_files(
        [
            {"name": "墙面.jpg", "mimeType": "image/jpeg", "buffer": picture("red")},
            {"name": "假.pdf", "mimeType": "application/pdf", "buffer": picture("green")},
            {"name": "屋顶.jpg", "mimeType": "image/jpeg", "buffer": picture("blue")},
        ]
    )
    rows = form.locator(".upload")
    assert rows.count() == 3
    page.wait_for_function("document.querySelectorAll('.upload[data-state=sending]').length === 2")
    assert rows.nth(0).locator("progress").is_visible()
    assert rows.nth(2).locator("[data-text]").inner_text() == "等待上传"
    while len(held) < 2:
        page.wait_for_timeout(50)
    # both are under way, in whichever order; the good one is stored, but its answer gets lost on the way
    answers = [one.fetch() for one in held]
    assert sorted(answer.status for answer in answers) == [200, 422]
    for route, answer in zip(held, answers, strict=True):
        if answer.status == 200:
            route.abort("internetdisconnected")
        else:
            route.fulfill(response=answer)
    rows.nth(2).locator("[data-text]", has_text="已上传：屋顶.jpg").wait_for()
    assert rows.nth(1).locator("[data-text]").inner_text() == "文件内容与扩展名“.pdf”不符，请核对。"
    assert rows.nth(0).locator("[data-text]").inner_text() == "网络中断，没有保存，请重试。"
    rows.nth(0).get_by_role("button", name="重新上传").click()
    rows.nth(0).locator("[data-text]", has_text="已上传：墙面.jpg").wait_for()
    assert form.locator("[data-sum]").inner_text() == "已上传 2 个，未上传 1 个，剩余 0 个"
    page.locator(".file-name", has_text="墙面.jpg").wait_for()
    assert list(Attachment.objects.order_by("title").values_list("title", "kind")) == [
        ("墙面.jpg", "evidence"), ("屋顶.jpg", "evidence"),
    ]  # fmt: skip
    assert list(findings()) == []
    assert [line for line in axe(page) if "attach" in line or "file" in line or "upload" in line] == []


def test_a_pasted_screenshot_and_one_that_is_cancelled(page, case):
    sign_in(page, case.people["clerk"].username)
    page.goto(f"/cases/{case.number}/?tab=attachments")
    form = page.locator("form[data-upload][data-live]")
    form.wait_for()
    paste = """async () => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 20;
      const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      const data = new DataTransfer();
      data.items.add(new File([blob], "image.png", { type: "image/png" }));
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }"""
    page.route("**/attach/", lambda route: None)
    page.evaluate(paste)
    row = form.locator(".upload").first
    row.locator("[data-cancel]").click()
    row.locator("[data-text]", has_text="已取消").wait_for()
    assert row.locator("[data-retry]").evaluate("el => el === document.activeElement")
    assert Attachment.objects.count() == 0
    page.unroute("**/attach/")
    page.keyboard.press("Enter")
    row.locator("[data-text]", has_text="已上传：截图 ").wait_for()
    assert Attachment.objects.get().content_type == "image/png"


def test_files_are_arranged_and_looked_at_with_the_keyboard(page, case):
    for name, color in (("甲.jpg", "red"), ("乙.jpg", "green"), ("丙.jpg", "blue")):
        upload = SimpleUploadedFile(name, picture(color))
        attaching.attach(
            case=case, actor=case.people["clerk"], at=factories.AT, upload=upload, said=Details(kind="petition")
        )
    sign_in(page, case.people["clerk"].username)
    page.goto(f"/cases/{case.number}/")
    page.keyboard.press("4")
    page.locator(".file-name", has_text="丙.jpg").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.locator("#file-said", has_text="已移到本类第 2 位").wait_for()
    assert names(page) == ["甲.jpg", "丙.jpg", "乙.jpg"]
    assert page.evaluate("document.activeElement.dataset.move") == "up"
    page.keyboard.press("Alt+ArrowUp")
    wait_for_names(page, ["丙.jpg", "甲.jpg", "乙.jpg"])
    page.locator(".file-name").first.click()
    page.locator("h1", has_text="丙.jpg").wait_for()
    assert page.locator(".viewer img").evaluate("img => img.decode().then(() => img.naturalWidth)") == 300
    page.keyboard.press("+")
    assert page.locator(".viewer").get_attribute("data-zoom") == "1"
    page.keyboard.press("ArrowRight")
    page.locator("h1", has_text="甲.jpg").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator("h1", has_text="丙.jpg").wait_for()


def names(page: Any) -> list[str]:
    return page.locator(".file-name").all_inner_texts()


def wait_for_names(page: Any, wanted: list[str]) -> None:
    until = time.monotonic() + 8
    while names(page) != wanted and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert names(page) == wanted
