// The registration form: hints of the chosen category, what a number says, printing at once.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);

  function hints() {
    const box = byId("category-hints");
    if (!box) return;
    const chosen = document.querySelector('input[name="category"]:checked');
    box.querySelector("[data-none]").hidden = Boolean(chosen);
    for (const each of box.querySelectorAll("[data-category]")) {
      const mine = Boolean(chosen) && each.dataset.category === chosen.value;
      each.hidden = !mine;
      each.open = mine;
    }
  }

  // persons concerned are never fewer than those who came
  function persons() {
    const concerned = byId("id_involved");
    const visitors = Number(byId("id_visitors").value) || 1;
    if (concerned.value && Number(concerned.value) < visitors) concerned.value = visitors;
  }

  // fields left empty take what the number itself says
  function fill() {
    const read = byId("read-from-number");
    if (!read) return;
    const to = { id_name: read.dataset.name, id_id_type: read.dataset.type, id_sex: read.dataset.sex, id_birth_date: read.dataset.birth };
    for (const [id, value] of Object.entries(to)) {
      const field = byId(id);
      if (field && value && (!field.value || field.dataset.read)) { field.value = value; field.dataset.read = "yes"; }
    }
  }

  // the paper opens in the page itself: a new window would be blocked without a click
  function printNow() {
    const form = byId("print-form");
    if (!form || form.dataset.now === undefined) return;
    const frame = document.querySelector('iframe[name="print-frame"]');
    byId("print-sheet").hidden = false;
    form.target = "print-frame";
    frame.addEventListener("load", () => {
      try { frame.contentWindow.print(); } catch { /* the viewer's own button still prints */ }
      form.target = "_blank";
    }, { once: true });
    form.submit();
    history.replaceState(null, "", location.pathname);
  }

  if (byId("register")) {
    hints();
    persons();
    document.addEventListener("change", (event) => {
      if (event.target.name === "category") hints();
      if (event.target.id === "id_visitors" || event.target.id === "id_involved") persons();
      if (event.target.dataset.read && event.isTrusted) delete event.target.dataset.read;
    });
    document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "history") fill(); });
    const first = document.querySelector(".error-summary") || byId("id_id_number");
    if (first) first.focus();
  }
  printNow();
})();
