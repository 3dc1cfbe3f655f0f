// A field marked data-suggest="id" asks for suggestions while typing (the event "suggest" starts its hx-post);
// the list of that id holds li[role="option"][data-url]. Arrows choose, Enter opens, Esc closes.
// Nothing is asked while an input method composes.
(function () {
  "use strict";
  const WAIT = 250; // milliseconds without a key
  const FROM = 2; // signs
  let timer = 0;

  const fieldOf = (el) => (el && el.matches && el.matches("input[data-suggest]") ? el : null);
  const listOf = (field) => document.getElementById(field.dataset.suggest);
  const optionsOf = (field) => [...listOf(field).querySelectorAll('[role="option"]')];
  const open = (field) => field.getAttribute("aria-expanded") === "true";

  function show(field, yes) {
    listOf(field).hidden = !yes;
    field.setAttribute("aria-expanded", String(yes));
    if (!yes) choose(field, null);
  }

  function choose(field, option) {
    for (const one of optionsOf(field)) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function ask(field) {
    clearTimeout(timer);
    if (field.value.trim().length < FROM) { show(field, false); return; }
    timer = setTimeout(() => {
      if (document.activeElement === field && field.value.trim().length >= FROM) window.htmx.trigger(field, "suggest");
    }, WAIT);
  }

  document.addEventListener("input", (event) => {
    const field = fieldOf(event.target);
    if (field && !event.isComposing) ask(field);
  });
  document.addEventListener("compositionend", (event) => {
    const field = fieldOf(event.target);
    if (field) ask(field);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const field = fieldOf(event.detail.requestConfig && event.detail.requestConfig.elt);
    if (field && event.detail.target === listOf(field)) {
      choose(field, null);
      show(field, document.activeElement === field && optionsOf(field).length > 0);
    }
  });
  document.addEventListener("keydown", (event) => {
    const field = fieldOf(event.target);
    if (!field || event.isComposing || event.keyCode === 229) return;
    const options = optionsOf(field);
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && open(field)) {
      event.preventDefault();
      show(field, false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const to = at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length;
      if (!open(field)) show(field, true);
      choose(field, options[to]);
    } else if (event.key === "Enter") {
      clearTimeout(timer);
      if (open(field) && at >= 0) {
        event.preventDefault();
        location.assign(options[at].dataset.url);
      }
    }
  }, true);
  // pressed, not clicked: the field would lose the focus and close the list first
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest('[role="option"][data-url]');
    if (option && event.button === 0) { event.preventDefault(); location.assign(option.dataset.url); }
  });
  document.addEventListener("focusout", (event) => {
    const field = fieldOf(event.target);
    if (field) { clearTimeout(timer); show(field, false); }
  });
})();
