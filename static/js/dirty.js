// Forms marked data-dirty: leaving the page with typed text asks first. Sending the form does not ask,
// nor does one whose draft is being kept (data-kept, set by drafts.js): its last words are sent on leaving.
(function () {
  "use strict";
  let sending = false;
  const dirty = () => document.querySelector('form[data-dirty="changed"]:not([data-kept])') !== null;
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
