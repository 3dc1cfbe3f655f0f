// Zoom of a picture: data-zoom-by="1" | "-1" | "0" inside the page steps the data-zoom of .viewer; the sizes are in the style sheet.
(function () {
  "use strict";
  const MOST = 4;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom-by]");
    const box = document.querySelector(".viewer");
    if (!button || !box) return;
    const by = Number(button.dataset.zoomBy);
    box.dataset.zoom = by ? Math.min(MOST, Math.max(0, Number(box.dataset.zoom) + by)) : 0;
  });
})();
