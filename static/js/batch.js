// A list whose rows can be ticked: the bar of a batch says how many are ticked and, for each
// step, for how many of them it fits (data-can of the box names the steps that do).
//   [data-all]        ticks the whole page       [data-batch-none]  takes every tick off
//   [data-batch-bar]  shown once a row is ticked  [data-step]        a button of one step
(function () {
  "use strict";
  const boxes = () => [...document.querySelectorAll('input[name="pick"][data-can]')];

  function show() {
    const bar = document.querySelector("[data-batch-bar]");
    if (!bar) return;
    const all = boxes();
    const ticked = all.filter((box) => box.checked);
    bar.hidden = ticked.length === 0;
    const count = bar.querySelector("[data-batch-count]");
    count.textContent = count.dataset.said.replace("%s", String(ticked.length));
    for (const button of bar.querySelectorAll("[data-step]")) {
      const fits = ticked.filter((box) => box.dataset.can.split(" ").includes(button.dataset.step)).length;
      button.hidden = fits === 0;
      button.querySelector("[data-of]").textContent = fits === ticked.length ? "" : ` ${fits}/${ticked.length}`;
    }
    const none = bar.querySelector("[data-batch-nothing]");
    none.hidden = [...bar.querySelectorAll("[data-step]")].some((button) => !button.hidden);
    const head = document.querySelector("[data-all]");
    if (head) {
      head.checked = all.length > 0 && ticked.length === all.length;
      head.indeterminate = ticked.length > 0 && ticked.length < all.length;
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      const on = event.target.checked;
      for (const box of boxes()) if (box.checked !== on) box.click();
    }
    if (event.target.matches('[data-all], input[name="pick"]')) show();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-batch-none]")) return;
    for (const box of boxes()) if (box.checked) box.click();
    show();
    const row = document.querySelector('table[data-rows] tbody tr[tabindex="0"]');
    if (row) row.focus();
  });
  // Links out of the page, and the form that keeps a view, follow the filters that htmx wrote into the address.
  function follow() {
    const query = new URLSearchParams(location.search);
    query.delete("page");
    for (const link of document.querySelectorAll("a[data-with-query]")) link.search = query.toString();
    for (const field of document.querySelectorAll("input[data-query]")) field.value = query.toString();
  }
  document.addEventListener("htmx:pushedIntoHistory", follow);
  document.addEventListener("htmx:load", () => {
    for (const el of document.querySelectorAll("#found [data-js]")) el.hidden = false;
    show();
  });
  window.addEventListener("pageshow", show);
  show();
})();
