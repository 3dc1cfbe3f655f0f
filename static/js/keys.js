// Keys of the whole product. Markup says what a key does; nothing here knows a page.
//   data-key="F9"          clicked (a field: focused; a label: its box is ticked) on that key; also "Alt+M", "n", "/"
//   data-go="c"            link followed after g, then c
//   form[data-enter-next]  Enter goes to the next field; data-aside: a field or a part of the form it passes by
//   .digits / data-digit   Alt+1 … Alt+0 choose a radio button or an option
(function () {
  "use strict";
  const TEXT = /^(?:text|search|tel|email|url|number|password|date|datetime-local|month|time)$/;
  const STEPS = 'input:not([type="hidden"]), select, textarea, button, [contenteditable="true"]';
  let wentG = 0;

  const composing = (event) => event.isComposing || event.keyCode === 229;
  const shown = (el) => el.getClientRects().length > 0;
  const usable = (el) => !el.disabled && shown(el) && el.tabIndex >= 0;

  function typing(el) {
    if (el.isContentEditable || el.tagName === "TEXTAREA" || el.tagName === "SELECT") return true;
    return el.tagName === "INPUT" && TEXT.test(el.type);
  }

  function room() {
    return document.querySelector("dialog[open]") || document;
  }

  function nameOf(event) {
    const held = (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "");
    const key = event.key.length === 1 && held ? event.key.toUpperCase() : event.key;
    return held + key;
  }

  function press(event) {
    const name = nameOf(event);
    const letter = event.key.length === 1 && !event.ctrlKey && !event.altKey;
    if (letter && (typing(event.target) || document.body.dataset.letters === "off")) return false;
    for (const el of room().querySelectorAll(`[data-key="${CSS.escape(name)}"]`)) {
      if (el.disabled || el.hidden || (!shown(el) && !el.closest("details"))) continue;
      event.preventDefault();
      if (el.matches("input, select, textarea")) {
        el.focus();
        if (el.select) el.select();
      } else {
        (el.control || el).click(); // the field behind a label, without taking the focus from where it is
      }
      return true;
    }
    return false;
  }

  function go(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (document.body.dataset.letters === "off") return;
    if (Date.now() - wentG < 1500) {
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      wentG = 0;
      if (link) { event.preventDefault(); link.click(); }
    } else if (event.key === "g") {
      wentG = Date.now();
    }
  }

  function next(event) {
    const el = event.target;
    const form = el.form;
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.shiftKey) return;
    if (!form || !form.matches("[data-enter-next]") || event.defaultPrevented) return;
    if (!el.matches("input, select") || /^(?:submit|button|reset|image|file)$/.test(el.type)) return;
    event.preventDefault();
    const all = [...form.querySelectorAll(STEPS)].filter(usable);
    const at = all.indexOf(el);
    if (at < 0) return;
    // fields off the path (preset, or seldom needed) are passed by, unless one is already among them
    const rest = all.slice(at + 1).filter((other) => {
      const off = other.closest("[data-aside]");
      return !off || off.contains(el);
    });
    const to = rest.find((other) => {
      if (other.type === "radio") return other.name !== el.name && (other.checked || !form.querySelector(`input[name="${CSS.escape(other.name)}"]:checked`));
      return other.tagName !== "BUTTON" || other.type === "submit";
    });
    if (to) { to.focus(); if (to.select && to.type !== "submit") to.select(); }
  }

  function choose(event) {
    if (!event.altKey || event.ctrlKey || !/^Digit\d$/.test(event.code)) return;
    const digit = event.code.slice(5);
    const form = event.target.form || room();
    const group = form.querySelector(".digits");
    const el = form.querySelector(`[data-digit="${digit}"]`) ||
      (group && group.querySelectorAll('input[type="radio"]')[(Number(digit) || 10) - 1]);
    if (!el || el.disabled) return;
    event.preventDefault();
    if (el.tagName === "OPTION") {
      const list = el.closest("select");
      list.value = el.value;
      list.focus();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      el.focus();
      if (!el.checked) el.click();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented) return;
    if (press(event)) return;
    choose(event);
    next(event);
    go(event);
  });

  // Controls that are of no use without script stay hidden until here.
  for (const el of document.querySelectorAll("[data-js]")) el.hidden = false;
})();
