// A reader behind a service on this computer: JSON over WebSocket (the service speaks by itself, F7 asks) or over HTTP
// (F7 asks). The address comes from the server and stands in the page's security policy. Three seconds, then by hand.
(function () {
  "use strict";
  const form = document.querySelector("form[data-reader]");
  const button = document.getElementById("reader-read");
  if (!form || !button || !window.CardReader) return;
  const WAIT = 3000; // milliseconds
  const address = form.dataset.readerAddress;
  const reader = window.CardReader;
  let refused = false;
  let socket = null;
  let timer = 0;

  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.effectiveDirective === "connect-src") refused = true;
  });

  // did the browser itself say no? The permission has had two names
  async function denied() {
    if (refused) return true;
    for (const name of ["loopback-network", "local-network-access", "local-network"]) {
      try {
        const state = (await navigator.permissions.query({ name })).state;
        if (state === "denied") return true;
      } catch { /* this browser does not know the name */ }
    }
    return false;
  }

  async function failed(why) {
    clearTimeout(timer);
    timer = 0;
    // the report of the policy comes a moment after the failure
    await new Promise((done) => { setTimeout(done, 50); });
    reader.fail((await denied()) ? "blocked" : why);
  }

  function take(textual) {
    clearTimeout(timer);
    timer = 0;
    let raw = null;
    try { raw = JSON.parse(textual); } catch { /* told below */ }
    if (raw && typeof raw === "object") reader.deliver(raw, "reader"); else reader.fail("garbled");
  }

  async function ask() {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), WAIT);
    reader.waiting();
    try {
      const answer = await fetch(address, { signal: stop.signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
      take(await answer.text());
    } catch {
      await failed(stop.signal.aborted ? "timeout" : "absent");
    } finally {
      clearTimeout(late);
    }
  }

  function open(then) {
    try { socket = new WebSocket(address); } catch { failed("absent"); return; }
    const mine = socket;
    let greeted = false;
    mine.addEventListener("open", () => { greeted = true; if (then) then(); });
    mine.addEventListener("message", (event) => take(String(event.data)));
    mine.addEventListener("close", () => {
      if (socket === mine) socket = null;
      if (greeted) failed("gone"); else if (then) failed("absent");
    });
  }

  function read() {
    reader.waiting();
    clearTimeout(timer);
    timer = setTimeout(() => failed("timeout"), WAIT);
    const say = () => socket.send(JSON.stringify({ action: "read" }));
    if (socket && socket.readyState === WebSocket.OPEN) say(); else open(say);
  }

  const ws = form.dataset.reader === "ws";
  button.addEventListener("click", ws ? read : ask);
  if (ws) open(null);
})();
