// The waiting hall. Markup says what to do:
//   [data-hall]        the big screen: speaks each [data-call] it has not seen, once its sound is on;
//                      data-times, data-pause: how often, and the seconds between; data-sound: try at once
//   [data-offline]     a line that says since when nothing came
//   [data-home]        goes back there data-after seconds after the last touch
//   [data-print-frame] a frame that is printed when it has come; [data-print-link] a link into such a frame
// Nothing is kept in the browser, and nothing but number and window is ever spoken.
(function () {
  "use strict";
  const hall = document.querySelector("[data-hall]");

  function kiosk() {
    const main = document.querySelector("[data-home]");
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => location.replace(main.dataset.home), Number(main.dataset.after) * 1000);
    };
    if (main) {
      for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, wait);
      wait();
    }
    for (const frame of document.querySelectorAll("[data-print-frame]")) frame.addEventListener("load", () => print(frame), { once: true });
    const link = document.querySelector("[data-print-link]");
    if (!link) return;
    const frame = document.getElementsByName(link.target)[0];
    link.addEventListener("click", () => frame.addEventListener("load", () => print(frame), { once: true }));
  }

  function print(frame) {
    try { frame.contentWindow.print(); } catch { /* no printer: the number stands on the screen */ }
  }
  if (!hall) { kiosk(); return; }

  const line = hall.querySelector("[data-offline]");
  const button = hall.querySelector(".sound");
  const clock = hall.querySelector(".clock");
  const poll = hall.querySelector(".poll");
  const seen = new Set();
  const waiting = [];
  let sound = false, speaking = false, updated = new Date(), audio = null;

  const hour = (when) => when.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const calls = () => [...hall.querySelectorAll("[data-call]")];
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  function voice() {
    if (!window.speechSynthesis) return null;
    return window.speechSynthesis.getVoices().find((one) => /^(zh|cmn)([-_]|$)/i.test(one.lang)) || null;
  }

  // Two falling tones of half a second, for where no Chinese voice is installed.
  function chime() {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) return Promise.resolve();
    audio = audio || new Audio();
    [[880, 0], [660, 0.45]].forEach(([pitch, start]) => {
      const tone = audio.createOscillator(), loud = audio.createGain(), from = audio.currentTime + start;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.4, from);
      loud.gain.exponentialRampToValueAtTime(0.001, from + 0.5);
      tone.connect(loud).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.5);
    });
    return pause(1);
  }

  function say(text) {
    const found = voice();
    if (!found) return chime();
    return new Promise((done) => {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = hall.dataset.lang;
      words.voice = found;
      words.rate = 0.9;
      words.onend = words.onerror = done;
      window.speechSynthesis.speak(words);
      setTimeout(done, 15000); // a voice that never ends must not hold up the next call
    });
  }

  async function speak() {
    if (speaking) return;
    speaking = true;
    while (waiting.length) {
      const text = waiting.shift();
      for (let time = 0; time < Number(hall.dataset.times) && sound; time += 1) {
        if (time) await pause(Number(hall.dataset.pause));
        await say(text);
      }
    }
    speaking = false;
  }

  // New calls, the oldest first; what stood there when the page came is not called again.
  function look(first) {
    const fresh = calls().filter((one) => !seen.has(one.dataset.call)).reverse();
    fresh.forEach((one) => seen.add(one.dataset.call));
    if (first) return;
    hall.classList.toggle("fresh", fresh.length > 0);
    if (sound) waiting.push(...fresh.map((one) => one.dataset.say));
    speak();
  }

  function label() {
    const words = sound && !voice() ? "chime" : sound ? "on" : "off";
    button.textContent = button.dataset[words];
    button.setAttribute("aria-pressed", String(sound));
  }

  button.hidden = false;
  button.addEventListener("click", () => {
    sound = !sound;
    waiting.length = 0;
    if (!sound && window.speechSynthesis) window.speechSynthesis.cancel();
    label();
  });
  if (window.speechSynthesis && window.speechSynthesis.addEventListener) window.speechSynthesis.addEventListener("voiceschanged", label);
  sound = hall.dataset.sound !== undefined;

  const lost = (text) => { if (line.textContent !== text) line.textContent = text; };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== poll) return;
    updated = new Date();
    lost("");
    look(false);
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const gone = event.detail.xhr && [401, 403, 404].includes(event.detail.xhr.status);
      lost(gone ? line.dataset.ended : `${line.dataset.offline} ${hour(updated)}`);
    });
  }
  // A session that has ended answers with the sign-in page: that is no board.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== poll || event.detail.xhr.status !== 200) return;
    if (!event.detail.xhr.responseText.includes('id="board"')) {
      event.detail.shouldSwap = false;
      lost(`${line.dataset.offline} ${hour(updated)}`);
    }
  });
  // htmx notes the address, which may hold the token of the screen: nothing stays in the browser
  const forget = () => { try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch { /* storage is off */ } };
  for (const name of ["htmx:load", "htmx:afterSettle"]) document.addEventListener(name, forget);
  forget();
  const tick = () => { clock.textContent = hour(new Date()); };
  tick();
  setInterval(tick, 5000);
  look(true);
  label();
})();
