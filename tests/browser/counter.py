"""Somebody at the counter who has no mouse: every key that goes down is counted, texts are not."""

import time
from typing import Any

NEW = "/reception/visits/new/"
# A pointer that does anything at all would be seen here: its events never reach the page.
NO_MOUSE = """for (const name of ["mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "dblclick"]) {
  window.addEventListener(name, (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, true);
}
window.addEventListener("click", (event) => {
  if (event.isTrusted && event.detail > 0) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);"""


class Hands:
    """Presses keys and counts them, each held key for itself: Alt+3 is two."""

    def __init__(self, page: Any) -> None:
        self.page, self.count, self.pressed = page, 0, []
        page.add_init_script(NO_MOUSE)
        page.set_default_timeout(30_000)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += len(key.split("+"))
        self.pressed.append(key)

    def write(self, text: str) -> None:
        """A text of the visitor's; how many keys it takes is the input method's affair."""
        self.page.keyboard.insert_text(text)

    def swipe(self, number: str) -> None:
        """A reader that types the number and Enter: real key events that carry a reader's times, 5 ms apart.

        Those of this machine would depend on what else runs on it.
        """
        session = self.page.context.new_cdp_session(self.page)
        began = time.time()
        for at, sign in enumerate([*number, "Enter"]):
            code = "Enter" if sign == "Enter" else f"Digit{sign}" if sign.isdigit() else f"Key{sign}"
            text, virtual = ("\r", 13) if sign == "Enter" else (sign, ord(sign))
            key = {"key": sign, "code": code, "windowsVirtualKeyCode": virtual, "timestamp": began + at * 0.005}
            session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": text, **key})
            session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        session.detach()

    def where(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def wait_at(self, field: str) -> None:
        self.page.wait_for_selector(f"#{field}:focus")

    def wait_printed(self) -> None:
        """Until the print dialogue was asked for; the page's policy forbids scripts made of strings, so we look."""
        for _turn in range(100):
            if self.page.evaluate("window.printed === 1"):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("nothing was printed")
