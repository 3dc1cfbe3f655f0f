// The session ended while a page stood open: the same person signs in again on the same page.
//   "session:doubt" asks the server (detail.standing: called when the session is in order after all, detail.offline:
//   when nobody answers);
//   "session:back" tells that the page may go on, with a fresh token everywhere.
(function () {
  "use strict";
  const sheet = document.getElementById("signin-sheet");
  if (!sheet) return;
  const mine = document.body.dataset.user;
  let asking = false, gone = false;

  function dialogOf() {
    let dialog = document.getElementById("signin");
    if (dialog) return dialog;
    document.body.append(sheet.content.cloneNode(true));
    dialog = document.getElementById("signin");
    dialog.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); send(dialog); });
    return dialog;
  }

  // leaving for good: what was typed must not be read by whoever is signed in now
  function leave(home) {
    gone = true;  // once: a second doubt would break off the way out
    for (const form of document.forms) { delete form.dataset.dirty; delete form.dataset.draft; form.reset(); }
    document.getElementById("main").replaceChildren();
    location.replace(home);
  }

  function fresh(token) {
    for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
    const heads = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    document.body.setAttribute("hx-headers", JSON.stringify({ ...heads, "X-CSRFToken": token }));
  }

  function say(dialog, text) {
    const line = dialog.querySelector('[role="alert"]');
    line.textContent = text;
    line.hidden = !text;
  }

  async function send(dialog) {
    const field = dialog.querySelector('[type="password"]');
    const button = dialog.querySelector("button");
    button.disabled = true;
    try {
      const state = await (await fetch(dialog.dataset.url)).json();
      const body = new URLSearchParams(new FormData(dialog.querySelector("form")));
      const answer = await fetch(dialog.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": state.token } });
      if (answer.status === 429) {
        say(dialog, dialog.dataset.locked.replace("{n}", Math.ceil(Number(answer.headers.get("Retry-After")) / 60)));
      } else {
        const told = await answer.json();
        if (told.say) say(dialog, told.say); else back(dialog, told);
      }
    } catch { say(dialog, dialog.dataset.offline); }
    button.disabled = false;
    field.value = "";
    if (dialog.open) field.focus();
  }

  function back(dialog, state) {
    if (state.user !== mine) { leave(dialog.dataset.home); return; }
    fresh(state.token);
    say(dialog, "");
    if (dialog.open) dialog.close();
    document.dispatchEvent(new CustomEvent("session:back", { detail: { text: dialog.dataset.done } }));
  }

  document.addEventListener("session:doubt", async (event) => {
    const dialog = dialogOf();
    if (asking || gone || dialog.open) return;
    asking = true;
    try {
      const state = await (await fetch(dialog.dataset.url)).json();
      if (!state.user) dialog.showModal();
      else if (state.user !== mine) leave(dialog.dataset.home);
      else { fresh(state.token); event.detail.standing(); }
    } catch { event.detail.offline(); }
    asking = false;
  });
})();
