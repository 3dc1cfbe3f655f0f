// The roster as a grid over one field of text ([data-roster]): arrows, Enter, Ins, Ctrl+Del, paste from a spreadsheet.
// The text stays the truth: the grid writes it, the server judges it, and its sentences come back into the rows.
(function () {
  "use strict";
  const box = document.querySelector("[data-roster]");
  if (!box) return;
  const MOST = 500, NAMES = ["name", "id_number", "phone", "is_representative"];
  const byId = (id) => document.getElementById(id);
  const text = byId("roster-text"), body = byId("roster-rows"), shape = byId("roster-row"), said = byId("roster-said");
  const words = box.dataset;
  const heads = new Map(body.dataset.heads.trim().split(/\s+/).map((one) => one.split("=")).map(([head, place]) => [head, Number(place)]));
  const labels = [...box.querySelectorAll("[data-column]")].map((one) => one.textContent);
  const YES = new Set(words.yes.split(" ")), SERIAL = new Set(words.serial.split(" "));
  const put = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);

  const cells = (row) => [...row.querySelectorAll("input")];
  const valueOf = (cell) => (cell.type === "checkbox" ? (cell.checked ? [...YES][0] : "") : cell.value.trim());
  const isEmpty = (row) => cells(row).every((cell) => !valueOf(cell));
  const filled = () => [...body.rows].filter((row) => !isEmpty(row));

  function set(cell, value) {
    if (cell.type === "checkbox") cell.checked = YES.has(value.trim().toLowerCase());
    else cell.value = value.trim();
  }

  function addRow(after) {
    if (body.rows.length >= MOST) { told(words.full); return null; }
    const row = shape.content.firstElementChild.cloneNode(true);
    if (after) after.after(row); else body.append(row);
    return row;
  }

  function renumber() {
    [...body.rows].forEach((row, r) => {
      row.cells[0].textContent = r + 1;
      cells(row).forEach((cell, c) => {
        cell.id = `roster-${r + 1}-${NAMES[c]}`;
        cell.setAttribute("aria-label", put(words.label, { n: r + 1, what: labels[c] }));
      });
    });
  }

  function go(row, column) {
    const cell = row && cells(row)[column];
    if (!cell) return;
    cell.focus();
    if (cell.type === "text") cell.select();
  }

  const told = (sentence) => { byId("roster-told").textContent = sentence || ""; };

  // --- counting and keeping
  function count() {
    const persons = filled().length, came = byId("id_visitors");
    const speak = filled().filter((row) => cells(row)[3].checked).length;
    const visitors = came ? Number(came.value) || 1 : 0, more = persons > 0 && persons + 1 > visitors;
    const line = byId("roster-count"), button = byId("roster-set"), values = { n: persons, r: speak, all: persons + 1, v: visitors };
    line.textContent = speak > 5 ? put(words.toomany, values) : more ? put(words.more, values) : persons ? put(words.words, values) : "";
    line.classList.toggle("late", speak > 5);
    button.hidden = !more;
    button.textContent = put(words.toset, { n: persons + 1 });
    button.dataset.to = persons + 1;
    box.querySelector("[data-group]").hidden = visitors < 5;
    box.hidden = visitors < 2 && !box.open && !persons; // somebody who came alone has no roster
    for (const each of document.querySelectorAll("[data-last-count]")) each.textContent = put(each.dataset.words, { a: each.dataset.lastCount, b: visitors });
  }

  function keep() {
    const written = filled().map((row) => cells(row).map(valueOf).join("\t").trimEnd()).join("\n");
    count();
    if (written === text.value) return;
    text.value = written;
    text.dispatchEvent(new CustomEvent("roster-changed", { bubbles: true }));
  }

  // --- text into rows
  function lineCells(line) {
    const sign = ["\t", ",", "，", "；", ";"].find((one) => line.includes(one));
    return (sign ? line.split(sign) : [line]).map((cell) => cell.trim());
  }

  function headOf(row) {
    const order = row.map((cell) => heads.get(cell.replace(/[\s*:：（(].*$/, "")));
    return order.includes(0) ? order : null;
  }

  function spread(lines, row, column) {
    let order = headOf(lines[0]);
    const surplus = [];
    if (order) {
      order = order.map((place, i) => (order.indexOf(place) === i ? place : undefined));
      lines[0].forEach((cell, i) => { if (cell && order[i] === undefined && !SERIAL.has(cell.toLowerCase())) surplus.push(cell); });
      lines = lines.slice(1);
    } else {
      const serial = lines.every((line) => line.length > 1 && /^\d{1,4}[.、]?$/.test(line[0]));
      if (serial && column === 0) lines = lines.map((line) => line.slice(1));
      const widest = Math.max(...lines.map((line) => line.length));
      order = Array.from({ length: widest }, (_, i) => (column + i < NAMES.length ? column + i : undefined));
      lines.forEach((line) => line.forEach((cell, i) => { if (cell && order[i] === undefined && !surplus.includes(cell)) surplus.push(cell); }));
    }
    let last = row;
    for (const line of lines) {
      if (!row) break;
      const to = cells(row);
      line.forEach((value, i) => { if (order[i] !== undefined) set(to[order[i]], value); });
      last = row;
      row = row.nextElementSibling || (line !== lines[lines.length - 1] ? addRow(row) : null);
    }
    if (surplus.length) told(put(words.surplus, { columns: surplus.slice(0, 5).join("、") }));
    return last;
  }

  function load() {
    body.replaceChildren();
    const lines = text.value.split(/\r?\n/).filter((line) => line.trim());
    const first = addRow();
    if (lines.length) spread(lines.map(lineCells), first, 0);
    renumber();
    place();
    count();
  }

  // --- what the server says, into the rows
  function place() {
    const persons = filled();
    for (const row of body.rows) {
      row.classList.remove("bad");
      row.lastElementChild.textContent = "";
      for (const cell of cells(row)) { cell.classList.remove("is-invalid"); cell.removeAttribute("aria-invalid"); }
    }
    for (const one of said.querySelectorAll("[data-row]")) {
      const row = persons[Number(one.dataset.row) - 1];
      if (!row) continue;
      const cell = cells(row)[NAMES.indexOf(one.dataset.field)];
      row.classList.add("bad");
      row.lastElementChild.textContent += one.dataset.sentence;
      cell.classList.add("is-invalid");
      cell.setAttribute("aria-invalid", "true");
    }
  }

  // --- keys
  function remove(row, column) {
    const near = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    const to = near || addRow();
    renumber();
    keep();
    go(to, column);
  }

  function leave(cell) {
    const all = [...cell.form.elements].filter((el) => el.tabIndex >= 0 && !el.disabled && el.type !== "hidden" && el.getClientRects().length);
    const after = all.slice(all.findLastIndex((el) => box.contains(el)) + 1)[0];
    if (after) after.focus();
  }

  function enter(row, column, cell) {
    if (column < NAMES.length - 1 && !(column === 0 && isEmpty(row))) { go(row, column + 1); return; }
    if (isEmpty(row)) {
      if (row.nextElementSibling) go(row.nextElementSibling, 0); else leave(cell);
      return;
    }
    const next = row.nextElementSibling || addRow(row);
    renumber();
    if (next) go(next, 0); else leave(cell);
  }

  const atStart = (cell) => cell.type === "checkbox" || (cell.selectionStart === 0 && (cell.selectionEnd === 0 || cell.selectionEnd === cell.value.length));
  const atEnd = (cell) => cell.type === "checkbox" || (cell.selectionEnd === cell.value.length && (cell.selectionStart === cell.value.length || cell.selectionStart === 0));

  body.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.shiftKey || event.metaKey) return;
    const cell = event.target, row = cell.closest("tr"), column = cells(row).indexOf(cell), key = event.key;
    if (event.ctrlKey && key !== "Delete") return;
    if (key === "ArrowDown") go(row.nextElementSibling, column);
    else if (key === "ArrowUp") go(row.previousElementSibling, column);
    else if (key === "ArrowLeft" && atStart(cell)) go(row, column - 1);
    else if (key === "ArrowRight" && atEnd(cell)) go(row, column + 1);
    else if (key === "Insert") { const made = addRow(row); renumber(); go(made, 0); }
    else if (key === "Delete" && (event.ctrlKey || isEmpty(row))) remove(row, column);
    else if (key === "Enter") enter(row, column, cell);
    else return;
    event.preventDefault();
  });

  body.addEventListener("paste", (event) => {
    const copied = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!/[\t\n\r]/.test(copied.trim())) return;
    event.preventDefault();
    const row = event.target.closest("tr"), column = cells(row).indexOf(event.target);
    told("");
    // a row that only holds tabs and a last line break are no persons
    const lines = copied.split(/\r?\n/).filter((line) => line.trim()).map((line) => (line.includes("\t") ? line.split("\t").map((cell) => cell.trim()) : lineCells(line)));
    const last = spread(lines, row, column);
    renumber();
    keep();
    go(last, column);
  });

  let current = null;
  body.addEventListener("focusin", (event) => { current = event.target.closest("tr"); });
  body.addEventListener("input", keep);
  body.addEventListener("change", keep);
  text.addEventListener("change", load);
  byId("roster-add").addEventListener("click", () => { const row = addRow(); renumber(); go(row, 0); });
  byId("roster-remove").addEventListener("click", () => remove(current && current.isConnected ? current : body.rows[body.rows.length - 1], 0));
  byId("roster-set").addEventListener("click", (event) => {
    const came = byId("id_visitors");
    came.value = event.target.dataset.to;
    came.dispatchEvent(new Event("change", { bubbles: true }));
  });
  // at five visitors the roster opens; persons concerned are never fewer than those who came
  document.addEventListener("change", (event) => {
    if (event.target.id !== "id_visitors" && event.target.id !== "id_involved") return;
    const visitors = Number(byId("id_visitors").value) || 1, concerned = byId("id_involved");
    if (concerned.value && Number(concerned.value) < visitors) concerned.value = visitors;
    if (visitors >= 5) box.open = true;
    count();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === said) place();
    if (event.target.id === "history") count();
  });

  box.querySelector("[data-plain]").hidden = true;
  box.querySelector("[data-grid]").hidden = false;
  box.classList.add("live");
  load();
})();
