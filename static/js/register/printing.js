// After saving: the paper opens in the page itself (a new window would be blocked without a click), is printed, and the
// line above says what the server knows of it. Enter goes on to the next visitor.
(function () {
  "use strict";
  const form = document.getElementById("print-form");
  if (!form) return;
  const frame = document.querySelector('iframe[name="print-frame"]');
  const next = document.getElementById("next-visitor");
  let asked = 0;

  function tried() {
    clearTimeout(asked);
    window.htmx.trigger("#printing", "tried");
    if (document.activeElement === document.body || document.activeElement === frame) next.focus();
  }

  form.addEventListener("submit", () => {
    document.getElementById("print-before").value = document.getElementById("print-count").dataset.count;
    document.getElementById("print-sheet").hidden = false;
    form.target = "print-frame";
    frame.addEventListener("load", () => {
      try { frame.contentWindow.print(); } catch { /* the viewer's own button still prints */ }
      tried();
    }, { once: true });
    clearTimeout(asked);
    asked = setTimeout(tried, 10000);
  });
  if (form.dataset.now !== undefined) {
    form.requestSubmit();
    history.replaceState(null, "", location.pathname);
  }
  if (next.hasAttribute("autofocus")) next.focus();
})();
