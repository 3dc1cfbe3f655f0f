// Tables marked data-rows are one stop for Tab: arrows (or j and k) move between rows,
// Enter opens the row's first link, x ticks its box, Shift with an arrow ticks on, Ctrl+A ticks all,
// a presses what is marked data-act; data-first on the table: the first row has the focus at once. Without script every link stays reachable.
(function () {
  "use strict";
  const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.querySelector("a[href], input"));
  const boxOf = (row) => row.querySelector('td input[type="checkbox"]');
  const lettersOn = () => document.body.dataset.letters !== "off";

  function settle(table) {
    const rows = rowsOf(table);
    const current = rows.find((row) => row.tabIndex === 0) || rows[0];
    for (const row of rows) {
      row.tabIndex = row === current ? 0 : -1;
      for (const el of row.querySelectorAll("a[href], input, button")) el.tabIndex = -1;
    }
    if (rows.length && table.parentElement.matches(".table-region")) table.parentElement.tabIndex = -1;
    if (current && table.dataset.first !== undefined && document.activeElement === document.body) current.focus();
  }

  function move(table, to) {
    for (const row of rowsOf(table)) row.tabIndex = row === to ? 0 : -1;
    to.focus();
  }

  function tick(row, on) {
    const box = boxOf(row);
    if (box && !box.disabled && box.checked !== on) box.click();
  }

  function start(root) {
    const tables = [...root.querySelectorAll("table[data-rows]")];
    const around = root.closest && root.closest("table[data-rows]");
    for (const table of around ? [around, ...tables] : tables) settle(table);
  }

  // Shift with an arrow: this row and the next are ticked; going back takes the tick off again.
  function extend(row, next) {
    const box = boxOf(row), other = boxOf(next);
    if (!box || !other) return;
    if (box.checked && other.checked) tick(row, false);
    else { tick(row, true); tick(next, true); }
  }

  function keyed(event, row, table) {
    const rows = rowsOf(table);
    const at = rows.indexOf(row);
    const letters = lettersOn();
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, ...(letters ? { j: at + 1, k: at - 1 } : {}) }[event.key];
    if (step !== undefined) {
      if (rows[step] && event.shiftKey && step !== at) extend(row, rows[step]);
      if (rows[step]) move(table, rows[step]);
      return true;
    }
    if (event.key === "Enter" && event.target === row) {
      const link = row.querySelector("a[href]");
      if (link) link.click();
      return Boolean(link);
    }
    if ((event.key === "x" && letters) || (event.key === " " && event.target === row)) {
      const box = boxOf(row);
      if (box) box.click();
      return Boolean(box);
    }
    const act = event.key === "a" && letters && row.querySelector("[data-act]");
    if (act) act.click();
    return Boolean(act);
  }

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest("table[data-rows] tbody tr");
    if (!row || event.isComposing || event.altKey || event.metaKey) return;
    const text = event.target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select');
    if (text) return;
    const table = row.closest("table");
    if (event.ctrlKey) {
      if (event.key.toLowerCase() !== "a" || !boxOf(row)) return;
      event.preventDefault();
      const boxed = rowsOf(table).filter(boxOf);
      const on = boxed.some((each) => !boxOf(each).checked);
      for (const each of boxed) tick(each, on);
    } else if (keyed(event, row, table)) {
      event.preventDefault();
    }
  });
  document.addEventListener("change", (event) => {
    const row = event.target.closest('table[data-rows] tbody tr');
    if (row && event.target.type === "checkbox") row.setAttribute("aria-selected", String(event.target.checked));
  });
  document.addEventListener("htmx:load", (event) => start(event.target));
  start(document);
})();
