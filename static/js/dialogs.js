// Dialogs and menus: data-opens="id" opens a dialog, data-closes closes it, data-print prints the page;
// Esc and a click elsewhere close an open menu. A dialog keeps the focus by itself.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const closer = event.target.closest("[data-closes]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog && !dialog.open) {
        event.preventDefault();
        for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
        dialog.showModal();
      }
    }
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
