// Tables marked data-rows are one stop for Tab: arrows (or j and k) move between rows,
// Enter opens the row's first link, x ticks its box. Without script every link stays reachable.
(function () {
  "use strict";
  const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.querySelector("a[href], input"));

  function settle(table) {
    const rows = rowsOf(table);
    const current = rows.find((row) => row.tabIndex === 0) || rows[0];
    for (const row of rows) {
      row.tabIndex = row === current ? 0 : -1;
      for (const el of row.querySelectorAll("a[href], input, button")) el.tabIndex = -1;
    }
  }

  function move(table, to) {
    for (const row of rowsOf(table)) row.tabIndex = row === to ? 0 : -1;
    to.focus();
  }

  function start(root) {
    const tables = [...root.querySelectorAll("table[data-rows]")];
    const around = root.closest && root.closest("table[data-rows]");
    for (const table of around ? [around, ...tables] : tables) settle(table);
  }

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest("table[data-rows] tbody tr");
    if (!row || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const text = event.target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select');
    if (text) return;
    const table = row.closest("table");
    const rows = rowsOf(table);
    const at = rows.indexOf(row);
    const step = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (rows[step]) move(table, rows[step]);
    } else if (event.key === "Enter" && event.target === row) {
      const link = row.querySelector("a[href]");
      if (link) { event.preventDefault(); link.click(); }
    } else if (event.key === "x" || (event.key === " " && event.target === row)) {
      const box = row.querySelector('input[type="checkbox"]');
      if (box) { event.preventDefault(); box.click(); }
    }
  });
  document.addEventListener("change", (event) => {
    const row = event.target.closest('table[data-rows] tbody tr');
    if (row && event.target.type === "checkbox") row.setAttribute("aria-selected", String(event.target.checked));
  });
  document.addEventListener("htmx:load", (event) => start(event.target));
  start(document);
})();
