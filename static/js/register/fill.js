// Filling the registration form: from a card, from what the number says, from what is on file. What was typed by hand
// is never overwritten by what is on file; numbers on file come masked, as a hint in the empty field.
(function () {
  "use strict";
  const form = document.getElementById("register");
  if (!form) return;
  const byId = (id) => document.getElementById(id);
  const KINDS = [[/永居|永久居留|^I$/, "553"], [/港澳台|居住证|^J$/, "554"]];
  const SEXES = { 男: "1", 女: "2", 1: "1", 2: "2", M: "1", F: "2" };
  const line = byId("reader-line");

  function say(which, tone, values) {
    let words = line.dataset[which] || line.dataset.garbled;
    for (const [name, value] of Object.entries(values || {})) words = words.replace(`{${name}}`, value);
    line.className = `note ${tone}`;
    byId("reader-words").textContent = words;
    byId("reader-help").hidden = which !== "blocked";
    line.hidden = false;
  }

  function put(id, value, from) {
    const field = byId(id);
    if (!field || !value) return;
    if (from !== "card" && field.value && (!field.dataset.from || field.dataset.from === "card")) return;
    field.value = value;
    field.dataset.from = from;
  }

  // the person fields of another card go with it
  function forget() {
    for (const field of form.querySelectorAll("[data-from]")) { field.value = ""; delete field.dataset.from; }
    for (const id of ["id_phone", "id_address"]) byId(id).placeholder = "";
  }

  function age() {
    const born = byId("id_birth_date").value.split("-").map(Number);
    const now = new Date();
    const before = now.getMonth() + 1 < born[1] || (now.getMonth() + 1 === born[1] && now.getDate() < born[2]);
    byId("age").value = born.length === 3 ? byId("age").dataset.years.replace("{n}", now.getFullYear() - born[0] - (before ? 1 : 0)) : "";
  }

  function ethnicity(nation) {
    return nation && !/族$/.test(nation) && nation.length < 6 ? `${nation}族` : nation;
  }

  function take(card) {
    forget();
    const kind = KINDS.find(([pattern]) => pattern.test(card.type));
    put("id_id_number", card.idno, "card");
    put("id_id_type", kind ? kind[1] : "", "card");
    put("id_name", card.name, "card");
    put("id_sex", SEXES[card.sex] || "", "card");
    put("id_ethnicity", ethnicity(card.nation), "card");
    put("id_birth_date", card.birth, "card");
    put("id_address", card.address, "card");
    byId("id_id_source").value = card.source;
    age();
    const photo = byId("reader-photo");
    photo.hidden = !card.photo;
    if (card.photo) photo.src = `data:image/jpeg;base64,${card.photo}`; else photo.removeAttribute("src");
    const past = card.valid_to && card.valid_to < form.dataset.today;
    if (card.rare) say("rare", "warn"); else if (past) say("expired", "warn", { day: card.valid_to }); else say("read", "ok");
    byId(card.rare || !card.name ? "id_name" : "id_phone").focus();
    byId("id_id_number").dispatchEvent(new Event("change", { bubbles: true }));
  }

  // the answer beside the form: what the number says, and who is on file under it
  function known() {
    const told = byId("read-from-number").dataset;
    put("id_id_type", told.type, "number");
    put("id_sex", told.sex, "number");
    put("id_birth_date", told.birth, "number");
    age();
    const sure = told.known !== undefined;
    if (sure) {
      put("id_name", told.name, "file");
      put("id_ethnicity", told.ethnicity, "file");
    }
    for (const [id, value] of [["id_phone", told.phone], ["id_address", told.address]]) {
      const field = byId(id);
      field.placeholder = sure && value ? value + told.keep : "";
      // the address on the card is that of the register of households; the one on file is where letters arrive
      if (sure && value && field.dataset.from === "card") { field.value = ""; delete field.dataset.from; }
    }
    byId("id_name").dispatchEvent(new Event("input", { bubbles: true })); // for what keeps the draft
    const at = document.activeElement;
    const waiting = at === document.body || ["id_id_number", "id_name", "id_phone"].includes(at.id);
    if (sure && waiting && (!at.value || at.dataset.from || at.id === "id_id_number") && !line.classList.contains("warn")) byId("id_demand").focus();
    window.htmx.trigger("#alike", "known");
  }

  document.addEventListener("card:read", (event) => take(event.detail));
  document.addEventListener("card:twice", () => say("twice", "ok"));
  document.addEventListener("card:waiting", () => say("waiting", "ok"));
  document.addEventListener("card:failed", (event) => { say(event.detail, "warn"); byId("id_id_number").focus(); });
  // an answer that was asked for before the choice was made must not take it back
  let choice = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id !== "history") return;
    const reason = byId("apart_reason");
    const chosen = document.querySelector('input[name="join"]:checked');
    choice = chosen && { value: chosen.value, reason: reason ? reason.value : "" };
  });
  function keepChoice() {
    const same = choice && [...document.querySelectorAll('input[name="join"]')].find((one) => one.value === choice.value);
    if (!same) return;
    same.checked = true;
    const reason = byId("apart_reason");
    if (reason) reason.value = choice.reason;
  }
  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "history") { keepChoice(); known(); } });
  document.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    delete event.target.dataset.from;
    if (event.target.id === "id_id_number") byId("id_id_source").value = "manual";
  });
  document.addEventListener("change", (event) => { if (event.target.id === "id_birth_date") age(); });
  // nothing is asked for any more once the form is on its way
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  window.addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("htmx:beforeRequest", (event) => { if (sent) event.preventDefault(); });
  age();
  (document.querySelector(".error-summary") || byId("id_id_number")).focus();
})();
