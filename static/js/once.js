// One submit is one request: the buttons of a POST form rest until the answer comes.
// form[data-once="off"] is left alone (answers that are downloads or open elsewhere, rows moved by keys).
(function () {
  "use strict";
  const REST = 15000; // milliseconds: an answer that is a file leaves the page where it is
  const buttons = (form) => [...form.elements].filter((el) => el.type === "submit");

  function release(form) {
    delete form.dataset.busy;
    for (const el of buttons(form)) {
      if (el.dataset.rested) { el.disabled = false; delete el.dataset.rested; }
    }
  }

  function rest(form) {
    form.dataset.busy = "yes";
    // after this event: a disabled button would not be sent along
    setTimeout(() => {
      for (const el of buttons(form)) {
        if (!el.disabled) { el.disabled = true; el.dataset.rested = "yes"; }
      }
    }, 0);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.once === "off" || form.method !== "post" || form.target === "_blank") return;
    if (form.dataset.busy) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (event.defaultPrevented) return;
    rest(form);
    setTimeout(() => release(form), REST);
  });
  const formOf = (event) => (event.target instanceof HTMLFormElement && event.target.dataset.once !== "off" ? event.target : null);
  document.addEventListener("htmx:beforeSend", (event) => { const form = formOf(event); if (form) rest(form); });
  document.addEventListener("htmx:afterRequest", (event) => { const form = formOf(event); if (form) setTimeout(() => release(form), 0); });
  window.addEventListener("pageshow", () => { for (const form of document.forms) release(form); });
})();
