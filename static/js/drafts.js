// Forms marked data-draft are kept on the server while they are typed; nothing is put into the browser.
// Saved 1.5 s after the last key, when a field or the window is left, and when the form is sent.
(function () {
  "use strict";
  const PAUSE = 1500, QUIET = 600000, BACK_OFF = [5000, 15000, 60000]; // milliseconds
  const LIMIT = 60000; // bytes a browser sends after the page is gone
  const state = document.getElementById("draft-state");
  if (!state) return;
  const random = () => [...crypto.getRandomValues(new Uint8Array(8))].map((n) => n.toString(16).padStart(2, "0")).join("");

  let said = "";
  function show(text, clock) {
    const [seen, spoken] = state.children;
    state.hidden = false;
    seen.textContent = clock ? `${text} ${clock}` : text;
    if (text !== said) spoken.textContent = said = text; // the clock alone is not read out
    state.classList.toggle("warn", !clock);
  }

  function keep(form) {
    const field = (name) => form.elements.namedItem(name);
    if (!field("draft")) return;
    if (!field("draft_tab").value) field("draft_tab").value = random();
    let last = words().toString(), serial = 0, timer = 0, failures = 0, contact = Date.now();
    let touched = false, flying = false, over = false;

    function words() {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        const secret = form.querySelector(`[type="password"][name="${CSS.escape(name)}"]`);
        if (typeof value === "string" && !secret && !/^(?:csrfmiddlewaretoken|draft_base)$/.test(name)) body.append(name, value);
      }
      return body;
    }
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
    const pending = () => touched && !over && words().toString() !== last;

    async function save(leaving) {
      clearTimeout(timer);
      const gone = leaving === true;
      if (over || (flying && !gone)) { if (flying) later(PAUSE); return false; }
      const body = words(), text = body.toString();
      if (text === last) return true;
      serial = Math.max(serial + 1, Date.now());
      body.append("draft_serial", serial);
      body.append("draft_base", field("draft_base").value);
      const headers = { "X-CSRFToken": field("csrfmiddlewaretoken").value };
      flying = true;
      try {
        const keepalive = gone && text.length < LIMIT;
        const answer = await fetch(state.dataset.url, { method: "POST", body, headers, keepalive, redirect: "manual" });
        return await heard(answer, text);
      } catch { failed(state.dataset.failed); return false; } finally { flying = false; }
    }

    async function heard(answer, text) {
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        delete form.dataset.kept;
        show(state.dataset.expired);
        document.dispatchEvent(new CustomEvent("session:doubt", { detail: { standing: () => later(failures++ ? BACK_OFF[1] : 0), offline } }));
        return false;
      }
      const told = await answer.json();
      if (!answer.ok) {
        over = answer.status === 410 || answer.status === 413;
        if (over) show(told.say); else failed(told.say);
        return false;
      }
      last = text;
      failures = 0;
      contact = Date.now();
      field("draft_base").value = told.version;
      form.dataset.kept = "yes";
      if (form.dataset.dirty === "changed" && !pending()) form.dataset.dirty = "";
      if (told.elsewhere) show(state.dataset.elsewhere); else show(state.dataset.saved, told.saved);
      return true;
    }

    function failed(text) {
      delete form.dataset.kept;
      show(text || state.dataset.failed);
      later(BACK_OFF[Math.min(failures++, BACK_OFF.length - 1)]);
    }

    const offline = () => failed(state.dataset.failed);
    const typed = (event) => { if (event.target.form === form) { touched = true; later(PAUSE); } };
    document.addEventListener("input", typed);
    document.addEventListener("change", typed);
    form.addEventListener("focusout", () => { if (pending()) later(0); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && pending()) save(true); });
    for (const end of ["beforeunload", "pagehide"]) window.addEventListener(end, () => { if (pending()) save(true); });
    document.addEventListener("session:back", (event) => { show(event.detail.text); contact = Date.now(); if (pending()) save(); });
    // after a long silence the session is asked first: a form sent into a closed one would be answered by the sign-in page
    form.addEventListener("submit", (event) => {
      if (over || event.defaultPrevented) return;
      if (Date.now() - contact < QUIET) { if (pending()) save(true); return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      const go = () => { contact = Date.now(); form.requestSubmit(event.submitter); };
      document.dispatchEvent(new CustomEvent("session:doubt", { detail: { standing: go, offline } }));
    });
  }
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
})();
