// Lists marked data-arrange="form id": Alt+up and Alt+down press the row's own buttons (data-move),
// and a row dropped on another one of its list sends that form with file and before. Without script the buttons do it.
(function () {
  "use strict";
  let moving = null;
  const rowOf = (el) => (el.closest ? el.closest("[data-arrange] > [data-id]") : null);
  const unmark = () => { for (const el of document.querySelectorAll("[data-arrange] > .target")) el.classList.remove("target"); };

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.isComposing) return;
    const to = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const row = to && rowOf(event.target);
    const button = row && row.querySelector(`[data-move="${to}"]`);
    if (!button) return;
    event.preventDefault();
    button.focus();
    if (button.getAttribute("aria-disabled") !== "true") button.click();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-move][aria-disabled="true"]')) event.preventDefault();
  });
  document.addEventListener("dragstart", (event) => {
    moving = rowOf(event.target);
    if (!moving) return;
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.effectAllowed = "move";
    moving.classList.add("moving");
  });
  document.addEventListener("dragover", (event) => {
    const row = moving && rowOf(event.target);
    unmark();
    if (!row || row === moving || row.parentElement !== moving.parentElement) return;
    event.preventDefault();
    row.classList.add("target");
  });
  document.addEventListener("drop", (event) => {
    const row = moving && rowOf(event.target);
    if (!row || row === moving || row.parentElement !== moving.parentElement) return;
    event.preventDefault();
    const form = document.getElementById(row.parentElement.dataset.arrange);
    form.elements.file.value = moving.dataset.id;
    form.elements.before.value = row.dataset.id;
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => {
    if (moving) moving.classList.remove("moving");
    moving = null;
    unmark();
  });
})();
