// Forms marked data-dirty: leaving the page with typed text asks first. Sending the form does not ask.
(function () {
  "use strict";
  let sending = false;
  const dirty = () => document.querySelector('form[data-dirty="changed"]') !== null;
  const mark = (event) => {
    const form = event.target.form;
    if (form && form.dataset.dirty !== undefined && event.isTrusted) form.dataset.dirty = "changed";
  };
  document.addEventListener("input", mark);
  document.addEventListener("change", mark);
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.dataset.dirty !== undefined) sending = true;
  });
  window.addEventListener("pageshow", () => { sending = false; });
  window.addEventListener("beforeunload", (event) => {
    if (dirty() && !sending) event.preventDefault();
  });
})();
