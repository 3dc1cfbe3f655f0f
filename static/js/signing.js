// A pad to sign on: form[data-pad] with a canvas and the hidden fields picture and strokes.
//   data-pad-undo, data-pad-clear   buttons; data-pad-wrong   where a missing signature is told (words: data-empty)
(function () {
  "use strict";
  const form = document.querySelector("form[data-pad]");
  if (!form || !window.SignaturePad) return;
  const canvas = form.querySelector("canvas");
  const wrong = form.querySelector("[data-pad-wrong]");
  const field = (name) => form.querySelector(`[name="${name}"]`);
  const pad = new window.SignaturePad(canvas, { penColor: "#1b2733", backgroundColor: "rgb(255,255,255)", minWidth: 1, maxWidth: 3 });

  // the drawing surface follows the size on screen; strokes are drawn again, never stretched
  let width = 0;
  function fit() {
    if (!canvas.offsetWidth || canvas.offsetWidth === width) return;
    const strokes = pad.toData();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    width = canvas.offsetWidth;
    canvas.width = width * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (strokes.length) pad.fromData(strokes);
  }

  function draw(strokes) {
    if (strokes.length) pad.fromData(strokes); else pad.clear();
  }

  function enough() {
    return pad.toData().reduce((sum, one) => sum + one.points.length, 0) >= 5;
  }

  form.querySelector("[data-pad-clear]").addEventListener("click", () => { pad.clear(); canvas.focus(); });
  form.querySelector("[data-pad-undo]").addEventListener("click", () => draw(pad.toData().slice(0, -1)));
  pad.addEventListener("endStroke", () => { wrong.hidden = true; });
  form.addEventListener("submit", (event) => {
    if (!enough()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong.textContent = form.dataset.empty;
      wrong.hidden = false;
      return;
    }
    field("picture").value = pad.toDataURL("image/png");
    field("strokes").value = JSON.stringify(pad.toData());
  }, true);
  new ResizeObserver(fit).observe(canvas);
  fit();
  // a refused form brings its strokes back
  const kept = field("strokes").value;
  if (kept) try { draw(JSON.parse(kept)); } catch { /* what cannot be read is signed again */ }
})();
