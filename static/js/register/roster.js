// The roster of a group: opens at five visitors, grows by rows, takes rows pasted from a spreadsheet.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  if (!byId("roster")) return;

  // at five visitors the roster opens; persons concerned are never fewer than those who came
  function persons() {
    const came = byId("id_visitors");
    const concerned = byId("id_involved");
    const visitors = Number(came.value) || 1;
    if (concerned.value && Number(concerned.value) < visitors) concerned.value = visitors;
    const roster = byId("roster");
    roster.hidden = visitors < 2 && !roster.open; // somebody who came alone has no roster
    if (visitors >= 5 && !roster.open) roster.open = true;
    while (roster.open && rows().length < Math.min(visitors - 1, 60)) addRow();
  }

  const rows = () => byId("roster-rows").rows;

  function addRow() {
    const total = byId("id_companions-TOTAL_FORMS");
    const n = Number(total.value);
    if (n >= 100) return null;
    const holder = document.createElement("tbody");
    holder.innerHTML = byId("roster-row").innerHTML.replaceAll("__prefix__", String(n)).replaceAll("__number__", String(n + 1));
    const row = holder.rows[0];
    byId("roster-rows").append(row);
    total.value = n + 1;
    return row;
  }

  function count() {
    const line = byId("roster-count");
    const filled = [...rows()].filter((row) => row.querySelector('input[name$="-name"]').value.trim());
    const ticked = [...rows()].filter((row) => row.querySelector('input[name$="-is_representative"]').checked).length;
    line.textContent = filled.length || ticked ? line.dataset.words.replace("{n}", filled.length).replace("{r}", ticked) : "";
    if (ticked > 5) line.textContent = line.dataset.toomany;
    line.classList.toggle("late", ticked > 5);
  }

  // rows copied from a spreadsheet: name, document number, telephone
  function paste(event) {
    const field = event.target.closest('#roster-rows input[name$="-name"]');
    const text = event.clipboardData && event.clipboardData.getData("text/plain");
    if (!field || !text || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    let row = field.closest("tr");
    for (const line of text.trim().split(/\r?\n/)) {
      if (!row) break;
      const cells = line.split("\t");
      const inputs = row.querySelectorAll('input:not([type="checkbox"])');
      inputs.forEach((input, i) => { if (cells[i] !== undefined) input.value = cells[i].trim(); });
      row = row.nextElementSibling || addRow();
    }
    count();
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "id_visitors" || event.target.id === "id_involved") persons();
    if (event.target.closest("#roster-rows")) count();
  });
  byId("roster").addEventListener("toggle", persons);
  byId("roster-add").addEventListener("click", () => { const row = addRow(); if (row) row.querySelector("input").focus(); });
  document.addEventListener("paste", paste);
  persons();
  count();
})();
