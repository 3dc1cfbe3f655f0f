// Tables marked data-grid are walked cell by cell: arrows, Home, End, Ctrl+Home, Ctrl+End, Page keys;
// Shift extends to a range, Shift+Space takes whole rows, Ctrl+A all; Enter opens the row's link.
// Ctrl+C puts the range into the clipboard as a table for Excel and WPS. data-copy="id" copies the whole page with its heads.
(function () {
  "use strict";
  const FORMULA = /^\s*[=+\-@＝＋－＠]/;
  const rowsOf = (table) => [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.cells.length > 1);
  const textOf = (cell) => {
    const text = cell.innerText.replace(/\s+/g, " ").trim();
    return FORMULA.test(text) && !/^-?\d+$/.test(text) ? "'" + text : text;
  };
  const places = new WeakMap(); // table → where the focus is and where the range began

  function settle(table) {
    const rows = rowsOf(table);
    if (!rows.length) return;
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    for (const row of rows) for (const cell of row.cells) {
      cell.tabIndex = -1;
      if (cell.tagName === "TD") cell.setAttribute("role", "gridcell");
      for (const link of cell.querySelectorAll("a")) link.tabIndex = -1;
    }
    places.set(table, { row: 0, col: 0, fromRow: 0, fromCol: 0 });
    rows[0].cells[0].tabIndex = 0;
  }

  function paint(table) {
    const at = places.get(table);
    const [top, bottom] = [Math.min(at.row, at.fromRow), Math.max(at.row, at.fromRow)];
    const [left, right] = [Math.min(at.col, at.fromCol), Math.max(at.col, at.fromCol)];
    rowsOf(table).forEach((row, r) => [...row.cells].forEach((cell, c) => {
      const on = r >= top && r <= bottom && c >= left && c <= right && (top !== bottom || left !== right);
      if (on) cell.setAttribute("aria-selected", "true"); else cell.removeAttribute("aria-selected");
    }));
  }

  function move(table, row, col, extend) {
    const rows = rowsOf(table), at = places.get(table);
    const r = Math.max(0, Math.min(rows.length - 1, row));
    const c = Math.max(0, Math.min(rows[r].cells.length - 1, col));
    rows[at.row].cells[at.col].tabIndex = -1;
    Object.assign(at, { row: r, col: c }, extend ? {} : { fromRow: r, fromCol: c });
    const cell = rows[r].cells[c];
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    reveal(table, cell);
    paint(table);
  }

  // Head, foot and first column stand still above the rest: what has the focus must not lie under them.
  function reveal(table, cell) {
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    const region = table.closest(".table-region"), box = region.getBoundingClientRect(), here = cell.getBoundingClientRect();
    const head = table.tHead.getBoundingClientRect().height;
    const foot = table.tFoot ? table.tFoot.getBoundingClientRect().height : 0;
    if (here.top < box.top + head) region.scrollTop -= box.top + head - here.top;
    if (here.bottom > box.bottom - foot - 16) region.scrollTop += here.bottom - (box.bottom - foot - 16);
    const first = cell.parentElement.cells[0];
    const left = box.left + first.getBoundingClientRect().width;
    if (cell !== first && here.left < left) region.scrollLeft -= left - here.left;
  }

  function tableText(table, heads) {
    const at = places.get(table);
    const [top, bottom] = [Math.min(at.row, at.fromRow), Math.max(at.row, at.fromRow)];
    const [left, right] = [Math.min(at.col, at.fromCol), Math.max(at.col, at.fromCol)];
    const chosen = heads ? rowsOf(table) : rowsOf(table).slice(top, bottom + 1);
    const lines = chosen.map((row) => [...row.cells].filter((_c, i) => heads || (i >= left && i <= right)).map(textOf).join("\t"));
    if (heads) lines.unshift([...table.tHead.rows[0].cells].map((cell) => textOf(cell).replace(/ [▲▼]$/, "")).join("\t"));
    return lines.join("\r\n");
  }

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest("table[data-grid] tbody :is(td, th)");
    const table = cell && cell.closest("table");
    if (!table || !places.has(table) || event.isComposing || event.altKey || event.metaKey) return;
    const at = places.get(table), last = rowsOf(table).length - 1, wide = cell.parentElement.cells.length - 1;
    const ctrl = event.ctrlKey;
    const to = {
      ArrowDown: [ctrl ? last : at.row + 1, at.col], ArrowUp: [ctrl ? 0 : at.row - 1, at.col],
      ArrowRight: [at.row, ctrl ? wide : at.col + 1], ArrowLeft: [at.row, ctrl ? 0 : at.col - 1],
      Home: [ctrl ? 0 : at.row, 0], End: [ctrl ? last : at.row, wide],
      PageDown: [at.row + 10, at.col], PageUp: [at.row - 10, at.col],
    }[event.key];
    if (to) {
      move(table, to[0], to[1], event.shiftKey);
    } else if (event.key === " " && event.shiftKey) {
      Object.assign(at, { fromCol: 0 });
      move(table, at.row, wide, true);
    } else if (ctrl && event.key.toLowerCase() === "a") {
      Object.assign(at, { fromRow: 0, fromCol: 0 });
      move(table, last, wide, true);
    } else if (event.key === "Enter" && cell.parentElement.querySelector("a[href]")) {
      cell.parentElement.querySelector("a[href]").click();
    } else return;
    event.preventDefault();
  });

  document.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("table[data-grid] tbody :is(td, th)");
    if (!cell || event.button !== 0 || event.target.closest("a")) return;
    const table = cell.closest("table");
    if (!places.has(table)) return;
    event.preventDefault();
    move(table, rowsOf(table).indexOf(cell.parentElement), cell.cellIndex, event.shiftKey);
  });

  // The copy event works on plain HTTP too, where the asynchronous clipboard does not exist.
  let whole = null;
  document.addEventListener("copy", (event) => {
    const cell = event.target.closest && event.target.closest("table[data-grid] tbody :is(td, th)");
    const table = whole || (cell && cell.closest("table"));
    if (!table || !places.has(table)) return;
    event.clipboardData.setData("text/plain", tableText(table, Boolean(whole)));
    event.preventDefault();
  });
  function say(text) {
    const status = document.getElementById("status");
    if (status) status.textContent = text;
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const table = button && document.getElementById(button.dataset.copy);
    if (!table || !places.has(table)) return;
    let done = false;
    try {
      await navigator.clipboard.writeText(tableText(table, true));
      done = true;
    } catch {
      whole = table;
      done = document.execCommand("copy");
      whole = null;
    }
    say(done ? button.dataset.said.replace("%s", String(rowsOf(table).length)) : button.dataset.failed);
  });
  // A bar of filters without htmx sends itself when a choice changes.
  document.addEventListener("change", (event) => {
    if (event.target.form && event.target.form.matches("form[data-auto]") && event.target.matches("select")) event.target.form.requestSubmit();
  });
  for (const table of document.querySelectorAll("table[data-grid]")) settle(table);
})();
