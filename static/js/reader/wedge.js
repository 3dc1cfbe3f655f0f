// A reader that types: fifteen signs or more, each within 35 ms of the one before, then Enter, wherever the focus is.
// What it typed into a field is taken out again. By event.code, so that an input method that is on does no harm.
(function () {
  "use strict";
  const form = document.querySelector("form[data-reader]");
  if (!form || form.dataset.reader === "manual" || !window.CardReader) return;
  const GAP = 35; // milliseconds
  const LEAST = 15; // signs
  let burst = "";
  let last = 0;
  let before = null;

  function sign(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return "";
    const found = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code);
    return found ? found[1] : /^[0-9A-Za-z]$/.test(event.key) ? event.key.toUpperCase() : "";
  }

  // the field as it was before the first sign; a box or a button keeps nothing
  function snapshot() {
    const el = document.activeElement;
    if (!el || !("value" in el) || el.readOnly || !/^(?:TEXTAREA|INPUT)$/.test(el.tagName)) return null;
    if (/^(?:checkbox|radio|submit|button|hidden)$/.test(el.type)) return null;
    let start = null;
    try { start = el.selectionStart; } catch { /* this kind of field has no place of the cursor */ }
    return { el, value: el.value, start };
  }

  function restore(kept) {
    if (!kept || kept.el.value === kept.value) return;
    kept.el.value = kept.value;
    if (kept.start !== null) kept.el.setSelectionRange(kept.start, kept.start);
    kept.el.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function finish(event) {
    const read = burst;
    const kept = before;
    burst = "";
    event.preventDefault();
    event.stopImmediatePropagation();
    // an input method that was composing writes what it holds first
    const composing = event.isComposing || event.keyCode === 229;
    const take = () => { restore(kept); window.CardReader.deliver({ idno: read }, "wedge"); };
    if (composing) document.addEventListener("compositionend", () => setTimeout(take, 0), { once: true });
    else take();
  }

  document.addEventListener("keydown", (event) => {
    const now = event.timeStamp;
    const quick = now - last <= GAP;
    last = now;
    if (event.key === "Shift") return;
    if (!quick || !burst) { burst = ""; before = null; }
    const one = sign(event);
    if (one) {
      if (!burst) before = snapshot();
      burst += one;
    } else if (event.code === "Enter" || event.code === "NumpadEnter" || event.key === "Enter") {
      if (burst.length >= LEAST) finish(event);
      burst = "";
    } else {
      burst = "";
    }
  }, true);
})();
