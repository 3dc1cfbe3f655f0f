// When an htmx request goes wrong, the status line says so in a sentence; nothing typed is replaced.
(function () {
  "use strict";
  function say(which) {
    const line = document.getElementById("status");
    if (!line) return;
    const note = document.createElement("div");
    const word = document.createElement("span");
    const text = document.createElement("p");
    note.className = "note late";
    word.className = "word";
    word.textContent = line.dataset.word;
    text.textContent = line.dataset[which];
    note.append(word, text);
    line.replaceChildren(note);
    line.scrollIntoView({ block: "nearest" });
  }
  // htmx notes the address, which may hold a searched name: nothing stays in the browser
  const forget = () => { try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* storage is off */ } };
  for (const name of ["htmx:load", "htmx:pushedIntoHistory", "htmx:replacedInHistory"]) document.addEventListener(name, forget);

  // signin.js asks the server, and opens the sign-in on this page where the session has ended
  const offline = () => say("offline");
  const doubt = (standing) => document.dispatchEvent(new CustomEvent("session:doubt", { detail: { standing, offline } }));

  // a background question (the bell) stays silent
  const asked = (event) => event.detail.requestConfig && event.detail.requestConfig.triggeringEvent !== undefined && event.detail.elt.id !== "bell";

  document.addEventListener("htmx:sendError", (event) => { if (asked(event)) say("offline"); });
  document.addEventListener("htmx:responseError", (event) => {
    if (!asked(event)) return;
    if (event.detail.xhr.status === 403) doubt(() => say("denied")); else say("failed");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr.responseURL;
    if (!answer || !document.body.dataset.login) return;
    if (new URL(answer).pathname === document.body.dataset.login) {
      event.detail.shouldSwap = false;
      if (event.detail.elt.id !== "bell") doubt(() => say("again"));
    }
  });
})();
