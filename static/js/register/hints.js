// Beside the registration form: what the chosen category asks for.
(function () {
  "use strict";
  const box = document.getElementById("category-hints");
  if (!box) return;

  function show() {
    const chosen = document.querySelector('input[name="category"]:checked');
    box.querySelector("[data-none]").hidden = Boolean(chosen);
    for (const each of box.querySelectorAll("[data-category]")) {
      const mine = Boolean(chosen) && each.dataset.category === chosen.value;
      each.hidden = !mine;
      each.open = mine;
    }
  }

  document.addEventListener("change", (event) => { if (event.target.name === "category") show(); });
  show();
})();
