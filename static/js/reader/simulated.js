// The simulated reader of demonstrations and tests: buttons that carry a card, or the event card:simulate with
// {card}, {fail} or {after, card} (milliseconds). Only where the server says that demonstrations are allowed.
(function () {
  "use strict";
  const form = document.querySelector("form[data-reader-simulated]");
  if (!form || !window.CardReader) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-card]");
    if (button) window.CardReader.deliver(JSON.parse(button.dataset.card), "reader");
  });
  window.addEventListener("card:simulate", (event) => {
    const told = event.detail || {};
    window.CardReader.waiting();
    const act = () => { if (told.fail) window.CardReader.fail(told.fail); else window.CardReader.deliver(told.card, "reader"); };
    if (told.after) setTimeout(act, told.after); else act();
  });
})();
